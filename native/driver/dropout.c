/* Driver of dropout; arithmetic is in body/dropout.inc. */
#include "check.h"

int32_t tombola_dropout_apply(const tombola_context *context, const tombola_dropout *dropout, int32_t iteration,
                              const tombola_batch *x, tombola_batch *y) {
  if (context == NULL || dropout == NULL) {
    return TOMBOLA_NULL;
  }
  TOMBOLA_TRY(check_same_shape(x, y));
  if (iteration < 0) {
    return TOMBOLA_RANGE;
  }
  for (int32_t l = 0; READABLE && dropout->unit != NULL && l < x->features; l++) {
    if (dropout->unit[l] < 0) {
      return TOMBOLA_RANGE;
    }
  }
  return RUN(context, dropout_apply, dropout, iteration, x, y);
}
