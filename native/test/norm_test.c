/* Batch normalisation and the bias gradient of images on every instruction set against plain loops, to the bit. */
#include "test.h"

typedef struct {
  int32_t channels, positions, size, lanes;
  block x, dy, gate, scale, shift, running_mean, running_variance, mean, inverse;
} problem;

static int64_t place(const problem *p, int32_t c, int32_t position, int32_t n) {
  return ((int64_t)c * p->positions + position) * p->lanes + n;
}

/* A channel's sum of x, or of squared distances from `centre`. */
static double channel_sum(const problem *p, int32_t c, double centre, int squares) {
  double part[16] = {0};
  for (int32_t run = 0; run < p->size; run += 16) {
    for (int32_t k = 0; k < p->positions; k++) {
      for (int32_t i = 0; i < 16 && run + i < p->size; i++) {
        const double v = (double)p->x.data[place(p, c, k, run + i)];
        part[i] = squares ? fma(v - centre, v - centre, part[i]) : part[i] + v;
      }
    }
  }
  for (int half = 8; half > 0; half /= 2) {
    for (int i = 0; i < half; i++) {
      part[i] += part[i + half];
    }
  }
  return part[0];
}

/* A channel's sum of dy, or of dy times what the channel was normalised to. */
static float gradient_sum(const problem *p, int32_t c, int times_hat) {
  float part[16] = {0};
  for (int32_t run = 0; run < p->size; run += 16) {
    for (int32_t k = 0; k < p->positions; k++) {
      for (int32_t i = 0; i < 16 && run + i < p->size; i++) {
        const int64_t at = place(p, c, k, run + i);
        const float hat = (p->x.data[at] - p->mean.data[c]) * p->inverse.data[c];
        part[i] = times_hat ? fmaf(p->dy.data[at], hat, part[i]) : part[i] + p->dy.data[at];
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

static void normalised(const problem *p, const float *mean, const float *inverse, int relu, float *y) {
  for (int64_t at = 0; at < p->x.count; at++) {
    const int64_t c = at / p->lanes / p->positions;
    const float hat = (p->x.data[at] - mean[c]) * inverse[c];
    y[at] = after(fmaf(p->scale.data[c], hat, p->shift.data[c]), relu, NULL);
  }
}

static void check_forward(const tombola_context *context, problem *p, tombola_norm *norm, int relu) {
  const char *isa = tombola_isa(context);
  block y = block_new(p->x.count), wanted = block_new(p->x.count), mean = block_new(p->channels),
        inverse = block_new(p->channels), running_mean = block_new(p->channels),
        running_variance = block_new(p->channels);
  const tombola_batch in = batch_of(&p->x, p->channels * p->positions, p->size);
  tombola_batch out = batch_of(&y, in.features, p->size);
  const double count = (double)p->positions * p->size;
  for (int32_t c = 0; c < p->channels; c++) {
    const double m = channel_sum(p, c, 0, 0) / count, squares = channel_sum(p, c, m, 1);
    mean.data[c] = (float)m;
    inverse.data[c] = (float)(1 / sqrt(squares / count + 1e-5));
    running_mean.data[c] = (float)(0.9 * (double)p->running_mean.data[c] + 0.1 * m);
    running_variance.data[c] =
        (float)(0.9 * (double)p->running_variance.data[c] + 0.1 * (squares / fmax(count - 1, 1)));
  }
  EXPECT_STATUS(TOMBOLA_OK, tombola_batch_norm_forward(context, norm, &in, relu, &out));
  expect_bits("batch mean", isa, mean.data, p->mean.data, p->channels);
  expect_bits("inverse deviation", isa, inverse.data, p->inverse.data, p->channels);
  expect_bits("running mean", isa, running_mean.data, p->running_mean.data, p->channels);
  expect_bits("running variance", isa, running_variance.data, p->running_variance.data, p->channels);
  normalised(p, mean.data, inverse.data, relu, wanted.data);
  expect_bits("batch norm forward", isa, wanted.data, y.data, y.count);
  tombola_norm evaluation = *norm;
  evaluation.mean = evaluation.inverse_deviation = NULL;
  for (int32_t c = 0; c < p->channels; c++) {
    inverse.data[c] = (float)(1 / sqrt((double)running_variance.data[c] + 1e-5));
  }
  normalised(p, running_mean.data, inverse.data, relu, wanted.data);
  EXPECT_STATUS(TOMBOLA_OK, tombola_batch_norm_infer(context, &evaluation, &in, relu, &out));
  expect_bits("batch norm infer", isa, wanted.data, y.data, y.count);
  block *all[] = {&y, &wanted, &mean, &inverse, &running_mean, &running_variance};
  for (int i = 0; i < COUNT(all); i++) {
    block_check_and_free(all[i]);
  }
}

static void check_backward(const tombola_context *context, problem *p, const tombola_norm *norm, int gated) {
  const char *isa = tombola_isa(context);
  block dx = block_new(p->x.count), wanted = block_new(p->x.count), dscale = block_new(p->channels),
        dshift = block_new(p->channels), wanted_dscale = block_new(p->channels), wanted_dshift = block_new(p->channels),
        db = block_new(p->channels);
  const tombola_batch in = batch_of(&p->x, p->channels * p->positions, p->size),
                      dy = batch_of(&p->dy, in.features, p->size), mask = batch_of(&p->gate, in.features, p->size);
  tombola_batch din = batch_of(&dx, in.features, p->size);
  tombola_span scales = span_of(&dscale), shifts = span_of(&dshift), biases = span_of(&db);
  const float count = (float)((int64_t)p->positions * p->size);
  for (int32_t c = 0; c < p->channels; c++) {
    const float inverse = p->inverse.data[c], a = gradient_sum(p, c, 1), b = gradient_sum(p, c, 0);
    wanted_dscale.data[c] = a;
    wanted_dshift.data[c] = b;
    for (int32_t k = 0; k < p->positions; k++) {
      for (int32_t n = 0; n < p->lanes; n++) {
        const int64_t at = place(p, c, k, n);
        const float hat = (p->x.data[at] - p->mean.data[c]) * inverse;
        const float value = (p->scale.data[c] * inverse) * fmaf(-hat, a / count, p->dy.data[at] - b / count);
        wanted.data[at] = n < p->size ? after(value, 0, gated ? p->gate.data + at : NULL) : 0.0f;
      }
    }
  }
  const tombola_batch *gate = gated ? &mask : NULL;
  EXPECT_STATUS(TOMBOLA_OK, tombola_batch_norm_backward(context, norm, &in, &dy, gate, &scales, &shifts, &din));
  expect_bits("dscale", isa, wanted_dscale.data, dscale.data, p->channels);
  expect_bits("dshift", isa, wanted_dshift.data, dshift.data, p->channels);
  expect_bits("batch norm backward", isa, wanted.data, dx.data, dx.count);
  EXPECT_STATUS(TOMBOLA_OK, tombola_bias_backward(context, &dy, &biases));
  expect_bits("bias backward", isa, wanted_dshift.data, db.data, p->channels);
  memcpy(dx.data, p->dy.data, (size_t)dx.count * sizeof(float));
  EXPECT_STATUS(TOMBOLA_OK, tombola_batch_norm_backward(context, norm, &in, &din, gate, &scales, &shifts, &din));
  expect_bits("batch norm backward in place", isa, wanted.data, dx.data, dx.count);
  block *all[] = {&dx, &wanted, &dscale, &dshift, &wanted_dscale, &wanted_dshift, &db};
  for (int i = 0; i < COUNT(all); i++) {
    block_check_and_free(all[i]);
  }
}

static void check_refusals(const tombola_context *context, const problem *p, const tombola_norm *norm) {
  block y = block_new(p->x.count), d = block_new(p->channels + 1);
  const tombola_batch in = batch_of(&p->x, p->channels * p->positions, p->size);
  tombola_batch out = batch_of(&y, in.features, p->size), longer = out;
  longer.size = p->size == 1 ? 2 : p->size - 1;
  longer.lanes = lanes_of(longer.size);
  tombola_span a = {d.data, p->channels}, wrong = {d.data, p->channels + 1};
  tombola_norm bad = *norm;
  EXPECT_STATUS(TOMBOLA_NULL, tombola_batch_norm_forward(NULL, &bad, &in, 0, &out));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_batch_norm_forward(context, NULL, &in, 0, &out));
  EXPECT_STATUS(TOMBOLA_RANGE, tombola_batch_norm_forward(context, &bad, &in, 2, &out));
  EXPECT_STATUS(TOMBOLA_RANGE, tombola_batch_norm_infer(context, &bad, &in, -1, &out));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_batch_norm_forward(context, &bad, &in, 0, &longer));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_batch_norm_backward(context, &bad, &in, &out, NULL, &wrong, &a, &out));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_batch_norm_backward(context, &bad, &in, &out, NULL, &a, &wrong, &out));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_batch_norm_backward(context, &bad, &in, &out, &longer, &a, &a, &out));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_batch_norm_backward(context, &bad, &in, &out, NULL, NULL, &a, &out));
  bad.channels = 2 * in.features;
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_batch_norm_infer(context, &bad, &in, 0, &out));
  bad.channels = 0;
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_batch_norm_infer(context, &bad, &in, 0, &out));
  bad = *norm;
  bad.shift++;
  EXPECT_STATUS(TOMBOLA_UNALIGNED, tombola_batch_norm_infer(context, &bad, &in, 0, &out));
  bad = *norm;
  bad.running_variance = NULL;
  EXPECT_STATUS(TOMBOLA_NULL, tombola_batch_norm_infer(context, &bad, &in, 0, &out));
  bad = *norm;
  bad.inverse_deviation = NULL;
  EXPECT_STATUS(TOMBOLA_NULL, tombola_batch_norm_forward(context, &bad, &in, 0, &out));
  bad = *norm;
  bad.mean = NULL;
  EXPECT_STATUS(TOMBOLA_NULL, tombola_batch_norm_forward(context, &bad, &in, 0, &out));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_batch_norm_backward(context, &bad, &in, &out, NULL, &a, &a, &out));
  tombola_span loose = {d.data + 1, p->channels};
  EXPECT_STATUS(TOMBOLA_UNALIGNED, tombola_bias_backward(context, &out, &loose));
  const int64_t lengths[] = {0, -1, in.features + 1};
  for (int i = 0; i < COUNT(lengths); i++) {
    a.length = lengths[i];
    EXPECT_STATUS(TOMBOLA_SHAPE, tombola_bias_backward(context, &out, &a));
  }
  EXPECT_STATUS(TOMBOLA_NULL, tombola_bias_backward(context, &out, NULL));
  block_check_and_free(&y);
  block_check_and_free(&d);
}

static void check(const tombola_context *context, int32_t channels, int32_t positions, int32_t size) {
  const int64_t count = (int64_t)channels * positions * lanes_of(size);
  problem p = {channels,
               positions,
               size,
               lanes_of(size),
               block_new(count),
               block_new(count),
               block_new(count),
               block_new(channels),
               block_new(channels),
               block_new(channels),
               block_new(channels),
               block_new(channels),
               block_new(channels)};
  const tombola_batch dy = batch_of(&p.dy, channels * positions, size);
  clear_padding(&dy);
  for (int32_t c = 0; c < channels; c++) {
    p.running_variance.data[c] = fabsf(p.running_variance.data[c]);
  }
  tombola_norm norm = {p.scale.data,
                       p.shift.data,
                       p.running_mean.data,
                       p.running_variance.data,
                       p.mean.data,
                       p.inverse.data,
                       channels,
                       0};
  check_forward(context, &p, &norm, 0);
  check_forward(context, &p, &norm, 1);
  check_backward(context, &p, &norm, 0);
  check_backward(context, &p, &norm, 1);
  check_refusals(context, &p, &norm);
  block *all[] = {&p.x, &p.dy, &p.gate, &p.scale, &p.shift, &p.running_mean, &p.running_variance, &p.mean, &p.inverse};
  for (int i = 0; i < COUNT(all); i++) {
    block_check_and_free(all[i]);
  }
}

int main(void) {
  const tombola_context *contexts[8];
  const int count = open_all(contexts);
  const int32_t sizes[] = {1, 2, 15, 16, 17, 60, 64, 128, 300}, positions[] = {1, 3, 64};
  for (int c = 0; c < count; c++) {
    for (int s = 0; s < COUNT(sizes); s++) {
      for (int k = 0; k < COUNT(positions); k++) {
        check(contexts[c], 1 + (s + k) % 5, positions[k], sizes[s]);
      }
    }
    check(contexts[c], 2, 100, 60); /* as many values as go several times around a block */
  }
  printf("batch norm, bias of images: %d batch sizes, %d instruction sets\n", COUNT(sizes), count);
  return 0;
}
