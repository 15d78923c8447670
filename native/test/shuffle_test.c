/* The order of examples on every instruction set against a sort by qsort, and what is refused. */
#include "philox.h"

static const tombola_draws draws = {0x123456789ABCDEFu, 9 << 16, 0xFEDCBA98u};

static int by_place(const void *a, const void *b) {
  const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

/* Numbers that ascend by 1 to `gap`. */
static void check(const tombola_context *context, int32_t count, int32_t gap, int32_t epoch) {
  int32_t *examples = malloc((size_t)count * sizeof *examples), *order = malloc((size_t)(count + 1) * sizeof *order);
  uint64_t *wanted = malloc((size_t)count * sizeof *wanted), *room = malloc((size_t)(count + 1) * sizeof *room);
  int32_t number = (int32_t)(random_bits() % 3);
  for (int32_t i = 0; i < count; i++) {
    examples[i] = number;
    wanted[i] = (uint64_t)philox_draw(&draws, epoch, (uint32_t)number) << 32 | (uint32_t)number;
    number += 1 + (int32_t)(random_bits() % (uint32_t)gap);
  }
  order[count] = -7;
  room[count] = 7;
  qsort(wanted, (size_t)count, sizeof *wanted, by_place);
  const tombola_shuffle shuffle = {draws, examples, room, count, 0};
  EXPECT_STATUS(TOMBOLA_OK, tombola_shuffle_apply(context, &shuffle, epoch, order));
  for (int32_t i = 0; i < count; i++) {
    if (order[i] != (int32_t)(uint32_t)wanted[i]) {
      FAIL("%s: of %d examples, number %d of epoch %d is %d, wanted %u", tombola_isa(context), count, i, epoch,
           order[i], (uint32_t)wanted[i]);
    }
  }
  if (order[count] != -7 || room[count] != 7) {
    FAIL("%s: written past the end of %d examples", tombola_isa(context), count);
  }
  free(examples);
  free(order);
  free(wanted);
  free(room);
}

/* Room that overlaps the examples: any order, but nothing is written outside of it. */
static void check_overlap(const tombola_context *context) {
  enum { EXAMPLES = 1000 };
  block order = block_new(EXAMPLES);
  for (int32_t ahead = 0; ahead <= EXAMPLES; ahead += 50) {
    block room = block_new(2 * EXAMPLES);
    int32_t *examples = (int32_t *)(void *)room.data + ahead;
    for (int32_t i = 0; i < EXAMPLES; i++) {
      examples[i] = i;
    }
    const tombola_shuffle shuffle = {draws, examples, (uint64_t *)(void *)room.data, EXAMPLES, 0};
    EXPECT_STATUS(TOMBOLA_OK, tombola_shuffle_apply(context, &shuffle, ahead, (int32_t *)(void *)order.data));
    block_check_and_free(&room);
  }
  block_check_and_free(&order);
}

static void check_refusals(const tombola_context *context) {
  int32_t *numbers = malloc(8 * sizeof *numbers), *order = malloc(4 * sizeof *order);
  uint64_t *room = malloc(4 * sizeof *room);
  const int32_t given[] = {0, 1, 2, 3, 4, 4, -1, 0};
  memcpy(numbers, given, sizeof given);
  tombola_shuffle shuffle = {draws, numbers, room, 4, 0}, none = shuffle, unordered = shuffle, nowhere = shuffle;
  none.count = 0;
  unordered.examples = NULL;
  nowhere.room = NULL;
  EXPECT_STATUS(TOMBOLA_NULL, tombola_shuffle_apply(NULL, &shuffle, 0, order));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_shuffle_apply(context, NULL, 0, order));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_shuffle_apply(context, &unordered, 0, order));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_shuffle_apply(context, &nowhere, 0, order));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_shuffle_apply(context, &shuffle, 0, NULL));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_shuffle_apply(context, &none, 0, order));
  EXPECT_STATUS(TOMBOLA_RANGE, tombola_shuffle_apply(context, &shuffle, -1, order));
  for (int from = 2; from < 5 && is_readable(context); from++) { /* equal numbers, or one below 0 */
    shuffle.examples = numbers + from;
    EXPECT_STATUS(TOMBOLA_RANGE, tombola_shuffle_apply(context, &shuffle, 0, order));
  }
  shuffle.examples = numbers + 6;
  shuffle.count = 1;
  if (is_readable(context)) {
    EXPECT_STATUS(TOMBOLA_RANGE, tombola_shuffle_apply(context, &shuffle, 0, order));
  }
  free(numbers);
  free(order);
  free(room);
}

int main(void) {
  philox_check();
  const tombola_context *contexts[8];
  const int count = open_all(contexts);
  const int32_t sizes[] = {1, 2, 33, 1000, 5003, 55000};
  for (int c = 0; c < count; c++) {
    for (int s = 0; s < COUNT(sizes); s++) {
      check(contexts[c], sizes[s], 1 + s % 3, s * s);
    }
    if (is_readable(contexts[c])) { /* on a GPU it is a race, which emulation refuses */
      check_overlap(contexts[c]);
    }
    check_refusals(contexts[c]);
  }
  printf("shuffle: %d sizes, %d instruction sets\n", COUNT(sizes), count);
  return 0;
}
