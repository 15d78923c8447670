/* What every driver asks of its operands before a body runs. */
#ifndef TOMBOLA_CHECK_H
#define TOMBOLA_CHECK_H

#include <float.h>
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
  if (batch->features < 1 || batch->size < 1 || batch->lanes != lanes || batch->common != 0) {
    return TOMBOLA_SHAPE;
  }
  return check_data(batch->data);
}

/* A batch that goes into a network, which may be common to all replicas. */
static inline int32_t check_input(const tombola_batch *batch) {
  if (batch == NULL) {
    return TOMBOLA_NULL;
  }
  tombola_batch own = *batch;
  own.common = batch->common == 1 ? 0 : batch->common;
  return check_batch(&own);
}

static inline int32_t check_same_shape(const tombola_batch *a, const tombola_batch *b) {
  TOMBOLA_TRY(check_batch(a));
  TOMBOLA_TRY(check_batch(b));
  return a->features == b->features && a->size == b->size ? TOMBOLA_OK : TOMBOLA_SHAPE;
}

/* What masks a gradient, where it is given. */
static inline int32_t check_gate(const tombola_batch *gate, const tombola_batch *dx) {
  return gate == NULL ? TOMBOLA_OK : check_same_shape(gate, dx);
}

static inline int32_t check_activation(int32_t activation) {
  return activation == TOMBOLA_IDENTITY || activation == TOMBOLA_RELU ? TOMBOLA_OK : TOMBOLA_RANGE;
}

static inline const float *data_or_null(const tombola_batch *batch) {
  return batch == NULL ? NULL : batch->data;
}

static inline int32_t check_span(const tombola_span *span, int64_t length) {
  if (span == NULL) {
    return TOMBOLA_NULL;
  }
  return span->length == length && length >= 0 ? check_data(span->data) : TOMBOLA_SHAPE;
}

static inline int32_t check_index(const tombola_index *index, int32_t lines, int64_t across, int64_t survivors) {
  if (index->start == NULL || index->across == NULL) {
    return TOMBOLA_NULL;
  }
  const int64_t room = (int64_t)index->block * index->blocks;
  if (index->lines != lines || index->block < 1 || index->blocks < 1 || room < across ||
      room - index->block >= across) {
    return TOMBOLA_SHAPE;
  }
  return !READABLE || index->start[(int64_t)index->blocks * lines] == survivors ? TOMBOLA_OK : TOMBOLA_SHAPE;
}

static inline int32_t check_weights(const tombola_weights *weights) {
  if (weights == NULL) {
    return TOMBOLA_NULL;
  }
  if (weights->outputs < 1 || weights->inputs < 1 || weights->taps < 1 || weights->inputs % weights->taps != 0) {
    return TOMBOLA_SHAPE;
  }
  if (weights->rows.start == NULL) {
    const int64_t stride = ((int64_t)weights->inputs + TOMBOLA_LANES - 1) / TOMBOLA_LANES * TOMBOLA_LANES;
    return weights->stride == stride && weights->survivors == weights->outputs * stride ? check_data(weights->values)
                                                                                        : TOMBOLA_SHAPE;
  }
  if (weights->position == NULL) {
    return TOMBOLA_NULL;
  }
  TOMBOLA_TRY(check_index(&weights->rows, weights->outputs, weights->inputs, weights->survivors));
  const int64_t across = (int64_t)weights->outputs * weights->taps;
  TOMBOLA_TRY(check_index(&weights->columns, weights->inputs / weights->taps, across, weights->survivors));
  return check_data(weights->values);
}

enum { SIDE_MOST = 1 << 14 }; /* of an image or a stride: a place, border included, is a number of 16 bits */

static inline int32_t check_window(const tombola_window *window) {
  if (window == NULL) {
    return TOMBOLA_NULL;
  }
  const int32_t kernel = window->kernel_height < window->kernel_width ? window->kernel_height : window->kernel_width;
  if (window->channels < 1 || window->height < 1 || window->height > SIDE_MOST || window->width < 1 ||
      window->width > SIDE_MOST || window->stride < 1 || window->stride > SIDE_MOST || window->padding < 0 ||
      window->padding >= kernel || kernel > SIDE_MOST || window->kernel_height > window->height + 2 * window->padding ||
      window->kernel_width > window->width + 2 * window->padding) {
    return TOMBOLA_SHAPE;
  }
  return TOMBOLA_OK;
}

static inline int32_t check_rule(const tombola_rule *rule, int32_t iteration) {
  if (rule == NULL || rule->rates == NULL) {
    return TOMBOLA_NULL;
  }
  const int known = rule->kind == TOMBOLA_SGD || (rule->kind == TOMBOLA_ADAM && rule->epsilon >= FLT_MIN);
  return known && iteration >= 0 && iteration < rule->iterations ? TOMBOLA_OK : TOMBOLA_RANGE;
}

/* The optimizer's state of `length` values; v is null for SGD. */
static inline int32_t check_state(const tombola_rule *rule, const tombola_span *m, const tombola_span *v,
                                  int64_t length) {
  TOMBOLA_TRY(check_span(m, length));
  return rule->kind == TOMBOLA_ADAM ? check_span(v, length) : TOMBOLA_OK;
}

#endif
