/* Steps of resident networks: the bits of the same operations one by one; and what cannot be noted. */
#include "layer.h"
#include "take.h"
#include "tombola_cuda.h"

enum { REPLICAS = 3, LAYERS = 6, IMAGES = 90, CLASSES = 7, BATCHES = 4, ROUNDS = 6, WORD = 4, TURNS = 3 };

/* A network, and how it is trained. */
typedef struct {
  int32_t layers, sizes[LAYERS + 1], size, pixels;
  double density;
  int32_t block, optimizer, whole; /* whether all pixels are lines of the batch, */
  int32_t still;                   /* and biases stay, so that a step ends with weights */
} shape;

/* Where everything of a replica lies, in bytes from its start; what no step keeps comes last. */
typedef struct {
  int64_t values[LAYERS], m[LAYERS], v[LAYERS], row_start[LAYERS], row_across[LAYERS], column_start[LAYERS],
      column_across[LAYERS], position[LAYERS];
  int64_t bias, bias_m, bias_v, db, feature, order, rates, labels, score, kept, y[LAYERS + 1], dy[LAYERS + 1], bytes;
  int32_t bias_from[LAYERS + 1], survivors[LAYERS];
} plan;

static plan plan_of(const shape *s, const int32_t *survivors) {
  plan p = {0};
  for (int l = 0; l < s->layers; l++) {
    const int64_t inputs = s->sizes[l], outputs = s->sizes[l + 1];
    p.survivors[l] = survivors[l];
    int64_t *floats[] = {&p.values[l], &p.m[l], &p.v[l], &p.position[l]};
    for (int i = 0; i < COUNT(floats); i++) {
      *floats[i] = take_bytes(&p.bytes, survivors[l] * (int64_t)WORD);
    }
    p.row_across[l] = take_bytes(&p.bytes, survivors[l] * (int64_t)WORD / 2 + WORD);
    p.column_across[l] = take_bytes(&p.bytes, survivors[l] * (int64_t)WORD / 2 + WORD);
    p.row_start[l] = take_bytes(&p.bytes, (outputs * inputs + outputs + 1) * WORD);
    p.column_start[l] = take_bytes(&p.bytes, (outputs * inputs + inputs + 1) * WORD);
    p.bias_from[l + 1] = p.bias_from[l] + lanes_of((int32_t)outputs);
  }
  int64_t *vectors[] = {&p.bias, &p.bias_m, &p.bias_v, &p.db};
  for (int i = 0; i < COUNT(vectors); i++) {
    *vectors[i] = take_bytes(&p.bytes, p.bias_from[s->layers] * (int64_t)WORD);
  }
  p.feature = take_bytes(&p.bytes, s->sizes[0] * (int64_t)WORD);
  p.order = take_bytes(&p.bytes, BATCHES * s->size * (int64_t)WORD);
  p.rates = take_bytes(&p.bytes, 3 * ROUNDS * WORD);
  p.labels = take_bytes(&p.bytes, s->size * (int64_t)WORD);
  p.score = take_bytes(&p.bytes, sizeof(tombola_score));
  p.kept = p.bytes;
  int32_t largest = 0;
  for (int l = 0; l <= s->layers; l++) {
    p.y[l] = take_bytes(&p.bytes, s->sizes[l] * (int64_t)lanes_of(s->size) * WORD);
    largest = s->sizes[l] > largest ? s->sizes[l] : largest;
  }
  for (int l = 0; l <= s->layers; l++) {
    p.dy[l] = l < TURNS ? take_bytes(&p.bytes, largest * (int64_t)lanes_of(s->size) * WORD) : p.dy[l - TURNS];
  }
  return p;
}

/* Every replica has survivors, numbers, an order of images and rates of its own. */
static void prepare(char *part, const plan *p, const shape *s, const layer *layers) {
  float *floats = (float *)(void *)part;
  for (int64_t i = 0; i < p->bytes / WORD; i++) {
    floats[i] = random_float();
  }
  for (int l = 0; l < s->layers; l++) {
    const tombola_weights *w = &layers[l].as_compressed;
    const size_t entries = (size_t)w->survivors;
    const size_t row_starts = (size_t)w->rows.blocks * (size_t)w->outputs + 1;
    const size_t column_starts = (size_t)w->columns.blocks * (size_t)w->inputs + 1;
    memcpy(part + p->row_start[l], w->rows.start, row_starts * WORD);
    memcpy(part + p->column_start[l], w->columns.start, column_starts * WORD);
    memcpy(part + p->row_across[l], w->rows.across, entries * WORD / 2);
    memcpy(part + p->column_across[l], w->columns.across, entries * WORD / 2);
    memcpy(part + p->position[l], w->position, entries * WORD);
    memcpy(part + p->values[l], w->values, entries * WORD);
    float *v = (float *)(void *)(part + p->v[l]);
    for (int32_t i = 0; i < p->survivors[l]; i++) {
      v[i] = fabsf(v[i]);
    }
  }
  float *v = (float *)(void *)(part + p->bias_v), *rates = (float *)(void *)(part + p->rates);
  for (int32_t i = 0; i < p->bias_from[s->layers]; i++) {
    v[i] = fabsf(v[i]);
  }
  for (int i = 0; i < 3 * ROUNDS; i++) {
    rates[i] = 0.01f * (float)(1 + random_unit());
  }
  int32_t *feature = (int32_t *)(void *)(part + p->feature), *order = (int32_t *)(void *)(part + p->order);
  const int32_t dark = s->pixels - s->sizes[0];
  for (int32_t i = 0; i < s->sizes[0]; i++) {
    feature[i] = i + (i > 5 ? dark : 0);
  }
  for (int i = 0; i < BATCHES * s->size; i++) {
    order[i] = (int32_t)(random_bits() % IMAGES);
  }
  memset(part + p->score, 0, sizeof(tombola_score));
}

static tombola_weights weights_in(char *part, const plan *p, int l, const tombola_weights *like) {
  tombola_weights w = *like;
  w.values = (float *)(void *)(part + p->values[l]);
  w.rows.start = (int32_t *)(void *)(part + p->row_start[l]);
  w.rows.across = (uint16_t *)(void *)(part + p->row_across[l]);
  w.columns.start = (int32_t *)(void *)(part + p->column_start[l]);
  w.columns.across = (uint16_t *)(void *)(part + p->column_across[l]);
  w.position = (int32_t *)(void *)(part + p->position[l]);
  w.survivors = p->survivors[l];
  return w;
}

/* A training step as Pass asks for it; gradients take turns in three places. */
static void step(const tombola_context *context, char *part, const plan *p, const shape *s, const layer *layers,
                 const tombola_images *images) {
  tombola_batch y[LAYERS + 1], dy[LAYERS + 1];
  tombola_weights w[LAYERS];
  tombola_span m[LAYERS], v[LAYERS], bias[LAYERS], db[LAYERS];
  for (int l = 0; l <= s->layers; l++) {
    y[l] = (tombola_batch){(float *)(void *)(part + p->y[l]), s->sizes[l], s->size, lanes_of(s->size), 0};
    dy[l] = (tombola_batch){(float *)(void *)(part + p->dy[l]), s->sizes[l], s->size, lanes_of(s->size), 0};
  }
  for (int l = 0; l < s->layers; l++) {
    w[l] = weights_in(part, p, l, &layers[l].as_compressed);
    m[l] = (tombola_span){(float *)(void *)(part + p->m[l]), w[l].survivors};
    v[l] = (tombola_span){(float *)(void *)(part + p->v[l]), w[l].survivors};
    bias[l] = (tombola_span){(float *)(void *)(part + p->bias) + p->bias_from[l], w[l].outputs};
    db[l] = (tombola_span){(float *)(void *)(part + p->db) + p->bias_from[l], w[l].outputs};
  }
  const tombola_rule rule = {
      (float *)(void *)(part + p->rates), ROUNDS, s->optimizer, 0.9f, 0.1f, 0.999f, 0.001f, 1e-8f, 0.9f, 1e-4f};
  int32_t *labels = (int32_t *)(void *)(part + p->labels);
  EXPECT_STATUS(TOMBOLA_OK, tombola_gather(context, images, s->whole ? NULL : (int32_t *)(void *)(part + p->feature),
                                           (int32_t *)(void *)(part + p->order), 0, 0, &y[0], labels));
  for (int l = 0; l < s->layers; l++) {
    const int32_t activation = l + 1 < s->layers ? TOMBOLA_RELU : TOMBOLA_IDENTITY;
    EXPECT_STATUS(TOMBOLA_OK, tombola_linear_forward(context, &w[l], &bias[l], &y[l], activation, &y[l + 1]));
  }
  EXPECT_STATUS(TOMBOLA_OK, tombola_softmax_cross_entropy(context, &y[s->layers], labels, &dy[s->layers],
                                                          (tombola_score *)(void *)(part + p->score)));
  tombola_span *none = NULL;
  for (int l = s->layers - 1; l >= 0; l--) {
    if (l > 0) {
      EXPECT_STATUS(TOMBOLA_OK, tombola_linear_backward_input(context, &w[l], &dy[l + 1], &y[l], &dy[l]));
    }
    EXPECT_STATUS(TOMBOLA_OK, tombola_linear_update(context, &rule, 0, &w[l], &y[l], &dy[l + 1], &m[l],
                                                    s->optimizer == TOMBOLA_ADAM ? &v[l] : none, &db[l]));
  }
  if (s->still) {
    return;
  }
  const int64_t biases = p->bias_from[s->layers];
  tombola_span b = {(float *)(void *)(part + p->bias), biases}, g = {(float *)(void *)(part + p->db), biases};
  tombola_span bm = {(float *)(void *)(part + p->bias_m), biases}, bv = {(float *)(void *)(part + p->bias_v), biases};
  EXPECT_STATUS(TOMBOLA_OK,
                tombola_optimizer_step(context, &rule, 0, &b, &g, &bm, s->optimizer == TOMBOLA_ADAM ? &bv : none));
}

static tombola_images images_new(int32_t features) {
  const int32_t count = IMAGES * features;
  uint8_t *pixels = aligned_alloc(64, (size_t)(count + 64 - count % 64)), *labels = malloc(IMAGES);
  float *scale = malloc(2 * 256 * sizeof *scale);
  for (int i = 0; i < count; i++) {
    pixels[i] = (uint8_t)random_bits();
  }
  for (int i = 0; i < IMAGES; i++) {
    labels[i] = (uint8_t)(random_bits() % CLASSES);
  }
  for (int i = 0; i < 2 * 256; i++) {
    scale[i] = random_float();
  }
  return (tombola_images){pixels, labels, scale, IMAGES, features, 2, CLASSES};
}

static void images_free(const tombola_images *images) {
  free((void *)images->pixels);
  free((void *)images->labels);
  free((void *)images->scale);
}

/* A group of replicas whose memory begins at `first`. */
static const tombola_context *group_of(int64_t stride, tombola_clock *clock) {
  const tombola_group group = {REPLICAS, TOMBOLA_FP32, stride, NULL, clock, NULL, 0};
  const tombola_context *context = NULL;
  EXPECT_STATUS(TOMBOLA_OK, tombola_cuda_open(&group, &context));
  return context;
}

static void train(const shape *s) {
  layer layers[REPLICAS][LAYERS];
  int32_t survivors[LAYERS] = {0};
  for (int r = 0; r < REPLICAS; r++) {
    for (int l = 0; l < s->layers; l++) {
      layers[r][l] = layer_new(s->sizes[l + 1], s->sizes[l], 1, s->density, s->block);
      const int32_t found = (int32_t)layers[r][l].as_compressed.survivors;
      survivors[l] = found > survivors[l] ? found : survivors[l];
    }
  }
  const plan p = plan_of(s, survivors);
  block wanted = block_new(REPLICAS * p.bytes / WORD), found = block_new(wanted.count);
  char *one_by_one = (char *)wanted.data, *resident = (char *)found.data;
  for (int r = 0; r < REPLICAS; r++) {
    prepare(one_by_one + r * p.bytes, &p, s, layers[r]);
  }
  memcpy(resident, one_by_one, (size_t)(REPLICAS * p.bytes));
  const tombola_images images = images_new(s->pixels);
  tombola_clock *clock = malloc(sizeof *clock);
  const tombola_context *context = group_of(p.bytes, clock);
  *clock = (tombola_clock){0, BATCHES - 2};
  for (int i = 0; i < ROUNDS; i++) {
    step(context, one_by_one, &p, s, layers[0], &images);
    EXPECT_STATUS(TOMBOLA_OK, tombola_cuda_tick(context, 1, BATCHES));
  }
  const tombola_clock end = *clock;
  *clock = (tombola_clock){0, BATCHES - 2};
  EXPECT_STATUS(TOMBOLA_OK, tombola_cuda_note(context));
  step(context, resident, &p, s, layers[0], &images);
  EXPECT_STATUS(TOMBOLA_OK, tombola_cuda_resident(context, 1, BATCHES));
  EXPECT_STATUS(TOMBOLA_OK, tombola_cuda_resident(context, ROUNDS - 1, BATCHES));
  if (clock->iteration != end.iteration || clock->batch != end.batch) {
    FAIL("the clock says iteration %d, batch %d, not %d, %d", clock->iteration, clock->batch, end.iteration, end.batch);
  }
  for (int r = 0; r < REPLICAS; r++) {
    expect_bits("resident steps", "cuda", (float *)(void *)(one_by_one + r * p.bytes),
                (float *)(void *)(resident + r * p.bytes), p.kept / WORD);
    for (int l = 0; l < s->layers; l++) {
      layer_free(&layers[r][l]);
    }
  }
  tombola_cuda_close(context);
  free(clock);
  images_free(&images);
  block_check_and_free(&wanted);
  block_check_and_free(&found);
}

static void refuses(void) {
  enum { FLOATS = 4096, TALL = 75000 };
  block memory = block_new(FLOATS);
  layer l = layer_new(3, 5, 1, 0.5, 0);
  tombola_clock *clock = malloc(sizeof *clock);
  const tombola_context *context = group_of(FLOATS * WORD, clock), *still = group_of(FLOATS * WORD, NULL),
                        *single = NULL;
  EXPECT_STATUS(TOMBOLA_OK, tombola_open("cuda", &single));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_cuda_note(NULL));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_cuda_note(still));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_cuda_note(single));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_cuda_resident(NULL, 1, 1));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_cuda_resident(still, 1, 1));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_cuda_resident(context, 1, 1));
  EXPECT_STATUS(TOMBOLA_OK, tombola_cuda_note(context));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_cuda_resident(context, 1, 1));
  tombola_batch x = {memory.data, 5, 16, 16, 0}, y = {memory.data + 1024, 3, 16, 16, 0};
  const tombola_span bias = {memory.data + 2048, 3};
  const tombola_images large = {
      (const uint8_t *)memory.data, (const uint8_t *)memory.data, memory.data, 1, 1 << 20, 1, 3};
  tombola_batch vast = {memory.data, 1 << 20, 1024, 1024, 0}; /* four gigabytes, which nobody reads */
  int32_t *numbers = (int32_t *)(void *)(memory.data + 3072);
  EXPECT_STATUS(TOMBOLA_UNFIT, tombola_relu_forward(context, &x, &x));
  EXPECT_STATUS(TOMBOLA_UNFIT, tombola_linear_forward(context, &l.as_dense, &bias, &x, TOMBOLA_RELU, &y));
  EXPECT_STATUS(TOMBOLA_UNFIT, tombola_gather(context, &large, numbers, numbers, 0, 0, &vast, numbers));
  EXPECT_STATUS(TOMBOLA_UNFIT, tombola_cuda_tick(context, 1, 1));
  tombola_score score = {0};
  EXPECT_STATUS(TOMBOLA_OK, tombola_softmax_cross_entropy(context, &y, numbers, &y, &score));
  EXPECT_STATUS(TOMBOLA_UNFIT, tombola_softmax_cross_entropy(context, &y, numbers, &y, &score));
  for (int i = 0; i < 19; i++) {
    EXPECT_STATUS(TOMBOLA_OK, tombola_linear_forward(context, &l.as_compressed, &bias, &x, TOMBOLA_RELU, &y));
  }
  EXPECT_STATUS(TOMBOLA_UNFIT, tombola_linear_forward(context, &l.as_compressed, &bias, &x, TOMBOLA_RELU, &y));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_cuda_resident(context, 0, 1));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_cuda_resident(context, 1, 0));
  EXPECT_STATUS(TOMBOLA_OK, tombola_cuda_note(context));
  const tombola_images colourful = {
      (const uint8_t *)memory.data, (const uint8_t *)memory.data, memory.data, 1, 300, 300, 3};
  EXPECT_STATUS(TOMBOLA_OK, tombola_gather(context, &colourful, numbers, numbers, 0, 0, &x, numbers));
  EXPECT_STATUS(TOMBOLA_UNFIT, tombola_gather(context, &colourful, numbers, numbers, 0, 0, &x, numbers));
  EXPECT_STATUS(TOMBOLA_UNFIT, tombola_cuda_resident(context, 1, 1)); /* its scales alone are 300 KiB */
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_cuda_resident(context, 1, 1));
  layer high = layer_new(TALL, 1, 1, 0.5, 0);
  const tombola_span biases = {memory.data, TALL};
  tombola_batch pixel = {memory.data, 1, 16, 16, 0}, heights = {memory.data + 16, TALL, 16, 16, 0};
  EXPECT_STATUS(TOMBOLA_OK, tombola_cuda_note(context));
  EXPECT_STATUS(TOMBOLA_OK,
                tombola_linear_forward(context, &high.as_compressed, &biases, &pixel, TOMBOLA_RELU, &heights));
  EXPECT_STATUS(TOMBOLA_UNFIT, tombola_cuda_resident(context, 1, 1)); /* where its lines start takes as much */
  layer_free(&high);
  tombola_cuda_close(context);
  tombola_cuda_close(still);
  free(clock);
  layer_free(&l);
  block_check_and_free(&memory);
}

int main(void) {
  const shape shapes[] = {{3, {37, 21, 19, CLASSES}, 60, 48, 0.3, 0, TOMBOLA_ADAM, 0, 0},
                          {3, {46, 33, 17, CLASSES}, 70, 46, 0.9, 16, TOMBOLA_ADAM, 1, 0},
                          {2, {37, 64, CLASSES, 0}, 16, 64, 0.05, 7, TOMBOLA_SGD, 0, 0},
                          {1, {41, CLASSES, 0, 0}, 5, 42, 0.5, 0, TOMBOLA_ADAM, 0, 0},
                          {3, {48, 70, 60, CLASSES}, 130, 48, 0.2, 0, TOMBOLA_SGD, 1, 0},
                          {1, {19, CLASSES, 0, 0}, 800, 42, 0.5, 0, TOMBOLA_ADAM, 0, 0}, /* more than threads */
                          {6, {37, 13, 11, 17, 9, 12, CLASSES}, 20, 48, 0.4, 0, TOMBOLA_ADAM, 0, 0},
                          {2, {448, 40, CLASSES}, 130, 448, 0.02, 0, TOMBOLA_ADAM, 1, 0}, /* images fit no device */
                          {3, {784, 300, 100, CLASSES}, 60, 784, 0.036, 0, TOMBOLA_ADAM, 0, 0}, /* LeNet-300-100 */
                          {2, {448, 40, CLASSES}, 60, 448, 0.02, 0, TOMBOLA_ADAM, 1, 0},        /* fit a large one */
                          {2, {450, 40, CLASSES}, 131, 450, 0.3, 0, TOMBOLA_SGD, 1, 0}, /* long lines, odd images */
                          {2, {300, 27, CLASSES}, 20, 304, 0.8, 0, TOMBOLA_ADAM, 0, 0}, /* 14 of 192 teams a line */
                          {2, {448, 35, CLASSES}, 20, 448, 0.5, 0, TOMBOLA_SGD, 1, 0},  /* and 10 */
                          {2, {37, 64, CLASSES, 0}, 60, 48, 0.3, 0, TOMBOLA_ADAM, 0, 1},
                          {1, {41, CLASSES, 0, 0}, 5, 42, 0.5, 0, TOMBOLA_SGD, 0, 1}};
  for (int i = 0; i < COUNT(shapes); i++) {
    train(&shapes[i]);
  }
  refuses();
  return 0;
}
