/* Places in a replica, one after another from boundaries that kernels ask for. */
#ifndef TOMBOLA_TAKE_H
#define TOMBOLA_TAKE_H

#include "tombola.h"

/* The place of so many bytes behind those that are taken. */
static inline int64_t take_bytes(int64_t *taken, int64_t bytes) {
  const int64_t at = *taken;
  *taken += (bytes + TOMBOLA_ALIGNMENT - 1) / TOMBOLA_ALIGNMENT * TOMBOLA_ALIGNMENT;
  return at;
}

/* The same, counted in floats. */
static inline int64_t take_floats(int64_t *taken, int64_t floats) {
  int64_t bytes = *taken * (int64_t)sizeof(float);
  const int64_t at = take_bytes(&bytes, floats * (int64_t)sizeof(float));
  *taken = bytes / (int64_t)sizeof(float);
  return at / (int64_t)sizeof(float);
}

#endif
