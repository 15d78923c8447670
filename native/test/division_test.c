/* The optimizer's roots and quotients are those of IEEE 754, on every instruction set: Adam's step from a weight of 0
 * is m / sqrt(v) where nothing is added to the moments and rates are chosen so. */
#include <float.h>

#include "test.h"

#ifdef TOMBOLA_TEST_ALL /* arguments; else every so-many-th of them */
enum { EVERY = 1 };
#else
enum { EVERY = 509 }; /* odd, as other steps miss all odd ones */
#endif
#define SMALL 0x1p-100f /* an epsilon that adds nothing */
enum { MOST = 1 << 16, FIRST = 1 << 23 /* mantissa, of 24 bits */, END = 1 << 24 };

static block w, g, m, v, wanted;
static int64_t filled, checked;

/* Divides what there is: by roots times `c`, which is a power of two, and a little more. */
static void check(const tombola_context *context, float c, float epsilon) {
  const float rates[] = {0, -1, c};
  const tombola_rule rule = {rates, 1, TOMBOLA_ADAM, 1, 0, 1, 0, epsilon, 0, 0};
  w.count = g.count = m.count = v.count = filled;
  tombola_span ws = span_of(&w), ms = span_of(&m), vs = span_of(&v);
  const tombola_span gs = span_of(&g);
  for (int64_t i = 0; i < filled; i++) {
    w.data[i] = 0;
    wanted.data[i] = m.data[i] / (sqrtf(v.data[i]) * c + epsilon) + 0.0f;
  }
  EXPECT_STATUS(TOMBOLA_OK, tombola_optimizer_step(context, &rule, 0, &ws, &gs, &ms, &vs));
  expect_bits("quotient", tombola_isa(context), wanted.data, w.data, filled);
  w.count = g.count = m.count = v.count = MOST;
  checked += filled;
  filled = 0;
}

/* Takes a quotient by a root, to be checked soon. */
static void take(const tombola_context *context, float dividend, float square, float c, float epsilon) {
  m.data[filled] = fabsf(dividend) < 0x1p-100f ? 0 : dividend; /* as moments are */
  v.data[filled++] = square;
  if (filled == MOST) {
    check(context, c, epsilon);
  }
}

/* Roots of all mantissas: divided by what they should be they are 1, and no neighbour of theirs is. */
static void roots(const tombola_context *context, int32_t exponent, float c) {
  for (int32_t i = 0; i < 2 * (END - FIRST); i += EVERY) {
    const float square = ldexpf((float)(FIRST + i / 2), i % 2 - 23 + exponent - i % 8 * 2);
    take(context, sqrtf(square) * c, square, c, SMALL);
  }
  check(context, c, SMALL);
}

/* The dividend, between FIRST and END if there is such a one, that times 2^shift leaves so much when it is divided by
 * an odd divisor: where that is the least there can be, a quotient lies as close to the middle of two floats as any. */
static int32_t dividend_of(int32_t divisor, int32_t shift, int32_t rest) {
  int64_t inverse = 1; /* of 2^shift */
  for (int i = 0; i < shift; i++) {
    inverse = (inverse % 2 != 0 ? inverse + divisor : inverse) / 2;
  }
  const int64_t dividend = (divisor + rest) * inverse % divisor;
  return (int32_t)(dividend < FIRST && dividend + divisor < END ? dividend + divisor : dividend);
}

static void quotients(const tombola_context *context) {
  for (int32_t divisor = FIRST + 1; divisor < END; divisor += 2 * EVERY) {
    for (int32_t shift = 24; shift <= 25; shift++) {
      for (int32_t rest = -1; rest <= 1; rest += 2) {
        const float root = ldexpf((float)divisor, -23 - divisor / 2 % 27);
        const float dividend = ldexpf((float)dividend_of(divisor, shift, rest), -23 - divisor / 2 % 71);
        take(context, rest < 0 ? -dividend : dividend, root * root, 1, SMALL);
      }
    }
  }
  check(context, 1, SMALL);
}

/* One that cannot be divided the short way, among others that can. */
static void extremes(const tombola_context *context, float epsilon) {
  const float dividends[] = {0, 0x1p-100f, -0x1.555556p-100f, 1.5f, 2, -0x1.fffffep0f, 0x1.23456p100f, FLT_MAX};
  const float squares[] = {0, 0x1p-100f, 0x1.8p-100f, 1, 0x1.fffffcp1f, 4, 0x1.fedcb8p80f, INFINITY};
  for (int d = 0; d < COUNT(dividends); d++) {
    for (int s = 0; s < COUNT(squares); s++) {
      for (int place = 0; place < 8; place++) {
        take(context, place == s ? dividends[d] : random_float(), place == s ? squares[s] : 0.1f * (float)place, 1,
             epsilon);
      }
    }
  }
  check(context, 1, epsilon);
}

int main(void) {
  const tombola_context *contexts[8];
  const int count = open_all(contexts);
  block *all[] = {&w, &g, &m, &v, &wanted};
  for (int i = 0; i < COUNT(all); i++) {
    *all[i] = block_new(MOST);
  }
  for (int i = 0; i < count; i++) {
    roots(contexts[i], 0, 1);
    roots(contexts[i], -87, 0x1p42f); /* to the smallest that there are */
    quotients(contexts[i]);
    extremes(contexts[i], 1e-8f);
    extremes(contexts[i], FLT_MIN);
    extremes(contexts[i], 1);
  }
  for (int i = 0; i < COUNT(all); i++) {
    block_check_and_free(all[i]);
  }
  printf("roots and quotients: %ld, %d instruction sets\n", (long)checked, count);
  return 0;
}
