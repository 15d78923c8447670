/* The linear layer. */
#include "gathered.cuh"
#include "gradient.cuh"
#include "product.cuh"

/* Forward and input gradient: weights times a batch. */
template <bool TRANSPOSED>
struct linear_product : sums { /* columns are lanes */
  static constexpr bool LEFT_ALONG_ROWS = TRANSPOSED;
  static constexpr int FOURS = 1;
  const float *w;
  int64_t w_stride;
  const float *bias, *in;

  __device__ float start(int32_t row) const {
    return bias == nullptr ? 0.0f : bias[row];
  }
  __device__ four left(int32_t row, int32_t i) const { /* rows of w are padded with 0 */
    return pack_at<FOUR>(w + (TRANSPOSED ? i * w_stride + row : row * w_stride + i));
  }
  typedef const four *place;
  __device__ place at(int64_t column) const {
    return (const four *)(in + column);
  }
  __device__ found right(place from, int32_t i) const {
    return {from + (uint32_t)i * (uint32_t)(columns / FOUR), true};
  }
};

template <bool TRANSPOSED>
__device__ linear_product<TRANSPOSED> own(linear_product<TRANSPOSED> p, home home) {
  static_cast<sums &>(p) = own(static_cast<sums>(p), home);
  p.w = own(p.w, home);
  p.bias = own(p.bias, home);
  p.in = own(p.in, home);
  return p;
}

struct linear_gradient {
  struct spot { /* in the first input and the first output: what lies before it is added once for all inputs */
    const float *x, *dy;
  };
  typedef int64_t source; /* lanes before an input's */
  const float *x, *dy;
  int32_t outputs, inputs, lanes, steps;

  __device__ spot at(int32_t step, int32_t quarter) const {
    const int32_t lane = step * PARTIALS + quarter * FOUR;
    return {x + lane, dy + lane};
  }
  __device__ void advance(spot &spot, int32_t by) const {
    spot.x += by * PARTIALS;
    spot.dy += by * PARTIALS;
  }
  __device__ source reads(int32_t input) const {
    return (int64_t)input * lanes;
  }
  __device__ four left(int32_t output, const spot &spot) const {
    return pack_at<FOUR>(spot.dy + (int64_t)output * lanes);
  }
  __device__ four right(source source, const spot &spot) const {
    return pack_at<FOUR>(spot.x + source);
  }
};

__device__ inline linear_gradient own(linear_gradient g, home home) {
  g.x = own(g.x, home);
  g.dy = own(g.dy, home);
  return g;
}

int32_t cuda_linear_forward(const tombola_context *context, const tombola_weights *weights, const float *bias,
                            const tombola_batch *x, int32_t activation, tombola_batch *y) {
  if (!within_reach(x)) {
    return TOMBOLA_SHAPE;
  }
  const linear_product<false> p = {
      {weights->outputs, weights->inputs, x->lanes, y->data, {activation == TOMBOLA_RELU, nullptr}},
      weights->values,
      row_stride(weights),
      bias,
      x->data};
  return weights->rows.start == nullptr ? product(context, p)
                                        : gathered(context, p, {weights->values, nullptr, weights->rows}, x->lanes);
}

int32_t cuda_linear_backward_input(const tombola_context *context, const tombola_weights *weights,
                                   const tombola_batch *dy, const float *gate, tombola_batch *dx) {
  if (!within_reach(dy)) {
    return TOMBOLA_SHAPE;
  }
  const linear_product<true> p = {{weights->inputs, weights->outputs, dy->lanes, dx->data, {0, gate}},
                                  weights->values,
                                  row_stride(weights),
                                  nullptr,
                                  dy->data};
  return weights->rows.start == nullptr
             ? product(context, p)
             : gathered(context, p, {weights->values, weights->position, weights->columns}, dy->lanes);
}

static linear_gradient gradient_of(const tombola_weights *weights, const tombola_batch *x, const tombola_batch *dy) {
  return {x->data, dy->data, weights->outputs, weights->inputs, x->lanes, x->lanes / PARTIALS};
}

int32_t cuda_linear_backward_weight(const tombola_context *context, const tombola_weights *weights,
                                    const tombola_batch *x, const tombola_batch *dy, float *dw) {
  return gradient(context, gradient_of(weights, x, dy), weights, dy, kept(dw, weights->mask));
}

int32_t cuda_linear_update(const tombola_context *context, const tombola_rule *rule, int32_t iteration,
                           const tombola_weights *weights, const tombola_batch *x, const tombola_batch *dy, float *m,
                           float *v, float *db) {
  return gradient(context, gradient_of(weights, x, dy), weights, dy,
                  stepped(context, rule, iteration, weights->values, m, v, weights->mask, db));
}
