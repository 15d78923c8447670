/* Neighbouring lines of an operation, outputs, input channels or channels, or neighbouring rows of its images; and
 * views of what it has of such lines. */
#ifndef TOMBOLA_BAND_H
#define TOMBOLA_BAND_H

#include <stddef.h>

#include "tombola.h"

typedef struct {
  int32_t from, count;
} band;

enum {
  EVEN = 16, /* lines that kernels take together, at most */
  TURNS = 4, /* such groups, at least, for each part: then none has many more than another */
};

static inline band even_band(int32_t all, int32_t part, int32_t parts) {
  const int32_t from = (int32_t)((int64_t)all * part / parts), end = (int32_t)((int64_t)all * (part + 1) / parts);
  return (band){from, end - from};
}

/* Of lines: kernels take several together. */
static inline band band_of(int32_t all, int32_t part, int32_t parts) {
  int32_t unit = EVEN;
  while (unit > 1 && all / unit < TURNS * parts) {
    unit /= 2;
  }
  const int64_t turns = (all + unit - 1) / unit;
  const int64_t from = turns * part / parts * unit, end = turns * (part + 1) / parts * unit;
  return (band){(int32_t)from, (int32_t)((end < all ? end : all) - from)};
}

/* Floats of a batch, which has `all` lines, before some. */
static inline int64_t floats_before(const tombola_batch *batch, int32_t all, band b) {
  return (int64_t)b.from * (batch->features / all) * batch->lanes;
}

static inline tombola_batch batch_part(const tombola_batch *batch, int32_t all, band b) {
  tombola_batch part = *batch;
  part.data += floats_before(batch, all, b);
  part.features = b.count * (batch->features / all);
  return part;
}

static inline tombola_window window_part(const tombola_window *window, band channels) {
  tombola_window part = *window;
  part.channels = channels.count;
  return part;
}

/* Where something begins so many floats on; null stays null. */
static inline float *on(float *floats, int64_t by) {
  return floats == NULL ? NULL : floats + by;
}

static inline const float *on_const(const float *floats, int64_t by) {
  return floats == NULL ? NULL : floats + by;
}

#endif
