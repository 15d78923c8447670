/* Driver of the order of examples; sorting is in body/shuffle.inc. */
#include "check.h"

int32_t tombola_shuffle_apply(const tombola_context *context, const tombola_shuffle *shuffle, int32_t epoch,
                              int32_t *order) {
  if (context == NULL || shuffle == NULL || shuffle->examples == NULL || shuffle->room == NULL || order == NULL) {
    return TOMBOLA_NULL;
  }
  if (shuffle->count < 1) {
    return TOMBOLA_SHAPE;
  }
  if (epoch < 0) {
    return TOMBOLA_RANGE;
  }
  for (int32_t i = 0; READABLE && i < shuffle->count; i++) {
    if (shuffle->examples[i] <= (i == 0 ? -1 : shuffle->examples[i - 1])) {
      return TOMBOLA_RANGE;
    }
  }
  return RUN(context, shuffle_apply, shuffle, epoch, order);
}
