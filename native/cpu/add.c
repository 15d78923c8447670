/* Driver of the sum of two batches; arithmetic is in body/add.inc. */
#include "check.h"

int32_t tombola_add(const tombola_context *context, const tombola_batch *a, const tombola_batch *b, int32_t activation,
                    const tombola_batch *gate, tombola_batch *y) {
  if (context == NULL) {
    return TOMBOLA_NULL;
  }
  TOMBOLA_TRY(check_same_shape(a, b));
  TOMBOLA_TRY(check_same_shape(b, y));
  if (gate != NULL) {
    TOMBOLA_TRY(check_same_shape(gate, y));
  }
  if (activation != TOMBOLA_IDENTITY && activation != TOMBOLA_RELU) {
    return TOMBOLA_RANGE;
  }
  context->add(a->data, b->data, activation, gate == NULL ? NULL : gate->data, y->data,
               (int64_t)y->features * y->lanes);
  return TOMBOLA_OK;
}
