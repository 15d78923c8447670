/* Many callers at once, whose helpers come and go: the same bits as of one caller alone. */
#include <pthread.h>
#include <stdatomic.h>

#include "layer.h"

#ifdef EMULATED /* threads that come and go are what an emulator is slowest at */
enum { ROUNDS = 100 };
#else
enum { ROUNDS = 400 };
#endif
enum { CALLERS = 4, OUTPUTS = 40, CHANNELS = 9, SIDE = 6, SIZE = 20, TAPS = 9, HELPERS = 3 };

static const tombola_context *context;
static layer weights;
static block x;
static atomic_int done;

static const tombola_window window = {CHANNELS, SIDE, SIDE, 3, 3, 1, 1};

typedef struct {
  block y, dx, values, velocity;
} answers;

static answers answers_new(void) {
  const int32_t lanes = lanes_of(SIZE);
  return (answers){block_new(OUTPUTS * SIDE * SIDE * lanes), block_new(CHANNELS * SIDE * SIDE * lanes),
                   copy_of(&weights.packed), block_new(weights.packed.count)};
}

static void answers_free(answers *a) {
  block *all[] = {&a->y, &a->dx, &a->values, &a->velocity};
  for (int i = 0; i < COUNT(all); i++) {
    block_check_and_free(all[i]);
  }
}

/* Forward, input gradient and a step of SGD, from the same values each time. */
static void step(answers *a) {
  const tombola_batch in = batch_of(&x, CHANNELS * SIDE * SIDE, SIZE);
  tombola_batch out = batch_of(&a->y, OUTPUTS * SIDE * SIDE, SIZE), back = batch_of(&a->dx, in.features, SIZE);
  const float rates[] = {0.01f, 0, 0};
  const tombola_rule rule = {rates, 1, TOMBOLA_SGD, 0, 0, 0, 0, 0, 0.9f, 0.001f};
  tombola_weights own = weights.as_compressed;
  own.values = a->values.data;
  tombola_span m = span_of(&a->velocity);
  memcpy(a->values.data, weights.packed.data, (size_t)a->values.count * sizeof(float));
  memset(a->velocity.data, 0, (size_t)a->velocity.count * sizeof(float));
  memset(a->y.data, 0xff, (size_t)a->y.count * sizeof(float));
  memset(a->dx.data, 0xff, (size_t)a->dx.count * sizeof(float));
  EXPECT_STATUS(TOMBOLA_OK, tombola_conv_forward(context, &window, &own, NULL, &in, TOMBOLA_RELU, &out));
  EXPECT_STATUS(TOMBOLA_OK, tombola_conv_backward_input(context, &window, &own, &out, NULL, &back));
  EXPECT_STATUS(TOMBOLA_OK, tombola_conv_update(context, &rule, 0, &window, &own, &in, &out, &m, NULL, NULL));
}

static answers wanted;

static void *call(void *given) {
  answers *found = given;
  for (int round = 0; round < ROUNDS; round++) {
    step(found);
    expect_bits("forward", "helped", wanted.y.data, found->y.data, found->y.count);
    expect_bits("input gradient", "helped", wanted.dx.data, found->dx.data, found->dx.count);
    expect_bits("update", "helped", wanted.values.data, found->values.data, found->values.count);
  }
  atomic_fetch_add(&done, 1);
  return NULL;
}

int main(void) {
  EXPECT_STATUS(TOMBOLA_RANGE, tombola_help(-1, 1));
  EXPECT_STATUS(TOMBOLA_RANGE, tombola_help(TOMBOLA_HELPERS_MOST + 1, 1));
  EXPECT_STATUS(TOMBOLA_RANGE, tombola_help(1, 0));
  EXPECT_STATUS(TOMBOLA_OK, tombola_open("best", &context));
  weights = layer_new(OUTPUTS, CHANNELS * TAPS, TAPS, 0.3, 4);
  x = block_new(CHANNELS * SIDE * SIDE * lanes_of(SIZE));
  wanted = answers_new();
  step(&wanted);
  answers found[CALLERS];
  pthread_t callers[CALLERS];
  for (int i = 0; i < CALLERS; i++) {
    found[i] = answers_new();
  }
  for (int i = 0; i < CALLERS; i++) {
    pthread_create(&callers[i], NULL, call, &found[i]);
  }
  for (int32_t helpers = 0; atomic_load(&done) < CALLERS; helpers++) {
    EXPECT_STATUS(TOMBOLA_OK, tombola_help(helpers % (HELPERS + 1), 1));
  }
  for (int i = 0; i < CALLERS; i++) {
    pthread_join(callers[i], NULL);
    answers_free(&found[i]);
  }
  answers_free(&wanted);
  block_check_and_free(&x);
  layer_free(&weights);
  printf("helpers: %d callers, 0 to %d helpers, %d steps each\n", CALLERS, HELPERS, ROUNDS);
  return 0;
}
