/* Floats from one place of a replica to another, for all replicas or some; a few words of each to one place, and back.
 */
#include "check.h"
#include "device.cuh"

enum { COPIED = 16 /* by a thread: `chosen` may lie in the host's memory, which few blocks ask sooner than many */ };

static __global__ void copy_kernel(home home, const float *from, float *to, int64_t count, const int32_t *chosen) {
  if (chosen != nullptr && chosen[blockIdx.z] == 0) {
    return;
  }
  const int64_t first = (int64_t)blockIdx.x * BLOCK_THREADS * COPIED + threadIdx.x;
  const float *source = own(from, home) + first;
  float *target = own(to, home) + first, value[COPIED];
#pragma unroll
  for (int i = 0; i < COPIED; i++) {
    value[i] = first + i * BLOCK_THREADS < count ? source[i * BLOCK_THREADS] : 0.0f;
  }
#pragma unroll
  for (int i = 0; i < COPIED; i++) {
    if (first + i * BLOCK_THREADS < count) {
      target[i * BLOCK_THREADS] = value[i];
    }
  }
}

int32_t tombola_cuda_copy(const tombola_context *context, const tombola_span *from, tombola_span *to,
                          const int32_t *chosen) {
  if (context == nullptr || from == nullptr) {
    return TOMBOLA_NULL;
  }
  if (from->length < 1) {
    return TOMBOLA_SHAPE;
  }
  TOMBOLA_TRY(check_span(from, from->length));
  TOMBOLA_TRY(check_span(to, from->length));
  return launch(context, copy_kernel, blocks_of(from->length, BLOCK_THREADS * COPIED), BLOCK_THREADS,
                (const float *)from->data, to->data, from->length, chosen);
}

/* A block of threads for a replica, whose words wait in `list`. */
static __global__ void words_kernel(home home, uint64_t *place, uint64_t *list, int32_t words, int32_t spread) {
  for (int32_t i = (int32_t)threadIdx.x; i < words; i += WARP) {
    uint64_t *mine = own(place, home) + i, *listed = list + (int64_t)blockIdx.z * words + i;
    if (spread) {
      *mine = *listed;
    } else {
      *listed = *mine;
    }
  }
}

static int32_t move_words(const tombola_context *context, const uint64_t *place, const uint64_t *list, int32_t words,
                          int32_t spread) {
  if (context == nullptr || place == nullptr || list == nullptr) {
    return TOMBOLA_NULL;
  }
  if (words < 1) {
    return TOMBOLA_SHAPE;
  }
  return launch(context, words_kernel, 1, WARP, (uint64_t *)place, (uint64_t *)list, words, spread);
}

int32_t tombola_cuda_collect(const tombola_context *context, const uint64_t *from, uint64_t *list, int32_t words) {
  return move_words(context, from, list, words, 0);
}

int32_t tombola_cuda_spread(const tombola_context *context, const uint64_t *list, uint64_t *to, int32_t words) {
  return move_words(context, to, list, words, 1);
}
