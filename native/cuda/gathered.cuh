/* The compressed form of product.cuh: the left is a list of entries, and of the right only those lines are read that
 * they name. The right is read once for every fma, so the first-level cache's width is what bounds this; many rows of
 * one network go together in a block because they pass over the same lines at the same time. */
#ifndef TOMBOLA_GATHERED_CUH
#define TOMBOLA_GATHERED_CUH

#include "product.cuh"

enum {
  GATHERED_LANES = 16,    /* threads of a row: 64 columns of a block */
  GATHERED_MOST = 1024,   /* threads of a block, */
  GATHERED_LEAST = 64,    /* halved down to this where there are few */
  ENTRIES_ALIGNMENT = 16, /* bytes: values, across and position are read four at a time */
};

/* A compressed left: the entries of its lines, each one's value and what it is multiplied with. */
struct entries {
  const float *values;
  const int32_t *position; /* null where values are listed in the same order */
  tombola_index index;
};

__device__ inline entries own(entries e, int64_t stride) {
  e.values = own(e.values, stride);
  e.position = own(e.position, stride);
  e.index.start = own(e.index.start, stride);
  e.index.across = own(e.index.across, stride);
  return e;
}

/* Four entries; those outside their line have the value 0 and are not `there`. */
struct taken {
  quad value;
  pack<uint16_t, FOUR> across;
  pack<bool, FOUR> there;
};

__device__ inline taken take_all(const entries &e, int32_t k) {
  taken t;
  if (e.position == nullptr) {
    t.value = pack_at<FOUR>(e.values + k);
  } else {
    const pack<int32_t, FOUR> position = pack_at<FOUR>(e.position + k);
#pragma unroll
    for (int j = 0; j < FOUR; j++) {
      t.value.value[j] = e.values[position.value[j]];
    }
  }
  t.across = pack_at<FOUR>(e.index.across + k);
  t.there = {true, true, true, true};
  return t;
}

__device__ inline taken take_some(const entries &e, int32_t k, int32_t first, int32_t last) {
  taken t;
#pragma unroll
  for (int j = 0; j < FOUR; j++) {
    t.there.value[j] = k + j >= first && k + j < last;
    t.value.value[j] = !t.there.value[j] ? 0.0f : e.values[e.position == nullptr ? k + j : e.position[k + j]];
    t.across.value[j] = t.there.value[j] ? e.index.across[k + j] : (uint16_t)0;
  }
  return t;
}

template <class S>
__device__ inline void add_products(quad &sum, const S &s, const typename S::place &place, int32_t from,
                                    const taken &t) {
  quad right[FOUR];
#pragma unroll
  for (int j = 0; j < FOUR; j++) {
    right[j] = t.there.value[j] ? s.right(place, from + t.across.value[j]) : quad_of(0.0f);
  }
#pragma unroll
  for (int j = 0; j < FOUR; j++) {
    add_product(sum, t.value.value[j], right[j]);
  }
}

template <class S>
__global__ void __launch_bounds__(GATHERED_MOST) gathered_kernel(int64_t stride, S shared, entries left) {
  const S s = own(shared, stride);
  const entries e = own(left, stride);
  const int64_t column = ((int64_t)blockIdx.x * GATHERED_LANES + threadIdx.x % GATHERED_LANES) * FOUR;
  if (column >= s.columns) {
    return;
  }
  const typename S::place place = s.at(column);
  const int32_t together = (int32_t)blockDim.x / GATHERED_LANES;
  for (int32_t row = (int32_t)blockIdx.y * together + (int32_t)threadIdx.x / GATHERED_LANES; row < s.rows;
       row += (int32_t)gridDim.y * together) {
    quad sum = quad_of(s.start(row));
    for (int32_t b = 0; b < e.index.blocks; b++) {
      const int32_t *start = e.index.start + (int64_t)b * s.rows + row;
      const int32_t first = start[0], last = start[1], from = b * e.index.block;
      int32_t k = first & -FOUR;
      if (k < first) {
        add_products(sum, s, place, from, take_some(e, k, first, last));
        k += FOUR;
      }
      if (k + FOUR <= last) { /* entries are on their way while those before are multiplied */
        taken next = take_all(e, k);
        for (k += FOUR; k + FOUR <= last; k += FOUR) {
          const taken now = next;
          next = take_all(e, k);
          add_products(sum, s, place, from, now);
        }
        add_products(sum, s, place, from, next);
      }
      if (k < last) {
        add_products(sum, s, place, from, take_some(e, k, first, last));
      }
    }
    s.finish(row, column, sum);
  }
}

/* Wide blocks, and as few of them as still give every multiprocessor several: a block's later rows find lines of the
 * right in the cache. */
template <class S>
int32_t gathered(const tombola_context *context, const S &s, const entries &left) {
  if (((uintptr_t)left.values | (uintptr_t)left.position | (uintptr_t)left.index.across) % ENTRIES_ALIGNMENT != 0) {
    return TOMBOLA_UNALIGNED;
  }
  const int64_t enough = multiprocessors(), across = blocks_of(s.columns, GATHERED_LANES * FOUR);
  const int64_t others = across * context->group.replicas;
  int32_t threads = GATHERED_MOST;
  while (threads > GATHERED_LEAST && others * blocks_of(s.rows, threads / GATHERED_LANES) < enough) {
    threads /= 2;
  }
  const int64_t down = blocks_of(s.rows, threads / GATHERED_LANES);
  const int64_t wanted = blocks_of(8 * enough, others), most = down < GRID_MOST ? down : (int64_t)GRID_MOST;
  return launch(context, gathered_kernel<S>, dim3((unsigned)across, (unsigned)(most < wanted ? most : wanted)), threads,
                s, left);
}

#endif
