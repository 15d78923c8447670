/* The linear layer. */
#include "compressed.cuh"
#include "dense.cuh"
#include "gradient.cuh"
#include "linear.cuh"
#include "resident.cuh"

int32_t cuda_linear_forward(const tombola_context *context, const tombola_weights *weights, const float *bias,
                            const tombola_batch *x, int32_t activation, tombola_batch *y) {
  if (!within_reach(x, 1)) {
    return TOMBOLA_SHAPE;
  }
  const linear_product<false> p = {
      {weights->outputs, weights->inputs, x->lanes, y->data, {activation == TOMBOLA_RELU, nullptr}},
      weights->values,
      weights->stride,
      bias,
      x->data,
      x->common};
  if (weights->rows.start == nullptr) {
    return dense(context, p);
  }
  const entries<false> left = entries_of_rows(weights);
  return noting(context) ? note(context, product_operands<false>{p, left}) : compressed(context, p, left, x->lanes);
}

int32_t cuda_linear_backward_input(const tombola_context *context, const tombola_weights *weights,
                                   const tombola_batch *dy, const float *gate, tombola_batch *dx) {
  if (!within_reach(dy, 1)) {
    return TOMBOLA_SHAPE;
  }
  const linear_product<true> p = {{weights->inputs, weights->outputs, dy->lanes, dx->data, {0, gate}},
                                  weights->values,
                                  weights->stride,
                                  nullptr,
                                  dy->data,
                                  0};
  if (weights->rows.start == nullptr) {
    return dense(context, p);
  }
  const entries<true> left = entries_of_columns(weights);
  return noting(context) ? note(context, product_operands<true>{p, left}) : compressed(context, p, left, dy->lanes);
}

static linear_gradient gradient_of(const tombola_weights *weights, const tombola_batch *x, const tombola_batch *dy) {
  return {x->data, dy->data, weights->outputs, weights->inputs, x->lanes, x->lanes / PARTIALS};
}

int32_t cuda_linear_backward_weight(const tombola_context *context, const tombola_weights *weights,
                                    const tombola_batch *x, const tombola_batch *dy, float *dw) {
  if (!within_reach(x, 1) || !within_reach(dy, 1)) {
    return TOMBOLA_SHAPE;
  }
  return gradient(context, gradient_of(weights, x, dy), weights, dy, kept(dw, weights->mask));
}

int32_t cuda_linear_update(const tombola_context *context, const tombola_rule *rule, int32_t iteration,
                           const tombola_weights *weights, const tombola_batch *x, const tombola_batch *dy, float *m,
                           float *v, float *db) {
  if (!within_reach(x, 1) || !within_reach(dy, 1)) {
    return TOMBOLA_SHAPE;
  }
  const linear_gradient g = gradient_of(weights, x, dy);
  const delivery to = stepped(context, rule, iteration, weights->values, m, v, weights->mask, db);
  return noting(context) && weights->rows.start != nullptr ? note(context, update_operands{g, weights->rows, to})
                                                           : gradient(context, g, weights, dy, to);
}
