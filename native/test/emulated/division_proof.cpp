/* That roots and quotients are right whatever the device's approximations are, within what division.cuh asks of them:
 * all mantissas by all such approximations. */
#include <stdio.h>
#include <stdlib.h>

#include "division.cuh"

#ifdef __FP_FAST_FMAF
enum { EVERY = 1 };
#else
enum { EVERY = 127 }; /* where a library multiplies and adds */
#endif
enum { ULPS = 6, FIRST = 1 << 23 /* mantissa, of 24 bits */, END = 1 << 24, RESTS = 9 };

static float beside(float value, int32_t ulps) {
  const uint32_t bits = __float_as_uint(value) + (uint32_t)ulps;
  memcpy(&value, &bits, sizeof bits);
  return value;
}

static void expect(float wanted, float found, float a, float b, float approximation) {
  if (wanted != found) {
    printf("of %a and %a with %a: %a, wanted %a\n", a, b, approximation, found, wanted);
    exit(1);
  }
}

static long roots() {
  long tried = 0;
  for (int32_t mantissa = FIRST; mantissa < END; mantissa += EVERY) {
    for (int exponent = -23; exponent <= -22; exponent++) {
      const float square = ldexpf((float)mantissa, exponent), wanted = sqrtf(square);
      const float inverse = (float)(1 / sqrt((double)square));
      for (int32_t off = -ULPS; off <= ULPS; off++, tried++) {
        expect(wanted, root_from(square, beside(inverse, off)), square, square, beside(inverse, off));
      }
    }
  }
  return tried;
}

/* Whether a quotient of this divisor may be made with that. */
static bool may_be(float reciprocal, float divisor) {
  const double off = fabs(reciprocal - 1 / (double)divisor), ulp = divisor == 1 && reciprocal > 1 ? 0x1p-23 : 0x1p-24;
  return off <= 1.4 * ulp && !(divisor == 2 - 0x1p-23f && reciprocal <= 0.5f);
}

/* Quotients A / B of 24 bits that lie close to the middle between two floats: A 2^shift leaves so little when it is
 * divided by B. Before it is rounded for the last time a quotient is less than 2^-22.4 ulps off, and B of 24 bits leave
 * at least half of 1/B of one: 7 of these halves are more than it can be off. Nor can one be with a B that has many
 * twos, of which fewer bits count. */
static long quotients() {
  long tried = 0;
  for (int32_t b = FIRST; b < END; b += EVERY) {
    const int twos = __builtin_ctz((unsigned)b), odd = b >> twos;
    for (int shift = 24; twos <= 6 && shift <= 25; shift++) {
      int64_t inverse = 1; /* of 2^shift, less those of b */
      for (int i = 0; i < shift - twos; i++) {
        inverse = (inverse % 2 != 0 ? inverse + odd : inverse) / 2;
      }
      for (int rest = -RESTS; rest <= RESTS; rest += 2) {
        const int64_t least = (RESTS * (int64_t)odd + rest) * inverse % odd;
        const int64_t from = shift == 24 ? b : FIRST, end = shift == 24 ? END : b;
        for (int64_t a = least + (from - least + odd - 1) / odd * odd; a < end; a += odd) {
          const float dividend = ldexpf((float)a, -23), divisor = ldexpf((float)b, -23);
          for (int32_t off = -2; off <= 2; off++) {
            const float reciprocal = beside(1 / divisor, off);
            if (may_be(reciprocal, divisor)) {
              expect(dividend / divisor, quotient_from(dividend, divisor, reciprocal), dividend, divisor, reciprocal);
              tried++;
            }
          }
        }
      }
    }
  }
  return tried;
}

int main() {
  printf("roots: %ld\n", roots());
  printf("quotients: %ld\n", quotients());
  return 0;
}
