/* What every driver asks of its operands before a body runs. */
#ifndef TOMBOLA_CHECK_H
#define TOMBOLA_CHECK_H

#include <stddef.h>

#include "kernels.h"

#define TOMBOLA_TRY(call)           \
  do {                              \
    const int32_t status_ = (call); \
    if (status_ != TOMBOLA_OK) {    \
      return status_;               \
    }                               \
  } while (0)

static inline int32_t check_data(const float *data) {
  if (data == NULL) {
    return TOMBOLA_NULL;
  }
  return (uintptr_t)data % TOMBOLA_ALIGNMENT == 0 ? TOMBOLA_OK : TOMBOLA_UNALIGNED;
}

static inline int32_t check_batch(const tombola_batch *batch) {
  if (batch == NULL) {
    return TOMBOLA_NULL;
  }
  const int64_t lanes = ((int64_t)batch->size + TOMBOLA_LANES - 1) / TOMBOLA_LANES * TOMBOLA_LANES;
  if (batch->features < 1 || batch->size < 1 || batch->lanes != lanes) {
    return TOMBOLA_SHAPE;
  }
  return check_data(batch->data);
}

static inline int32_t check_same_shape(const tombola_batch *a, const tombola_batch *b) {
  TOMBOLA_TRY(check_batch(a));
  TOMBOLA_TRY(check_batch(b));
  return a->features == b->features && a->size == b->size ? TOMBOLA_OK : TOMBOLA_SHAPE;
}

static inline int32_t check_span(const tombola_span *span, int64_t length) {
  if (span == NULL) {
    return TOMBOLA_NULL;
  }
  return span->length == length ? check_data(span->data) : TOMBOLA_SHAPE;
}

static inline int32_t check_weights(const tombola_weights *weights) {
  if (weights == NULL) {
    return TOMBOLA_NULL;
  }
  if (weights->outputs < 1 || weights->inputs < 1) {
    return TOMBOLA_SHAPE;
  }
  if (weights->row_start == NULL) {
    return weights->survivors == (int64_t)weights->outputs * weights->inputs ? check_data(weights->values)
                                                                             : TOMBOLA_SHAPE;
  }
  if (weights->column == NULL || weights->column_start == NULL || weights->row == NULL || weights->position == NULL) {
    return TOMBOLA_NULL;
  }
  if (weights->row_start[weights->outputs] != weights->survivors ||
      weights->column_start[weights->inputs] != weights->survivors) {
    return TOMBOLA_SHAPE;
  }
  return check_data(weights->values);
}

static inline int32_t check_rule(const tombola_rule *rule, int32_t iteration) {
  if (rule == NULL || rule->rates == NULL) {
    return TOMBOLA_NULL;
  }
  return iteration >= 0 && iteration < rule->iterations ? TOMBOLA_OK : TOMBOLA_RANGE;
}

#endif
