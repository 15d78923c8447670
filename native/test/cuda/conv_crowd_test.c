/* So many replicas of a convolution that products take large tiles, which one replica does not fill: to the same bits
 * as alone, where the tiles are small. */
#include "layer.h"
#include "take.h"
#include "tombola_cuda.h"

enum { SIZE = 16, LANES = 16, WORD = 4, SOME = 13 };

typedef struct {
  int32_t replicas, channels, outputs;
} problem;

/* Which tiles they get on an H200; smaller devices give some of them the largest. */
static const problem PROBLEMS[] = {{20, 3, 70} /* tall forward */,
                                   {40, 3, 70} /* the largest forward */,
                                   {40, 20, 33} /* wide, flat back */,
                                   {40, 33, 20} /* flat, wide back */};
static const tombola_window WINDOW = {0, 8, 8, 3, 3, 1, 1};
enum { POSITIONS = 64, TAPS = 9 };

/* Where everything of one replica lies, in floats from its start. */
typedef struct {
  int64_t values, m, v, bias, db, rates, x, y, dx, floats;
} plan;

static plan plan_of(const problem *one) {
  plan p = {0};
  const int64_t weights = one->outputs * (int64_t)lanes_of(one->channels * TAPS);
  p.values = take_floats(&p.floats, weights);
  p.m = take_floats(&p.floats, weights);
  p.v = take_floats(&p.floats, weights);
  p.bias = take_floats(&p.floats, one->outputs);
  p.db = take_floats(&p.floats, one->outputs);
  p.rates = take_floats(&p.floats, 3);
  p.x = take_floats(&p.floats, (int64_t)one->channels * POSITIONS * LANES);
  p.y = take_floats(&p.floats, (int64_t)one->outputs * POSITIONS * LANES);
  p.dx = take_floats(&p.floats, (int64_t)one->channels * POSITIONS * LANES);
  return p;
}

static void prepare(float *part, const plan *p, const problem *one) {
  const int32_t inputs = one->channels * TAPS, stride = lanes_of(inputs);
  for (int64_t i = 0; i < (int64_t)one->outputs * stride; i++) {
    const int padding = i % stride >= inputs;
    part[p->values + i] = padding ? 0.0f : part[p->values + i];
    part[p->m + i] = padding ? 0.0f : part[p->m + i];
    part[p->v + i] = padding ? 0.0f : fabsf(part[p->v + i]);
  }
  const float rates[] = {0.1f, 0.2f, 1.5f};
  memcpy(part + p->rates, rates, sizeof rates);
}

static void run(const tombola_context *context, float *part, const plan *p, const problem *one) {
  tombola_window window = WINDOW;
  window.channels = one->channels;
  const int32_t inputs = one->channels * TAPS;
  const int64_t weights = (int64_t)one->outputs * lanes_of(inputs);
  const tombola_index none = {NULL, NULL, 0, 0, 0, 0};
  const tombola_weights w = {part + p->values, NULL,         none,   none, NULL,
                             weights,          one->outputs, inputs, TAPS, (int32_t)lanes_of(inputs)};
  const tombola_rule rule = {part + p->rates, 1, TOMBOLA_ADAM, 0.9f, 0.1f, 0.999f, 0.001f, 1e-8f, 0, 0};
  const tombola_span bias = {part + p->bias, one->outputs};
  tombola_span m = {part + p->m, weights}, v = {part + p->v, weights}, db = {part + p->db, one->outputs};
  tombola_batch x = {part + p->x, one->channels * POSITIONS, SIZE, LANES, 0};
  tombola_batch y = {part + p->y, one->outputs * POSITIONS, SIZE, LANES, 0};
  tombola_batch dx = {part + p->dx, one->channels * POSITIONS, SIZE, LANES, 0};
  EXPECT_STATUS(TOMBOLA_OK, tombola_conv_forward(context, &window, &w, &bias, &x, TOMBOLA_RELU, &y));
  EXPECT_STATUS(TOMBOLA_OK, tombola_conv_backward_input(context, &window, &w, &y, &x, &dx));
  EXPECT_STATUS(TOMBOLA_OK, tombola_conv_update(context, &rule, 0, &window, &w, &x, &y, &m, &v, &db));
}

static void together_as_apart(const problem *one, int32_t precision) {
  const plan p = plan_of(one);
  block together = block_new(one->replicas * p.floats);
  for (int r = 0; r < one->replicas; r++) {
    prepare(together.data + r * p.floats, &p, one);
  }
  block alone = copy_of(&together);
  const tombola_group asked = {one->replicas, precision, p.floats * WORD, NULL, NULL, NULL, 0};
  const tombola_group apart = {1, precision, 0, NULL, NULL, NULL, 0};
  const tombola_context *group = NULL, *single = NULL;
  EXPECT_STATUS(TOMBOLA_OK, tombola_cuda_open(&asked, &group));
  EXPECT_STATUS(TOMBOLA_OK, tombola_cuda_open(&apart, &single));
  run(group, together.data, &p, one);
  tombola_cuda_close(group);
  for (int r = 0; r < one->replicas; r += SOME) {
    run(single, alone.data + r * p.floats, &p, one);
    expect_bits("convolution", "cuda", alone.data + r * p.floats, together.data + r * p.floats, p.floats);
  }
  tombola_cuda_close(single);
  block_check_and_free(&together);
  block_check_and_free(&alone);
}

int main(void) {
  for (int i = 0; i < COUNT(PROBLEMS); i++) {
    together_as_apart(&PROBLEMS[i], TOMBOLA_FP32);
    together_as_apart(&PROBLEMS[i], TOMBOLA_TF32);
    printf("crowd: %d replicas of a convolution together as some of them alone\n", PROBLEMS[i].replicas);
  }
  return 0;
}
