/* Pooling on every instruction set against plain loops, to the bit. */
#include "test.h"

/* Where the first maximum of output o's window lies in example n. */
static int64_t first_maximum(const tombola_window *w, const tombola_batch *x, int32_t o, int32_t n) {
  const int32_t side = w->stride, rows = w->height / side, columns = w->width / side;
  const int32_t c = o / (rows * columns), row = o / columns % rows, column = o % columns;
  int64_t first = -1;
  for (int32_t tap = 0; tap < side * side; tap++) {
    const int32_t h = row * side + tap / side, v = column * side + tap % side;
    const int64_t at = (((int64_t)c * w->height + h) * w->width + v) * x->lanes + n;
    if (first < 0 || x->data[at] > x->data[first]) {
      first = at;
    }
  }
  return first;
}

static void check_max(const tombola_context *context, const tombola_window *w, int32_t size) {
  const int32_t features = w->channels * w->height * w->width;
  const int32_t outputs = w->channels * (w->height / w->stride) * (w->width / w->stride);
  block x = block_new((int64_t)features * lanes_of(size)), gate = block_new(x.count), dx = block_new(x.count),
        wanted_dx = block_new(x.count), y = block_new((int64_t)outputs * lanes_of(size)), dy = block_new(y.count),
        wanted_y = block_new(y.count);
  for (int64_t i = 0; i < x.count; i++) { /* many equal values, -0 beside +0 among them */
    x.data[i] = i % 3 == 0 ? x.data[i] : (float)(random_bits() % 3) * -0.5f;
  }
  const tombola_batch in = batch_of(&x, features, size), dout = batch_of(&dy, outputs, size),
                      mask = batch_of(&gate, features, size);
  tombola_batch out = batch_of(&y, outputs, size), din = batch_of(&dx, features, size);
  clear_padding(&dout);
  memset(wanted_dx.data, 0, (size_t)wanted_dx.count * sizeof(float));
  for (int32_t o = 0; o < outputs; o++) {
    for (int32_t n = 0; n < in.lanes; n++) {
      const int64_t first = first_maximum(w, &in, o, n), at = (int64_t)o * in.lanes + n;
      wanted_y.data[at] = x.data[first];
      wanted_dx.data[first] = dy.data[at];
    }
  }
  EXPECT_STATUS(TOMBOLA_OK, tombola_max_pool_forward(context, w, &in, &out));
  expect_bits("max pool forward", tombola_isa(context), wanted_y.data, y.data, y.count);
  EXPECT_STATUS(TOMBOLA_OK, tombola_max_pool_backward(context, w, &in, &dout, NULL, &din));
  expect_bits("max pool backward", tombola_isa(context), wanted_dx.data, dx.data, dx.count);
  EXPECT_STATUS(TOMBOLA_OK, tombola_max_pool_backward(context, w, &in, &dout, &mask, &din));
  for (int64_t i = 0; i < dx.count; i++) {
    wanted_dx.data[i] = after(wanted_dx.data[i], 0, gate.data + i);
  }
  expect_bits("max pool backward, gated", tombola_isa(context), wanted_dx.data, dx.data, dx.count);
  block *all[] = {&x, &gate, &dx, &wanted_dx, &y, &dy, &wanted_y};
  for (int i = 0; i < COUNT(all); i++) {
    block_check_and_free(all[i]);
  }
}

static void check_average(const tombola_context *context, int32_t channels, int32_t positions, int32_t size) {
  const int32_t features = channels * positions, lanes = lanes_of(size);
  block x = block_new((int64_t)features * lanes), gate = block_new(x.count), dx = block_new(x.count),
        wanted_dx = block_new(x.count), y = block_new((int64_t)channels * lanes), wanted_y = block_new(y.count);
  const tombola_batch in = batch_of(&x, features, size), mask = batch_of(&gate, features, size);
  tombola_batch out = batch_of(&y, channels, size), din = batch_of(&dx, features, size);
  const float share = 1.0f / (float)positions;
  for (int64_t i = 0; i < y.count; i++) {
    float sum = 0;
    for (int32_t p = 0; p < positions; p++) {
      sum += x.data[(i / lanes * positions + p) * lanes + i % lanes];
    }
    wanted_y.data[i] = sum * share;
  }
  EXPECT_STATUS(TOMBOLA_OK, tombola_average_pool_forward(context, &in, &out));
  expect_bits("average pool forward", tombola_isa(context), wanted_y.data, y.data, y.count);
  for (int gated = 0; gated < 2; gated++) {
    for (int64_t i = 0; i < dx.count; i++) {
      const float value = y.data[i / lanes / positions * lanes + i % lanes] * share;
      wanted_dx.data[i] = after(value, 0, gated ? gate.data + i : NULL);
    }
    EXPECT_STATUS(TOMBOLA_OK, tombola_average_pool_backward(context, &out, gated ? &mask : NULL, &din));
    expect_bits("average pool backward", tombola_isa(context), wanted_dx.data, dx.data, dx.count);
  }
  block *all[] = {&x, &gate, &dx, &wanted_dx, &y, &wanted_y};
  for (int i = 0; i < COUNT(all); i++) {
    block_check_and_free(all[i]);
  }
}

static void check_refusals(const tombola_context *context) {
  block x = block_new(2 * 16 * 16), y = block_new(2 * 4 * 16), d = block_new(x.count);
  const tombola_window good = {2, 4, 4, 2, 2, 2, 0};
  const tombola_window bad[] = {{2, 4, 4, 2, 2, 1, 0}, {2, 4, 4, 2, 3, 2, 0}, {2, 4, 4, 3, 2, 2, 0},
                                {2, 4, 4, 2, 2, 2, 1}, {2, 2, 2, 4, 4, 4, 0}, {1, 4, 4, 2, 2, 2, 0},
                                {0, 4, 4, 2, 2, 2, 0}, {2, 4, 8, 2, 2, 2, 0}, {2, 4, 4, 0, 0, 0, 0}};
  const tombola_batch in = batch_of(&x, 32, 5), longer = batch_of(&x, 32, 6);
  tombola_batch out = batch_of(&y, 8, 5), din = batch_of(&d, 32, 5), fewer = batch_of(&d, 31, 5),
                uneven = batch_of(&y, 5, 5);
  for (int i = 0; i < COUNT(bad); i++) {
    EXPECT_STATUS(TOMBOLA_SHAPE, tombola_max_pool_forward(context, &bad[i], &in, &out));
    EXPECT_STATUS(TOMBOLA_SHAPE, tombola_max_pool_backward(context, &bad[i], &in, &out, NULL, &din));
  }
  const tombola_window oblong = {1, 4, 5, 2, 3, 2, 0}, bordered = {1, 2, 2, 2, 2, 2, 1};
  const tombola_batch twenty = batch_of(&x, 20, 5), four = batch_of(&x, 4, 5);
  tombola_batch to_four = batch_of(&y, 4, 5);
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_max_pool_forward(context, &oblong, &twenty, &to_four));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_max_pool_forward(context, &bordered, &four, &to_four));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_max_pool_forward(NULL, &good, &in, &out));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_max_pool_forward(context, NULL, &in, &out));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_max_pool_forward(context, &good, NULL, &out));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_max_pool_forward(context, &good, &longer, &out));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_max_pool_backward(context, &good, &in, &out, NULL, NULL));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_max_pool_backward(context, &good, &in, &out, NULL, &fewer));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_max_pool_backward(context, &good, &in, &out, &longer, &din));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_average_pool_forward(NULL, &in, &out));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_average_pool_forward(context, &in, NULL));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_average_pool_forward(context, &in, &uneven));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_average_pool_forward(context, &longer, &out));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_average_pool_backward(context, &uneven, NULL, &din));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_average_pool_backward(context, &out, &fewer, &din));
  block *all[] = {&x, &y, &d};
  for (int i = 0; i < COUNT(all); i++) {
    block_check_and_free(all[i]);
  }
}

int main(void) {
  const tombola_context *contexts[8];
  const int count = open_all(contexts);
  const int32_t sizes[] = {1, 17, 60, 128};
  const tombola_window windows[] = {{3, 6, 8, 2, 2, 2, 0}, {2, 7, 5, 2, 2, 2, 0},  {1, 2, 2, 2, 2, 2, 0},
                                    {2, 7, 8, 3, 3, 3, 0}, {3, 11, 4, 4, 4, 4, 0}, {2, 3, 2, 1, 1, 1, 0}};
  for (int c = 0; c < count; c++) {
    for (int s = 0; s < COUNT(sizes); s++) {
      for (int w = 0; w < COUNT(windows); w++) {
        check_max(contexts[c], &windows[w], sizes[s]);
        check_average(contexts[c], 1 + w, 1 + 3 * w, sizes[s]);
      }
    }
    check_refusals(contexts[c]);
  }
  printf("pooling: %d windows, %d batch sizes, %d instruction sets\n", COUNT(windows), COUNT(sizes), count);
  return 0;
}
