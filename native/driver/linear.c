/* Drivers of the linear layer: operands are checked here, arithmetic is in body/linear_*.inc. */
#include "check.h"

static int32_t check_linear(const tombola_weights *weights) {
  TOMBOLA_TRY(check_weights(weights));
  return weights->taps == 1 ? TOMBOLA_OK : TOMBOLA_SHAPE;
}

int32_t tombola_linear_forward(const tombola_context *context, const tombola_weights *weights, const tombola_span *bias,
                               const tombola_batch *x, int32_t activation, tombola_batch *y) {
  if (context == NULL) {
    return TOMBOLA_NULL;
  }
  TOMBOLA_TRY(check_linear(weights));
  TOMBOLA_TRY(check_span(bias, weights->outputs));
  TOMBOLA_TRY(check_input(x));
  TOMBOLA_TRY(check_batch(y));
  if (x->features != weights->inputs || y->features != weights->outputs || x->size != y->size) {
    return TOMBOLA_SHAPE;
  }
  TOMBOLA_TRY(check_activation(activation));
  return SHARE(context, linear_forward, weights, bias->data, x, activation, y);
}

int32_t tombola_linear_backward_input(const tombola_context *context, const tombola_weights *weights,
                                      const tombola_batch *dy, const tombola_batch *gate, tombola_batch *dx) {
  if (context == NULL) {
    return TOMBOLA_NULL;
  }
  TOMBOLA_TRY(check_linear(weights));
  TOMBOLA_TRY(check_batch(dy));
  TOMBOLA_TRY(check_batch(dx));
  if (dy->features != weights->outputs || dx->features != weights->inputs || dy->size != dx->size) {
    return TOMBOLA_SHAPE;
  }
  TOMBOLA_TRY(check_gate(gate, dx));
  return SHARE(context, linear_backward_input, weights, dy, data_or_null(gate), dx);
}

/* The operands of a weight gradient. */
static int32_t check_gradient(const tombola_context *context, const tombola_weights *weights, const tombola_batch *x,
                              const tombola_batch *dy) {
  if (context == NULL) {
    return TOMBOLA_NULL;
  }
  TOMBOLA_TRY(check_linear(weights));
  TOMBOLA_TRY(check_batch(x));
  TOMBOLA_TRY(check_batch(dy));
  return x->features == weights->inputs && dy->features == weights->outputs && x->size == dy->size ? TOMBOLA_OK
                                                                                                   : TOMBOLA_SHAPE;
}

int32_t tombola_linear_backward_weight(const tombola_context *context, const tombola_weights *weights,
                                       const tombola_batch *x, const tombola_batch *dy, tombola_span *dw) {
  TOMBOLA_TRY(check_gradient(context, weights, x, dy));
  TOMBOLA_TRY(check_span(dw, weights->survivors));
  return SHARE(context, linear_backward_weight, weights, x, dy, dw->data);
}

int32_t tombola_linear_update(const tombola_context *context, const tombola_rule *rule, int32_t iteration,
                              const tombola_weights *weights, const tombola_batch *x, const tombola_batch *dy,
                              tombola_span *m, tombola_span *v, tombola_span *db) {
  TOMBOLA_TRY(check_gradient(context, weights, x, dy));
  TOMBOLA_TRY(check_rule(rule, iteration));
  TOMBOLA_TRY(check_state(rule, m, v, weights->survivors));
  if (db != NULL) {
    TOMBOLA_TRY(check_span(db, weights->outputs));
  }
  return SHARE(context, linear_update, rule, iteration, weights, x, dy, m->data, v == NULL ? NULL : v->data,
               db == NULL ? NULL : db->data);
}

int32_t tombola_bias_backward(const tombola_context *context, const tombola_batch *dy, tombola_span *db) {
  if (context == NULL || db == NULL) {
    return TOMBOLA_NULL;
  }
  TOMBOLA_TRY(check_batch(dy));
  if (db->length < 1 || dy->features % db->length != 0) {
    return TOMBOLA_SHAPE;
  }
  TOMBOLA_TRY(check_data(db->data));
  return RUN(context, bias_backward, dy, db->data, db->length);
}
