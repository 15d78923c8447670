/* Layers with weights in parts: neighbouring outputs, or input channels. */
#include "helpers.h"
#include "parts.h"

enum {
  LINES_LEAST = 64,   /* of a part that is not cut into rows */
  CHANNELS_LEAST = 4, /* of a band of dense weights */
};

static tombola_weights rows_part(const tombola_weights *weights, band outputs) {
  tombola_weights part = *weights;
  part.outputs = outputs.count;
  part.survivors = weights->survivors * outputs.count / weights->outputs;
  if (weights->rows.start == NULL) {
    part.values += (int64_t)outputs.from * weights->stride;
    part.mask = weights->mask == NULL ? NULL : weights->mask + (int64_t)outputs.from * weights->stride;
  } else {
    part.rows.start += outputs.from;
  }
  return part;
}

static tombola_weights columns_part(const tombola_weights *weights, band channels) {
  tombola_weights part = *weights;
  part.inputs = channels.count * weights->taps;
  if (weights->rows.start == NULL) {
    part.values += (int64_t)channels.from * weights->taps;
  } else {
    part.columns.start += channels.from;
  }
  return part;
}

static int64_t products(const tombola_weights *weights, const tombola_batch *outputs) {
  return weights->survivors * (outputs->features / weights->outputs) * outputs->lanes;
}

typedef struct {
  const tombola_context *context;
  const tombola_window *window; /* null: a linear layer */
  const tombola_weights *weights;
  const float *bias, *gate;
  const tombola_batch *from, *to;
  int32_t activation;
} product;

/* Each part copies together what it reads, so narrow layers, which do little with it, are cut into rows of images. */
static int cut_into_rows(int32_t lines, int32_t rows, int32_t parts) {
  return lines < LINES_LEAST * parts && rows >= parts;
}

static int32_t larger(int32_t a, int32_t b) {
  return a > b ? a : b;
}

static void forward_part(const void *task, int32_t part, int32_t parts) {
  const product *p = task;
  const int32_t outputs = p->weights->outputs, rows = p->window == NULL ? 0 : window_rows(p->window);
  if (cut_into_rows(outputs, rows, parts)) {
    tombola_batch y = *p->to;
    p->context->conv_forward(p->window, p->weights, p->bias, p->from, p->activation, &y, even_band(rows, part, parts));
    return;
  }
  const band b = band_of(outputs, part, parts);
  const tombola_weights w = rows_part(p->weights, b);
  tombola_batch y = batch_part(p->to, outputs, b);
  const float *bias = on_const(p->bias, b.from);
  if (p->window == NULL) {
    p->context->linear_forward(&w, bias, p->from, p->activation, &y);
  } else {
    p->context->conv_forward(p->window, &w, bias, p->from, p->activation, &y, (band){0, rows});
  }
}

static void backward_input_part(const void *task, int32_t part, int32_t parts) {
  const product *p = task;
  const int32_t channels = p->weights->inputs / p->weights->taps, rows = p->window == NULL ? 0 : p->window->height;
  if (cut_into_rows(channels, rows, parts)) {
    tombola_batch dx = *p->to;
    p->context->conv_backward_input(p->window, p->weights, p->from, p->gate, &dx, even_band(rows, part, parts));
    return;
  }
  const band b = band_of(channels, part, parts);
  const tombola_weights w = columns_part(p->weights, b);
  tombola_batch dx = batch_part(p->to, channels, b);
  const float *gate = on_const(p->gate, floats_before(p->to, channels, b));
  if (p->window == NULL) {
    p->context->linear_backward_input(&w, p->from, gate, &dx);
  } else {
    const tombola_window window = window_part(p->window, b);
    p->context->conv_backward_input(&window, &w, p->from, gate, &dx, (band){0, rows});
  }
}

typedef struct {
  const tombola_context *context;
  const tombola_rule *rule; /* null: gradients are kept, in dw */
  int32_t iteration;
  const tombola_window *window; /* null: a linear layer */
  const tombola_weights *weights;
  const tombola_batch *x, *dy;
  float *dw, *m, *v, *db;
} gradient;

/* Into how many bands of channels a convolution's gradient is cut besides its outputs, so that of x and dy together
 * least is copied: whole blocks of an index. */
static int32_t bands_of(const tombola_weights *w, int32_t parts) {
  const int64_t channels = w->inputs / w->taps;
  const int64_t most = w->rows.start == NULL ? channels / CHANNELS_LEAST : w->rows.blocks;
  int32_t bands = 1;
  while (parts % (2 * bands) == 0 && 2 * bands <= most && channels * parts > 2 * bands * bands * (int64_t)w->outputs) {
    bands *= 2;
  }
  return bands;
}

/* Leaves one of the bands of channels. */
static band keep_channels(tombola_weights *w, int32_t which, int32_t bands) {
  const int32_t channels = w->inputs / w->taps;
  if (w->rows.start == NULL) {
    const band b = even_band(channels, which, bands);
    const int64_t ahead = (int64_t)b.from * w->taps;
    w->values += ahead;
    w->mask = w->mask == NULL ? NULL : w->mask + ahead;
    w->inputs = which + 1 < bands ? w->stride : w->inputs; /* what fills up rows is the last band's */
    return b;
  }
  const int32_t unit = w->rows.block / w->taps;
  const band blocks = even_band(w->rows.blocks, which, bands);
  const int32_t from = blocks.from * unit, left = channels - from;
  w->rows.start += (int64_t)blocks.from * w->rows.lines;
  w->rows.blocks = blocks.count;
  w->survivors /= bands;
  return (band){from, left < blocks.count * unit ? left : blocks.count * unit};
}

static void conv_gradient_part(const gradient *g, int32_t part, int32_t parts) {
  const int32_t bands = bands_of(g->weights, parts), outputs = g->weights->outputs;
  const band b = band_of(outputs, part / bands, parts / bands);
  tombola_weights w = rows_part(g->weights, b);
  const band channels = keep_channels(&w, part % bands, bands);
  const int64_t ahead = w.values - g->weights->values;
  const tombola_window window = window_part(g->window, channels);
  const tombola_batch x = batch_part(g->x, g->window->channels, channels), dy = batch_part(g->dy, outputs, b);
  if (g->rule == NULL) {
    g->context->conv_backward_weight(&window, &w, &x, &dy, g->dw + ahead);
  } else {
    g->context->conv_update(g->rule, g->iteration, &window, &w, &x, &dy, on(g->m, ahead), on(g->v, ahead),
                            channels.from == 0 ? on(g->db, b.from) : NULL);
  }
}

static void linear_gradient_part(const gradient *g, int32_t part, int32_t parts) {
  const band b = band_of(g->weights->outputs, part, parts);
  const tombola_weights w = rows_part(g->weights, b);
  const int64_t ahead = w.values - g->weights->values;
  const tombola_batch dy = batch_part(g->dy, g->weights->outputs, b);
  if (g->rule == NULL) {
    g->context->linear_backward_weight(&w, g->x, &dy, g->dw + ahead);
  } else {
    g->context->linear_update(g->rule, g->iteration, &w, g->x, &dy, on(g->m, ahead), on(g->v, ahead),
                              on(g->db, b.from));
  }
}

static void gradient_part(const void *task, int32_t part, int32_t parts) {
  const gradient *g = task;
  if (g->window == NULL) {
    linear_gradient_part(g, part, parts);
  } else {
    conv_gradient_part(g, part, parts);
  }
}

void share_linear_forward(const tombola_context *context, const tombola_weights *weights, const float *bias,
                          const tombola_batch *x, int32_t activation, tombola_batch *y) {
  const product p = {context, NULL, weights, bias, NULL, x, y, activation};
  do_in_parts(forward_part, &p, products(weights, y), weights->outputs);
}

void share_conv_forward(const tombola_context *context, const tombola_window *window, const tombola_weights *weights,
                        const float *bias, const tombola_batch *x, int32_t activation, tombola_batch *y) {
  const product p = {context, window, weights, bias, NULL, x, y, activation};
  do_in_parts(forward_part, &p, products(weights, y), larger(weights->outputs, window_rows(window)));
}

void share_linear_backward_input(const tombola_context *context, const tombola_weights *weights,
                                 const tombola_batch *dy, const float *gate, tombola_batch *dx) {
  const product p = {context, NULL, weights, NULL, gate, dy, dx, 0};
  do_in_parts(backward_input_part, &p, products(weights, dy), weights->inputs / weights->taps);
}

void share_conv_backward_input(const tombola_context *context, const tombola_window *window,
                               const tombola_weights *weights, const tombola_batch *dy, const float *gate,
                               tombola_batch *dx) {
  const product p = {context, window, weights, NULL, gate, dy, dx, 0};
  do_in_parts(backward_input_part, &p, products(weights, dy), larger(window->channels, window->height));
}

void share_linear_backward_weight(const tombola_context *context, const tombola_weights *weights,
                                  const tombola_batch *x, const tombola_batch *dy, float *dw) {
  const gradient g = {context, NULL, 0, NULL, weights, x, dy, dw, NULL, NULL, NULL};
  do_in_parts(gradient_part, &g, products(weights, dy), weights->outputs);
}

void share_conv_backward_weight(const tombola_context *context, const tombola_window *window,
                                const tombola_weights *weights, const tombola_batch *x, const tombola_batch *dy,
                                float *dw) {
  const gradient g = {context, NULL, 0, window, weights, x, dy, dw, NULL, NULL, NULL};
  do_in_parts(gradient_part, &g, products(weights, dy), weights->outputs);
}

void share_linear_update(const tombola_context *context, const tombola_rule *rule, int32_t iteration,
                         const tombola_weights *weights, const tombola_batch *x, const tombola_batch *dy, float *m,
                         float *v, float *db) {
  const gradient g = {context, rule, iteration, NULL, weights, x, dy, NULL, m, v, db};
  do_in_parts(gradient_part, &g, products(weights, dy), weights->outputs);
}

void share_conv_update(const tombola_context *context, const tombola_rule *rule, int32_t iteration,
                       const tombola_window *window, const tombola_weights *weights, const tombola_batch *x,
                       const tombola_batch *dy, float *m, float *v, float *db) {
  const gradient g = {context, rule, iteration, window, weights, x, dy, NULL, m, v, db};
  do_in_parts(gradient_part, &g, products(weights, dy), weights->outputs);
}
