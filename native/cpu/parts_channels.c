/* What goes channel by channel, or value by value, in parts. */
#include "helpers.h"
#include "parts.h"

enum { TOUCHED = 32 }; /* multiply-adds that take as long as a value that is only read and written */

typedef struct {
  const tombola_context *context;
  const tombola_window *window;
  const tombola_norm *norm;
  const tombola_batch *x, *dy;
  const float *gate;
  int32_t activation;
  float *dscale, *dshift;
  tombola_batch *to;
} passing;

static int64_t work_of(const tombola_batch *batch) {
  return (int64_t)batch->features * batch->lanes * TOUCHED;
}

static void max_pool_forward_part(const void *task, int32_t part, int32_t parts) {
  const passing *p = task;
  const int32_t channels = p->window->channels;
  const band b = band_of(channels, part, parts);
  const tombola_window window = window_part(p->window, b);
  const tombola_batch x = batch_part(p->x, channels, b);
  tombola_batch y = batch_part(p->to, channels, b);
  p->context->max_pool_forward(&window, &x, &y);
}

static void max_pool_backward_part(const void *task, int32_t part, int32_t parts) {
  const passing *p = task;
  const int32_t channels = p->window->channels;
  const band b = band_of(channels, part, parts);
  const tombola_window window = window_part(p->window, b);
  const tombola_batch x = batch_part(p->x, channels, b), dy = batch_part(p->dy, channels, b);
  tombola_batch dx = batch_part(p->to, channels, b);
  p->context->max_pool_backward(&window, &x, &dy, on_const(p->gate, floats_before(p->to, channels, b)), &dx);
}

static tombola_norm norm_part(const tombola_norm *norm, band b) {
  return (tombola_norm){.scale = norm->scale + b.from,
                        .shift = norm->shift + b.from,
                        .running_mean = norm->running_mean + b.from,
                        .running_variance = norm->running_variance + b.from,
                        .mean = on(norm->mean, b.from),
                        .inverse_deviation = on(norm->inverse_deviation, b.from),
                        .channels = b.count};
}

static void batch_norm_forward_part(const void *task, int32_t part, int32_t parts) {
  const passing *p = task;
  const band b = band_of(p->norm->channels, part, parts);
  tombola_norm norm = norm_part(p->norm, b);
  const tombola_batch x = batch_part(p->x, p->norm->channels, b);
  tombola_batch y = batch_part(p->to, p->norm->channels, b);
  p->context->batch_norm_forward(&norm, &x, p->activation, &y);
}

static void batch_norm_infer_part(const void *task, int32_t part, int32_t parts) {
  const passing *p = task;
  const band b = band_of(p->norm->channels, part, parts);
  const tombola_norm norm = norm_part(p->norm, b);
  const tombola_batch x = batch_part(p->x, p->norm->channels, b);
  tombola_batch y = batch_part(p->to, p->norm->channels, b);
  p->context->batch_norm_infer(&norm, &x, p->activation, &y);
}

static void batch_norm_backward_part(const void *task, int32_t part, int32_t parts) {
  const passing *p = task;
  const int32_t channels = p->norm->channels;
  const band b = band_of(channels, part, parts);
  const tombola_norm norm = norm_part(p->norm, b);
  const tombola_batch x = batch_part(p->x, channels, b), dy = batch_part(p->dy, channels, b);
  tombola_batch dx = batch_part(p->to, channels, b);
  p->context->batch_norm_backward(&norm, &x, &dy, on_const(p->gate, floats_before(p->to, channels, b)),
                                  p->dscale + b.from, p->dshift + b.from, &dx);
}

void share_max_pool_forward(const tombola_context *context, const tombola_window *window, const tombola_batch *x,
                            tombola_batch *y) {
  const passing p = {.context = context, .window = window, .x = x, .to = y};
  do_in_parts(max_pool_forward_part, &p, work_of(x), window->channels);
}

void share_max_pool_backward(const tombola_context *context, const tombola_window *window, const tombola_batch *x,
                             const tombola_batch *dy, const float *gate, tombola_batch *dx) {
  const passing p = {.context = context, .window = window, .x = x, .dy = dy, .gate = gate, .to = dx};
  do_in_parts(max_pool_backward_part, &p, work_of(x), window->channels);
}

void share_batch_norm_forward(const tombola_context *context, tombola_norm *norm, const tombola_batch *x,
                              int32_t activation, tombola_batch *y) {
  const passing p = {.context = context, .norm = norm, .x = x, .activation = activation, .to = y};
  do_in_parts(batch_norm_forward_part, &p, work_of(x), norm->channels);
}

void share_batch_norm_infer(const tombola_context *context, const tombola_norm *norm, const tombola_batch *x,
                            int32_t activation, tombola_batch *y) {
  const passing p = {.context = context, .norm = norm, .x = x, .activation = activation, .to = y};
  do_in_parts(batch_norm_infer_part, &p, work_of(x), norm->channels);
}

void share_batch_norm_backward(const tombola_context *context, const tombola_norm *norm, const tombola_batch *x,
                               const tombola_batch *dy, const float *gate, float *dscale, float *dshift,
                               tombola_batch *dx) {
  const passing p = {
      .context = context, .norm = norm, .x = x, .dy = dy, .gate = gate, .dscale = dscale, .dshift = dshift, .to = dx};
  do_in_parts(batch_norm_backward_part, &p, work_of(x), norm->channels);
}

typedef struct {
  const tombola_context *context;
  const float *a, *b, *gate;
  int32_t activation;
  float *y;
  int64_t count;
} addition;

static void add_part(const void *task, int32_t part, int32_t parts) {
  const addition *p = task;
  const int64_t all = p->count / TOMBOLA_LANES; /* registers that are whole on every processor */
  const int64_t from = all * part / parts * TOMBOLA_LANES, end = all * (part + 1) / parts * TOMBOLA_LANES;
  p->context->add(p->a + from, p->b + from, p->activation, on_const(p->gate, from), p->y + from, end - from);
}

void share_add(const tombola_context *context, const float *a, const float *b, int32_t activation, const float *gate,
               float *y, int64_t count) {
  const addition p = {context, a, b, gate, activation, y, count};
  do_in_parts(add_part, &p, count * TOUCHED, count / TOMBOLA_LANES);
}
