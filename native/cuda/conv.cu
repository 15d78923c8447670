/* The convolution. */
#include "compressed.cuh"
#include "conv.cuh"
#include "dense.cuh"
#include "gradient.cuh"

int32_t cuda_conv_forward(const tombola_context *context, const tombola_window *window, const tombola_weights *weights,
                          const float *bias, const tombola_batch *x, int32_t activation, tombola_batch *y) {
  if (!within_reach(x, sizeof(four))) {
    return TOMBOLA_SHAPE;
  }
  const sliding slide = sliding_of(window, x);
  const int64_t columns = (int64_t)slide.rows * slide.columns * slide.lanes;
  const conv_forward_product p = {
      {weights->outputs, weights->inputs, columns, y->data, {activation == TOMBOLA_RELU, nullptr}},
      slide,
      weights->values,
      weights->stride,
      bias,
      x->data,
      x->common};
  return weights->rows.start == nullptr ? dense(context, p)
                                        : compressed(context, p, entries_of_rows(weights), x->lanes);
}

template <bool STRIDED>
static int32_t backward_input(const tombola_context *context, const tombola_window *window,
                              const tombola_weights *weights, const tombola_batch *dy, const float *gate,
                              tombola_batch *dx) {
  const sliding slide = sliding_of(window, dx);
  const int64_t columns = (int64_t)window->height * window->width * slide.lanes;
  const conv_backward_product<STRIDED> p = {
      {window->channels, weights->outputs * slide.taps, columns, dx->data, {0, gate}},
      slide,
      weights->values,
      (uint32_t)(weights->stride - slide.taps),
      (uint32_t)(weights->survivors - 1),
      dy->data};
  return weights->rows.start == nullptr ? dense(context, p)
                                        : compressed(context, p, entries_of_columns(weights), dy->lanes);
}

int32_t cuda_conv_backward_input(const tombola_context *context, const tombola_window *window,
                                 const tombola_weights *weights, const tombola_batch *dy, const float *gate,
                                 tombola_batch *dx) {
  if (!within_reach(dy, sizeof(four)) || weights->survivors > UINT32_MAX) {
    return TOMBOLA_SHAPE;
  }
  return window->stride > 1 ? backward_input<true>(context, window, weights, dy, gate, dx)
                            : backward_input<false>(context, window, weights, dy, gate, dx);
}

/* So many steps on. */
static conv_gradient::distance distance_of(const sliding &slide, int32_t steps) {
  return {steps / slide.columns % slide.rows, steps % slide.columns,
          (uint32_t)(steps / slide.columns / slide.rows * (PARTIALS / FOUR))};
}

static conv_gradient gradient_of(const tombola_window *window, const tombola_weights *weights, const tombola_batch *x,
                                 const tombola_batch *dy) {
  const sliding slide = sliding_of(window, x);
  const int32_t steps = x->lanes / PARTIALS * slide.rows * slide.columns;
  return {slide, (const four *)x->data, (const four *)dy->data,  weights->outputs, weights->inputs,
          steps, distance_of(slide, 1), distance_of(slide, FOUR)};
}

int32_t cuda_conv_backward_weight(const tombola_context *context, const tombola_window *window,
                                  const tombola_weights *weights, const tombola_batch *x, const tombola_batch *dy,
                                  float *dw) {
  if (!within_reach(x, sizeof(four)) || !within_reach(dy, sizeof(four))) {
    return TOMBOLA_SHAPE;
  }
  return gradient(context, gradient_of(window, weights, x, dy), weights, dy, kept(dw, weights->mask));
}

int32_t cuda_conv_update(const tombola_context *context, const tombola_rule *rule, int32_t iteration,
                         const tombola_window *window, const tombola_weights *weights, const tombola_batch *x,
                         const tombola_batch *dy, float *m, float *v, float *db) {
  if (!within_reach(x, sizeof(four)) || !within_reach(dy, sizeof(four))) {
    return TOMBOLA_SHAPE;
  }
  return gradient(context, gradient_of(window, weights, x, dy), weights, dy,
                  stepped(context, rule, iteration, weights->values, m, v, weights->mask, db));
}
