/* What the C tests share: instruction sets of this machine, random operands between guards, the oracle's
 * sums, and failures that say where. */
#ifndef TOMBOLA_TEST_H
#define TOMBOLA_TEST_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tombola.h"

#define FAIL(...)                                   \
  do {                                              \
    fprintf(stderr, "%s:%d: ", __FILE__, __LINE__); \
    fprintf(stderr, __VA_ARGS__);                   \
    fprintf(stderr, "\n");                          \
    exit(1);                                        \
  } while (0)

#define EXPECT_STATUS(wanted, call)                                           \
  do {                                                                        \
    const int32_t found_ = (call);                                            \
    if (found_ != (wanted)) {                                                 \
      FAIL("%s returned status %d, wanted %d", #call, found_, (int)(wanted)); \
    }                                                                         \
  } while (0)

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

/* The contexts that this machine runs; the others are named aloud. Returns how many. */
static inline int open_all(const tombola_context **contexts) {
#ifdef TOMBOLA_TEST_HELPERS /* that help with everything, however little it is */
  EXPECT_STATUS(TOMBOLA_OK, tombola_help(TOMBOLA_TEST_HELPERS, 1));
#endif
  const char *names[] = {"scalar", "avx2", "avx512", "neon", "cuda"};
  int count = 0;
  for (int i = 0; i < COUNT(names); i++) {
    const tombola_context *context = NULL;
    const int32_t status = tombola_open(names[i], &context);
    if (status == TOMBOLA_OK) {
      contexts[count++] = context;
    } else {
      printf("skipped: this library does not run %s here (status %d)\n", names[i], status);
    }
  }
  if (count == 0) {
    FAIL("no instruction set runs, not even scalar");
  }
  return count;
}

/* Whether the library reads what operands point to, and so can refuse it: no processor reads a device's memory. */
static inline int is_readable(const tombola_context *context) {
  return strcmp(tombola_isa(context), "cuda") != 0;
}

/* xorshift: the tests need no better. */
static uint64_t random_state = 0x9E3779B97F4A7C15u;

static inline uint32_t random_bits(void) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return (uint32_t)(random_state >> 32);
}

static inline double random_unit(void) {
  return random_bits() / 4294967296.0;
}

/* Mostly ordinary numbers, now and then -0, +0 or a denormal. */
static inline float random_float(void) {
  switch (random_bits() % 16) {
    case 0:
      return -0.0f;
    case 1:
      return 0.0f;
    case 2:
      return (float)(random_unit() * 1e-39);
    default:
      return (float)(random_unit() * 2 - 1);
  }
}

/* A float block with 64 guard bytes on both sides. */
enum { GUARD = 64, GUARD_BYTE = 0xA5 };

typedef struct {
  unsigned char *memory;
  float *data;
  int64_t count;
} block;

static inline block block_new(int64_t count) {
  const size_t bytes = (size_t)count * sizeof(float);
  block b;
  b.memory = aligned_alloc(64, (bytes + 2 * GUARD + 63) / 64 * 64);
  if (b.memory == NULL) {
    FAIL("out of memory");
  }
  memset(b.memory, GUARD_BYTE, (bytes + 2 * GUARD + 63) / 64 * 64);
  b.data = (float *)(void *)(b.memory + GUARD);
  b.count = count;
  for (int64_t i = 0; i < count; i++) {
    b.data[i] = random_float();
  }
  return b;
}

static inline void block_check_and_free(block *b) {
  const unsigned char *end = b->memory + GUARD + (size_t)b->count * sizeof(float);
  for (int i = 0; i < GUARD; i++) {
    if (b->memory[i] != GUARD_BYTE || end[i] != GUARD_BYTE) {
      FAIL("a kernel wrote %s a block of %ld floats", b->memory[i] != GUARD_BYTE ? "before" : "past", (long)b->count);
    }
  }
  free(b->memory);
}

static inline int32_t lanes_of(int32_t size) {
  return (size + 15) / 16 * 16;
}

static inline tombola_batch batch_of(const block *b, int32_t features, int32_t size) {
  const tombola_batch batch = {b->data, features, size, lanes_of(size), 0};
  return batch;
}

/* What gradients have in padding lanes. */
static inline void clear_padding(const tombola_batch *batch) {
  for (int32_t k = 0; k < batch->features; k++) {
    for (int32_t n = batch->size; n < batch->lanes; n++) {
      batch->data[(int64_t)k * batch->lanes + n] = 0;
    }
  }
}

static inline tombola_span span_of(const block *b) {
  const tombola_span span = {b->data, b->count};
  return span;
}

static inline void expect_bits(const char *what, const char *isa, const float *wanted, const float *found,
                               int64_t count) {
  if (memcmp(wanted, found, (size_t)count * sizeof *found) == 0) {
    return; /* under sanitizers and emulators this is many times as fast as the loop */
  }
  for (int64_t i = 0; i < count; i++) {
    if (memcmp(wanted + i, found + i, sizeof *found) != 0) {
      FAIL("%s (%s): element %ld of %ld is %a, wanted %a", what, isa, (long)i, (long)count, (double)found[i],
           (double)wanted[i]);
    }
  }
}

/* Values, whose padding lanes may hold anything finite. */
static inline void expect_values(const char *what, const char *isa, const float *wanted, const tombola_batch *found) {
  for (int64_t k = 0; k < found->features; k++) {
    const float *line = found->data + k * found->lanes;
    for (int32_t n = found->size; n < found->lanes; n++) {
      if (!isfinite(line[n])) {
        FAIL("%s (%s): feature %ld, padding lane %d is %a", what, isa, (long)k, n, (double)line[n]);
      }
    }
    expect_bits(what, isa, wanted + k * found->lanes, line, found->size);
  }
}

/* What follows a value: a ReLU, or a mask where gate is given. */
static inline float after(float value, int relu, const float *gate) {
  return (relu && value <= 0) || (gate != NULL && !(*gate > 0)) ? 0.0f : value;
}

/* Sixteen partials, joined i with i + 8, + 4, + 2, + 1; b may be null for a plain sum of a. */
static inline float batch_sum(const float *a, const float *b, int32_t lanes) {
  float part[16] = {0};
  for (int32_t n = 0; n < lanes; n++) {
    part[n % 16] = b == NULL ? part[n % 16] + a[n] : fmaf(a[n], b[n], part[n % 16]);
  }
  for (int half = 8; half > 0; half /= 2) {
    for (int i = 0; i < half; i++) {
      part[i] += part[i + half];
    }
  }
  return part[0] + 0.0f;
}

#endif
