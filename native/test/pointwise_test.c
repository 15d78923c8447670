/* ReLU, loss, optimizers and gather: every instruction set against plain loops or, where the arithmetic is
 * a polynomial of our own, against the scalar bodies, to the bit; the loss also against the C library's. */
#include "test.h"

static void check_relu(const tombola_context *context, int32_t features, int32_t size) {
  block x = block_new((int64_t)features * lanes_of(size)), y = block_new(x.count), dy = block_new(x.count),
        dx = block_new(x.count), wanted = block_new(x.count);
  const tombola_batch in = batch_of(&x, features, size), grad = batch_of(&dy, features, size);
  tombola_batch out = batch_of(&y, features, size), din = batch_of(&dx, features, size);
  EXPECT_STATUS(TOMBOLA_OK, tombola_relu_forward(context, &in, &out));
  for (int64_t i = 0; i < x.count; i++) {
    wanted.data[i] = x.data[i] <= 0 ? 0.0f : x.data[i];
  }
  expect_bits("relu forward", tombola_isa(context), wanted.data, y.data, x.count);
  EXPECT_STATUS(TOMBOLA_OK, tombola_relu_backward(context, &out, &grad, &din));
  for (int64_t i = 0; i < x.count; i++) {
    wanted.data[i] = y.data[i] > 0 ? dy.data[i] : 0.0f;
  }
  expect_bits("relu backward", tombola_isa(context), wanted.data, dx.data, x.count);
  tombola_batch narrow = batch_of(&y, features, size);
  narrow.size++;
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_relu_forward(context, &in, &narrow));
  block *all[] = {&x, &y, &dy, &dx, &wanted};
  for (int i = 0; i < COUNT(all); i++) {
    block_check_and_free(all[i]);
  }
}

static void check_loss(const tombola_context *scalar, const tombola_context *context, int32_t classes, int32_t size) {
  block z = block_new((int64_t)classes * lanes_of(size)), d = block_new(z.count), wanted = block_new(z.count);
  for (int64_t i = 0; i < z.count; i++) {
    z.data[i] *= 50;
  }
  z.data[0] = z.data[(int64_t)(classes - 1) * lanes_of(size)] = 50; /* of equals the first is the prediction */
  int32_t *labels = malloc((size_t)size * sizeof *labels);
  for (int32_t n = 0; n < size; n++) {
    labels[n] = (int32_t)(random_bits() % (uint32_t)classes);
  }
  const tombola_batch logits = batch_of(&z, classes, size);
  tombola_batch out = batch_of(&d, classes, size), reference = batch_of(&wanted, classes, size);
  tombola_score score = {1, 2, 3}, expected = {1, 2, 3}, unscored = {1, 2, 3};
  EXPECT_STATUS(TOMBOLA_OK, tombola_softmax_cross_entropy(scalar, &logits, labels, &reference, &expected));
  EXPECT_STATUS(TOMBOLA_OK, tombola_softmax_cross_entropy(context, &logits, labels, &out, &score));
  EXPECT_STATUS(TOMBOLA_OK, tombola_softmax_cross_entropy(context, &logits, labels, NULL, &unscored));
  expect_bits("dlogits", tombola_isa(context), wanted.data, d.data, z.count);
  for (int64_t i = 0; i < d.count; i++) {
    if (fpclassify(d.data[i]) == FP_SUBNORMAL) {
      FAIL("dlogits (%s) hold %a, which is denormal", tombola_isa(context), (double)d.data[i]);
    }
  }
  if (score.loss != expected.loss || score.correct != expected.correct || score.examples != 3 + size ||
      unscored.loss != expected.loss || unscored.correct != expected.correct) {
    FAIL("loss (%s): %.17g and %ld, wanted %.17g and %ld", tombola_isa(context), score.loss, (long)score.correct,
         expected.loss, (long)expected.correct);
  }
  double loss = 1;
  for (int32_t n = 0; n < size; n++) {
    double max = -INFINITY, sum = 0;
    for (int32_t c = 0; c < classes; c++) {
      const double logit = (double)z.data[(int64_t)c * logits.lanes + n];
      max = logit > max ? logit : max;
    }
    for (int32_t c = 0; c < classes; c++) {
      sum += exp((double)z.data[(int64_t)c * logits.lanes + n] - max);
    }
    loss += log(sum) - ((double)z.data[(int64_t)labels[n] * logits.lanes + n] - max);
  }
  /* Each example's loss is at most 100 + log(classes) and made in a handful of roundings of 2^-24. */
  const double bound = size * (100 + log(classes)) * (classes + 8) * ldexp(1, -24);
  if (!(fabs(loss - score.loss) <= bound)) {
    FAIL("loss (%s) is %.9g but the C library says %.9g, %g apart", tombola_isa(context), score.loss, loss, bound);
  }
  labels[size - 1] = classes;
  if (is_readable(context)) {
    EXPECT_STATUS(TOMBOLA_RANGE, tombola_softmax_cross_entropy(context, &logits, labels, &out, &score));
  }
  labels[size - 1] = 0;
  z.data[size - 1] = NAN;
  tombola_score broken = {0, 0, 0};
  EXPECT_STATUS(TOMBOLA_OK, tombola_softmax_cross_entropy(context, &logits, labels, NULL, &broken));
  if (!isnan(broken.loss)) {
    FAIL("loss (%s) of a NaN logit is %g", tombola_isa(context), broken.loss);
  }
  free(labels);
  block *all[] = {&z, &d, &wanted};
  for (int i = 0; i < COUNT(all); i++) {
    block_check_and_free(all[i]);
  }
}

static float flush(float moment) {
  return fabsf(moment) < 0x1p-100f ? 0.0f : moment;
}

static void check_optimizers(const tombola_context *context, int64_t count) {
  const float rates[] = {0.5f, 9, 9, 0.25f, 0.3f, 1.5f};
  const tombola_rule rule = {rates, 2, TOMBOLA_ADAM, 0.9f, 0.1f, 0.999f, 0.001f, 1e-8f, 0.9f, 1e-4f};
  tombola_rule sgd = rule;
  sgd.kind = TOMBOLA_SGD;
  block w = block_new(count), g = block_new(count), m = block_new(count), v = block_new(count);
  block w2 = block_new(count), v2 = block_new(count), wanted_w = block_new(count), wanted_m = block_new(count),
        wanted_v = block_new(count);
  for (int64_t i = 0; i < count; i++) {
    v.data[i] = fabsf(v.data[i]);
    w2.data[i] = w.data[i];
    v2.data[i] = v.data[i];
    wanted_m.data[i] = flush(fmaf(0.9f, m.data[i], 0.1f * g.data[i]));
    wanted_v.data[i] = flush(fmaf(0.999f, v.data[i], 0.001f * (g.data[i] * g.data[i])));
    wanted_w.data[i] = fmaf(-0.3f, wanted_m.data[i] / fmaf(sqrtf(wanted_v.data[i]), 1.5f, 1e-8f), w.data[i]);
  }
  tombola_span ws = span_of(&w), ms = span_of(&m), vs = span_of(&v), w2s = span_of(&w2), v2s = span_of(&v2);
  const tombola_span gs = span_of(&g);
  EXPECT_STATUS(TOMBOLA_RANGE, tombola_optimizer_step(context, &rule, 2, &ws, &gs, &ms, &vs));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_optimizer_step(context, &rule, 1, &ws, &gs, &ms, NULL));
  sgd.kind = 7;
  EXPECT_STATUS(TOMBOLA_RANGE, tombola_optimizer_step(context, &sgd, 1, &ws, &gs, &ms, &vs));
  sgd.kind = TOMBOLA_ADAM;
  sgd.epsilon = 0x1p-127f;
  EXPECT_STATUS(TOMBOLA_RANGE, tombola_optimizer_step(context, &sgd, 1, &ws, &gs, &ms, &vs));
  sgd.kind = TOMBOLA_SGD;
  tombola_rule rateless = sgd;
  rateless.rates = NULL;
  tombola_span none = {w.data, -1};
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_optimizer_step(context, &sgd, 1, &none, &none, &none, NULL));
  tombola_span loose = {w.data + 1, ws.length};
  EXPECT_STATUS(TOMBOLA_UNALIGNED, tombola_optimizer_step(context, &rule, 1, &loose, &gs, &ms, &vs));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_optimizer_step(context, &rateless, 1, &ws, &gs, &ms, &vs));
  EXPECT_STATUS(TOMBOLA_OK, tombola_optimizer_step(context, &rule, 1, &ws, &gs, &ms, &vs));
  expect_bits("adam m", tombola_isa(context), wanted_m.data, m.data, count);
  expect_bits("adam v", tombola_isa(context), wanted_v.data, v.data, count);
  expect_bits("adam w", tombola_isa(context), wanted_w.data, w.data, count);
  for (int64_t i = 0; i < count; i++) {
    wanted_v.data[i] = flush(fmaf(0.9f, v2.data[i], fmaf(1e-4f, w2.data[i], g.data[i])));
    wanted_w.data[i] = fmaf(-0.25f, wanted_v.data[i], w2.data[i]);
  }
  EXPECT_STATUS(TOMBOLA_OK, tombola_optimizer_step(context, &sgd, 1, &w2s, &gs, &v2s, NULL));
  expect_bits("sgd v", tombola_isa(context), wanted_v.data, v2.data, count);
  expect_bits("sgd w", tombola_isa(context), wanted_w.data, w2.data, count);
  block *all[] = {&w, &g, &m, &v, &w2, &v2, &wanted_w, &wanted_m, &wanted_v};
  for (int i = 0; i < COUNT(all); i++) {
    block_check_and_free(all[i]);
  }
}

/* plain: a channel's table is p / 255, which the kernel may compute instead of looking it up. some: of all pixels
 * only some are asked for. */
static void check_gather(const tombola_context *context, int32_t area, int32_t channels, int32_t size, int plain,
                         int some) {
  enum { IMAGES = 40, FROM = 3, AHEAD = 2 };
  const int32_t features = area * channels;
  uint8_t *pixels = malloc((size_t)IMAGES * (size_t)features), labels[IMAGES];
  for (int32_t i = 0; i < IMAGES * features; i++) {
    pixels[i] = (uint8_t)random_bits();
  }
  for (int i = 0; i < IMAGES; i++) {
    labels[i] = (uint8_t)(random_bits() % 10);
  }
  int32_t *feature = malloc((size_t)features * sizeof *feature), lines = 0;
  for (int32_t k = 0; k < features; k++) {
    if (!some || k == features - 1 || random_bits() % 3 == 0) {
      feature[lines++] = k;
    }
  }
  block scale = block_new(channels * 256), x = block_new((int64_t)lines * lanes_of(size));
  for (int32_t p = 0; plain && p < channels * 256; p++) {
    scale.data[p] = (float)(p % 256) / 255.0f;
  }
  int32_t *order = malloc(((size_t)size + FROM + AHEAD) * sizeof *order), *found = malloc((size_t)size * sizeof *found);
  for (int32_t n = 0; n < size + FROM + AHEAD; n++) {
    order[n] = (int32_t)(random_bits() % IMAGES);
  }
  const tombola_images images = {pixels, labels, scale.data, IMAGES, features, channels, 10};
  const int32_t *wanted = some ? feature : NULL;
  tombola_batch batch = batch_of(&x, lines, size);
  EXPECT_STATUS(TOMBOLA_OK, tombola_gather(context, &images, wanted, order, FROM, AHEAD, &batch, found));
  for (int32_t n = 0; n < batch.lanes; n++) {
    for (int32_t l = 0; l < lines; l++) {
      const int32_t k = feature[l];
      const float value = n < size ? scale.data[k / area * 256 + pixels[order[n + FROM] * features + k]] : 0.0f;
      expect_bits("gather", tombola_isa(context), &value, &x.data[(int64_t)l * batch.lanes + n], 1);
    }
    if (n < size && found[n] != labels[order[n + FROM]]) {
      FAIL("gather (%s): label %d is %d", tombola_isa(context), n, found[n]);
    }
  }
  EXPECT_STATUS(TOMBOLA_RANGE, tombola_gather(context, &images, wanted, order, FROM, -1, &batch, found));
  tombola_images uneven = images;
  uneven.channels = features + 1;
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_gather(context, &uneven, wanted, order, FROM, 0, &batch, found));
  if (is_readable(context)) {
    feature[lines - 1] = features;
    EXPECT_STATUS(TOMBOLA_RANGE, tombola_gather(context, &images, feature, order, FROM, 0, &batch, found));
    feature[lines - 1] = features - 1;
    if (lines > 1) {
      const int32_t second = feature[1];
      feature[1] = feature[0];
      EXPECT_STATUS(TOMBOLA_RANGE, tombola_gather(context, &images, feature, order, FROM, 0, &batch, found));
      feature[1] = second;
    }
    order[FROM] = IMAGES;
    EXPECT_STATUS(TOMBOLA_RANGE, tombola_gather(context, &images, wanted, order, FROM, 0, &batch, found));
    order[FROM] = -1;
    EXPECT_STATUS(TOMBOLA_RANGE, tombola_gather(context, &images, wanted, order, FROM, 0, &batch, found));
    order[FROM] = 7;
    labels[7] = 10;
    EXPECT_STATUS(TOMBOLA_RANGE, tombola_gather(context, &images, wanted, order, FROM, 0, &batch, found));
  }
  block_check_and_free(&scale);
  block_check_and_free(&x);
  free(pixels);
  free(order);
  free(found);
  free(feature);
}

int main(void) {
  const tombola_context *contexts[8];
  const int count = open_all(contexts);
  const int32_t sizes[] = {1, 2, 15, 16, 17, 60, 64, 100}, large[][2] = {{300, 40}, {3, 300}};
  for (int c = 0; c < count; c++) {
    for (int s = 0; s < COUNT(large); s++) {
      check_loss(contexts[0], contexts[c], large[s][0], large[s][1]);
    }
    for (int s = 0; s < COUNT(sizes); s++) {
      check_relu(contexts[c], 1 + s, sizes[s]);
      check_loss(contexts[0], contexts[c], 10, sizes[s]);
      check_loss(contexts[0], contexts[c], 1 + s, sizes[s]);
      check_optimizers(contexts[c], sizes[s] * 7);
      for (int kind = 0; kind < 4; kind++) {
        check_gather(contexts[c], 1 + s * 5, 1 + s % 3, sizes[s], kind % 2, kind / 2);
      }
    }
  }
  printf("relu, loss, optimizers, gather: %d batch sizes, %d instruction sets\n", COUNT(sizes), count);
  return 0;
}
