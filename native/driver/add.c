/* Driver of the sum of two batches; arithmetic is in body/add.inc. */
#include "check.h"

int32_t tombola_add(const tombola_context *context, const tombola_batch *a, const tombola_batch *b, int32_t activation,
                    const tombola_batch *gate, tombola_batch *y) {
  if (context == NULL) {
    return TOMBOLA_NULL;
  }
  TOMBOLA_TRY(check_same_shape(a, b));
  TOMBOLA_TRY(check_same_shape(a, y));
  TOMBOLA_TRY(check_activation(activation));
  TOMBOLA_TRY(check_gate(gate, y));
  return SHARE(context, add, a->data, b->data, activation, data_or_null(gate), y->data,
               (int64_t)y->features * y->lanes);
}
