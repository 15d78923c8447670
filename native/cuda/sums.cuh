/* Sums of products: out[row][column] = start + sum over i ascending of left(row, i) * right(i, column), one chain of
 * fma for each (in TF32: tensors.cuh). A source says what the two are, four neighbours at a time: S has rows, columns,
 * inner, start(row), left(row, i) of four terms (or of four rows: LEFT_ALONG_ROWS), right(place, i), which finds four
 * columns whose place is at(column), ahead(place, from), where right() begins with term `from`, finish(row, column,
 * sum), and FOURS, how many fours of a line a thread of the compressed form takes with one finding. The first of four
 * is a multiple of four, and so are columns; terms past `inner` are 0 on the right.
 */
#ifndef TOMBOLA_SUMS_CUH
#define TOMBOLA_SUMS_CUH

#include "pack.cuh"

/* Where values lie; those that are not inside of anything are 0. */
struct found {
  const four *at;
  bool inside;
};

/* Where something is read is counted by 32 bits, in units of so many bytes, which spares wide arithmetic. */
inline bool within_reach(const tombola_batch *values, int64_t unit) {
  return (int64_t)values->features * values->lanes * (int64_t)sizeof(float) / unit <= (int64_t)UINT32_MAX;
}

__device__ inline four four_of(float value) {
  return {value, value, value, value};
}

__device__ inline four read(const found &line, int ahead) {
  return line.inside ? line.at[ahead] : four_of(0.0f);
}

__device__ inline void add_product(four &sum, float left, const four &right) {
#pragma unroll
  for (int c = 0; c < FOUR; c++) {
    sum.value[c] = fmaf(left, right.value[c], sum.value[c]);
  }
}

/* Where sums go: what every source begins with. */
struct sums {
  int32_t rows, inner;
  int64_t columns;
  float *out; /* [rows][columns] */
  ending end;

  /* What is stored at `at`. */
  __device__ four finished(int64_t at, four sum) const {
    const four gate = end.gate == nullptr ? four_of(1.0f) : pack_at<FOUR>(end.gate + at);
#pragma unroll
    for (int c = 0; c < FOUR; c++) {
      const float value = ended({end.relu, nullptr}, sum.value[c], 0);
      sum.value[c] = gate.value[c] > 0.0f ? value : 0.0f;
    }
    return sum;
  }

  __device__ void finish(int32_t row, int64_t column, four sum) const {
    const int64_t at = row * columns + column;
    *(four *)(out + at) = finished(at, sum);
  }
};

__device__ inline sums own(sums s, home home) {
  s.out = own(s.out, home);
  s.end.gate = own(s.end.gate, home);
  return s;
}

/* Of the current device; 0 where it does not answer, which the launch will tell. */
inline int64_t multiprocessors() {
  int device = 0, count = 0;
  const bool answers = cudaGetDevice(&device) == cudaSuccess &&
                       cudaDeviceGetAttribute(&count, cudaDevAttrMultiProcessorCount, device) == cudaSuccess;
  return answers ? count : 0;
}

#endif
