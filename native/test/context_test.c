/* Opening the library: by name, the best, and what is refused. */
#include <fenv.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "test.h"

int main(void) {
  const tombola_context *context = NULL, *contexts[8];
  const int count = open_all(contexts);
  EXPECT_STATUS(TOMBOLA_ISA_UNKNOWN, tombola_open("sse9", &context));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_open(NULL, &context));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_open("best", NULL));
  EXPECT_STATUS(TOMBOLA_OK, tombola_open("best", &context));
  if (context != contexts[count - 1]) {
    FAIL("the best is %s, not the widest that runs, %s", tombola_isa(context), tombola_isa(contexts[count - 1]));
  }
  if (strcmp(tombola_isa(contexts[0]), "scalar") != 0 || tombola_abi_version() != TOMBOLA_ABI_VERSION) {
    FAIL("the first context is %s, the ABI %d", tombola_isa(contexts[0]), tombola_abi_version());
  }
  fesetround(FE_UPWARD);
  EXPECT_STATUS(TOMBOLA_FLOAT_MODE, tombola_open("best", &context));
  fesetround(FE_TONEAREST);
#if defined(__x86_64__)
  const unsigned mode = _mm_getcsr(), flush_to_zero = 1u << 15, denormals_are_zero = 1u << 6;
  _mm_setcsr(mode | flush_to_zero);
  EXPECT_STATUS(TOMBOLA_FLOAT_MODE, tombola_open("best", &context));
  _mm_setcsr(mode | denormals_are_zero);
  EXPECT_STATUS(TOMBOLA_FLOAT_MODE, tombola_open("best", &context));
  for (int exception = 0; exception < 6; exception++) {
    _mm_setcsr(mode & ~(1u << (7 + exception)));
    EXPECT_STATUS(TOMBOLA_FLOAT_MODE, tombola_open("best", &context));
  }
  _mm_setcsr(mode);
#elif defined(__aarch64__)
  uint64_t mode;
  const uint64_t flush_to_zero = 1u << 24;
  __asm__ volatile("mrs %0, fpcr" : "=r"(mode));
  __asm__ volatile("msr fpcr, %0" : : "r"(mode | flush_to_zero));
  EXPECT_STATUS(TOMBOLA_FLOAT_MODE, tombola_open("best", &context));
  __asm__ volatile("msr fpcr, %0" : : "r"(mode));
#endif
  EXPECT_STATUS(TOMBOLA_OK, tombola_open("best", &context));
  printf("context: best is %s\n", tombola_isa(context));
  return 0;
}
