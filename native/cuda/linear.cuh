/* What the linear layer multiplies: sources for sums.cuh and gradient.cuh. */
#ifndef TOMBOLA_LINEAR_CUH
#define TOMBOLA_LINEAR_CUH

#include "sums.cuh"

/* Line i of so many lanes, counted in bytes: a single operation finds it. */
__device__ inline const float *bytes_on(const float *lines, int32_t i, int64_t lanes) {
  return (const float *)((const char *)lines + (uint64_t)(uint32_t)i * ((uint32_t)lanes * (uint32_t)sizeof(float)));
}

/* Forward and input gradient: weights times a batch. */
template <bool TRANSPOSED>
struct linear_product : sums { /* columns are lanes */
  static constexpr bool LEFT_ALONG_ROWS = TRANSPOSED;
  static constexpr int FOURS = 1;
  const float *w;
  int64_t w_stride;
  const float *bias, *in;
  int32_t common; /* whether all replicas have the same on the right */

  __device__ float start(int32_t row) const {
    return bias == nullptr ? 0.0f : bias[row];
  }
  __device__ four left(int32_t row, int32_t i) const { /* rows of w are padded with 0 */
    return pack_at<FOUR>(w + (TRANSPOSED ? i * w_stride + row : row * w_stride + i));
  }
  typedef const float *place;
  __device__ place at(int64_t column) const {
    return in + column;
  }
  __device__ place ahead(place from, int32_t i) const {
    return from + i * columns;
  }
  __device__ found right(place from, int32_t i) const {
    return {(const four *)bytes_on(from, i, columns), true};
  }
};

template <bool TRANSPOSED>
__device__ linear_product<TRANSPOSED> own(linear_product<TRANSPOSED> p, home home) {
  static_cast<sums &>(p) = own(static_cast<sums>(p), home);
  p.w = own(p.w, home);
  p.bias = own(p.bias, home);
  p.in = own(p.in, home.of(p.common));
  return p;
}

struct linear_gradient {
  struct spot { /* in the first input and the first output: what lies before it is added once for all inputs */
    const float *x, *dy;
  };
  typedef int32_t distance; /* in floats */
  typedef uint32_t source;  /* bytes before an input's or an output's */
  static constexpr distance one = PARTIALS, four_steps = FOUR * PARTIALS;
  const float *x, *dy;
  int32_t outputs, inputs, lanes, steps;

  __device__ spot at(int32_t step, int32_t quarter) const {
    const int32_t lane = step * PARTIALS + quarter * FOUR;
    return {x + lane, dy + lane};
  }
  __device__ void advance(spot &spot, distance by) const {
    spot.x += by;
    spot.dy += by;
  }
  __device__ source makes(int32_t output) const {
    return reads(output);
  }
  __device__ source reads(int32_t input) const {
    return (uint32_t)input * ((uint32_t)lanes * (uint32_t)sizeof(float));
  }
  __device__ four left(source source, const spot &spot) const {
    return *(const four *)((const char *)spot.dy + source);
  }
  __device__ four right(source source, const spot &spot) const {
    return *(const four *)((const char *)spot.x + source);
  }
};

__device__ inline linear_gradient own(linear_gradient g, home home) {
  g.x = own(g.x, home);
  g.dy = own(g.dy, home);
  return g;
}

#endif
