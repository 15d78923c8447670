/* A patch of an operand's factors on its way into shared memory, where four rows lie side by side: so a thread takes
 * four factors at once. */
#ifndef TOMBOLA_PATCH_CUH
#define TOMBOLA_PATCH_CUH

#include "pack.cuh"

/* Four rows' same four partials. */
struct patch {
  four row[FOUR];

  /* The rows of a partial side by side, and one partial `pitch` floats after the other. */
  __device__ void put(float *tile, int32_t pitch) const {
#pragma unroll
    for (int i = 0; i < FOUR; i++) {
      *(four *)(tile + i * pitch) = {{row[0].value[i], row[1].value[i], row[2].value[i], row[3].value[i]}};
    }
  }
};

/* Where four rows are read: those of outputs on the left, of inputs on the right. Past the last it is read again, and
 * what is made of that is not delivered. */
template <class S>
struct patch_source {
  typename S::source row[FOUR];

  __device__ patch left(const S &s, const typename S::spot &spot) const {
    return {{s.left(row[0], spot), s.left(row[1], spot), s.left(row[2], spot), s.left(row[3], spot)}};
  }
  __device__ patch right(const S &s, const typename S::spot &spot) const {
    return {{s.right(row[0], spot), s.right(row[1], spot), s.right(row[2], spot), s.right(row[3], spot)}};
  }
};

__device__ inline int32_t or_last(int32_t i, int32_t count) {
  return i < count ? i : count - 1;
}

/* Of four from `first` on, of so many, each where `source_of` says. */
template <class S, class F>
__device__ inline patch_source<S> patch_source_of(int32_t first, int32_t count, const F &source_of) {
  patch_source<S> source;
#pragma unroll
  for (int r = 0; r < FOUR; r++) {
    source.row[r] = source_of(or_last(first + r, count));
  }
  return source;
}

template <class S>
__device__ inline patch_source<S> of_outputs(const S &s, int32_t first) {
  return patch_source_of<S>(first, s.outputs, [&](int32_t output) { return s.makes(output); });
}

template <class S>
__device__ inline patch_source<S> of_inputs(const S &s, int32_t first) {
  return patch_source_of<S>(first, s.inputs, [&](int32_t input) { return s.reads(input); });
}

/* Where a weight lies, counted by 32 bits. */
__device__ inline uint32_t weight_at(int32_t output, int32_t input, int32_t row_stride) {
  return (uint32_t)output * (uint32_t)row_stride + (uint32_t)input;
}

/* Sums of inputs from k on: those past the last are padding, and 0. */
__device__ inline four padded(four sum, int32_t k, int32_t inputs) {
#pragma unroll
  for (int i = 0; i < FOUR; i++) {
    sum.value[i] = k + i < inputs ? sum.value[i] : 0.0f;
  }
  return sum;
}

#endif
