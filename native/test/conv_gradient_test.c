/* Every instruction set's convolution weight gradients and updates against the sums written out plainly, to the bit, in
 * both forms, on shapes around the chunks, tiles, kernels, strides, borders and densities. */
#include "layer.h"

typedef struct {
  tombola_window window;
  int32_t outputs, size;
  double density;
  int32_t block; /* channels of a block; 0 for one block */
} problem;

typedef struct {
  int32_t rows, columns, taps, lanes;
  int64_t in, out; /* floats of x, of dy */
} shape;

static shape shape_of(const problem *p) {
  const tombola_window *w = &p->window;
  shape s = {(w->height + 2 * w->padding - w->kernel_height) / w->stride + 1,
             (w->width + 2 * w->padding - w->kernel_width) / w->stride + 1,
             w->kernel_height * w->kernel_width,
             lanes_of(p->size),
             0,
             0};
  s.in = (int64_t)w->channels * w->height * w->width * s.lanes;
  s.out = (int64_t)p->outputs * s.rows * s.columns * s.lanes;
  return s;
}

/* The gradient of weight (m; c, kh, kw) by the canonical order. */
static float gradient_of(const problem *p, const shape *s, int32_t m, int32_t k, const float *x, const float *dy) {
  const tombola_window *w = &p->window;
  const int32_t down = k % s->taps / w->kernel_width, right = k % s->taps % w->kernel_width;
  const float *in = x + (int64_t)(k / s->taps) * w->height * w->width * s->lanes;
  float part[16] = {0};
  for (int32_t from = 0; from < s->lanes; from += 16) {
    for (int32_t r = 0; r < s->rows; r++) {
      for (int32_t c = 0; c < s->columns; c++) {
        const int32_t row = r * w->stride + down - w->padding, column = c * w->stride + right - w->padding;
        if (row < 0 || row >= w->height || column < 0 || column >= w->width) {
          continue;
        }
        const float *a = in + ((int64_t)row * w->width + column) * s->lanes + from;
        const float *d = dy + (((int64_t)m * s->rows + r) * s->columns + c) * s->lanes + from;
        for (int n = 0; n < 16; n++) {
          part[n] = fmaf(d[n], a[n], part[n]);
        }
      }
    }
  }
  for (int half = 8; half > 0; half /= 2) {
    for (int i = 0; i < half; i++) {
      part[i] += part[i + half];
    }
  }
  return part[0] + 0.0f;
}

/* What the operations read, and the gradients in the order of each form's values. */
typedef struct {
  block x, dy, dense, packed;
} answers;

static answers answers_new(const problem *p, const layer *l) {
  const shape s = shape_of(p);
  answers a = {block_new(s.in), block_new(s.out), block_new(l->dense.count), block_new(l->packed.count)};
  for (int64_t i = 0; i < a.dy.count; i++) { /* as every operation leaves it */
    a.dy.data[i] = i % s.lanes < p->size ? a.dy.data[i] : 0.0f;
  }
  memset(a.dense.data, 0, (size_t)a.dense.count * sizeof(float));
  for (int32_t m = 0; m < p->outputs; m++) {
    for (int32_t k = 0; k < l->inputs; k++) {
      const int32_t place = l->place[(int64_t)m * l->inputs + k];
      if (place >= 0) {
        const float sum = gradient_of(p, &s, m, k, a.x.data, a.dy.data);
        a.packed.data[place] = sum;
        a.dense.data[(int64_t)m * lanes_of(l->inputs) + k] = sum;
      }
    }
  }
  return a;
}

static void answers_free(answers *a) {
  block *all[] = {&a->x, &a->dy, &a->dense, &a->packed};
  for (int i = 0; i < COUNT(all); i++) {
    block_check_and_free(all[i]);
  }
}

/* The fused update against the gradient and the optimizer one after the other. */
static void check_update(const tombola_context *context, const problem *p, const char *what,
                         const tombola_weights *weights, const block *dw, const tombola_batch *x,
                         const tombola_batch *dy, int32_t kind) {
  const float rates[] = {0.1f, 0.2f, 1.5f};
  const tombola_rule rule = {rates, 1, kind, 0.9f, 0.1f, 0.999f, 0.001f, 1e-8f, 0.9f, 1e-4f};
  const block values = {NULL, weights->values, weights->survivors};
  block w[2] = {copy_of(&values), copy_of(&values)}, m[2], v[2];
  m[0] = block_new(values.count);
  v[0] = block_new(values.count);
  for (int64_t i = 0; i < values.count; i++) { /* pruned weights have no moments; second moments are not negative */
    const int pruned = weights->mask != NULL && !weights->mask[i];
    m[0].data[i] = pruned ? 0.0f : m[0].data[i];
    v[0].data[i] = pruned ? 0.0f : fabsf(v[0].data[i]);
  }
  m[1] = copy_of(&m[0]);
  v[1] = copy_of(&v[0]);
  tombola_span step[] = {span_of(&w[0]), span_of(&m[0]), span_of(&v[0])}, first = span_of(&m[1]),
               second = span_of(&v[1]);
  const tombola_span g = span_of(dw);
  tombola_weights updated = *weights;
  updated.values = w[1].data;
  const int adam = kind == TOMBOLA_ADAM;
  EXPECT_STATUS(TOMBOLA_OK, tombola_optimizer_step(context, &rule, 0, &step[0], &g, &step[1], adam ? &step[2] : NULL));
  block db[2] = {block_new(weights->outputs), block_new(weights->outputs)};
  tombola_span bias[] = {span_of(&db[0]), span_of(&db[1])};
  EXPECT_STATUS(TOMBOLA_OK, tombola_bias_backward(context, dy, &bias[0]));
  EXPECT_STATUS(TOMBOLA_OK, tombola_conv_update(context, &rule, 0, &p->window, &updated, x, dy, &first,
                                                adam ? &second : NULL, adam ? &bias[1] : NULL));
  if (adam) {
    expect_bits("bias gradients", what, db[0].data, db[1].data, db[0].count);
  }
  expect_bits("updated weights", what, w[0].data, w[1].data, values.count);
  expect_bits("updated first moments", what, m[0].data, m[1].data, values.count);
  expect_bits("updated second moments", what, v[0].data, v[1].data, values.count);
  for (int i = 0; i < 2; i++) {
    block_check_and_free(&db[i]);
    block_check_and_free(&w[i]);
    block_check_and_free(&m[i]);
    block_check_and_free(&v[i]);
  }
}

static void check_form(const tombola_context *context, const problem *p, const answers *a,
                       const tombola_weights *weights, const block *wanted, const char *form) {
  const tombola_window *w = &p->window;
  const shape s = shape_of(p);
  char what[160];
  snprintf(what, sizeof what,
           "%s, %s, %d of %dx%dx%d, kernel %dx%d, stride %d, padding %d, batch %d at %g in blocks of %d",
           tombola_isa(context), form, p->outputs, w->channels, w->height, w->width, w->kernel_height, w->kernel_width,
           w->stride, w->padding, p->size, p->density, p->block);
  const tombola_batch x = batch_of(&a->x, (int32_t)(s.in / s.lanes), p->size);
  const tombola_batch dy = batch_of(&a->dy, (int32_t)(s.out / s.lanes), p->size);
  block dw = block_new(wanted->count);
  tombola_span gradients = span_of(&dw);
  EXPECT_STATUS(TOMBOLA_OK, tombola_conv_backward_weight(context, w, weights, &x, &dy, &gradients));
  expect_bits("backward weight", what, wanted->data, dw.data, dw.count);
  block_check_and_free(&dw);
  check_update(context, p, what, weights, wanted, &x, &dy, TOMBOLA_ADAM);
  check_update(context, p, what, weights, wanted, &x, &dy, TOMBOLA_SGD);
}

static void check(const problem *p, const tombola_context **contexts, int count) {
  const int32_t taps = shape_of(p).taps;
  layer l = layer_new(p->outputs, p->window.channels * taps, taps, p->density, p->block);
  answers a = answers_new(p, &l);
  for (int c = 0; c < count; c++) {
    check_form(contexts[c], p, &a, &l.as_dense, &a.dense, "dense");
    check_form(contexts[c], p, &a, &l.as_compressed, &a.packed, "compressed");
  }
  l.as_dense.mask = NULL;
  for (int c = 0; c < count && p->density == 1; c++) {
    check_form(contexts[c], p, &a, &l.as_dense, &a.dense, "dense without a mask");
  }
  answers_free(&a);
  layer_free(&l);
}

static int32_t one_of(const int32_t *choices, int count) {
  return choices[random_bits() % (uint32_t)count];
}

static problem random_problem(void) {
  const int32_t kernels[][2] = {{1, 1}, {3, 3}, {5, 5}, {2, 2}, {3, 1}, {1, 3}};
  const int32_t sides[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 17, 32}, channels[] = {1, 3, 5, 17};
  const int32_t outputs[] = {1, 5, 7, 33}, sizes[] = {1, 17, 60, 128};
  const double densities[] = {1, 0.5, 0.1, 0.02};
  const int32_t *kernel = kernels[random_bits() % COUNT(kernels)];
  const int32_t least = kernel[0] < kernel[1] ? kernel[0] : kernel[1];
  const int32_t padding = (int32_t)(random_bits() % (uint32_t)(least < 3 ? least : 3));
  int32_t height = one_of(sides, COUNT(sides)), width = one_of(sides, COUNT(sides));
  height = height + 2 * padding < kernel[0] ? kernel[0] : height;
  width = width + 2 * padding < kernel[1] ? kernel[1] : width;
  const int small = height * width <= 100; /* a plain sum takes its time */
  const tombola_window window = {small ? one_of(channels, COUNT(channels)) : one_of(channels, 2),
                                 height,
                                 width,
                                 kernel[0],
                                 kernel[1],
                                 (int32_t)(random_bits() % 3) + 1,
                                 padding};
  return (problem){window, one_of(outputs, small ? 4 : 3), one_of(sizes, COUNT(sizes)),
                   densities[random_bits() % COUNT(densities)], (int32_t)(random_bits() % 10)};
}

static void refuses_what_does_not_fit(const tombola_context *context) {
  const problem p = {{2, 5, 6, 3, 3, 1, 1}, 3, 4, 0.5, 1};
  layer l = layer_new(3, 18, 9, p.density, p.block);
  block x = block_new(60 * 16), y = block_new(90 * 16), dw = block_new(3 * 32), state = block_new(3 * 32);
  tombola_batch in = batch_of(&x, 60, 4), out = batch_of(&y, 90, 4), narrow = in;
  narrow.features = 59;
  tombola_span g = span_of(&dw), m = span_of(&state), short_span = {dw.data, 95};
  const float rates[] = {0.1f, 0.2f, 1.5f};
  const tombola_rule rule = {rates, 1, TOMBOLA_ADAM, 0.9f, 0.1f, 0.999f, 0.001f, 1e-8f, 0.9f, 1e-4f};
  const tombola_window *v = &p.window;
  tombola_window strided = p.window;
  strided.stride = 2;
  const tombola_weights *w = &l.as_dense;
  EXPECT_STATUS(TOMBOLA_OK, tombola_conv_backward_weight(context, v, w, &in, &out, &g));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_conv_backward_weight(NULL, v, w, &in, &out, &g));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_conv_backward_weight(context, NULL, w, &in, &out, &g));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_conv_backward_weight(context, v, w, &in, &out, NULL));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_conv_backward_weight(context, &strided, w, &in, &out, &g));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_conv_backward_weight(context, v, w, &narrow, &out, &g));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_conv_backward_weight(context, v, w, &out, &in, &g));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_conv_backward_weight(context, v, w, &in, &out, &short_span));
  EXPECT_STATUS(TOMBOLA_OK, tombola_conv_update(context, &rule, 0, v, w, &in, &out, &g, &m, NULL));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_conv_update(context, NULL, 0, v, w, &in, &out, &g, &m, NULL));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_conv_update(context, &rule, 0, v, w, &in, &out, &g, NULL, NULL));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_conv_update(context, &rule, 0, v, w, &in, &out, &g, &m, &short_span));
  EXPECT_STATUS(TOMBOLA_RANGE, tombola_conv_update(context, &rule, 1, v, w, &in, &out, &g, &m, NULL));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_conv_update(context, &rule, 0, &strided, w, &in, &out, &g, &m, NULL));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_conv_update(context, &rule, 0, v, w, &in, &out, &short_span, &m, NULL));
  block *all[] = {&x, &y, &dw, &state};
  for (int i = 0; i < COUNT(all); i++) {
    block_check_and_free(all[i]);
  }
  layer_free(&l);
}

int main(void) {
  const tombola_context *contexts[8];
  const int count = open_all(contexts);
  const struct {
    tombola_window window;
    int32_t outputs, size, block;
  } shapes[] = {
      {{1, 1, 1, 1, 1, 1, 0}, 1, 1, 0},     {{3, 32, 32, 3, 3, 1, 1}, 5, 17, 2}, {{5, 16, 16, 3, 3, 1, 1}, 7, 17, 2},
      {{9, 8, 8, 3, 3, 1, 1}, 33, 17, 8},   {{17, 4, 4, 3, 3, 1, 1}, 33, 60, 8}, {{17, 2, 2, 3, 3, 1, 1}, 33, 128, 8},
      {{5, 2, 2, 3, 3, 1, 1}, 7, 80, 2},    {{3, 2, 5, 3, 3, 1, 1}, 5, 17, 2},   {{3, 6, 4, 3, 3, 1, 1}, 5, 17, 2},
      {{5, 9, 8, 3, 3, 2, 1}, 7, 60, 2},    {{5, 8, 8, 1, 1, 2, 0}, 7, 60, 3},   {{3, 17, 16, 5, 5, 1, 2}, 5, 17, 2},
      {{5, 3, 5, 2, 2, 1, 1}, 6, 17, 3},    {{3, 6, 4, 3, 1, 1, 0}, 5, 17, 1},   {{2, 3, 70, 3, 3, 1, 1}, 5, 17, 1},
      {{2, 3, 140, 2, 3, 3, 0}, 5, 17, 1},  {{40, 3, 3, 3, 3, 1, 1}, 70, 1, 8},  {{300, 2, 3, 1, 1, 1, 0}, 40, 17, 100},
      {{3000, 1, 3, 1, 1, 1, 0}, 2, 17, 0}, {{340, 2, 2, 3, 3, 1, 1}, 2, 1, 0},  {{2, 9, 12, 15, 15, 1, 7}, 3, 17, 1},
      {{16, 9, 8, 16, 14, 3, 6}, 2, 1, 13}, {{7, 6, 6, 7, 7, 5, 3}, 130, 16, 7}, {{3, 6, 6, 8, 8, 5, 5}, 2, 16, 0},
      {{60, 2, 2, 3, 3, 1, 1}, 130, 1, 0},
  };
  const double densities[] = {1, 0.5, 0.1, 0};
  int cases = 0;
  for (int s = 0; s < COUNT(shapes); s++) {
    for (int d = 0; d < COUNT(densities); d++) {
      const problem p = {shapes[s].window, shapes[s].outputs, shapes[s].size, densities[d], shapes[s].block};
      check(&p, contexts, count);
      cases++;
    }
  }
  const tombola_window longest[] = {{1, 16384, 2, 3, 2, 16383, 1}, {2, 2, 16384, 2, 3, 16383, 1}};
  for (int i = 0; i < COUNT(longest); i++) {
    const problem p = {longest[i], 3, 80, 0.5, 0};
    check(&p, contexts, count);
    cases++;
  }
  for (int i = 0; i < 100; i++) {
    const problem p = random_problem();
    check(&p, contexts, count);
    cases++;
  }
  refuses_what_does_not_fit(contexts[0]);
  printf("conv gradient: %d shapes and densities, %d instruction sets, both forms\n", cases, count);
  return 0;
}
