/* Drivers of pooling; arithmetic is in body/pool.inc. */
#include "check.h"

/* Windows that do not overlap, what they read and what they make, or their gradients. */
static int32_t check_pool(const tombola_context *context, const tombola_window *window, const tombola_batch *x,
                          const tombola_batch *y) {
  if (context == NULL) {
    return TOMBOLA_NULL;
  }
  TOMBOLA_TRY(check_window(window));
  TOMBOLA_TRY(check_batch(x));
  TOMBOLA_TRY(check_batch(y));
  const int64_t in = (int64_t)window->height * window->width;
  const int64_t out = (int64_t)window_rows(window) * window_columns(window);
  const int apart = window->stride == window->kernel_height && window->stride == window->kernel_width;
  if (!apart || window->padding != 0 || in > x->features || out > y->features || x->features != window->channels * in ||
      y->features != window->channels * out || x->size != y->size) {
    return TOMBOLA_SHAPE;
  }
  return TOMBOLA_OK;
}

int32_t tombola_max_pool_forward(const tombola_context *context, const tombola_window *window, const tombola_batch *x,
                                 tombola_batch *y) {
  TOMBOLA_TRY(check_pool(context, window, x, y));
  return SHARE(context, max_pool_forward, window, x, y);
}

int32_t tombola_max_pool_backward(const tombola_context *context, const tombola_window *window, const tombola_batch *x,
                                  const tombola_batch *dy, const tombola_batch *gate, tombola_batch *dx) {
  TOMBOLA_TRY(check_pool(context, window, x, dy));
  TOMBOLA_TRY(check_same_shape(x, dx));
  TOMBOLA_TRY(check_gate(gate, dx));
  return SHARE(context, max_pool_backward, window, x, dy, data_or_null(gate), dx);
}

/* Features of x, all positions of each, and one feature of y for each. */
static int32_t check_average(const tombola_context *context, const tombola_batch *x, const tombola_batch *y) {
  if (context == NULL) {
    return TOMBOLA_NULL;
  }
  TOMBOLA_TRY(check_batch(x));
  TOMBOLA_TRY(check_batch(y));
  return x->features % y->features == 0 && x->size == y->size ? TOMBOLA_OK : TOMBOLA_SHAPE;
}

int32_t tombola_average_pool_forward(const tombola_context *context, const tombola_batch *x, tombola_batch *y) {
  TOMBOLA_TRY(check_average(context, x, y));
  return RUN(context, average_pool_forward, x, y);
}

int32_t tombola_average_pool_backward(const tombola_context *context, const tombola_batch *dy,
                                      const tombola_batch *gate, tombola_batch *dx) {
  TOMBOLA_TRY(check_average(context, dx, dy));
  TOMBOLA_TRY(check_gate(gate, dx));
  return RUN(context, average_pool_backward, dy, data_or_null(gate), dx);
}
