/* Every instruction set's convolutions and their input gradients against the sums written out plainly, to the bit, in
 * both forms, on shapes around the tiles, kernels, strides, borders and densities. */
#include "layer.h"

typedef struct {
  tombola_window window;
  int32_t outputs, size;
  double density;
  int32_t block; /* channels, or outputs, of a block; 0 for one block */
} problem;

typedef struct {
  int32_t rows, columns, taps;
  int64_t in, out; /* features of an image, and of what the window makes of it */
} shape;

static shape shape_of(const problem *p) {
  const tombola_window *w = &p->window;
  shape s = {(w->height + 2 * w->padding - w->kernel_height) / w->stride + 1,
             (w->width + 2 * w->padding - w->kernel_width) / w->stride + 1, w->kernel_height * w->kernel_width, 0, 0};
  s.in = (int64_t)w->channels * w->height * w->width;
  s.out = (int64_t)p->outputs * s.rows * s.columns;
  return s;
}

/* Offsets in an image of what a tap reads for position (r, c), in rows and columns; -1 outside. */
static int64_t source(const tombola_window *w, int32_t r, int32_t c, int32_t tap) {
  const int32_t row = r * w->stride + tap / w->kernel_width - w->padding;
  const int32_t column = c * w->stride + tap % w->kernel_width - w->padding;
  return row < 0 || row >= w->height || column < 0 || column >= w->width ? -1 : (int64_t)row * w->width + column;
}

/* y by the canonical order, all lanes of one sum at a time; bias may be null. */
static void forward(const problem *p, const layer *l, const float *bias, const float *x, float *y) {
  const tombola_window *w = &p->window;
  const shape s = shape_of(p);
  const int32_t lanes = lanes_of(p->size);
  const int64_t plane = (int64_t)w->height * w->width;
  for (int64_t o = 0; o < s.out; o++) {
    const int32_t m = (int32_t)(o / (s.rows * s.columns)), r = (int32_t)(o / s.columns % s.rows);
    const float *weight = l->weights.data + (int64_t)m * l->inputs;
    for (int32_t n = 0; n < lanes; n++) {
      y[o * lanes + n] = bias == NULL ? 0.0f : bias[m];
    }
    for (int32_t k = 0; k < l->inputs; k++) {
      const int64_t at = source(w, r, (int32_t)(o % s.columns), k % s.taps);
      for (int32_t n = 0; n < lanes && at >= 0; n++) {
        const float value = x[(k / s.taps * plane + at) * lanes + n];
        y[o * lanes + n] = fmaf(weight[k], value, y[o * lanes + n]);
      }
    }
    for (int32_t n = 0; n < lanes; n++) {
      y[o * lanes + n] += 0.0f;
    }
  }
}

/* dx by the canonical order: for each output and tap ascending, to everything that its window read. Within one output
 * and tap every element of dx is met at most once, so its chain is the one that is promised. */
static void backward(const problem *p, const layer *l, const float *dy, float *dx) {
  const tombola_window *w = &p->window;
  const shape s = shape_of(p);
  const int32_t lanes = lanes_of(p->size), positions = s.rows * s.columns;
  const int64_t plane = (int64_t)w->height * w->width;
  memset(dx, 0, (size_t)(s.in * lanes) * sizeof(float));
  for (int32_t m = 0; m < p->outputs; m++) {
    for (int32_t k = 0; k < l->inputs; k++) {
      const float weight = l->weights.data[(int64_t)m * l->inputs + k];
      for (int32_t i = 0; i < positions; i++) {
        const int64_t at = source(w, i / s.columns, i % s.columns, k % s.taps);
        float *sum = dx + (k / s.taps * plane + at) * lanes;
        const float *from = dy + ((int64_t)m * positions + i) * lanes;
        for (int32_t n = 0; n < lanes && at >= 0; n++) {
          sum[n] = fmaf(weight, from[n], sum[n]);
        }
      }
    }
  }
  for (int64_t i = 0; i < s.in * lanes; i++) {
    dx[i] += 0.0f;
  }
}

/* What the operations read, and what they should give. */
typedef struct {
  block bias, x, dy, y, relu, bare, dx, gated;
} answers;

static answers answers_new(const problem *p, const layer *l) {
  const shape s = shape_of(p);
  const int32_t lanes = lanes_of(p->size);
  answers a = {.bias = block_new(p->outputs), .x = block_new(s.in * lanes), .dy = block_new(s.out * lanes)};
  a.y = block_new(a.dy.count);
  a.bare = block_new(a.dy.count);
  a.dx = block_new(a.x.count);
  for (int64_t i = 0; i < a.dy.count; i++) { /* as every operation leaves it */
    a.dy.data[i] = i % lanes < p->size ? a.dy.data[i] : 0.0f;
  }
  forward(p, l, a.bias.data, a.x.data, a.y.data);
  forward(p, l, NULL, a.x.data, a.bare.data);
  backward(p, l, a.dy.data, a.dx.data);
  a.relu = rectified(&a.y);
  a.gated = gated(&a.dx, &a.x);
  return a;
}

static void answers_free(answers *a) {
  block *all[] = {&a->bias, &a->x, &a->dy, &a->y, &a->relu, &a->bare, &a->dx, &a->gated};
  for (int i = 0; i < COUNT(all); i++) {
    block_check_and_free(all[i]);
  }
}

static void check_form(const problem *p, const answers *a, const tombola_context *context,
                       const tombola_weights *weights, const char *form) {
  const tombola_window *w = &p->window;
  const shape s = shape_of(p);
  char what[200];
  snprintf(what, sizeof what, "%s, %s, [%d][%d][%d] to %d by %dx%d stride %d padding %d, batch %d, %g in blocks of %d",
           tombola_isa(context), form, w->channels, w->height, w->width, p->outputs, w->kernel_height, w->kernel_width,
           w->stride, w->padding, p->size, p->density, p->block);
  const tombola_span bias = {a->bias.data, a->bias.count};
  const tombola_batch x = batch_of(&a->x, (int32_t)s.in, p->size), dy = batch_of(&a->dy, (int32_t)s.out, p->size);
  block y = block_new(a->y.count), dx = block_new(a->dx.count);
  tombola_batch to = batch_of(&y, (int32_t)s.out, p->size), back = batch_of(&dx, (int32_t)s.in, p->size);
  EXPECT_STATUS(TOMBOLA_OK, tombola_conv_forward(context, w, weights, &bias, &x, TOMBOLA_IDENTITY, &to));
  expect_values("forward", what, a->y.data, &to);
  EXPECT_STATUS(TOMBOLA_OK, tombola_conv_forward(context, w, weights, &bias, &x, TOMBOLA_RELU, &to));
  expect_values("forward with ReLU", what, a->relu.data, &to);
  EXPECT_STATUS(TOMBOLA_OK, tombola_conv_forward(context, w, weights, NULL, &x, TOMBOLA_IDENTITY, &to));
  expect_values("forward without bias", what, a->bare.data, &to);
  EXPECT_STATUS(TOMBOLA_OK, tombola_conv_backward_input(context, w, weights, &dy, NULL, &back));
  expect_bits("backward input", what, a->dx.data, dx.data, dx.count);
  EXPECT_STATUS(TOMBOLA_OK, tombola_conv_backward_input(context, w, weights, &dy, &x, &back));
  expect_bits("gated backward input", what, a->gated.data, dx.data, dx.count);
  block_check_and_free(&y);
  block_check_and_free(&dx);
}

static void check(const problem *p, const tombola_context **contexts, int count) {
  const int32_t taps = shape_of(p).taps;
  layer l = layer_new(p->outputs, p->window.channels * taps, taps, p->density, p->block);
  answers a = answers_new(p, &l);
  for (int c = 0; c < count; c++) {
    check_form(p, &a, contexts[c], &l.as_dense, "dense");
    check_form(p, &a, contexts[c], &l.as_compressed, "compressed");
  }
  answers_free(&a);
  layer_free(&l);
}

static int32_t one_of(const int32_t *choices, int count) {
  return choices[random_bits() % (uint32_t)count];
}

static problem random_problem(void) {
  const int32_t kernels[] = {1, 2, 3, 3, 5}, channels[] = {1, 3, 5, 17}, outputs[] = {1, 5, 6, 7, 33};
  const int32_t sizes[] = {1, 17, 60, 128};
  const int32_t high = one_of(kernels, COUNT(kernels)), wide = one_of(kernels, COUNT(kernels));
  const int32_t padding = (int32_t)(random_bits() % (uint32_t)(high < wide ? high : wide));
  const int32_t height = (int32_t)(random_bits() % 9) + (high > 2 * padding ? high - 2 * padding : 1);
  const int32_t width = (int32_t)(random_bits() % 17) + (wide > 2 * padding ? wide - 2 * padding : 1);
  const tombola_window window = {one_of(channels, COUNT(channels)), height, width, high, wide,
                                 (int32_t)(random_bits() % 3) + 1,  padding};
  return (problem){window, one_of(outputs, COUNT(outputs)), one_of(sizes, COUNT(sizes)), random_unit(),
                   (int32_t)(random_bits() % 10)};
}

/* One thing wrong at a time. */
static void refuses_what_does_not_fit(const tombola_context *context) {
  const problem p = {{2, 5, 6, 3, 3, 1, 1}, 3, 4, 0.5, 1};
  layer l = layer_new(3, 18, 9, p.density, p.block);
  block bias = block_new(3), x = block_new(60 * 16), y = block_new(90 * 16);
  const tombola_span b = span_of(&bias), short_bias = {bias.data, 2};
  tombola_batch in = batch_of(&x, 60, 4), out = batch_of(&y, 90, 4), narrow = in, other_size = in, unaligned = in;
  narrow.features = 59;
  other_size.size = 5;
  unaligned.data++;
  const tombola_weights *w = &l.as_dense, *c = &l.as_compressed;
  const tombola_window *v = &p.window;
  EXPECT_STATUS(TOMBOLA_OK, tombola_conv_forward(context, v, w, &b, &in, TOMBOLA_RELU, &out));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_conv_forward(NULL, v, w, &b, &in, TOMBOLA_RELU, &out));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_conv_forward(context, NULL, w, &b, &in, TOMBOLA_RELU, &out));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_conv_forward(context, v, NULL, &b, &in, TOMBOLA_RELU, &out));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_conv_forward(context, v, w, &b, NULL, TOMBOLA_RELU, &out));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_conv_forward(context, v, w, &short_bias, &in, TOMBOLA_RELU, &out));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_conv_forward(context, v, w, &b, &narrow, TOMBOLA_RELU, &out));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_conv_forward(context, v, w, &b, &other_size, TOMBOLA_RELU, &out));
  EXPECT_STATUS(TOMBOLA_UNALIGNED, tombola_conv_forward(context, v, w, &b, &unaligned, TOMBOLA_RELU, &out));
  EXPECT_STATUS(TOMBOLA_RANGE, tombola_conv_forward(context, v, w, &b, &in, 2, &out));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_conv_backward_input(context, v, w, &in, NULL, &out));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_conv_backward_input(context, v, w, &out, &out, &in));
  EXPECT_STATUS(TOMBOLA_OK, tombola_conv_backward_input(context, v, w, &out, &in, &in));
  const tombola_window windows[] = {
      {2, 5, 6, 3, 3, 0, 1},          /* no stride */
      {2, 5, 6, 3, 3, 1, -1},         /* a negative border */
      {2, 5, 6, 3, 3, 1, 3},          /* positions that read the border only */
      {2, 5, 6, 3, 3, 1, 0},          /* not this many positions */
      {2, 5, 6, 9, 1, 1, 0},          /* a kernel taller than the image */
      {2, 5, 6, 1, 9, 1, 0},          /* and one wider */
      {2, 5, 6, 1, 9, 1, 2000000000}, /* beyond any image */
      {1, 5, 6, 3, 3, 1, 1},          /* other channels */
  };
  for (int i = 0; i < COUNT(windows); i++) {
    EXPECT_STATUS(TOMBOLA_SHAPE, tombola_conv_forward(context, &windows[i], w, &b, &in, TOMBOLA_RELU, &out));
  }
  tombola_weights flat = *w, split = *c, long_blocks = *c, short_columns = *c;
  flat.taps = 1;
  split.rows.block = 6; /* two thirds of a channel */
  split.rows.blocks = 3;
  long_blocks.rows.block = 9 * 342;
  long_blocks.rows.blocks = 1;
  short_columns.columns.blocks = 2;
  const tombola_weights *wrong[] = {&flat, &split, &long_blocks, &short_columns};
  for (int i = 0; i < COUNT(wrong); i++) {
    EXPECT_STATUS(TOMBOLA_SHAPE, tombola_conv_forward(context, v, wrong[i], &b, &in, TOMBOLA_RELU, &out));
  }
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_linear_forward(context, w, &b, &in, TOMBOLA_IDENTITY, &out));
  block_check_and_free(&bias);
  block_check_and_free(&x);
  block_check_and_free(&y);
  layer_free(&l);
}

/* Windows that fit their weights and images, but none that there may be. */
static void refuses_windows(const tombola_context *context) {
  const struct {
    tombola_window window;
    int32_t y; /* positions that it puts out */
  } wrong[] = {
      {{1, 5, 6, 3, 1, 1, 1}, 5 * 8},     /* columns that read the border only */
      {{1, 5, 6, 1, 3, 1, 1}, 7 * 6},     /* and rows */
      {{1, 1, 16385, 1, 1, 1, 0}, 16385}, /* too wide an image */
      {{1, 16385, 1, 1, 1, 1, 0}, 16385}, /* too high a one */
      {{1, 1, 1, 1, 1, 16385, 0}, 1},     /* too long a stride */
      {{1, 15, 16, 15, 16, 1, 0}, 1},     /* too many taps */
  };
  for (int i = 0; i < COUNT(wrong); i++) {
    const tombola_window *v = &wrong[i].window;
    const int32_t taps = v->kernel_height * v->kernel_width, pixels = v->height * v->width;
    layer l = layer_new(1, taps, taps, 1, 1);
    block x = block_new((int64_t)pixels * 16), y = block_new((int64_t)wrong[i].y * 16);
    const tombola_batch in = batch_of(&x, pixels, 4);
    tombola_batch out = batch_of(&y, wrong[i].y, 4);
    EXPECT_STATUS(TOMBOLA_SHAPE, tombola_conv_forward(context, v, &l.as_dense, NULL, &in, TOMBOLA_RELU, &out));
    block_check_and_free(&x);
    block_check_and_free(&y);
    layer_free(&l);
  }
}

/* Sound lists of entries whose blocks hold no whole channels or outputs, or more than can be copied together. */
static void refuses_blocks(const tombola_context *context) {
  layer whole = layer_new(3, 18, 9, 1, 1), rows = layer_new(3, 18, 3, 1, 2), columns = layer_new(9, 6, 3, 1, 2),
        many = layer_new(1, 9 * 342, 9, 1, 342);
  const tombola_window window = {2, 3, 3, 3, 3, 1, 0}, of_many = {342, 3, 3, 3, 3, 1, 0};
  block x = block_new(9 * 342 * 16), y = block_new(3 * 16);
  const tombola_batch in = batch_of(&x, 18, 4), all = batch_of(&x, 9 * 342, 4), half = batch_of(&x, 9, 4);
  tombola_batch out = batch_of(&y, 3, 4), one = batch_of(&y, 1, 4);
  tombola_weights split_rows = whole.as_compressed, split_columns = whole.as_compressed;
  split_rows.rows = rows.as_compressed.rows;
  split_columns.columns = columns.as_compressed.columns;
  const tombola_window of_one = {1, 3, 3, 3, 3, 1, 0};
  EXPECT_STATUS(TOMBOLA_OK, tombola_conv_forward(context, &window, &whole.as_compressed, NULL, &in, 0, &out));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_conv_forward(context, &window, &split_rows, NULL, &in, 0, &out));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_conv_forward(context, &window, &split_columns, NULL, &in, 0, &out));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_conv_forward(context, &of_many, &many.as_compressed, NULL, &all, 0, &one));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_conv_forward(context, &of_one, &whole.as_dense, NULL, &half, 0, &out));
  block_check_and_free(&x);
  block_check_and_free(&y);
  layer *layers[] = {&whole, &rows, &columns, &many};
  for (int i = 0; i < COUNT(layers); i++) {
    layer_free(layers[i]);
  }
}

int main(void) {
  const tombola_context *contexts[8];
  const int count = open_all(contexts);
  const struct {
    tombola_window window;
    int32_t outputs, size, block;
  } shapes[] = {{{1, 1, 1, 1, 1, 1, 0}, 1, 1, 0},      {{3, 8, 8, 3, 3, 1, 1}, 6, 17, 2},
                {{5, 9, 7, 3, 3, 1, 1}, 7, 60, 2},     {{17, 4, 4, 3, 3, 1, 1}, 33, 60, 8},
                {{17, 2, 2, 3, 3, 1, 1}, 33, 64, 8},   {{3, 2, 2, 3, 3, 1, 1}, 5, 128, 2},
                {{5, 3, 5, 2, 2, 1, 1}, 6, 1, 3},      {{3, 6, 4, 3, 1, 1, 0}, 5, 17, 1},
                {{3, 7, 6, 1, 3, 2, 0}, 5, 32, 1},     {{3, 17, 16, 5, 5, 1, 2}, 6, 17, 2},
                {{5, 8, 16, 3, 3, 2, 1}, 7, 128, 2},   {{5, 9, 9, 3, 3, 3, 1}, 6, 17, 0},
                {{5, 8, 8, 1, 1, 2, 0}, 7, 60, 3},     {{3, 9, 8, 2, 2, 3, 0}, 5, 17, 2},
                {{1, 5, 7, 5, 5, 3, 2}, 6, 32, 0},     {{1, 32, 17, 3, 3, 1, 1}, 1, 1, 0},
                {{3, 32, 32, 3, 3, 1, 1}, 6, 17, 3},   {{2, 6, 7, 3, 3, 5, 2}, 3, 80, 1},
                {{3, 1, 9, 1, 3, 1, 0}, 33, 17, 1},    {{70, 5, 10, 3, 3, 1, 1}, 3, 17, 9},
                {{3, 5, 10, 3, 3, 1, 1}, 140, 17, 9},  {{2, 9, 12, 15, 15, 1, 7}, 3, 17, 1},
                {{4, 16, 15, 15, 15, 4, 7}, 2, 16, 4}, {{300, 2, 3, 1, 1, 1, 0}, 3, 17, 100},
                {{130, 2, 2, 3, 3, 2, 1}, 5, 64, 40},  {{3, 6, 6, 8, 8, 5, 5}, 2, 16, 0},
                {{16, 9, 8, 16, 14, 3, 6}, 2, 1, 13},  {{2, 9, 15, 3, 3, 1, 1}, 64, 16, 1},
                {{2, 5, 7, 3, 3, 1, 1}, 150, 16, 1},   {{2, 3, 3, 3, 3, 1, 1}, 300, 64, 1},
                {{2, 2, 3, 1, 1, 1, 0}, 1500, 1, 1},   {{150, 5, 7, 3, 3, 1, 1}, 2, 16, 1},
                {{130, 4, 4, 3, 3, 1, 1}, 2, 48, 2},   {{40, 5, 11, 3, 3, 1, 1}, 14, 50, 0},
                {{70, 6, 9, 3, 3, 1, 1}, 7, 60, 2},    {{130, 7, 20, 3, 3, 1, 1}, 3, 1, 3},
                {{20, 9, 13, 3, 3, 2, 1}, 8, 60, 1},   {{2, 2, 2, 3, 3, 1, 1}, 500, 16, 1},
                {{500, 2, 2, 3, 3, 1, 1}, 3, 16, 9}};
  const double densities[] = {1, 0.5, 0.1, 0};
  int cases = 0;
  for (int s = 0; s < COUNT(shapes); s++) {
    for (int d = 0; d < COUNT(densities); d++) {
      const problem p = {shapes[s].window, shapes[s].outputs, shapes[s].size, densities[d], shapes[s].block};
      check(&p, contexts, count);
      cases++;
    }
  }
  for (int i = 0; i < 60; i++) {
    const problem p = random_problem();
    check(&p, contexts, count);
    cases++;
  }
  refuses_what_does_not_fit(contexts[0]);
  refuses_windows(contexts[0]);
  refuses_blocks(contexts[0]);
  printf("conv: %d shapes and densities, %d instruction sets, both forms\n", cases, count);
  return 0;
}
