/* Every instruction set's linear kernels against the sums written out plainly, to the bit, in both forms,
 * on shapes around the tiles and densities from empty to full. */
#include "test.h"

typedef struct {
  int32_t outputs, inputs, size;
  double density;
} problem;

typedef struct {
  uint8_t *mask;
  block dense, packed; /* values of the two forms */
  int32_t *row_start, *column_start, *position;
  uint16_t *column, *row;
  tombola_weights as_dense, as_compressed;
} layer;

static layer layer_new(const problem *p) {
  const int64_t total = (int64_t)p->outputs * p->inputs;
  layer l;
  l.mask = malloc((size_t)total);
  int64_t survivors = 0;
  for (int64_t i = 0; i < total; i++) {
    l.mask[i] = random_unit() < p->density;
    survivors += l.mask[i];
  }
  l.dense = block_new(total);
  l.packed = block_new(survivors);
  l.row_start = calloc((size_t)p->outputs + 1, sizeof(int32_t));
  l.column_start = calloc((size_t)p->inputs + 1, sizeof(int32_t));
  l.position = calloc((size_t)survivors + 1, sizeof(int32_t));
  l.column = calloc((size_t)survivors + 1, sizeof(uint16_t));
  l.row = calloc((size_t)survivors + 1, sizeof(uint16_t));
  int32_t entry = 0;
  int32_t *number = malloc((size_t)total * sizeof(int32_t));
  for (int32_t m = 0; m < p->outputs; m++) {
    l.row_start[m] = entry;
    for (int32_t k = 0; k < p->inputs; k++) {
      const int64_t i = (int64_t)m * p->inputs + k;
      if (l.mask[i]) {
        l.packed.data[entry] = l.dense.data[i];
        number[i] = entry;
        l.column[entry++] = (uint16_t)k;
      } else {
        l.dense.data[i] = 0.0f;
      }
    }
  }
  l.row_start[p->outputs] = entry;
  int32_t place = 0;
  for (int32_t k = 0; k < p->inputs; k++) {
    l.column_start[k] = place;
    for (int32_t m = 0; m < p->outputs; m++) {
      const int64_t i = (int64_t)m * p->inputs + k;
      if (l.mask[i]) {
        l.row[place] = (uint16_t)m;
        l.position[place++] = number[i];
      }
    }
  }
  l.column_start[p->inputs] = place;
  free(number);
  l.as_dense = (tombola_weights){l.dense.data, l.mask, NULL, NULL, NULL, NULL, NULL, total, p->outputs, p->inputs};
  l.as_compressed = (tombola_weights){l.packed.data, NULL,       l.row_start, l.column,   l.column_start,
                                      l.row,         l.position, survivors,   p->outputs, p->inputs};
  return l;
}

static void layer_free(layer *l) {
  block_check_and_free(&l->dense);
  block_check_and_free(&l->packed);
  free(l->mask);
  free(l->row_start);
  free(l->column_start);
  free(l->position);
  free(l->column);
  free(l->row);
}

/* y, dx and dw (dense) by the canonical orders, one sum at a time. */
static void oracle(const problem *p, const layer *l, const float *bias, const float *x, const float *dy, float *y,
                   float *dx, float *dw) {
  const int32_t lanes = lanes_of(p->size);
  for (int32_t n = 0; n < lanes; n++) {
    for (int32_t m = 0; m < p->outputs; m++) {
      float sum = bias[m];
      for (int32_t k = 0; k < p->inputs; k++) {
        sum = fmaf(l->dense.data[(int64_t)m * p->inputs + k], x[(int64_t)k * lanes + n], sum);
      }
      y[(int64_t)m * lanes + n] = sum + 0.0f;
    }
    for (int32_t k = 0; k < p->inputs; k++) {
      float sum = 0.0f;
      for (int32_t m = 0; m < p->outputs; m++) {
        sum = fmaf(l->dense.data[(int64_t)m * p->inputs + k], dy[(int64_t)m * lanes + n], sum);
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

static void check(const problem *p, const tombola_context **contexts, int count) {
  const int32_t lanes = lanes_of(p->size);
  layer l = layer_new(p);
  block bias = block_new(p->outputs), x = block_new((int64_t)p->inputs * lanes),
        dy = block_new((int64_t)p->outputs * lanes);
  block y = block_new(dy.count), dx = block_new(x.count), dw = block_new(l.dense.count), db = block_new(p->outputs);
  oracle(p, &l, bias.data, x.data, dy.data, y.data, dx.data, dw.data);
  for (int32_t m = 0; m < p->outputs; m++) {
    db.data[m] = batch_sum(dy.data + (int64_t)m * lanes, NULL, lanes);
  }
  block packed = block_new(l.packed.count);
  for (int64_t i = 0, entry = 0; i < dw.count; i++) {
    if (l.mask[i]) {
      packed.data[entry++] = dw.data[i];
    }
  }
  const tombola_span bias_span = span_of(&bias);
  const tombola_batch x_batch = batch_of(&x, p->inputs, p->size), dy_batch = batch_of(&dy, p->outputs, p->size);
  for (int c = 0; c < 2 * count; c++) {
    const tombola_context *context = contexts[c / 2];
    const int compressed = c % 2;
    const tombola_weights *weights = compressed ? &l.as_compressed : &l.as_dense;
    char isa[64];
    snprintf(isa, sizeof isa, "%s, %s, %dx%dx%d at %g", tombola_isa(context), compressed ? "compressed" : "dense",
             p->outputs, p->inputs, p->size, p->density);
    block out = block_new(y.count), din = block_new(dx.count), grad = block_new(weights->survivors),
          bgrad = block_new(p->outputs);
    tombola_batch out_batch = batch_of(&out, p->outputs, p->size), din_batch = batch_of(&din, p->inputs, p->size);
    tombola_span grad_span = span_of(&grad), bgrad_span = span_of(&bgrad);
    EXPECT_STATUS(TOMBOLA_OK, tombola_linear_forward(context, weights, &bias_span, &x_batch, &out_batch));
    EXPECT_STATUS(TOMBOLA_OK, tombola_linear_backward_input(context, weights, &dy_batch, &din_batch));
    EXPECT_STATUS(TOMBOLA_OK, tombola_linear_backward_weight(context, weights, &x_batch, &dy_batch, &grad_span));
    EXPECT_STATUS(TOMBOLA_OK, tombola_bias_backward(context, &dy_batch, &bgrad_span));
    expect_bits("forward", isa, y.data, out.data, y.count);
    expect_bits("backward input", isa, dx.data, din.data, dx.count);
    expect_bits("backward weight", isa, compressed ? packed.data : dw.data, grad.data, grad.count);
    expect_bits("backward bias", isa, db.data, bgrad.data, db.count);
    block_check_and_free(&out);
    block_check_and_free(&din);
    block_check_and_free(&grad);
    block_check_and_free(&bgrad);
  }
  block *all[] = {&bias, &x, &dy, &y, &dx, &dw, &db, &packed};
  for (int i = 0; i < COUNT(all); i++) {
    block_check_and_free(all[i]);
  }
  layer_free(&l);
}

static void refuses_what_does_not_fit(const tombola_context *context) {
  const problem p = {3, 5, 4, 0.5};
  layer l = layer_new(&p);
  block bias = block_new(3), x = block_new(5 * 16), y = block_new(3 * 16), dw = block_new(15);
  const tombola_span b = span_of(&bias), short_bias = {bias.data, 2};
  tombola_span g = span_of(&dw), short_gradient = {dw.data, 14};
  tombola_batch in = batch_of(&x, 5, 4), out = batch_of(&y, 3, 4);
  tombola_batch narrow = in, padded_wrong = in, unaligned = in, other_size = in, none = in;
  narrow.features = 4;
  padded_wrong.lanes = 32;
  unaligned.data = in.data + 1;
  other_size.size = 5;
  none.data = NULL;
  const tombola_weights *w = &l.as_dense;
  EXPECT_STATUS(TOMBOLA_NULL, tombola_linear_forward(NULL, w, &b, &in, &out));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_linear_forward(context, NULL, &b, &in, &out));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_linear_forward(context, w, &b, &none, &out));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_linear_forward(context, w, &short_bias, &in, &out));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_linear_forward(context, w, &b, &narrow, &out));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_linear_forward(context, w, &b, &padded_wrong, &out));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_linear_forward(context, w, &b, &other_size, &out));
  EXPECT_STATUS(TOMBOLA_UNALIGNED, tombola_linear_forward(context, w, &b, &unaligned, &out));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_linear_backward_input(context, w, &in, &out));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_linear_backward_weight(context, w, &in, &out, &short_gradient));
  EXPECT_STATUS(TOMBOLA_OK, tombola_linear_backward_weight(context, w, &in, &out, &g));
  tombola_weights lying = l.as_compressed;
  lying.survivors++;
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_linear_forward(context, &lying, &b, &in, &out));
  block *all[] = {&bias, &x, &y, &dw};
  for (int i = 0; i < COUNT(all); i++) {
    block_check_and_free(all[i]);
  }
  layer_free(&l);
}

int main(void) {
  const tombola_context *contexts[8];
  const int count = open_all(contexts);
  const int32_t shapes[][3] = {{1, 1, 1},    {2, 3, 2},    {5, 7, 15},    {6, 16, 16},  {7, 17, 17},  {12, 33, 31},
                               {16, 15, 48}, {31, 64, 60}, {13, 129, 64}, {100, 9, 65}, {3, 50, 100}, {10, 100, 130}};
  const double densities[] = {0, 0.02, 0.3, 0.9, 1};
  int cases = 0;
  for (int s = 0; s < COUNT(shapes); s++) {
    for (int d = 0; d < COUNT(densities); d++) {
      const problem p = {shapes[s][0], shapes[s][1], shapes[s][2], densities[d]};
      check(&p, contexts, count);
      cases++;
    }
  }
  refuses_what_does_not_fit(contexts[0]);
  printf("linear: %d shapes and densities, %d instruction sets, both forms\n", cases, count);
  return 0;
}
