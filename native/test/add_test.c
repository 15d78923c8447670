/* Sums of two batches on every instruction set against a plain loop, to the bit. */
#include "test.h"

static void check(const tombola_context *context, int32_t features, int32_t size, int relu, int gated) {
  block a = block_new((int64_t)features * lanes_of(size)), b = block_new(a.count), gate = block_new(a.count),
        y = block_new(a.count), wanted = block_new(a.count);
  for (int64_t i = 0; i < a.count; i++) {
    if (i % 5 == 0) { /* sums of +0, and of -0 */
      b.data[i] = -a.data[i];
    } else if (i % 7 == 0) {
      a.data[i] = b.data[i] = -0.0f;
    }
    wanted.data[i] = after(a.data[i] + b.data[i] + 0.0f, relu, gated ? gate.data + i : NULL);
  }
  tombola_batch in = batch_of(&a, features, size), more = batch_of(&b, features, size),
                out = batch_of(&y, features, size);
  const tombola_batch mask = batch_of(&gate, features, size), *masks = gated ? &mask : NULL;
  EXPECT_STATUS(TOMBOLA_OK, tombola_add(context, &in, &more, relu, masks, &out));
  expect_bits("add", tombola_isa(context), wanted.data, y.data, y.count);
  memcpy(y.data, a.data, (size_t)a.count * sizeof *a.data);
  EXPECT_STATUS(TOMBOLA_OK, tombola_add(context, &out, &more, relu, masks, &out));
  expect_bits("add, y is a", tombola_isa(context), wanted.data, y.data, y.count);
  EXPECT_STATUS(TOMBOLA_OK, tombola_add(context, &in, &more, relu, masks, &more));
  expect_bits("add, y is b", tombola_isa(context), wanted.data, b.data, b.count);
  block *all[] = {&a, &b, &gate, &y, &wanted};
  for (int i = 0; i < COUNT(all); i++) {
    block_check_and_free(all[i]);
  }
}

static void check_refusals(const tombola_context *context) {
  block a = block_new(64), b = block_new(64), y = block_new(64);
  const tombola_batch in = batch_of(&a, 4, 3), more = batch_of(&b, 4, 3), fewer = batch_of(&b, 3, 3),
                      longer = batch_of(&b, 4, 4), shifted = {b.data + 1, 3, 3, 16, 0};
  tombola_batch out = batch_of(&y, 4, 3), short_out = batch_of(&y, 3, 3);
  EXPECT_STATUS(TOMBOLA_NULL, tombola_add(NULL, &in, &more, 0, NULL, &out));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_add(context, NULL, &more, 0, NULL, &out));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_add(context, &in, NULL, 0, NULL, &out));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_add(context, &in, &more, 0, NULL, NULL));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_add(context, &in, &fewer, 0, NULL, &out));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_add(context, &in, &longer, 0, NULL, &out));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_add(context, &in, &more, 0, NULL, &short_out));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_add(context, &in, &more, 0, &fewer, &out));
  EXPECT_STATUS(TOMBOLA_UNALIGNED, tombola_add(context, &in, &shifted, 0, NULL, &out));
  EXPECT_STATUS(TOMBOLA_RANGE, tombola_add(context, &in, &more, 2, NULL, &out));
  EXPECT_STATUS(TOMBOLA_RANGE, tombola_add(context, &in, &more, -1, NULL, &out));
  block *all[] = {&a, &b, &y};
  for (int i = 0; i < COUNT(all); i++) {
    block_check_and_free(all[i]);
  }
}

int main(void) {
  const tombola_context *contexts[8];
  const int count = open_all(contexts);
  const int32_t sizes[] = {1, 17, 60, 128};
  for (int c = 0; c < count; c++) {
    for (int s = 0; s < COUNT(sizes); s++) {
      for (int kind = 0; kind < 4; kind++) {
        check(contexts[c], 1 + 6 * s, sizes[s], kind % 2, kind / 2);
      }
    }
    check_refusals(contexts[c]);
  }
  printf("add: %d batch sizes, %d instruction sets\n", COUNT(sizes), count);
  return 0;
}
