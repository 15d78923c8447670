/* So many replicas of a linear layer that kernels take what they have for many: other tiles and blocks than for one
 * replica, to the same bits. And what products refuse. */
#include "layer.h"
#include "take.h"
#include "tombola_cuda.h"

enum { REPLICAS = 300, SOME = 43, INPUTS = 65, OUTPUTS = 33, SIZE = 70, WORD = 4 };
enum { FEW = 60 /* examples: no more than tall tiles are wide */ };

/* Where everything of one replica lies, in bytes from its start. */
typedef struct {
  int64_t values, row_start, row_across, column_start, column_across, position, bias, x, y, dx, bytes;
  int32_t size, lanes;
} plan;

static plan plan_of(const tombola_weights *w, int32_t size) {
  plan p = {.size = size, .lanes = lanes_of(size)};
  p.values = take_bytes(&p.bytes, w->survivors * WORD);
  p.row_start = take_bytes(&p.bytes, ((int64_t)w->rows.blocks * OUTPUTS + 1) * WORD);
  p.row_across = take_bytes(&p.bytes, w->survivors * WORD / 2);
  p.column_start = take_bytes(&p.bytes, ((int64_t)w->columns.blocks * INPUTS + 1) * WORD);
  p.column_across = take_bytes(&p.bytes, w->survivors * WORD / 2);
  p.position = take_bytes(&p.bytes, w->survivors * WORD);
  p.bias = take_bytes(&p.bytes, OUTPUTS * WORD);
  p.x = take_bytes(&p.bytes, (int64_t)INPUTS * p.lanes * WORD);
  p.y = take_bytes(&p.bytes, (int64_t)OUTPUTS * p.lanes * WORD);
  p.dx = take_bytes(&p.bytes, (int64_t)INPUTS * p.lanes * WORD);
  return p;
}

static void *at(char *part, int64_t offset) {
  return part + offset;
}

/* The layer as it lies in a replica. */
static tombola_weights weights_in(char *part, const plan *p, const tombola_weights *w) {
  tombola_weights own = *w;
  own.values = at(part, p->values);
  own.mask = NULL;
  if (w->rows.start != NULL) {
    own.rows.start = at(part, p->row_start);
    own.rows.across = at(part, p->row_across);
    own.columns.start = at(part, p->column_start);
    own.columns.across = at(part, p->column_across);
    own.position = at(part, p->position);
  }
  return own;
}

/* Another list of as many entries: the first line's go to the second, the rest are mirrored. */
static void vary(int32_t *start, uint16_t *across, int32_t lines, const tombola_index *index, int32_t of) {
  for (int32_t line = 0; line < index->blocks * lines; line++) {
    const int32_t from = line / lines * index->block, wide = of - from < index->block ? of - from : index->block;
    for (int32_t e = start[line]; e < start[line + 1]; e++) {
      across[e] = (uint16_t)(wide - 1 - across[e]);
    }
  }
  start[1] = start[0];
}

/* Every replica has weights of its own, and every second one entries of its own. */
static void prepare(char *part, const plan *p, const tombola_weights *w, int replica) {
  float *values = at(part, p->values);
  for (int64_t i = 0; i < w->survivors; i++) { /* past the inputs they are +0 */
    values[i] = w->values[i] == 0.0f ? 0.0f : random_float();
  }
  if (w->rows.start != NULL) {
    memcpy(at(part, p->row_start), w->rows.start, ((size_t)w->rows.blocks * OUTPUTS + 1) * WORD);
    memcpy(at(part, p->row_across), w->rows.across, (size_t)w->survivors * WORD / 2);
    memcpy(at(part, p->column_start), w->columns.start, ((size_t)w->columns.blocks * INPUTS + 1) * WORD);
    memcpy(at(part, p->column_across), w->columns.across, (size_t)w->survivors * WORD / 2);
    memcpy(at(part, p->position), w->position, (size_t)w->survivors * WORD);
  }
  if (w->rows.start != NULL && replica % 2 == 1) {
    vary(at(part, p->row_start), at(part, p->row_across), OUTPUTS, &w->rows, INPUTS);
    vary(at(part, p->column_start), at(part, p->column_across), INPUTS, &w->columns, OUTPUTS);
    int32_t *position = at(part, p->position);
    for (int64_t e = 0; e < w->survivors; e++) {
      position[e] = (int32_t)w->survivors - 1 - position[e];
    }
  }
}

static void run(const tombola_context *context, char *part, const plan *p, const tombola_weights *w) {
  const tombola_weights own = weights_in(part, p, w);
  const tombola_span bias = {at(part, p->bias), OUTPUTS};
  const tombola_batch x = {at(part, p->x), INPUTS, p->size, p->lanes, 0};
  tombola_batch y = {at(part, p->y), OUTPUTS, p->size, p->lanes, 0},
                dx = {at(part, p->dx), INPUTS, p->size, p->lanes, 0};
  EXPECT_STATUS(TOMBOLA_OK, tombola_linear_forward(context, &own, &bias, &x, TOMBOLA_RELU, &y));
  EXPECT_STATUS(TOMBOLA_OK, tombola_linear_backward_input(context, &own, &y, &x, &dx));
}

static void together_as_apart(const tombola_weights *w, int32_t precision, int32_t size) {
  const plan p = plan_of(w, size);
  block together = block_new(REPLICAS * p.bytes / WORD);
  char *parts = (char *)together.data;
  for (int r = 0; r < REPLICAS; r++) {
    prepare(parts + r * p.bytes, &p, w, r);
  }
  block alone = copy_of(&together);
  const tombola_group asked = {REPLICAS, precision, p.bytes, NULL, NULL, NULL, 0};
  const tombola_group one = {1, precision, 0, NULL, NULL, NULL, 0};
  const tombola_context *group = NULL, *single = NULL;
  EXPECT_STATUS(TOMBOLA_OK, tombola_cuda_open(&asked, &group));
  EXPECT_STATUS(TOMBOLA_OK, tombola_cuda_open(&one, &single));
  run(group, parts, &p, w);
  tombola_cuda_close(group);
  for (int r = 0; r < REPLICAS; r += SOME) {
    const int64_t from = r * p.bytes / WORD;
    run(single, at((char *)alone.data, r * p.bytes), &p, w);
    expect_bits(w->rows.start == NULL ? "dense" : "compressed", "cuda", alone.data + from, together.data + from,
                p.bytes / WORD);
  }
  tombola_cuda_close(single);
  block_check_and_free(&together);
  block_check_and_free(&alone);
}

/* Entries that cannot be read four at a time, and a batch beyond 64 GiB. */
static void refuses(const layer *l) {
  const tombola_context *context = NULL;
  EXPECT_STATUS(TOMBOLA_OK, tombola_open("cuda", &context));
  block x = block_new(INPUTS * lanes_of(SIZE)), y = block_new(OUTPUTS * lanes_of(SIZE));
  const tombola_span bias = {x.data, OUTPUTS}, one = {x.data, 1};
  tombola_batch in = batch_of(&x, INPUTS, SIZE), out = batch_of(&y, OUTPUTS, SIZE);
  tombola_weights rows = l->as_compressed, columns = l->as_compressed, position = l->as_compressed;
  rows.rows.across++;
  columns.columns.across++;
  position.position++;
  EXPECT_STATUS(TOMBOLA_UNALIGNED, tombola_linear_forward(context, &rows, &bias, &in, TOMBOLA_RELU, &out));
  EXPECT_STATUS(TOMBOLA_UNALIGNED, tombola_linear_backward_input(context, &columns, &out, NULL, &in));
  EXPECT_STATUS(TOMBOLA_UNALIGNED, tombola_linear_backward_input(context, &position, &out, NULL, &in));
  const int32_t many = 1 << 17;
  tombola_batch beyond = {x.data, many, many, many, 0}, little = {y.data, 1, many, many, 0};
  tombola_weights wide = {0}, tall = {0};
  wide.values = tall.values = x.data;
  wide.inputs = tall.outputs = many;
  wide.outputs = tall.inputs = wide.taps = tall.taps = 1;
  wide.survivors = wide.stride = many;
  tall.survivors = 16 * (int64_t)many;
  tall.stride = 16;
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_linear_forward(context, &wide, &one, &beyond, TOMBOLA_RELU, &little));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_linear_backward_input(context, &tall, &beyond, NULL, &little));
  tombola_span gradient = {x.data, many};
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_linear_backward_weight(context, &wide, &beyond, &little, &gradient));
  gradient.length = tall.survivors;
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_linear_backward_weight(context, &tall, &little, &beyond, &gradient));
  block_check_and_free(&x);
  block_check_and_free(&y);
}

int main(void) {
  layer dense = layer_new(OUTPUTS, INPUTS, 1, 1, 0), sparse = layer_new(OUTPUTS, INPUTS, 1, 0.4, 30);
  together_as_apart(&dense.as_dense, TOMBOLA_FP32, SIZE);
  together_as_apart(&dense.as_dense, TOMBOLA_FP32, FEW);
  together_as_apart(&dense.as_dense, TOMBOLA_TF32, SIZE);
  together_as_apart(&sparse.as_compressed, TOMBOLA_FP32, SIZE);
  refuses(&sparse);
  layer_free(&dense);
  layer_free(&sparse);
  printf("crowd: %d replicas together as %d of them alone, both forms\n", REPLICAS, (REPLICAS + SOME - 1) / SOME);
  return 0;
}
