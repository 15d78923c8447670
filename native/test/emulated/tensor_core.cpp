/* What tensor cores do to TF32. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "emulation.h"

namespace {

enum { TERMS = 8 };

/* What of a factor is multiplied. */
float used(float factor) {
  uint32_t bits;
  memcpy(&bits, &factor, sizeof bits);
  if ((bits & 0x1fff) != 0 && isnormal(factor)) {
    fprintf(stderr, "emulated tensor core multiplies %a, which is no TF32\n", (double)factor);
    abort();
  }
  bits &= isnan(factor) ? ~0u : ~0x1fffu;
  memcpy(&factor, &bits, sizeof bits);
  return factor;
}

float cut_off(double sum) {
  const float nearest = (float)sum;
  return fabs((double)nearest) > fabs(sum) && isfinite(nearest) ? nextafterf(nearest, 0.0f) : nearest;
}

}  // namespace

void emulated_tensor_core(float sum[4], const float left[4], const float right[2], int line) {
  const lent *all =
      share({{used(left[0]), used(left[1]), used(left[2]), used(left[3])}, {used(right[0]), used(right[1])}}, line);
  const int lane = (int)threadIdx.x % 32, row = lane / 4, column = lane % 4 * 2;
  for (int i = 0; i < 4; i++) {
    const int below = i / 2, across = column + i % 2;
    double exact = (double)sum[i];
    for (int k = 0; k < TERMS; k++) {
      const int which = k % 4, later = k / 4;
      exact += (double)all[row * 4 + which].left[below + 2 * later] * (double)all[across * 4 + which].right[later];
    }
    sum[i] = cut_off(exact);
  }
}
