/* Drivers of ReLU; arithmetic is in body/relu.inc. */
#include "check.h"

int32_t tombola_relu_forward(const tombola_context *context, const tombola_batch *x, tombola_batch *y) {
  if (context == NULL) {
    return TOMBOLA_NULL;
  }
  TOMBOLA_TRY(check_same_shape(x, y));
  return RUN(context, relu_forward, x->data, y->data, (int64_t)x->features * x->lanes);
}

int32_t tombola_relu_backward(const tombola_context *context, const tombola_batch *y, const tombola_batch *dy,
                              tombola_batch *dx) {
  if (context == NULL) {
    return TOMBOLA_NULL;
  }
  TOMBOLA_TRY(check_same_shape(y, dy));
  TOMBOLA_TRY(check_same_shape(dy, dx));
  return RUN(context, relu_backward, y->data, dy->data, dx->data, (int64_t)y->features * y->lanes);
}
