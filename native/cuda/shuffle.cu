/* The order of examples: a block deals a replica's into buckets by the first bits of their draws, then each thread
 * sorts some buckets. Where an example first lies in its bucket is chance; where it ends is not. */
#include "philox.cuh"

enum {
  SHUFFLING = 1024 /* threads */,
  BUCKET_BITS = 12,
  BUCKETS = 1 << BUCKET_BITS,
  OWN_BUCKETS = BUCKETS / SHUFFLING
};

/* What an example is sorted by: its draw, then its number. */
__device__ inline uint64_t place_of(const drawing &drawn, int32_t example) {
  return (uint64_t)philox_draw(drawn, (uint32_t)example) << 32 | (uint32_t)example;
}

__device__ inline int32_t bucket_of(uint64_t place) {
  return (int32_t)(place >> (64 - BUCKET_BITS));
}

/* Makes of each bucket's size where it starts. */
__device__ inline void start_buckets(int32_t bucket[BUCKETS], int32_t sum[SHUFFLING]) {
  const int32_t thread = (int32_t)threadIdx.x, first = thread * OWN_BUCKETS;
  int32_t mine = 0;
  for (int b = first; b < first + OWN_BUCKETS; b++) {
    mine += bucket[b];
  }
  sum[thread] = mine;
  __syncthreads();
  for (int step = 1; step < SHUFFLING; step *= 2) {
    const int32_t before = thread < step ? 0 : sum[thread - step];
    __syncthreads();
    sum[thread] += before;
    __syncthreads();
  }
  int32_t start = sum[thread] - mine;
  for (int b = first; b < first + OWN_BUCKETS; b++) {
    const int32_t size = bucket[b];
    bucket[b] = start;
    start += size;
  }
  __syncthreads();
}

static __global__ void __launch_bounds__(SHUFFLING)
    shuffle_kernel(home home, tombola_shuffle shuffle, drawing drawn, int32_t *shared_order) {
  __shared__ int32_t bucket[BUCKETS], sum[SHUFFLING];
  const int32_t *examples = own(shuffle.examples, home);
  uint64_t *room = own(shuffle.room, home);
  int32_t *order = own(shared_order, home);
  for (int32_t b = (int32_t)threadIdx.x; b < BUCKETS; b += SHUFFLING) {
    bucket[b] = 0;
  }
  __syncthreads();
  for (int32_t i = (int32_t)threadIdx.x; i < shuffle.count; i += SHUFFLING) {
    atomicAdd(&bucket[bucket_of(place_of(drawn, examples[i]))], 1);
  }
  __syncthreads();
  start_buckets(bucket, sum);
  for (int32_t i = (int32_t)threadIdx.x; i < shuffle.count; i += SHUFFLING) {
    const uint64_t place = place_of(drawn, examples[i]);
    const int32_t at = atomicAdd(&bucket[bucket_of(place)], 1);
    if (at < shuffle.count) { /* it is not where the room overlaps examples, which then are others by now */
      room[at] = place;
    }
  }
  __syncthreads(); /* every bucket has come to where the next one starts */
  for (int32_t b = (int32_t)threadIdx.x; b < BUCKETS; b += SHUFFLING) {
    const int32_t from = b == 0 ? 0 : bucket[b - 1], to = bucket[b] < shuffle.count ? bucket[b] : shuffle.count;
    for (int32_t i = from; i < to; i++) {
      const uint64_t place = room[i];
      int32_t at = i;
      for (; at > from && room[at - 1] > place; at--) {
        room[at] = room[at - 1];
      }
      room[at] = place;
    }
    for (int32_t i = from; i < to; i++) {
      order[i] = (int32_t)(uint32_t)room[i];
    }
  }
}

int32_t cuda_shuffle_apply(const tombola_context *context, const tombola_shuffle *shuffle, int32_t epoch,
                           int32_t *order) {
  return launch(context, shuffle_kernel, 1, SHUFFLING, *shuffle, drawing_of(context, shuffle->draws, epoch), order);
}
