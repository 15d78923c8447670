/* Drivers of batch normalisation; arithmetic is in body/norm.inc. */
#include "check.h"

/* The numbers of a normalisation, what it reads and what it makes, or their gradients. */
static int32_t check_norm(const tombola_context *context, const tombola_norm *norm, const tombola_batch *x,
                          const tombola_batch *y) {
  if (context == NULL || norm == NULL) {
    return TOMBOLA_NULL;
  }
  TOMBOLA_TRY(check_data(norm->scale));
  TOMBOLA_TRY(check_data(norm->shift));
  TOMBOLA_TRY(check_data(norm->running_mean));
  TOMBOLA_TRY(check_data(norm->running_variance));
  TOMBOLA_TRY(check_same_shape(x, y));
  return norm->channels > 0 && x->features % norm->channels == 0 ? TOMBOLA_OK : TOMBOLA_SHAPE;
}

/* The statistics of a batch in training. */
static int32_t check_statistics(const tombola_norm *norm) {
  TOMBOLA_TRY(check_data(norm->mean));
  return check_data(norm->inverse_deviation);
}

int32_t tombola_batch_norm_forward(const tombola_context *context, tombola_norm *norm, const tombola_batch *x,
                                   int32_t activation, tombola_batch *y) {
  TOMBOLA_TRY(check_norm(context, norm, x, y));
  TOMBOLA_TRY(check_statistics(norm));
  TOMBOLA_TRY(check_activation(activation));
  return SHARE(context, batch_norm_forward, norm, x, activation, y);
}

int32_t tombola_batch_norm_infer(const tombola_context *context, const tombola_norm *norm, const tombola_batch *x,
                                 int32_t activation, tombola_batch *y) {
  TOMBOLA_TRY(check_norm(context, norm, x, y));
  TOMBOLA_TRY(check_activation(activation));
  return SHARE(context, batch_norm_infer, norm, x, activation, y);
}

int32_t tombola_batch_norm_backward(const tombola_context *context, const tombola_norm *norm, const tombola_batch *x,
                                    const tombola_batch *dy, const tombola_batch *gate, tombola_span *dscale,
                                    tombola_span *dshift, tombola_batch *dx) {
  TOMBOLA_TRY(check_norm(context, norm, x, dy));
  TOMBOLA_TRY(check_statistics(norm));
  TOMBOLA_TRY(check_same_shape(dy, dx));
  TOMBOLA_TRY(check_gate(gate, dx));
  TOMBOLA_TRY(check_span(dscale, norm->channels));
  TOMBOLA_TRY(check_span(dshift, norm->channels));
  return SHARE(context, batch_norm_backward, norm, x, dy, data_or_null(gate), dscale->data, dshift->data, dx);
}
