/* Every instruction set's linear kernels against the sums written out plainly, to the bit, in both forms,
 * on shapes around the tiles and densities from empty to full. */
#include "layer.h"

typedef struct {
  int32_t outputs, inputs, size;
  double density;
  int32_t block; /* of both lists of a compressed layer; 0 for one block */
} problem;

/* y, dx and dw (dense) by the canonical orders, one sum at a time. */
static void oracle(const problem *p, const layer *l, const float *bias, const float *x, const float *dy, float *y,
                   float *dx, float *dw) {
  const int32_t lanes = lanes_of(p->size);
  for (int32_t n = 0; n < lanes; n++) {
    for (int32_t m = 0; m < p->outputs; m++) {
      float sum = bias[m];
      for (int32_t k = 0; k < p->inputs; k++) {
        sum = fmaf(l->weights.data[(int64_t)m * p->inputs + k], x[(int64_t)k * lanes + n], sum);
      }
      y[(int64_t)m * lanes + n] = sum + 0.0f;
    }
    for (int32_t k = 0; k < p->inputs; k++) {
      float sum = 0.0f;
      for (int32_t m = 0; m < p->outputs; m++) {
        sum = fmaf(l->weights.data[(int64_t)m * p->inputs + k], dy[(int64_t)m * lanes + n], sum);
      }
      dx[(int64_t)k * lanes + n] = sum + 0.0f;
    }
  }
  for (int32_t m = 0; m < p->outputs; m++) {
    for (int32_t k = 0; k < p->inputs; k++) {
      const int64_t i = (int64_t)m * p->inputs + k;
      dw[i] = l->mask[i] ? batch_sum(x + (int64_t)k * lanes, dy + (int64_t)m * lanes, lanes) : 0.0f;
    }
  }
}

/* A tensor [outputs][inputs] in the order of a form's values. */
static block laid_out(const problem *p, const layer *l, const block *tensor, int compressed) {
  block values = block_new(compressed ? l->packed.count : l->dense.count);
  memset(values.data, 0, (size_t)values.count * sizeof(float));
  for (int64_t i = 0; i < tensor->count; i++) {
    const int64_t at = compressed ? l->place[i] : i / p->inputs * lanes_of(p->inputs) + i % p->inputs;
    if (at >= 0) {
      values.data[at] = tensor->data[i];
    }
  }
  return values;
}

/* What the layer's operations should give. */
typedef struct {
  block bias, x, dy, y, relu, dx, gated, dw, db;
} answers;

static answers answers_new(const problem *p, const layer *l) {
  const int32_t lanes = lanes_of(p->size);
  answers a = {.bias = block_new(p->outputs),
               .x = block_new((int64_t)p->inputs * lanes),
               .dy = block_new((int64_t)p->outputs * lanes),
               .y = block_new((int64_t)p->outputs * lanes),
               .dx = block_new((int64_t)p->inputs * lanes),
               .dw = block_new((int64_t)p->outputs * p->inputs),
               .db = block_new(p->outputs)};
  for (int64_t i = 0; i < a.dy.count; i++) { /* as every operation leaves it */
    a.dy.data[i] = i % lanes < p->size ? a.dy.data[i] : 0.0f;
  }
  oracle(p, l, a.bias.data, a.x.data, a.dy.data, a.y.data, a.dx.data, a.dw.data);
  a.relu = rectified(&a.y);
  a.gated = gated(&a.dx, &a.x);
  for (int32_t m = 0; m < p->outputs; m++) {
    a.db.data[m] = batch_sum(a.dy.data + (int64_t)m * lanes, NULL, lanes);
  }
  return a;
}

static void answers_free(answers *a) {
  block *all[] = {&a->bias, &a->x, &a->dy, &a->y, &a->relu, &a->dx, &a->gated, &a->dw, &a->db};
  for (int i = 0; i < COUNT(all); i++) {
    block_check_and_free(all[i]);
  }
}

/* A few moments that a step must not take for ordinary ones, each beside some that it may. */
static void set_extremes(block *m, block *v) {
  const float large[] = {2, -3e20f, 1, 1}, squares[] = {0.1f, 0.1f, 1e30f, INFINITY};
  for (int64_t i = 0; i < m->count; i++) {
    if (i % 37 < COUNT(large) && m->data[i] != 0.0f) {
      m->data[i] = large[i % 37];
      v->data[i] = squares[i % 37];
    }
  }
}

/* The fused update against the gradient and the optimizer one after the other. */
static void check_update(const tombola_context *context, const char *what, const tombola_weights *weights,
                         const block *dw, const tombola_batch *x, const tombola_batch *dy, int32_t kind) {
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
  set_extremes(&m[0], &v[0]);
  w[1] = copy_of(&w[0]);
  m[1] = copy_of(&m[0]);
  v[1] = copy_of(&v[0]);
  tombola_span spans[6] = {span_of(&w[0]), span_of(&m[0]), span_of(&v[0]),
                           span_of(&w[1]), span_of(&m[1]), span_of(&v[1])};
  const tombola_span g = span_of(dw);
  tombola_weights updated = *weights;
  updated.values = w[1].data;
  tombola_span *second = kind == TOMBOLA_ADAM ? &spans[5] : NULL;
  EXPECT_STATUS(TOMBOLA_OK, tombola_optimizer_step(context, &rule, 0, &spans[0], &g, &spans[1],
                                                   kind == TOMBOLA_ADAM ? &spans[2] : NULL));
  block db[] = {block_new(weights->outputs), block_new(weights->outputs)};
  tombola_span biases[] = {span_of(&db[0]), span_of(&db[1])};
  EXPECT_STATUS(TOMBOLA_OK, tombola_bias_backward(context, dy, &biases[0]));
  EXPECT_STATUS(TOMBOLA_OK, tombola_linear_update(context, &rule, 0, &updated, x, dy, &spans[4], second, &biases[1]));
  expect_bits("bias gradients", what, db[0].data, db[1].data, db[0].count);
  expect_bits("updated weights", what, w[0].data, w[1].data, values.count);
  expect_bits("updated first moments", what, m[0].data, m[1].data, values.count);
  expect_bits("updated second moments", what, v[0].data, v[1].data, values.count);
  for (int i = 0; i < 2; i++) {
    block_check_and_free(&w[i]);
    block_check_and_free(&m[i]);
    block_check_and_free(&v[i]);
    block_check_and_free(&db[i]);
  }
}

static void check_form(const problem *p, const layer *l, const answers *a, const tombola_context *context,
                       int compressed) {
  const tombola_weights *weights = compressed ? &l->as_compressed : &l->as_dense;
  char what[80];
  snprintf(what, sizeof what, "%s, %s, %dx%dx%d at %g in blocks of %d", tombola_isa(context),
           compressed ? "compressed" : "dense", p->outputs, p->inputs, p->size, p->density, p->block);
  const tombola_span bias = {a->bias.data, a->bias.count};
  const tombola_batch x = batch_of(&a->x, p->inputs, p->size), dy = batch_of(&a->dy, p->outputs, p->size);
  block wanted = laid_out(p, l, &a->dw, compressed);
  block y = block_new(a->y.count), dx = block_new(a->dx.count), dw = block_new(wanted.count),
        db = block_new(p->outputs);
  tombola_batch y_batch = batch_of(&y, p->outputs, p->size), dx_batch = batch_of(&dx, p->inputs, p->size);
  tombola_span dw_span = span_of(&dw), db_span = span_of(&db);
  EXPECT_STATUS(TOMBOLA_OK, tombola_linear_forward(context, weights, &bias, &x, TOMBOLA_IDENTITY, &y_batch));
  expect_bits("forward", what, a->y.data, y.data, y.count);
  EXPECT_STATUS(TOMBOLA_OK, tombola_linear_forward(context, weights, &bias, &x, TOMBOLA_RELU, &y_batch));
  expect_bits("forward with ReLU", what, a->relu.data, y.data, y.count);
  EXPECT_STATUS(TOMBOLA_OK, tombola_linear_backward_input(context, weights, &dy, NULL, &dx_batch));
  expect_bits("backward input", what, a->dx.data, dx.data, dx.count);
  EXPECT_STATUS(TOMBOLA_OK, tombola_linear_backward_input(context, weights, &dy, &x, &dx_batch));
  expect_bits("gated backward input", what, a->gated.data, dx.data, dx.count);
  EXPECT_STATUS(TOMBOLA_OK, tombola_linear_backward_weight(context, weights, &x, &dy, &dw_span));
  expect_bits("backward weight", what, wanted.data, dw.data, dw.count);
  EXPECT_STATUS(TOMBOLA_OK, tombola_bias_backward(context, &dy, &db_span));
  expect_bits("backward bias", what, a->db.data, db.data, db.count);
  check_update(context, what, weights, &wanted, &x, &dy, TOMBOLA_ADAM);
  check_update(context, what, weights, &wanted, &x, &dy, TOMBOLA_SGD);
  block *all[] = {&wanted, &y, &dx, &dw, &db};
  for (int i = 0; i < COUNT(all); i++) {
    block_check_and_free(all[i]);
  }
}

static void check(const problem *p, const tombola_context **contexts, int count) {
  layer l = layer_new(p->outputs, p->inputs, 1, p->density, p->block);
  answers a = answers_new(p, &l);
  for (int c = 0; c < 2 * count; c++) {
    check_form(p, &l, &a, contexts[c / 2], c % 2);
  }
  l.as_dense.mask = NULL;
  for (int c = 0; c < count && p->density == 1; c++) {
    check_form(p, &l, &a, contexts[c], 0);
  }
  answers_free(&a);
  layer_free(&l);
}

static void refuses_what_does_not_fit(const tombola_context *context) {
  const problem p = {3, 5, 4, 0.5, 0};
  layer l = layer_new(p.outputs, p.inputs, 1, p.density, p.block);
  block bias = block_new(3), x = block_new(5 * 16), y = block_new(3 * 16), dw = block_new(48);
  const tombola_span b = span_of(&bias), short_bias = {bias.data, 2};
  tombola_span g = span_of(&dw), short_gradient = {dw.data, 47};
  tombola_batch in = batch_of(&x, 5, 4), out = batch_of(&y, 3, 4);
  tombola_batch narrow = in, padded_wrong = in, unaligned = in, other_size = in, none = in;
  tombola_batch common = in, neither = in, common_out = out;
  common.common = 1;
  neither.common = 2;
  common_out.common = 1;
  narrow.features = 4;
  padded_wrong.lanes = 32;
  unaligned.data = in.data + 1;
  other_size.size = 5;
  none.data = NULL;
  const tombola_weights *w = &l.as_dense;
  EXPECT_STATUS(TOMBOLA_NULL, tombola_linear_forward(NULL, w, &b, &in, TOMBOLA_IDENTITY, &out));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_linear_forward(context, NULL, &b, &in, TOMBOLA_IDENTITY, &out));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_linear_forward(context, w, &b, &none, TOMBOLA_IDENTITY, &out));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_linear_forward(context, w, &short_bias, &in, TOMBOLA_IDENTITY, &out));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_linear_forward(context, w, &b, &narrow, TOMBOLA_IDENTITY, &out));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_linear_forward(context, w, &b, &padded_wrong, TOMBOLA_IDENTITY, &out));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_linear_forward(context, w, &b, &other_size, TOMBOLA_IDENTITY, &out));
  EXPECT_STATUS(TOMBOLA_UNALIGNED, tombola_linear_forward(context, w, &b, &unaligned, TOMBOLA_IDENTITY, &out));
  EXPECT_STATUS(TOMBOLA_OK, tombola_linear_forward(context, w, &b, &common, TOMBOLA_IDENTITY, &out));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_linear_forward(context, w, &b, &neither, TOMBOLA_IDENTITY, &out));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_linear_forward(context, w, &b, &in, TOMBOLA_IDENTITY, &common_out));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_linear_backward_input(context, w, &in, NULL, &out));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_linear_backward_weight(context, w, &in, &out, &short_gradient));
  EXPECT_STATUS(TOMBOLA_OK, tombola_linear_backward_weight(context, w, &in, &out, &g));
  tombola_weights lying = l.as_compressed;
  lying.survivors++;
  tombola_weights short_blocks = l.as_compressed;
  short_blocks.rows.block = 4;
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_linear_forward(context, &short_blocks, &b, &in, TOMBOLA_IDENTITY, &out));
  tombola_weights nowhere = l.as_compressed, many_blocks = l.as_compressed, many_values = *w;
  nowhere.position = NULL;
  many_blocks.rows.blocks++;
  many_values.survivors += 16;
  EXPECT_STATUS(TOMBOLA_NULL, tombola_linear_forward(context, &nowhere, &b, &in, TOMBOLA_IDENTITY, &out));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_linear_forward(context, &many_blocks, &b, &in, TOMBOLA_IDENTITY, &out));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_linear_forward(context, &many_values, &b, &in, TOMBOLA_IDENTITY, &out));
  tombola_weights narrow_rows = *w, few_lines = l.as_compressed;
  narrow_rows.stride = 5;
  few_lines.columns.lines = 3;
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_linear_forward(context, &narrow_rows, &b, &in, TOMBOLA_IDENTITY, &out));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_linear_forward(context, &few_lines, &b, &in, TOMBOLA_IDENTITY, &out));
  EXPECT_STATUS(TOMBOLA_RANGE, tombola_linear_forward(context, w, &b, &in, 2, &out));
  if (is_readable(context)) {
    EXPECT_STATUS(TOMBOLA_SHAPE, tombola_linear_forward(context, &lying, &b, &in, TOMBOLA_IDENTITY, &out));
  }
  block *all[] = {&bias, &x, &y, &dw};
  for (int i = 0; i < COUNT(all); i++) {
    block_check_and_free(all[i]);
  }
  layer_free(&l);
}

int main(void) {
  const tombola_context *contexts[8];
  const int count = open_all(contexts);
  const int32_t shapes[][4] = {
      {1, 1, 1, 0},      {2, 3, 2, 2},     {5, 7, 15, 3},     {6, 16, 16, 0},    {7, 17, 17, 8},   {12, 33, 31, 10},
      {16, 15, 48, 0},   {31, 64, 60, 16}, {13, 129, 64, 50}, {100, 9, 65, 4},   {3, 50, 100, 11}, {10, 100, 130, 30},
      {20, 300, 37, 99}, {5, 6, 1100, 4},  {9, 70, 300, 20},  {70, 40, 2050, 7}, {33, 20, 520, 0}};
  /* Large enough for strips of the matrix, for sums that wait between blocks, and for the longest batch. */
  const int32_t large[][4] = {{200, 1000, 3, 300}, {300, 784, 4, 112},  {517, 517, 17, 0},
                              {9, 1700, 520, 200}, {1700, 9, 520, 200}, {1, 1, 4096, 0},
                              {1, 4096, 1, 512},   {4096, 1, 1, 512},   {700, 800, 1, 100}};
  const double densities[] = {0, 0.02, 0.3, 0.9, 1};
  int cases = 0;
  for (int s = 0; s < COUNT(shapes); s++) {
    for (int d = 0; d < COUNT(densities); d++) {
      const problem p = {shapes[s][0], shapes[s][1], shapes[s][2], densities[d], shapes[s][3]};
      check(&p, contexts, count);
      cases++;
    }
  }
  for (int s = 0; s < 2 * COUNT(large); s++) {
    const int32_t *shape = large[s / 2];
    const problem p = {shape[0], shape[1], shape[2], s % 2 == 0 ? 0.05 : 1, shape[3]};
    check(&p, contexts, count);
    cases++;
  }
  refuses_what_does_not_fit(contexts[0]);
  printf("linear: %d shapes and densities, %d instruction sets, both forms\n", cases, count);
  return 0;
}
