/* The small vector vocabulary that all bodies are written in: V is one register of WIDTH floats. A file
 * defines WIDTH (1, 4, 8 or 16) before including this. Fused multiply-add is always asked for by name;
 * nothing is contracted. P is what the sums over the batch run in: sixteen partials, 16 / WIDTH registers. */
#ifndef TOMBOLA_SIMD_H
#define TOMBOLA_SIMD_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#if WIDTH > 4
#include <immintrin.h>
#elif WIDTH == 4
#include <arm_neon.h>
#endif

typedef float V __attribute__((vector_size(4 * WIDTH)));
typedef int32_t VI __attribute__((vector_size(4 * WIDTH)));
typedef uint32_t VU __attribute__((vector_size(4 * WIDTH)));

#define PARTS (16 / WIDTH)
#define INLINE static inline __attribute__((always_inline))

/* Unrolls the loop that follows, whole: what it fills then stays in registers. */
#if defined(__clang__)
#define UNROLL _Pragma("unroll")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

#define OUTLINE static __attribute__((noinline)) /* a body of its own, with all registers to itself */

/* Keeps a value in a register: the compiler would otherwise reload it as a memory operand each time. */
#if WIDTH == 16
#define KEEP(v) __asm__("" : "+v"(v))
#elif WIDTH == 8
#define KEEP(v) __asm__("" : "+x"(v))
#elif WIDTH == 4
#define KEEP(v) __asm__("" : "+w"(v))
#else
#define KEEP(v) ((void)0)
#endif

/* Keeps a loop's operand in a register of its own. */
#define STAY(p) __asm__("" : "+r"(p))

INLINE V load(const float *p) {
  V v;
  memcpy(&v, p, sizeof v);
  return v;
}

INLINE void store(float *p, V v) {
  memcpy(p, &v, sizeof v);
}

INLINE V splat(float x) {
#if WIDTH == 16
  return (V)_mm512_set1_ps(x);
#elif WIDTH == 8
  return (V)_mm256_set1_ps(x);
#elif WIDTH == 4
  return (V)vdupq_n_f32(x);
#else
  return (V){x};
#endif
}

INLINE VI splat_int(int32_t x) {
  return x - (VI){0};
}

/* a * b + c, rounded once. */
INLINE V fma_(V a, V b, V c) {
#if WIDTH == 16
  return (V)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif WIDTH == 8
  return (V)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#elif WIDTH == 4
  return (V)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
#else
  return (V){fmaf(a[0], b[0], c[0])};
#endif
}

INLINE V square_root(V a) {
#if WIDTH == 16
  return (V)_mm512_sqrt_ps((__m512)a);
#elif WIDTH == 8
  return (V)_mm256_sqrt_ps((__m256)a);
#elif WIDTH == 4
  return (V)vsqrtq_f32((float32x4_t)a);
#else
  return (V){sqrtf(a[0])};
#endif
}

INLINE V magnitude(V a) {
  return (V)((VI)a & splat_int(INT32_MAX));
}

/* WIDTH bytes, and each of them as a 32-bit integer. */
typedef uint8_t VB __attribute__((vector_size(WIDTH)));

INLINE VI widen(VB bytes) {
#if WIDTH == 16
  return (VI)_mm512_cvtepu8_epi32((__m128i)bytes);
#elif WIDTH == 8
  int64_t half;
  memcpy(&half, &bytes, sizeof half);
  return (VI)_mm256_cvtepu8_epi32(_mm_cvtsi64_si128(half));
#else
  return __builtin_convertvector(bytes, VI);
#endif
}

/* condition (all ones or all zeros per lane, as comparisons give) ? a : b */
INLINE V choose(VI condition, V a, V b) {
  return (V)(((VI)a & condition) | ((VI)b & ~condition));
}

/* All ones in the lanes of examples before `size`, the first lane being example n. */
INLINE VI used_lanes(int64_t n, int64_t size) {
  VI lane;
  for (int i = 0; i < WIDTH; i++) {
    lane[i] = i;
  }
  return lane < splat_int((int32_t)(size - n));
}

/* A finished sum: -0 becomes +0. */
INLINE V finished(V sum) {
  return sum + splat(0.0f);
}

/* A sum's sixteen partials are PARTS registers; they join i with i + 8, then + 4, + 2, + 1. `fold` does what joins
 * whole registers, `join` the rest, for WIDTH sums at once. There two sums become one register by a blend, one
 * shuffle and an addition, [a low, b high] + [a high, b low]: the second half adds in the other order, to the
 * same bits. */
INLINE V fold(const V p[PARTS]) {
#if WIDTH == 16
  return p[0];
#elif WIDTH == 8
  return p[0] + p[1];
#elif WIDTH == 4
  return (p[0] + p[2]) + (p[1] + p[3]);
#else
  V s[16];
  memcpy(s, p, sizeof s);
  for (int half = 8; half > 0; half /= 2) {
    for (int i = 0; i < half; i++) {
      s[i] = s[i] + s[i + half];
    }
  }
  return s[0];
#endif
}

#define SHUFFLE __builtin_shufflevector
#if WIDTH == 16
#define BLEND(a, b, mask) ((V)_mm512_mask_blend_ps((mask), (__m512)(a), (__m512)(b)))
INLINE V join8(V a, V b) {
  return BLEND(a, b, 0xFF00) + (V)_mm512_shuffle_f32x4((__m512)a, (__m512)b, 0x4E);
}
INLINE V join4(V a, V b) {
  return BLEND(a, b, 0xF0F0) + SHUFFLE(a, b, 4, 5, 6, 7, 16, 17, 18, 19, 12, 13, 14, 15, 24, 25, 26, 27);
}
INLINE V join2(V a, V b) {
  return BLEND(a, b, 0xCCCC) + (V)_mm512_shuffle_ps((__m512)a, (__m512)b, 0x4E);
}
INLINE V join1(V a, V b) {
  return BLEND(a, b, 0xAAAA) + SHUFFLE(a, b, 1, 16, 3, 18, 5, 20, 7, 22, 9, 24, 11, 26, 13, 28, 15, 30);
}
INLINE V join(const V p[16]) {
  V a[8], b[4], c[2];
  UNROLL
  for (int i = 0; i < 8; i++) {
    a[i] = join8(p[i], p[i + 8]);
  }
  UNROLL
  for (int i = 0; i < 4; i++) {
    b[i] = join4(a[i], a[i + 4]);
  }
  UNROLL
  for (int i = 0; i < 2; i++) {
    c[i] = join2(b[i], b[i + 2]);
  }
  return finished(join1(c[0], c[1]));
}
#elif WIDTH == 8
INLINE V join4(V a, V b) {
  return SHUFFLE(a, b, 0, 1, 2, 3, 12, 13, 14, 15) + SHUFFLE(a, b, 4, 5, 6, 7, 8, 9, 10, 11);
}
INLINE V join2(V a, V b) {
  return SHUFFLE(a, b, 0, 1, 10, 11, 4, 5, 14, 15) + SHUFFLE(a, b, 2, 3, 8, 9, 6, 7, 12, 13);
}
INLINE V join1(V a, V b) {
  return SHUFFLE(a, b, 0, 9, 2, 11, 4, 13, 6, 15) + SHUFFLE(a, b, 1, 8, 3, 10, 5, 12, 7, 14);
}
INLINE V join(const V p[8]) {
  V b[4];
  UNROLL
  for (int i = 0; i < 4; i++) {
    b[i] = join4(p[i], p[i + 4]);
  }
  return finished(join1(join2(b[0], b[2]), join2(b[1], b[3])));
}
#elif WIDTH == 4
INLINE V join2(V a, V b) {
  return SHUFFLE(a, b, 0, 1, 6, 7) + SHUFFLE(a, b, 2, 3, 4, 5);
}
INLINE V join(const V p[4]) {
  const V a = join2(p[0], p[2]), b = join2(p[1], p[3]);
  return finished(SHUFFLE(a, b, 0, 5, 2, 7) + SHUFFLE(a, b, 1, 4, 3, 6));
}
#else
INLINE V join(const V p[1]) {
  return finished(p[0]);
}
#endif

/* What the partials of one sum join to. */
INLINE float total(const V p[PARTS]) {
  float s[16];
  memcpy(s, p, sizeof s);
  for (int half = 8; half > 0; half /= 2) {
    for (int i = 0; i < half; i++) {
      s[i] = s[i] + s[i + half];
    }
  }
  return s[0] + 0.0f;
}

/* Sixteen lanes of WIDTH features `step` apart become sixteen rows of features; from `used` on they are +0. */
INLINE void transpose(const float *in, int64_t step, int32_t used, V row[16]) {
#if WIDTH == 16 /* four rounds of perfect shuffles */
  for (int i = 0; i < 16; i++) {
    row[i] = i < used ? load(in + i * step) : splat(0.0f);
  }
  for (int round = 0; round < 4; round++) {
    V next[16];
    for (int i = 0; i < 8; i++) {
      const V a = row[i], b = row[i + 8];
      next[2 * i] = SHUFFLE(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      next[2 * i + 1] = SHUFFLE(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    }
    memcpy(row, next, sizeof next);
  }
#else
  for (int n = 0; n < 16; n++) {
    float lane[WIDTH];
    for (int i = 0; i < WIDTH; i++) {
      lane[i] = i < used ? in[i * step + n] : 0.0f;
    }
    row[n] = load(lane);
  }
#endif
}
#undef SHUFFLE

#endif
