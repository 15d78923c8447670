/* Drivers of the linear layer: operands are checked here, arithmetic is in body/linear_*.inc. */
#include "check.h"

int32_t tombola_linear_forward(const tombola_context *context, const tombola_weights *weights, const tombola_span *bias,
                               const tombola_batch *x, tombola_batch *y) {
  if (context == NULL) {
    return TOMBOLA_NULL;
  }
  TOMBOLA_TRY(check_weights(weights));
  TOMBOLA_TRY(check_span(bias, weights->outputs));
  TOMBOLA_TRY(check_batch(x));
  TOMBOLA_TRY(check_batch(y));
  if (x->features != weights->inputs || y->features != weights->outputs || x->size != y->size) {
    return TOMBOLA_SHAPE;
  }
  context->linear_forward(weights, bias->data, x, y);
  return TOMBOLA_OK;
}

int32_t tombola_linear_backward_input(const tombola_context *context, const tombola_weights *weights,
                                      const tombola_batch *dy, tombola_batch *dx) {
  if (context == NULL) {
    return TOMBOLA_NULL;
  }
  TOMBOLA_TRY(check_weights(weights));
  TOMBOLA_TRY(check_batch(dy));
  TOMBOLA_TRY(check_batch(dx));
  if (dy->features != weights->outputs || dx->features != weights->inputs || dy->size != dx->size) {
    return TOMBOLA_SHAPE;
  }
  context->linear_backward_input(weights, dy, dx);
  return TOMBOLA_OK;
}

int32_t tombola_linear_backward_weight(const tombola_context *context, const tombola_weights *weights,
                                       const tombola_batch *x, const tombola_batch *dy, tombola_span *dw) {
  if (context == NULL) {
    return TOMBOLA_NULL;
  }
  TOMBOLA_TRY(check_weights(weights));
  TOMBOLA_TRY(check_batch(x));
  TOMBOLA_TRY(check_batch(dy));
  TOMBOLA_TRY(check_span(dw, weights->survivors));
  if (x->features != weights->inputs || dy->features != weights->outputs || x->size != dy->size) {
    return TOMBOLA_SHAPE;
  }
  context->linear_backward_weight(weights, x, dy, dw->data);
  return TOMBOLA_OK;
}

int32_t tombola_bias_backward(const tombola_context *context, const tombola_batch *dy, tombola_span *db) {
  if (context == NULL) {
    return TOMBOLA_NULL;
  }
  TOMBOLA_TRY(check_batch(dy));
  TOMBOLA_TRY(check_span(db, dy->features));
  context->bias_backward(dy, db->data);
  return TOMBOLA_OK;
}
