/* The compressed form of sums.cuh: the left is a list of entries, and of the right only those lines are read that
 * they name. The right is read once for every fma, so the first-level cache's width is what bounds this; many rows of
 * one network go together in a block because they pass over the same lines at the same time. */
#ifndef TOMBOLA_COMPRESSED_CUH
#define TOMBOLA_COMPRESSED_CUH

#include "sums.cuh"

enum {
  COMPRESSED_COLUMNS = 64, /* of a block, */
  COMPRESSED_ROWS = 64,    /* which has so many rows at once, */
  COMPRESSED_LEAST = 4,    /* halved down to this where there are few */
  ENTRIES_ALIGNMENT = 16,  /* bytes: values, across and position are read four at a time */
};

/* A compressed left: the entries of its lines, each one's value and what it is multiplied with. Values are listed in
 * the same order, or found by their position. */
template <bool BY_POSITION>
struct entries {
  const float *values;
  const int32_t *position;
  tombola_index index;
};

inline entries<false> entries_of_rows(const tombola_weights *weights) {
  return {weights->values, nullptr, weights->rows};
}

inline entries<true> entries_of_columns(const tombola_weights *weights) {
  return {weights->values, weights->position, weights->columns};
}

template <bool BY_POSITION>
__device__ entries<BY_POSITION> own(entries<BY_POSITION> e, home home) {
  e.values = own(e.values, home);
  e.position = own(e.position, home);
  e.index = own(e.index, home);
  return e;
}

/* Whether four entries may be read at once. */
template <bool BY_POSITION>
bool in_place(const entries<BY_POSITION> &e) {
  return ((uintptr_t)e.values | (uintptr_t)e.position | (uintptr_t)e.index.across) % ENTRIES_ALIGNMENT == 0;
}

/* Four entries; those outside their line have the value 0 and are not `there`. */
struct taken {
  four value;
  pack<uint32_t, FOUR / 2> pairs; /* of what they are multiplied with */
  pack<bool, FOUR> there;

  __device__ int32_t across(int j) const {
    return (int32_t)(j % 2 == 0 ? pairs.value[j / 2] & 0xffffu : pairs.value[j / 2] >> 16);
  }
};

/* Of a line's entries from `first` to `last` those four; that all of them are there may be known. Four are read in any
 * case. */
template <bool ALL, bool BY_POSITION>
__device__ taken take(const entries<BY_POSITION> &e, int32_t k, int32_t first, int32_t last) {
  taken t;
  t.pairs = *(const pack<uint32_t, FOUR / 2> *)(e.index.across + k);
  pack<int32_t, FOUR> position = {};
  if constexpr (BY_POSITION) {
    position = pack_at<FOUR>(e.position + k);
  } else {
    t.value = pack_at<FOUR>(e.values + k);
  }
#pragma unroll
  for (int j = 0; j < FOUR; j++) {
    const bool there = ALL || (k + j >= first && k + j < last);
    t.there.value[j] = there;
    if constexpr (BY_POSITION) {
      t.value.value[j] = there ? e.values[position.value[j]] : 0.0f;
    } else {
      t.value.value[j] = there ? t.value.value[j] : 0.0f;
    }
  }
  return t;
}

/* Threads that share a row, when each has so many fours of its columns. */
template <int FOURS>
constexpr int SHARERS = COMPRESSED_COLUMNS / FOUR / FOURS;

template <int FOURS, class S>
__device__ inline void add_products(four sum[FOURS], const S &s, const typename S::place &place, const taken &t) {
  four right[FOUR][FOURS];
#pragma unroll
  for (int j = 0; j < FOUR; j++) {
    found line = s.right(place, t.across(j));
    line.inside = line.inside && t.there.value[j];
#pragma unroll
    for (int c = 0; c < FOURS; c++) {
      right[j][c] = read(line, c * SHARERS<FOURS>);
    }
  }
#pragma unroll
  for (int j = 0; j < FOUR; j++) {
#pragma unroll
    for (int c = 0; c < FOURS; c++) {
      add_product(sum[c], t.value.value[j], right[j][c]);
    }
  }
}

/* The sums of FOURS fours of columns from `column` on, in every `step`th row. */
template <int FOURS, class S, bool BY_POSITION>
__device__ inline void compressed_rows(const S &s, const entries<BY_POSITION> &e, int64_t column, int32_t row,
                                       int32_t step) {
  const typename S::place place = s.at(column);
  for (; row < s.rows; row += step) {
    four sum[FOURS];
#pragma unroll
    for (int c = 0; c < FOURS; c++) {
      sum[c] = four_of(s.start(row));
    }
    for (int32_t b = 0; b < e.index.blocks; b++) {
      const int32_t *start = e.index.start + (int64_t)b * s.rows + row;
      const int32_t first = start[0], last = start[1];
      const typename S::place here = s.ahead(place, b * e.index.block);
      int32_t k = first & -FOUR;
      if (k < first) {
        add_products<FOURS>(sum, s, here, take<false>(e, k, first, last));
        k += FOUR;
      }
      if (k + FOUR <= last) { /* entries are on their way while those before are multiplied */
        taken next = take<true>(e, k, first, last);
#pragma unroll 2 /* spares copies */
        for (k += FOUR; k + FOUR <= last; k += FOUR) {
          const taken now = next;
          next = take<true>(e, k, first, last);
          add_products<FOURS>(sum, s, here, now);
        }
        add_products<FOURS>(sum, s, here, next);
      }
      if (k < last) {
        add_products<FOURS>(sum, s, here, take<false>(e, k, first, last));
      }
    }
#pragma unroll
    for (int c = 0; c < FOURS; c++) {
      s.finish(row, column + c * SHARERS<FOURS> * FOUR, sum[c]);
    }
  }
}

template <int FOURS, class S, bool BY_POSITION>
__global__ void __launch_bounds__(COMPRESSED_ROWS *SHARERS<FOURS>)
    compressed_kernel(home home, S shared, entries<BY_POSITION> left) {
  const int64_t column = (int64_t)blockIdx.x * COMPRESSED_COLUMNS + threadIdx.x % SHARERS<FOURS> * FOUR;
  if (column < shared.columns) {
    const int32_t together = (int32_t)blockDim.x / SHARERS<FOURS>;
    const int32_t row = (int32_t)blockIdx.y * together + (int32_t)threadIdx.x / SHARERS<FOURS>;
    compressed_rows<FOURS>(own(shared, home), own(left, home), column, row, (int32_t)gridDim.y * together);
  }
}

/* Wide blocks, and as few of them as still give every multiprocessor several: a block's later rows find lines of the
 * right in the cache. */
template <int FOURS, class S, bool BY_POSITION>
int32_t compressed_by(const tombola_context *context, const S &s, const entries<BY_POSITION> &left) {
  const int64_t enough = multiprocessors(), across = blocks_of(s.columns, COMPRESSED_COLUMNS);
  const int64_t others = across * context->group.replicas;
  int32_t rows = COMPRESSED_ROWS;
  while (rows > COMPRESSED_LEAST && others * blocks_of(s.rows, rows) < enough) {
    rows /= 2;
  }
  const int64_t wanted = blocks_of(8 * enough, others), needed = blocks_of(s.rows, rows);
  const int64_t down = wanted < needed ? wanted : needed;
  return launch(context, compressed_kernel<FOURS, S, BY_POSITION>,
                dim3((unsigned)across, (unsigned)(down < GRID_MOST ? down : (int64_t)GRID_MOST)), rows * SHARERS<FOURS>,
                s, left);
}

/* A thread has S::FOURS fours of a line where lines are long enough to find them side by side. */
template <class S, bool BY_POSITION>
int32_t compressed(const tombola_context *context, const S &s, const entries<BY_POSITION> &left, int64_t lanes) {
  if (!in_place(left)) {
    return TOMBOLA_UNALIGNED;
  }
  return lanes % COMPRESSED_COLUMNS == 0 ? compressed_by<S::FOURS>(context, s, left)
                                         : compressed_by<1>(context, s, left);
}

#endif
