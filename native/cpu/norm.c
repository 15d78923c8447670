/* Drivers of batch normalisation; arithmetic is in body/norm.inc. */
#include "check.h"

/* The numbers of a normalisation; those of the last batch where `trains`. */
static int32_t check_norm(const tombola_context *context, const tombola_norm *norm, int trains, const tombola_batch *x,
                          const tombola_batch *y) {
  if (context == NULL || norm == NULL) {
    return TOMBOLA_NULL;
  }
  const float *numbers[] = {
      norm->scale, norm->shift, norm->running_mean, norm->running_variance, norm->mean, norm->inverse_deviation};
  for (int i = 0; i < (trains ? 6 : 4); i++) {
    TOMBOLA_TRY(check_data(numbers[i]));
  }
  TOMBOLA_TRY(check_same_shape(x, y));
  return norm->channels >= 1 && x->features % norm->channels == 0 ? TOMBOLA_OK : TOMBOLA_SHAPE;
}

static int32_t check_activation(int32_t activation) {
  return activation == TOMBOLA_IDENTITY || activation == TOMBOLA_RELU ? TOMBOLA_OK : TOMBOLA_RANGE;
}

int32_t tombola_batch_norm_forward(const tombola_context *context, tombola_norm *norm, const tombola_batch *x,
                                   int32_t activation, tombola_batch *y) {
  TOMBOLA_TRY(check_norm(context, norm, 1, x, y));
  TOMBOLA_TRY(check_activation(activation));
  context->batch_norm_forward(norm, x, activation, y);
  return TOMBOLA_OK;
}

int32_t tombola_batch_norm_infer(const tombola_context *context, const tombola_norm *norm, const tombola_batch *x,
                                 int32_t activation, tombola_batch *y) {
  TOMBOLA_TRY(check_norm(context, norm, 0, x, y));
  TOMBOLA_TRY(check_activation(activation));
  context->batch_norm_infer(norm, x, activation, y);
  return TOMBOLA_OK;
}

int32_t tombola_batch_norm_backward(const tombola_context *context, const tombola_norm *norm, const tombola_batch *x,
                                    const tombola_batch *dy, const tombola_batch *gate, tombola_span *dscale,
                                    tombola_span *dshift, tombola_batch *dx) {
  TOMBOLA_TRY(check_norm(context, norm, 1, x, dy));
  TOMBOLA_TRY(check_same_shape(dy, dx));
  if (gate != NULL) {
    TOMBOLA_TRY(check_same_shape(gate, dx));
  }
  TOMBOLA_TRY(check_span(dscale, norm->channels));
  TOMBOLA_TRY(check_span(dshift, norm->channels));
  context->batch_norm_backward(norm, x, dy, gate == NULL ? NULL : gate->data, dscale->data, dshift->data, dx);
  return TOMBOLA_OK;
}
