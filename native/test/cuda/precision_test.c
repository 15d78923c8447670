/* TF32 on tensor cores: of whole numbers the same bits as FP32, whose sums are exact; of others what rounding the
 * factors and adding them up may come to; and replicas together as alone, where tiles are smaller. */
#include <float.h>

#include "layer.h"
#include "take.h"
#include "tombola_cuda.h"

enum { WORD = 4, LARGEST = 4 /* of whole numbers */ };

/* A linear layer is a convolution of one pixel. */
typedef struct {
  int32_t replicas, outputs, channels, height, width, kernel, stride, padding, size;
  int masked;
} problem;

static const problem PROBLEMS[] = {
    {1, 1, 1, 1, 1, 1, 1, 0, 1, 0},     {1, 10, 300, 1, 1, 1, 1, 0, 131, 1},
    {4, 100, 75, 1, 1, 1, 1, 0, 70, 1}, /* large tiles together, few alone */
    {4, 60, 130, 1, 1, 1, 1, 0, 80, 0}, /* wide ones forward */
    {4, 60, 37, 1, 1, 1, 1, 0, 7, 1},   /* low ones */
    {1, 7, 5, 9, 8, 3, 1, 1, 5, 1},     {1, 33, 4, 6, 7, 3, 2, 1, 17, 0},
    {2, 5, 9, 7, 5, 1, 2, 0, 20, 1},    {4, 70, 3, 8, 8, 3, 1, 1, 16, 0}, /* large tiles */
    {1, 3, 2, 12, 13, 5, 1, 2, 16, 0},                                    /* a gradient of many chains */
    {4, 20, 70, 6, 5, 3, 1, 1, 16, 1}, /* large tiles back, and more inputs than a block has */
    {1, 65, 65, 3, 3, 3, 1, 0, 48, 0},
};

/* Where everything of one replica lies, in floats from its start. */
typedef struct {
  tombola_window window;
  int32_t taps, inputs, row, lanes, pixels, positions;
  int64_t weights, values, mask, m, v, bias, db, dw, rates, x, y, dy, dx, floats;
} plan;

static plan plan_of(const problem *one) {
  const int32_t k = one->kernel;
  plan p = {.window = {one->channels, one->height, one->width, k, k, one->stride, one->padding}};
  p.taps = k * k;
  p.inputs = one->channels * p.taps;
  p.row = lanes_of(p.inputs);
  p.lanes = lanes_of(one->size);
  p.pixels = one->height * one->width;
  p.positions = ((one->height + 2 * one->padding - k) / one->stride + 1) *
                ((one->width + 2 * one->padding - k) / one->stride + 1);
  p.weights = (int64_t)one->outputs * p.row;
  p.values = take_floats(&p.floats, p.weights);
  p.mask = take_floats(&p.floats, p.weights);
  p.m = take_floats(&p.floats, p.weights);
  p.v = take_floats(&p.floats, p.weights);
  p.bias = take_floats(&p.floats, one->outputs);
  p.db = take_floats(&p.floats, one->outputs);
  p.dw = take_floats(&p.floats, p.weights);
  p.rates = take_floats(&p.floats, 3);
  p.x = take_floats(&p.floats, (int64_t)one->channels * p.pixels * p.lanes);
  p.y = take_floats(&p.floats, (int64_t)one->outputs * p.positions * p.lanes);
  p.dy = take_floats(&p.floats, (int64_t)one->outputs * p.positions * p.lanes);
  p.dx = take_floats(&p.floats, (int64_t)one->channels * p.pixels * p.lanes);
  return p;
}

static void make_whole(float *values, int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    values[i] = (float)((int)(random_bits() % (2 * LARGEST + 1)) - LARGEST);
  }
}

static void prepare(float *part, const plan *p, const problem *one, int whole) {
  if (whole) {
    make_whole(part + p->values, p->weights);
    make_whole(part + p->bias, one->outputs);
    make_whole(part + p->x, p->y - p->x);
    make_whole(part + p->dy, p->dx - p->dy);
  }
  uint8_t *mask = (uint8_t *)(part + p->mask);
  for (int64_t i = 0; i < p->weights; i++) {
    const int padding = i % p->row >= p->inputs;
    mask[i] = !padding && (!one->masked || random_unit() < 0.7);
    part[p->values + i] = mask[i] ? part[p->values + i] : 0.0f;
    part[p->m + i] = mask[i] ? part[p->m + i] : 0.0f;
    part[p->v + i] = mask[i] ? fabsf(part[p->v + i]) : 0.0f;
  }
  const float rates[] = {0.1f, 0.2f, 1.5f};
  memcpy(part + p->rates, rates, sizeof rates);
  const tombola_batch dy = {part + p->dy, one->outputs * p->positions, one->size, p->lanes, 0};
  clear_padding(&dy);
}

/* All that a layer multiplies. */
static void run(const tombola_context *context, float *part, const plan *p, const problem *one, int activation) {
  const tombola_index none = {NULL, NULL, 0, 0, 0, 0};
  const uint8_t *mask = one->masked ? (const uint8_t *)(part + p->mask) : NULL;
  const tombola_weights w = {part + p->values, mask,         none,      none,    NULL,
                             p->weights,       one->outputs, p->inputs, p->taps, p->row};
  const tombola_rule rule = {part + p->rates, 1, TOMBOLA_ADAM, 0.9f, 0.1f, 0.999f, 0.001f, 1e-8f, 0, 0};
  const tombola_span bias = {part + p->bias, one->outputs};
  tombola_span m = {part + p->m, p->weights}, v = {part + p->v, p->weights};
  tombola_span db = {part + p->db, one->outputs}, dw = {part + p->dw, p->weights};
  tombola_batch x = {part + p->x, one->channels * p->pixels, one->size, p->lanes, 0};
  tombola_batch y = {part + p->y, one->outputs * p->positions, one->size, p->lanes, 0};
  tombola_batch dy = {part + p->dy, y.features, one->size, p->lanes, 0};
  tombola_batch dx = {part + p->dx, x.features, one->size, p->lanes, 0};
  const tombola_batch *gate = activation == TOMBOLA_RELU ? &x : NULL;
  if (p->taps == 1 && p->pixels == 1) {
    EXPECT_STATUS(TOMBOLA_OK, tombola_linear_forward(context, &w, &bias, &x, activation, &y));
    EXPECT_STATUS(TOMBOLA_OK, tombola_linear_backward_input(context, &w, &dy, gate, &dx));
    EXPECT_STATUS(TOMBOLA_OK, tombola_linear_backward_weight(context, &w, &x, &dy, &dw));
    EXPECT_STATUS(TOMBOLA_OK, tombola_linear_update(context, &rule, 0, &w, &x, &dy, &m, &v, &db));
  } else {
    EXPECT_STATUS(TOMBOLA_OK, tombola_conv_forward(context, &p->window, &w, &bias, &x, activation, &y));
    EXPECT_STATUS(TOMBOLA_OK, tombola_conv_backward_input(context, &p->window, &w, &dy, gate, &dx));
    EXPECT_STATUS(TOMBOLA_OK, tombola_conv_backward_weight(context, &p->window, &w, &x, &dy, &dw));
    EXPECT_STATUS(TOMBOLA_OK, tombola_conv_update(context, &rule, 0, &p->window, &w, &x, &dy, &m, &v, &db));
  }
}

/* The same with the first replicas of a block. */
static void run_all(int32_t precision, int32_t replicas, float *parts, const plan *p, const problem *one,
                    int activation) {
  const tombola_group asked = {replicas, precision, p->floats * WORD, NULL, NULL, NULL, 0};
  const tombola_context *context = NULL;
  EXPECT_STATUS(TOMBOLA_OK, tombola_cuda_open(&asked, &context));
  run(context, parts, p, one, activation);
  tombola_cuda_close(context);
}

static block prepared(const plan *p, const problem *one, int whole) {
  block parts = block_new(one->replicas * p->floats);
  for (int r = 0; r < one->replicas; r++) {
    prepare(parts.data + r * p->floats, p, one, whole);
  }
  return parts;
}

static void expect_exact(const problem *one) {
  const plan p = plan_of(one);
  block wanted = prepared(&p, one, 1), found = copy_of(&wanted);
  run_all(TOMBOLA_FP32, one->replicas, wanted.data, &p, one, TOMBOLA_RELU);
  run_all(TOMBOLA_TF32, one->replicas, found.data, &p, one, TOMBOLA_RELU);
  expect_bits("whole numbers", "tf32", wanted.data, found.data, wanted.count);
  block_check_and_free(&wanted);
  block_check_and_free(&found);
}

static void expect_alike(const problem *one) {
  const plan p = plan_of(one);
  block together = prepared(&p, one, 0), alone = copy_of(&together);
  run_all(TOMBOLA_TF32, one->replicas, together.data, &p, one, TOMBOLA_RELU);
  for (int r = 0; r < one->replicas; r++) {
    run_all(TOMBOLA_TF32, 1, alone.data + r * p.floats, &p, one, TOMBOLA_RELU);
  }
  expect_bits("replicas", "tf32", alone.data, together.data, together.count);
  block_check_and_free(&together);
  block_check_and_free(&alone);
}

/* A value to 11 binary digits, fewer where the exponent ends; and how much more or less it may become, which lies
 * halfway. */
static double rounded(float value, double *halfway) {
  int exponent;
  const double fraction = frexp((double)value, &exponent);
  const int digits = exponent < FLT_MIN_EXP ? 11 - (FLT_MIN_EXP - exponent) : 11;
  const double all = ldexp(fraction, digits), nearest = round(all);
  *halfway = fabs(nearest - all) == 0.5 ? ldexp(1, exponent - digits) : 0;
  return ldexp(nearest, exponent - digits);
}

/* A sum of products of rounded factors, and how far from it a device may come: of what is added up it may lose a digit
 * of the largest, and of factors what is below the normal numbers. */
typedef struct {
  double sum, size, lost;
  int64_t terms;
} total;

static void add(total *t, float left, float right) {
  double left_more, right_more;
  const double term = rounded(left, &left_more) * rounded(right, &right_more);
  t->sum += term;
  t->size += fabs(term);
  t->lost += fabs((double)left) * (right_more + (double)FLT_MIN) + fabs((double)right) * (left_more + (double)FLT_MIN);
  t->terms++;
}

static void expect_near(const char *what, const total *wanted, float found) {
  const double most = (double)(wanted->terms + 1) * (double)FLT_EPSILON * wanted->size + wanted->lost;
  if (!(fabs((double)found - wanted->sum) <= most + (double)FLT_MIN)) {
    FAIL("%s: %.9g is not within %.3g of %.9g", what, (double)found, most, wanted->sum);
  }
}

static void expect_close(const problem *one) {
  const plan p = plan_of(one);
  block parts = prepared(&p, one, 0), start = copy_of(&parts);
  run_all(TOMBOLA_TF32, 1, parts.data, &p, one, TOMBOLA_IDENTITY);
  const float *w = start.data + p.values, *x = start.data + p.x, *dy = start.data + p.dy;
  const uint8_t *mask = (const uint8_t *)(start.data + p.mask);
  const int64_t outs = (int64_t)one->outputs * p.positions * p.lanes;
  const int64_t ins = (int64_t)one->channels * p.pixels * p.lanes;
  total *y_total = calloc((size_t)outs, sizeof(total)), *dx_total = calloc((size_t)ins, sizeof(total));
  total *dw_total = calloc((size_t)p.weights, sizeof(total));
  const int32_t columns = (one->width + 2 * one->padding - one->kernel) / one->stride + 1;
  for (int32_t o = 0; o < one->outputs; o++) {
    for (int32_t k = 0; k < p.inputs; k++) {
      const int64_t weight = (int64_t)o * p.row + k;
      const int32_t tap = k % p.taps;
      for (int32_t at = 0; at < p.positions; at++) {
        const int32_t h = at / columns * one->stride + tap / one->kernel - one->padding;
        const int32_t v = at % columns * one->stride + tap % one->kernel - one->padding;
        for (int32_t n = 0; h >= 0 && h < one->height && v >= 0 && v < one->width && n < p.lanes; n++) {
          const int64_t to = ((int64_t)o * p.positions + at) * p.lanes + n;
          const int64_t from = (((int64_t)k / p.taps * one->height + h) * one->width + v) * p.lanes + n;
          add(&y_total[to], w[weight], x[from]);
          add(&dx_total[from], w[weight], dy[to]);
          add(&dw_total[weight], dy[to], x[from]);
        }
      }
    }
  }
  for (int64_t i = 0; i < outs; i++) {
    const double bias = (double)start.data[p.bias + i / p.positions / p.lanes];
    y_total[i].sum += bias;
    y_total[i].size += fabs(bias);
    expect_near("y", &y_total[i], parts.data[p.y + i]);
  }
  for (int64_t i = 0; i < ins; i++) {
    expect_near("dx", &dx_total[i], parts.data[p.dx + i]);
  }
  const total nothing = {0, 0, 0, 0};
  for (int64_t i = 0; i < p.weights; i++) {
    expect_near("dw", mask[i] ? &dw_total[i] : &nothing, parts.data[p.dw + i]);
  }
  free(y_total);
  free(dx_total);
  free(dw_total);
  block_check_and_free(&parts);
  block_check_and_free(&start);
}

/* A value as TF32 has it: halfway to the even one. */
static float nearest(float value) {
  int exponent;
  const double fraction = frexp((double)value, &exponent);
  return (float)ldexp(nearbyint(ldexp(fraction, 11)), exponent - 11);
}

/* A factor shows as it is where it is multiplied by one: every last digit in turn, at some exponents. */
static void expect_rounded(void) {
  enum { SIZE = 1 << 14, EXPONENTS = 5 };
  const int exponents[EXPONENTS] = {-125, -30, 0, 1, 113};
  const tombola_group one = {1, TOMBOLA_TF32, 0, NULL, NULL, NULL, 0};
  const tombola_context *context = NULL;
  EXPECT_STATUS(TOMBOLA_OK, tombola_cuda_open(&one, &context));
  block w = block_new(16), zero = block_new(1), x = block_new(SIZE), y = block_new(SIZE);
  memset(w.data, 0, 16 * sizeof *w.data);
  zero.data[0] = 0.0f;
  const tombola_span bias = span_of(&zero);
  w.data[0] = 1.0f;
  const tombola_index none = {NULL, NULL, 0, 0, 0, 0};
  const tombola_weights weights = {w.data, NULL, none, none, NULL, 16, 1, 1, 1, 16};
  const tombola_batch in = batch_of(&x, 1, SIZE);
  tombola_batch out = batch_of(&y, 1, SIZE);
  for (int e = 0; e < EXPONENTS; e++) {
    for (int32_t i = 0; i < SIZE; i++) {
      const double digits = (double)(1 << 23) + (double)(random_bits() >> 22 << 13) + i % (1 << 13);
      x.data[i] = (float)ldexp(i % 3 == 0 ? -digits : digits, exponents[e] - 23);
    }
    EXPECT_STATUS(TOMBOLA_OK, tombola_linear_forward(context, &weights, &bias, &in, TOMBOLA_IDENTITY, &out));
    for (int32_t i = 0; i < SIZE; i++) {
      x.data[i] = nearest(x.data[i]);
    }
    expect_bits("rounded", "tf32", x.data, y.data, SIZE);
  }
  tombola_cuda_close(context);
  block *all[] = {&w, &zero, &x, &y};
  for (int i = 0; i < COUNT(all); i++) {
    block_check_and_free(all[i]);
  }
}

/* A long sum of positive terms, all of which would be cut off below the whole. */
static void expect_chains(void) {
  const problem one = {1, 1, 1, 96, 96, 1, 1, 0, 16, 0};
  const plan p = plan_of(&one);
  block parts = prepared(&p, &one, 0);
  const int64_t terms = (int64_t)p.pixels * p.lanes;
  double wanted = 0;
  for (int64_t i = 0; i < terms; i++) {
    float *x = parts.data + p.x + i, *dy = parts.data + p.dy + i;
    *x = nearest(0.5f + (float)random_unit() / 2);
    *dy = nearest(0.5f + (float)random_unit() / 2);
    wanted += (double)*x * (double)*dy;
  }
  run_all(TOMBOLA_TF32, 1, parts.data, &p, &one, TOMBOLA_IDENTITY);
  enum { CHAIN = 32 * 16 / 8, GROUPS = 4, TWICE = 2 /* for devices that cut off more than the last digit */ };
  const double chains = (double)terms / (CHAIN * 8);
  const double most = TWICE * (CHAIN + chains / GROUPS + GROUPS) * (double)FLT_EPSILON * wanted;
  if (!(fabs((double)parts.data[p.dw] - wanted) <= most)) {
    FAIL("a sum of %.9g is not within %.3g of %.9g", (double)parts.data[p.dw], most, wanted);
  }
  block_check_and_free(&parts);
}

/* What is no number is found in what it was multiplied into. */
static void expect_spread(float odd) {
  const problem one = {1, 3, 20, 1, 1, 1, 1, 0, 16, 0};
  const plan p = plan_of(&one);
  block parts = prepared(&p, &one, 0);
  parts.data[p.x + 7 * p.lanes + 5] = odd;
  run_all(TOMBOLA_TF32, 1, parts.data, &p, &one, TOMBOLA_IDENTITY);
  for (int32_t o = 0; o < one.outputs; o++) {
    if (isfinite(parts.data[p.y + o * p.lanes + 5]) || isfinite(parts.data[p.dw + o * p.row + 7])) {
      FAIL("%g was multiplied into %g and %g", (double)odd, (double)parts.data[p.y + o * p.lanes + 5],
           (double)parts.data[p.dw + o * p.row + 7]);
    }
  }
  block_check_and_free(&parts);
}

int main(void) {
  for (int i = 0; i < COUNT(PROBLEMS); i++) {
    expect_exact(&PROBLEMS[i]);
    expect_close(&PROBLEMS[i]);
    expect_alike(&PROBLEMS[i]);
  }
  expect_spread(NAN);
  expect_spread(INFINITY);
  expect_rounded();
  expect_chains();
  printf("precision: %d layers in TF32\n", COUNT(PROBLEMS));
  return 0;
}
