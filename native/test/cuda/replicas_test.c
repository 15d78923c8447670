/* Replicas: together they give the bits that each gives alone, and touch nothing between them; what is refused. */
#include "philox.h"
#include "tombola_cuda.h"

enum { REPLICAS = 3, INPUTS = 37, OUTPUTS = 19, SIZE = 60, LANES = 64, GAP = 64 };

/* Where everything of one replica lies, in floats from its start. */
enum {
  X = 0,
  Y = X + INPUTS * LANES + GAP,
  DX = Y + OUTPUTS * LANES + GAP,
  WEIGHTS = DX + INPUTS * LANES + GAP,
  M = WEIGHTS + OUTPUTS * 48 + GAP,
  V = M + OUTPUTS * 48 + GAP,
  BIAS = V + OUTPUTS * 48 + GAP,
  RATES = BIAS + 32 + GAP,
  LABELS = RATES + 16 + GAP,
  SCORE = LABELS + LANES + GAP,
  FLOATS = SCORE + 16 + GAP,
};

/* A step of one linear layer for all replicas of a context, the first of which lies at `from`. */
static void step(const tombola_context *context, int32_t iteration, const tombola_identity *identity, float *from) {
  tombola_batch x = {from + X, INPUTS, SIZE, LANES, 0}, y = {from + Y, OUTPUTS, SIZE, LANES, 0};
  tombola_batch dx = {from + DX, INPUTS, SIZE, LANES, 0};
  const tombola_span bias = {from + BIAS, OUTPUTS};
  tombola_span m = {from + M, OUTPUTS * 48}, v = {from + V, OUTPUTS * 48};
  const tombola_weights weights = {from + WEIGHTS,
                                   NULL,
                                   {NULL, NULL, 0, 0, 0, 0},
                                   {NULL, NULL, 0, 0, 0, 0},
                                   NULL,
                                   OUTPUTS * 48,
                                   OUTPUTS,
                                   INPUTS,
                                   1,
                                   48};
  const tombola_rule rule = {from + RATES, 3, TOMBOLA_ADAM, 0.9f, 0.1f, 0.999f, 0.001f, 1e-8f, 0.9f, 1e-4f};
  EXPECT_STATUS(TOMBOLA_OK, tombola_linear_forward(context, &weights, &bias, &x, TOMBOLA_IDENTITY, &y));
  EXPECT_STATUS(TOMBOLA_OK, tombola_softmax_cross_entropy(context, &y, (const int32_t *)(const void *)(from + LABELS),
                                                          &y, (tombola_score *)(void *)(from + SCORE)));
  const tombola_dropout dropout = {{identity->seed, 3, identity->stream}, NULL, UINT32_MAX / 2, 2};
  EXPECT_STATUS(TOMBOLA_OK, tombola_dropout_apply(context, &dropout, iteration, &x, &x));
  EXPECT_STATUS(TOMBOLA_OK, tombola_linear_backward_input(context, &weights, &y, &x, &dx));
  EXPECT_STATUS(TOMBOLA_OK, tombola_linear_update(context, &rule, iteration, &weights, &x, &y, &m, &v, NULL));
}

/* Every replica has numbers and rates of its own. */
static void prepare(float *from, int replica) {
  for (int i = INPUTS; i < 48; i++) { /* past the inputs weights and moments are +0 */
    for (int o = 0; o < OUTPUTS; o++) {
      from[WEIGHTS + o * 48 + i] = from[M + o * 48 + i] = from[V + o * 48 + i] = 0;
    }
  }
  for (int i = 0; i < OUTPUTS * 48; i++) {
    from[V + i] = fabsf(from[V + i]);
  }
  for (int i = 0; i < 9; i++) {
    from[RATES + i] = 0.1f * (float)(1 + replica + i);
  }
  for (int n = 0; n < SIZE; n++) {
    const int32_t label = (int32_t)(random_bits() % OUTPUTS);
    memcpy(from + LABELS + n, &label, sizeof label);
  }
  memset(from + SCORE, 0, sizeof(tombola_score));
}

/* A copy reaches the replicas chosen and no others; words are collected from all and spread to all. */
static void copies(void) {
  enum { LENGTH = 4500 /* more than a block */, STRIDE = 16384, TO = 8192 };
  block given = block_new(REPLICAS * STRIDE), wanted = block_new(REPLICAS * STRIDE);
  memcpy(wanted.data, given.data, (size_t)given.count * sizeof(float));
  int32_t *chosen = malloc(REPLICAS * sizeof *chosen);
  const tombola_group asked = {REPLICAS, TOMBOLA_FP32, STRIDE * sizeof(float), NULL, NULL, NULL, 0};
  const tombola_context *group = NULL;
  EXPECT_STATUS(TOMBOLA_OK, tombola_cuda_open(&asked, &group));
  tombola_span from = {given.data, LENGTH}, to = {given.data + TO, LENGTH}, shorter = {given.data + TO, LENGTH - 1};
  for (int every = 0; every < 2; every++) {
    for (int r = 0; r < REPLICAS; r++) {
      chosen[r] = r != 1;
      if (every || chosen[r]) {
        memcpy(wanted.data + r * STRIDE + TO, wanted.data + r * STRIDE, LENGTH * sizeof(float));
      }
    }
    EXPECT_STATUS(TOMBOLA_OK, tombola_cuda_copy(group, &from, &to, every ? NULL : chosen));
    expect_bits("copy", "cuda", wanted.data, given.data, given.count);
  }
  uint64_t *list = malloc((3 * REPLICAS + 1) * sizeof *list);
  list[3 * REPLICAS] = 7;
  EXPECT_STATUS(TOMBOLA_OK, tombola_cuda_collect(group, (const uint64_t *)(const void *)given.data, list, 3));
  for (int r = 0; r < REPLICAS; r++) {
    if (memcmp(list + 3 * r, given.data + r * STRIDE, 3 * sizeof *list) != 0 || list[3 * REPLICAS] != 7) {
      FAIL("replica %d: other words were collected than it has", r);
    }
    list[3 * r] = (uint64_t)r;
    memcpy(wanted.data + r * STRIDE + 8, list + 3 * r, 3 * sizeof *list);
  }
  EXPECT_STATUS(TOMBOLA_OK, tombola_cuda_spread(group, list, (uint64_t *)(void *)(given.data + 8), 3));
  expect_bits("spread", "cuda", wanted.data, given.data, given.count);
  EXPECT_STATUS(TOMBOLA_NULL, tombola_cuda_collect(NULL, list, list, 3));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_cuda_collect(group, NULL, list, 3));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_cuda_spread(group, list, NULL, 3));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_cuda_spread(group, list, list, 0));
  free(list);
  EXPECT_STATUS(TOMBOLA_NULL, tombola_cuda_copy(NULL, &from, &to, NULL));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_cuda_copy(group, NULL, &to, NULL));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_cuda_copy(group, &from, NULL, NULL));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_cuda_copy(group, &from, &shorter, NULL));
  tombola_cuda_close(group);
  free(chosen);
  block_check_and_free(&given);
  block_check_and_free(&wanted);
}

/* A step gathers the batch that the clock says, from an order of each replica's own, and the clock goes round. */
static void steps(void) {
  enum { EXAMPLES = 100, BATCH = 16, BATCHES = EXAMPLES / BATCH, FEATURES = 3, ORDER = 256, ROOM = 512, STRIDE = 1024 };
  block memory = block_new(REPLICAS * STRIDE); /* a batch, its labels, the examples; their order; room for sorting */
  uint8_t *pixels = malloc(EXAMPLES * FEATURES), *labels = calloc(EXAMPLES, 1);
  float *scale = malloc(256 * sizeof *scale);
  tombola_clock *clock = malloc(sizeof *clock);
  tombola_identity *identities = malloc(REPLICAS * sizeof *identities);
  for (int i = 0; i < EXAMPLES * FEATURES; i++) {
    pixels[i] = (uint8_t)random_bits();
  }
  for (int i = 0; i < 256; i++) {
    scale[i] = (float)i;
  }
  for (int r = 0; r < REPLICAS; r++) {
    identities[r] = (tombola_identity){(uint64_t)r << 33 | 5, (uint32_t)r, 0};
    for (int32_t i = 0; i < EXAMPLES; i++) {
      memcpy(memory.data + r * STRIDE + FEATURES * BATCH + BATCH + i, &i, sizeof i);
    }
  }
  *clock = (tombola_clock){0, BATCHES - 2};
  const tombola_images images = {pixels, labels, scale, EXAMPLES, FEATURES, 1, 10};
  int32_t *numbers = (int32_t *)(void *)(memory.data + FEATURES * BATCH);
  int32_t *order = (int32_t *)(void *)(memory.data + ORDER);
  const tombola_shuffle shuffle = {{0, 77, 0}, numbers + BATCH, (uint64_t *)(void *)(memory.data + ROOM), EXAMPLES, 0};
  tombola_batch x = {memory.data, FEATURES, BATCH, BATCH, 0};
  tombola_group asked = {REPLICAS, TOMBOLA_FP32, STRIDE * sizeof(float), NULL, NULL, identities, 0};
  const tombola_context *still = NULL, *moving = NULL;
  EXPECT_STATUS(TOMBOLA_OK, tombola_cuda_open(&asked, &still));
  asked.clock = clock;
  EXPECT_STATUS(TOMBOLA_OK, tombola_cuda_open(&asked, &moving));
  EXPECT_STATUS(TOMBOLA_OK, tombola_shuffle_apply(still, &shuffle, 4, order));
  for (int step = 0; step < 4; step++) {
    const int batch = (BATCHES - 2 + step) % BATCHES;
    if (clock->iteration != step || clock->batch != batch) {
      FAIL("step %d: the clock says iteration %d, batch %d", step, clock->iteration, clock->batch);
    }
    EXPECT_STATUS(TOMBOLA_OK, tombola_gather(moving, &images, NULL, order, 0, 0, &x, numbers));
    for (int r = 0; r < REPLICAS; r++) {
      const tombola_draws draws = {identities[r].seed, 77, identities[r].stream};
      const int32_t *own = order + r * STRIDE + batch * BATCH;
      for (int n = 0; n < BATCH; n++) {
        const float found = memory.data[r * STRIDE + 2 * BATCH + n], wanted = pixels[own[n] * FEATURES + 2];
        const int turned =
            n > 0 && philox_draw(&draws, 4, (uint32_t)own[n - 1]) > philox_draw(&draws, 4, (uint32_t)own[n]);
        if (found != wanted || turned) {
          FAIL("step %d, replica %d: example %d is %g, wanted %g", step, r, n, (double)found, (double)wanted);
        }
      }
    }
    EXPECT_STATUS(TOMBOLA_OK, tombola_cuda_tick(moving, 1, BATCHES));
  }
  EXPECT_STATUS(TOMBOLA_NULL, tombola_cuda_tick(NULL, 1, BATCHES));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_cuda_tick(still, 1, BATCHES));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_cuda_tick(moving, 1, 0));
  tombola_cuda_close(still);
  tombola_cuda_close(moving);
  void *all[] = {pixels, labels, scale, clock, identities};
  for (int i = 0; i < COUNT(all); i++) {
    free(all[i]);
  }
  block_check_and_free(&memory);
}

/* Words of all replicas come into one list, and go from it. */
static void words(void) {
  enum { WORDS = 40 /* more than a warp */, STRIDE = 64 };
  uint64_t *place = malloc(REPLICAS * STRIDE * sizeof *place), *list = malloc(REPLICAS * WORDS * sizeof *list);
  const tombola_group asked = {REPLICAS, TOMBOLA_FP32, STRIDE * sizeof *place, NULL, NULL, NULL, 0};
  const tombola_context *context = NULL;
  EXPECT_STATUS(TOMBOLA_OK, tombola_cuda_open(&asked, &context));
  for (uint64_t i = 0; i < REPLICAS * STRIDE; i++) {
    place[i] = i << 40 | 5;
  }
  EXPECT_STATUS(TOMBOLA_OK, tombola_cuda_collect(context, place, list, WORDS));
  for (uint64_t i = 0; i < REPLICAS * WORDS; i++) {
    if (list[i] != ((i / WORDS * STRIDE + i % WORDS) << 40 | 5)) {
      FAIL("word %d of the list is %llx", (int)i, (unsigned long long)list[i]);
    }
    list[i]++;
  }
  EXPECT_STATUS(TOMBOLA_OK, tombola_cuda_spread(context, list, place, WORDS));
  for (uint64_t i = 0; i < REPLICAS * STRIDE; i++) {
    if (place[i] != (i << 40 | 5) + (i % STRIDE < WORDS)) {
      FAIL("word %d of the replicas is %llx", (int)i, (unsigned long long)place[i]);
    }
  }
  EXPECT_STATUS(TOMBOLA_NULL, tombola_cuda_collect(NULL, place, list, WORDS));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_cuda_collect(context, NULL, list, WORDS));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_cuda_spread(context, NULL, place, WORDS));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_cuda_spread(context, list, place, 0));
  tombola_cuda_close(context);
  free(place);
  free(list);
}

static void refuses(void) {
  const tombola_context *context = NULL;
  const tombola_group alone = {1, TOMBOLA_FP32, 0, NULL, NULL, NULL, 0};
  EXPECT_STATUS(TOMBOLA_NULL, tombola_cuda_open(&alone, NULL));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_cuda_open(NULL, &context));
  const struct {
    int32_t replicas, status;
    int64_t stride;
  } wrong[] = {{0, TOMBOLA_SHAPE, 64},
               {2, TOMBOLA_SHAPE, 0},
               {2, TOMBOLA_SHAPE, -64},
               {65536, TOMBOLA_SHAPE, 64},
               {2, TOMBOLA_UNALIGNED, 96}};
  for (int i = 0; i < COUNT(wrong); i++) {
    const tombola_group group = {wrong[i].replicas, TOMBOLA_FP32, wrong[i].stride, NULL, NULL, NULL, 0};
    EXPECT_STATUS(wrong[i].status, tombola_cuda_open(&group, &context));
  }
  const tombola_group crooked = {1, TOMBOLA_FP32, 0, NULL, NULL, NULL, 8};
  EXPECT_STATUS(TOMBOLA_UNALIGNED, tombola_cuda_open(&crooked, &context));
  const tombola_group vague = {1, TOMBOLA_TF32 + 1, 0, NULL, NULL, NULL, 0};
  EXPECT_STATUS(TOMBOLA_RANGE, tombola_cuda_open(&vague, &context));
  EXPECT_STATUS(TOMBOLA_ISA_UNKNOWN, tombola_open("avx2", &context));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_open(NULL, &context));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_open("cuda", NULL));
  EXPECT_STATUS(TOMBOLA_OK, tombola_open("best", &context));
  tombola_cuda_close(context); /* the one that is always there */
  if (strcmp(tombola_isa(context), "cuda") != 0 || tombola_abi_version() != TOMBOLA_ABI_VERSION) {
    FAIL("the context is %s, the ABI %d", tombola_isa(context), tombola_abi_version());
  }
}

/* Four weights' marks are read at once. */
static void refuses_unaligned_mask(void) {
  const tombola_context *context = NULL;
  EXPECT_STATUS(TOMBOLA_OK, tombola_open("cuda", &context));
  block x = block_new(5 * 16), dy = block_new(3 * 16), w = block_new(3 * 16), dw = block_new(3 * 16);
  uint8_t *mask = calloc(3 * 16 + 4, 1);
  const tombola_batch in = batch_of(&x, 5, 4), out = batch_of(&dy, 3, 4);
  tombola_span g = span_of(&dw);
  for (int ahead = 0; ahead <= 4; ahead++) {
    const tombola_weights weights = {
        w.data, mask + ahead, {NULL, NULL, 0, 0, 0, 0}, {NULL, NULL, 0, 0, 0, 0}, NULL, 48, 3, 5, 1, 16};
    EXPECT_STATUS(ahead % 4 == 0 ? TOMBOLA_OK : TOMBOLA_UNALIGNED,
                  tombola_linear_backward_weight(context, &weights, &in, &out, &g));
  }
  free(mask);
  block *all[] = {&x, &dy, &w, &dw};
  for (int i = 0; i < COUNT(all); i++) {
    block_check_and_free(all[i]);
  }
}

int main(void) {
  const int64_t stride = (FLOATS + 15) / 16 * 16;
  block together = block_new(REPLICAS * stride), alone = block_new(REPLICAS * stride);
  for (int r = 0; r < REPLICAS; r++) {
    prepare(together.data + r * stride, r);
  }
  memcpy(alone.data, together.data, (size_t)together.count * sizeof(float));
  const tombola_context *group = NULL;
  tombola_clock *now = malloc(sizeof *now); /* iteration 1 at clock 1 is iteration 2 */
  *now = (tombola_clock){1, 0};
  tombola_identity *identities = malloc(REPLICAS * sizeof *identities);
  for (int r = 0; r < REPLICAS; r++) {
    identities[r] = (tombola_identity){(uint64_t)r << 40 | 7, (uint32_t)r + 3, 0};
  }
  const tombola_identity unused = {0, 0, 0}; /* replicas have their own */
  const int64_t bytes = stride * (int64_t)sizeof(float);
  const tombola_group asked = {REPLICAS, TOMBOLA_FP32, bytes, NULL,
                               now,      identities,   bytes}; /* given one replica too low */
  const tombola_context *context = NULL;
  EXPECT_STATUS(TOMBOLA_OK, tombola_open("cuda", &context));
  for (int r = 0; r < REPLICAS; r++) {
    step(context, 2, &identities[r], alone.data + r * stride);
  }
  EXPECT_STATUS(TOMBOLA_OK, tombola_cuda_open(&asked, &group));
  step(group, 1, &unused, together.data - stride);
  tombola_cuda_close(group);
  free(now);
  free(identities);
  expect_bits("replicas", "cuda", alone.data, together.data, together.count);
  block_check_and_free(&together);
  block_check_and_free(&alone);
  copies();
  steps();
  words();
  refuses();
  refuses_unaligned_mask();
  printf("replicas: %d together as apart; the device says: %s\n", REPLICAS, tombola_cuda_error());
  return 0;
}
