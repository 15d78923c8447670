/* Drivers of the convolution: operands are checked here, arithmetic is in body/conv*.inc. */
#include "check.h"

/* Blocks hold all taps of whole channels, or of whole outputs, few enough to be copied together. */
static int32_t check_conv_index(const tombola_index *index, int32_t taps) {
  return index->block % taps == 0 && index->block <= BLOCK_MOST ? TOMBOLA_OK : TOMBOLA_SHAPE;
}

/* The weights of a convolution, what it reads, which was looked at already, and what it makes; or their gradients. */
static int32_t check_conv(const tombola_context *context, const tombola_window *window, const tombola_weights *weights,
                          const tombola_batch *x, const tombola_batch *y) {
  if (context == NULL) {
    return TOMBOLA_NULL;
  }
  TOMBOLA_TRY(check_window(window));
  TOMBOLA_TRY(check_weights(weights));
  TOMBOLA_TRY(check_batch(y));
  const int64_t taps = (int64_t)window->kernel_height * window->kernel_width;
  const int64_t in = (int64_t)window->height * window->width;
  const int64_t out = (int64_t)window_rows(window) * window_columns(window);
  if (taps > TAPS_MOST || weights->taps != taps || weights->inputs != window->channels * taps || in > x->features ||
      out > y->features || x->features != window->channels * in || y->features != weights->outputs * out ||
      x->size != y->size) {
    return TOMBOLA_SHAPE;
  }
  if (weights->rows.start == NULL) {
    return TOMBOLA_OK;
  }
  TOMBOLA_TRY(check_conv_index(&weights->rows, weights->taps));
  return check_conv_index(&weights->columns, weights->taps);
}

int32_t tombola_conv_forward(const tombola_context *context, const tombola_window *window,
                             const tombola_weights *weights, const tombola_span *bias, const tombola_batch *x,
                             int32_t activation, tombola_batch *y) {
  TOMBOLA_TRY(check_input(x));
  TOMBOLA_TRY(check_conv(context, window, weights, x, y));
  if (bias != NULL) {
    TOMBOLA_TRY(check_span(bias, weights->outputs));
  }
  TOMBOLA_TRY(check_activation(activation));
  return SHARE(context, conv_forward, window, weights, bias == NULL ? NULL : bias->data, x, activation, y);
}

int32_t tombola_conv_backward_input(const tombola_context *context, const tombola_window *window,
                                    const tombola_weights *weights, const tombola_batch *dy, const tombola_batch *gate,
                                    tombola_batch *dx) {
  TOMBOLA_TRY(check_batch(dx));
  TOMBOLA_TRY(check_conv(context, window, weights, dx, dy));
  TOMBOLA_TRY(check_gate(gate, dx));
  return SHARE(context, conv_backward_input, window, weights, dy, data_or_null(gate), dx);
}

int32_t tombola_conv_backward_weight(const tombola_context *context, const tombola_window *window,
                                     const tombola_weights *weights, const tombola_batch *x, const tombola_batch *dy,
                                     tombola_span *dw) {
  TOMBOLA_TRY(check_batch(x));
  TOMBOLA_TRY(check_conv(context, window, weights, x, dy));
  TOMBOLA_TRY(check_span(dw, weights->survivors));
  return SHARE(context, conv_backward_weight, window, weights, x, dy, dw->data);
}

int32_t tombola_conv_update(const tombola_context *context, const tombola_rule *rule, int32_t iteration,
                            const tombola_window *window, const tombola_weights *weights, const tombola_batch *x,
                            const tombola_batch *dy, tombola_span *m, tombola_span *v, tombola_span *db) {
  TOMBOLA_TRY(check_batch(x));
  TOMBOLA_TRY(check_conv(context, window, weights, x, dy));
  TOMBOLA_TRY(check_rule(rule, iteration));
  TOMBOLA_TRY(check_state(rule, m, v, weights->survivors));
  if (db != NULL) {
    TOMBOLA_TRY(check_span(db, weights->outputs));
  }
  return SHARE(context, conv_update, rule, iteration, window, weights, x, dy, m->data, v == NULL ? NULL : v->data,
               db == NULL ? NULL : db->data);
}
