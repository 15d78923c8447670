/* Every instruction set's weight gradients of convolutions, and the fused updates, against the sums written out
 * plainly, to the bit, in both forms. */
#include "window.h"

/* dw[outputs][inputs] by the canonical order. */
static void gradient(const problem *p, const layer *l, const float *x, const float *dy, float *dw) {
  const tombola_window *w = &p->window;
  const shape s = shape_of(p);
  const int32_t lanes = lanes_of(p->size), positions = s.rows * s.columns;
  const int64_t plane = (int64_t)w->height * w->width;
  for (int64_t i = 0; i < (int64_t)p->outputs * l->inputs; i++) {
    const int32_t m = (int32_t)(i / l->inputs), k = (int32_t)(i % l->inputs);
    float part[16] = {0};
    for (int32_t n = 0; n < lanes; n += 16) {
      for (int32_t o = 0; o < positions; o++) {
        const int64_t at = source(w, o / s.columns, o % s.columns, k % s.taps);
        const float *d = dy + ((int64_t)m * positions + o) * lanes + n;
        for (int32_t q = 0; q < 16 && at >= 0; q++) {
          part[q] = fmaf(d[q], x[(k / s.taps * plane + at) * lanes + n + q], part[q]);
        }
      }
    }
    for (int half = 8; half > 0; half /= 2) {
      for (int q = 0; q < half; q++) {
        part[q] += part[q + half];
      }
    }
    dw[i] = part[0] + 0.0f;
  }
}

/* The gradient as a form's values lie. */
static block laid_out(const layer *l, const block *dw, const tombola_weights *weights) {
  const int64_t stride = lanes_of(l->inputs);
  block laid = block_new(weights->survivors);
  memset(laid.data, 0, (size_t)laid.count * sizeof(float));
  for (int64_t i = 0; i < dw->count; i++) {
    if (l->mask[i]) {
      laid.data[weights->mask == NULL ? l->place[i] : i / l->inputs * stride + i % l->inputs] = dw->data[i];
    }
  }
  return laid;
}

/* The fused update against the gradient and the optimizer one after the other. */
static void check_update(const problem *p, const tombola_context *context, const char *what,
                         const tombola_weights *weights, const block *dw, const tombola_batch *x,
                         const tombola_batch *dy, int32_t kind) {
  const float rates[] = {0.1f, 0.2f, 1.5f};
  const tombola_rule rule = {rates, 1, kind, 0.9f, 0.1f, 0.999f, 0.001f, 1e-8f, 0.9f, 1e-4f};
  const block values = {NULL, weights->values, weights->survivors};
  block w[2], m[2], v[2];
  w[0] = copy_of(&values);
  m[0] = block_new(values.count);
  v[0] = block_new(values.count);
  for (int64_t i = 0; i < values.count; i++) { /* pruned weights have no moments; second moments are not negative */
    const int pruned = weights->mask != NULL && !weights->mask[i];
    m[0].data[i] = pruned ? 0.0f : m[0].data[i];
    v[0].data[i] = pruned ? 0.0f : fabsf(v[0].data[i]);
  }
  w[1] = copy_of(&w[0]);
  m[1] = copy_of(&m[0]);
  v[1] = copy_of(&v[0]);
  tombola_span apart[] = {span_of(&w[0]), span_of(&m[0]), span_of(&v[0])}, fused[] = {span_of(&m[1]), span_of(&v[1])};
  const tombola_span g = span_of(dw);
  const int adam = kind == TOMBOLA_ADAM;
  tombola_weights updated = *weights;
  updated.values = w[1].data;
  EXPECT_STATUS(TOMBOLA_OK,
                tombola_optimizer_step(context, &rule, 0, &apart[0], &g, &apart[1], adam ? &apart[2] : NULL));
  EXPECT_STATUS(TOMBOLA_OK, tombola_conv_update(context, &rule, 0, &p->window, &updated, x, dy, &fused[0],
                                                adam ? &fused[1] : NULL));
  expect_bits("updated weights", what, w[0].data, w[1].data, values.count);
  expect_bits("updated first moments", what, m[0].data, m[1].data, values.count);
  expect_bits("updated second moments", what, v[0].data, v[1].data, values.count);
  for (int i = 0; i < 2; i++) {
    block_check_and_free(&w[i]);
    block_check_and_free(&m[i]);
    block_check_and_free(&v[i]);
  }
}

static void check_form(const problem *p, const tombola_context *context, const layer *l, const tombola_weights *weights,
                       const block *wanted, const tombola_batch *x, const tombola_batch *dy) {
  char what[200];
  describe(p, context, weights->mask == NULL ? "compressed" : "dense", what, sizeof what);
  block laid = laid_out(l, wanted, weights), dw = block_new(weights->survivors);
  tombola_span to = span_of(&dw);
  EXPECT_STATUS(TOMBOLA_OK, tombola_conv_backward_weight(context, &p->window, weights, x, dy, &to));
  expect_bits("backward weight", what, laid.data, dw.data, dw.count);
  check_update(p, context, what, weights, &laid, x, dy, TOMBOLA_ADAM);
  check_update(p, context, what, weights, &laid, x, dy, TOMBOLA_SGD);
  block_check_and_free(&laid);
  block_check_and_free(&dw);
}

static void check(const problem *p, const tombola_context **contexts, int count) {
  const shape s = shape_of(p);
  const int32_t lanes = lanes_of(p->size);
  layer l = layer_new(p->outputs, p->window.channels * s.taps, s.taps, p->density, p->block);
  block x = block_new(s.in * lanes), dy = block_new(s.out * lanes), dw = block_new((int64_t)l.outputs * l.inputs);
  for (int64_t i = 0; i < dy.count; i++) { /* as every operation leaves it */
    dy.data[i] = i % lanes < p->size ? dy.data[i] : 0.0f;
  }
  gradient(p, &l, x.data, dy.data, dw.data);
  const tombola_batch in = batch_of(&x, (int32_t)s.in, p->size), out = batch_of(&dy, (int32_t)s.out, p->size);
  for (int c = 0; c < count; c++) {
    check_form(p, contexts[c], &l, &l.as_dense, &dw, &in, &out);
    check_form(p, contexts[c], &l, &l.as_compressed, &dw, &in, &out);
  }
  block_check_and_free(&x);
  block_check_and_free(&dy);
  block_check_and_free(&dw);
  layer_free(&l);
}

/* One thing wrong at a time; what every convolution refuses is tested with the forward pass. */
static void refuses_what_does_not_fit(const tombola_context *context) {
  const tombola_window window = {2, 5, 6, 3, 3, 1, 1};
  layer l = layer_new(3, 18, 9, 1, 0);
  block x = block_new(60 * 16), dy = block_new(90 * 16), m = block_new(96), v = block_new(96);
  const float rates[] = {0.1f, 0.2f, 1.5f};
  const tombola_rule adam = {rates, 1, TOMBOLA_ADAM, 0.9f, 0.1f, 0.999f, 0.001f, 1e-8f, 0.9f, 1e-4f};
  const tombola_batch in = batch_of(&x, 60, 4), out = batch_of(&dy, 90, 4);
  tombola_span first = span_of(&m), second = span_of(&v), few = {m.data, 95};
  const tombola_weights *w = &l.as_dense;
  EXPECT_STATUS(TOMBOLA_OK, tombola_conv_backward_weight(context, &window, w, &in, &out, &first));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_conv_backward_weight(NULL, &window, w, &in, &out, &first));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_conv_backward_weight(context, NULL, w, &in, &out, &first));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_conv_backward_weight(context, &window, w, &in, &out, NULL));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_conv_backward_weight(context, &window, w, &out, &in, &first));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_conv_backward_weight(context, &window, w, &in, &out, &few));
  EXPECT_STATUS(TOMBOLA_OK, tombola_conv_update(context, &adam, 0, &window, w, &in, &out, &first, &second));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_conv_update(context, NULL, 0, &window, w, &in, &out, &first, &second));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_conv_update(context, &adam, 0, &window, w, &in, &out, &first, NULL));
  EXPECT_STATUS(TOMBOLA_RANGE, tombola_conv_update(context, &adam, 1, &window, w, &in, &out, &first, &second));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_conv_update(context, &adam, 0, &window, w, &out, &in, &first, &second));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_conv_update(context, &adam, 0, &window, w, &in, &out, &few, &second));
  block_check_and_free(&x);
  block_check_and_free(&dy);
  block_check_and_free(&m);
  block_check_and_free(&v);
  layer_free(&l);
}

int main(void) {
  const tombola_context *contexts[8];
  const int count = open_all(contexts);
  const double densities[] = {1, 0.5, 0.1, 0};
  int cases = 0;
  for (int s = 0; s < COUNT(SHAPES); s++) {
    for (int d = 0; d < COUNT(densities); d++) {
      const problem p = {SHAPES[s].window, SHAPES[s].outputs, SHAPES[s].size, densities[d], SHAPES[s].block};
      check(&p, contexts, count);
      cases++;
    }
  }
  for (int i = 0; i < 100; i++) {
    const problem p = random_problem();
    check(&p, contexts, count);
    cases++;
  }
  const problem large[] = {
      {{3, 3, 300, 3, 3, 1, 1}, 5, 17, 0.5, 2},   /* rows in parts */
      {{33, 8, 8, 3, 3, 1, 1}, 40, 128, 0.5, 33}, /* several blocks of outputs; more survivors than wait at once */
      {{455, 2, 2, 3, 3, 1, 1}, 2, 33, 0.9, 455}, /* the longest block */
      {{20, 4, 4, 3, 3, 1, 1}, 9, 300, 0.3, 8},   /* several lanes in a chunk, the last with fewer */
  };
  for (int i = 0; i < COUNT(large); i++) {
    check(&large[i], contexts, count);
    cases++;
  }
  refuses_what_does_not_fit(contexts[0]);
  printf("conv gradient: %d shapes and densities, %d instruction sets, both forms\n", cases, count);
  return 0;
}
