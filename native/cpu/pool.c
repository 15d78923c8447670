/* Drivers of pooling; arithmetic is in body/pool.inc. */
#include "check.h"

/* x is pooled to y by windows that do not overlap. */
static int32_t check_max_pool(const tombola_context *context, const tombola_window *window, const tombola_batch *x,
                              const tombola_batch *y) {
  if (context == NULL) {
    return TOMBOLA_NULL;
  }
  TOMBOLA_TRY(check_window(window));
  TOMBOLA_TRY(check_batch(x));
  TOMBOLA_TRY(check_batch(y));
  const int64_t in = (int64_t)window->height * window->width;
  const int64_t out = (int64_t)window_rows(window) * window_columns(window);
  return window->stride == window->kernel_height && window->stride == window->kernel_width && window->padding == 0 &&
                 in <= x->features && x->features == window->channels * in && y->features == window->channels * out &&
                 x->size == y->size
             ? TOMBOLA_OK
             : TOMBOLA_SHAPE;
}

int32_t tombola_max_pool_forward(const tombola_context *context, const tombola_window *window, const tombola_batch *x,
                                 tombola_batch *y) {
  TOMBOLA_TRY(check_max_pool(context, window, x, y));
  context->max_pool_forward(window, x, y);
  return TOMBOLA_OK;
}

int32_t tombola_max_pool_backward(const tombola_context *context, const tombola_window *window, const tombola_batch *x,
                                  const tombola_batch *dy, const tombola_batch *gate, tombola_batch *dx) {
  TOMBOLA_TRY(check_max_pool(context, window, x, dy));
  TOMBOLA_TRY(check_same_shape(x, dx));
  if (gate != NULL) {
    TOMBOLA_TRY(check_same_shape(gate, dx));
  }
  context->max_pool_backward(window, x, dy, gate == NULL ? NULL : gate->data, dx);
  return TOMBOLA_OK;
}

/* x has y's channels, of equally many positions. */
static int32_t check_average_pool(const tombola_context *context, const tombola_batch *x, const tombola_batch *y) {
  if (context == NULL) {
    return TOMBOLA_NULL;
  }
  TOMBOLA_TRY(check_batch(x));
  TOMBOLA_TRY(check_batch(y));
  return x->features % y->features == 0 && x->size == y->size ? TOMBOLA_OK : TOMBOLA_SHAPE;
}

int32_t tombola_average_pool_forward(const tombola_context *context, const tombola_batch *x, tombola_batch *y) {
  TOMBOLA_TRY(check_average_pool(context, x, y));
  context->average_pool_forward(x, y);
  return TOMBOLA_OK;
}

int32_t tombola_average_pool_backward(const tombola_context *context, const tombola_batch *dy,
                                      const tombola_batch *gate, tombola_batch *dx) {
  TOMBOLA_TRY(check_average_pool(context, dx, dy));
  if (gate != NULL) {
    TOMBOLA_TRY(check_same_shape(gate, dx));
  }
  context->average_pool_backward(dy, gate == NULL ? NULL : gate->data, dx);
  return TOMBOLA_OK;
}
