/* Dropout on every instruction set against one draw at a time, to the bit. */
#include "philox.h"

static const tombola_draws draws = {0x123456789ABCDEFu, 5 << 16 | 3, 0xFEDCBA98u};
static const int32_t iteration = 70000;

static void check(const tombola_context *context, int32_t features, int32_t size, uint32_t threshold, int named) {
  block x = block_new((int64_t)features * lanes_of(size)), y = block_new(x.count), wanted = block_new(x.count);
  int32_t *unit = malloc((size_t)features * sizeof *unit);
  for (int32_t l = 0; l < features; l++) {
    unit[l] = named ? (int32_t)(random_bits() >> 1) : l;
  }
  if (named && size > 2) { /* whose draws go round from 2^32 - 1 to 0 */
    unit[0] = (int32_t)(UINT32_MAX / (uint32_t)size);
  }
  const tombola_dropout dropout = {draws, named ? unit : NULL, threshold, 1.25f};
  const tombola_batch in = batch_of(&x, features, size);
  tombola_batch out = batch_of(&y, features, size);
  for (int32_t l = 0; l < features; l++) {
    for (int32_t n = 0; n < in.lanes; n++) {
      const uint32_t draw = philox_draw(&draws, iteration, (uint32_t)unit[l] * (uint32_t)size + (uint32_t)n);
      const int64_t at = (int64_t)l * in.lanes + n;
      wanted.data[at] = n < size && draw >= threshold ? x.data[at] * 1.25f : 0.0f;
    }
  }
  EXPECT_STATUS(TOMBOLA_OK, tombola_dropout_apply(context, &dropout, iteration, &in, &out));
  expect_bits("dropout", tombola_isa(context), wanted.data, y.data, y.count);
  memcpy(y.data, x.data, (size_t)x.count * sizeof *x.data);
  EXPECT_STATUS(TOMBOLA_OK, tombola_dropout_apply(context, &dropout, iteration, &out, &out));
  expect_bits("dropout in place", tombola_isa(context), wanted.data, y.data, y.count);
  free(unit);
  block *all[] = {&x, &y, &wanted};
  for (int i = 0; i < COUNT(all); i++) {
    block_check_and_free(all[i]);
  }
}

static void check_refusals(const tombola_context *context) {
  block x = block_new(64), y = block_new(64);
  int32_t unit[] = {0, 1, 2, -1};
  tombola_dropout dropout = {{1, 2, 3}, NULL, 7, 2};
  const tombola_batch in = batch_of(&x, 4, 3);
  tombola_batch out = batch_of(&y, 4, 3), fewer = batch_of(&y, 3, 3);
  EXPECT_STATUS(TOMBOLA_NULL, tombola_dropout_apply(NULL, &dropout, 0, &in, &out));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_dropout_apply(context, NULL, 0, &in, &out));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_dropout_apply(context, &dropout, 0, NULL, &out));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_dropout_apply(context, &dropout, 0, &in, &fewer));
  EXPECT_STATUS(TOMBOLA_RANGE, tombola_dropout_apply(context, &dropout, -1, &in, &out));
  dropout.unit = unit;
  if (is_readable(context)) {
    EXPECT_STATUS(TOMBOLA_RANGE, tombola_dropout_apply(context, &dropout, 0, &in, &out));
  }
  block_check_and_free(&x);
  block_check_and_free(&y);
}

int main(void) {
  philox_check();
  const tombola_context *contexts[8];
  const int count = open_all(contexts);
  const int32_t sizes[] = {1, 17, 60, 128, 300, 1023};
  const uint32_t thresholds[] = {0, 0x33333333, philox_draw(&draws, iteration, 5), 0xC0000000, UINT32_MAX};
  for (int c = 0; c < count; c++) {
    for (int s = 0; s < COUNT(sizes); s++) {
      for (int t = 0; t < COUNT(thresholds); t++) {
        check(contexts[c], 7, sizes[s], thresholds[t], t % 2);
      }
    }
    check_refusals(contexts[c]);
  }
  printf("dropout: %d batch sizes, %d instruction sets\n", COUNT(sizes), count);
  return 0;
}
