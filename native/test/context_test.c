/* Opening the library: by name, the best, and what is refused. */
#include <fenv.h>

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
  EXPECT_STATUS(TOMBOLA_OK, tombola_open("best", &context));
  printf("context: best is %s\n", tombola_isa(context));
  return 0;
}
