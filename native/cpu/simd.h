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

/* A finished sum: -0 becomes +0. */
INLINE V finished(V sum) {
  return sum + splat(0.0f);
}

/* The sums of WIDTH sets of sixteen partials, in order: i joins i + 8, then + 4, + 2, + 1. */
#define SHUFFLE __builtin_shufflevector
#if WIDTH == 16
INLINE V join8(V a, V b) {
  return SHUFFLE(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23) +
         SHUFFLE(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
}
INLINE V join4(V a, V b) {
  return SHUFFLE(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27) +
         SHUFFLE(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
}
INLINE V join2(V a, V b) {
  return SHUFFLE(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29) +
         SHUFFLE(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
}
INLINE V join1(V a, V b) {
  return SHUFFLE(a, b, 0, 2, 16, 18, 4, 6, 20, 22, 8, 10, 24, 26, 12, 14, 28, 30) +
         SHUFFLE(a, b, 1, 3, 17, 19, 5, 7, 21, 23, 9, 11, 25, 27, 13, 15, 29, 31);
}
INLINE V join(V p[16][PARTS]) {
  V a[8], b[4], c[2];
  for (int i = 0; i < 8; i++) { /* set s of four rows: the tree leaves set 4q + l in block l, element q */
    a[i] = join8(p[8 * (i % 2) + i / 2][0], p[8 * (i % 2) + i / 2 + 4][0]);
  }
  for (int i = 0; i < 4; i++) {
    b[i] = join4(a[2 * i], a[2 * i + 1]);
  }
  for (int i = 0; i < 2; i++) {
    c[i] = join2(b[2 * i], b[2 * i + 1]);
  }
  return finished(join1(c[0], c[1]));
}
#elif WIDTH == 8
INLINE V join4(V a, V b) {
  return SHUFFLE(a, b, 0, 1, 2, 3, 8, 9, 10, 11) + SHUFFLE(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
}
INLINE V join2(V a, V b) {
  return SHUFFLE(a, b, 0, 1, 8, 9, 4, 5, 12, 13) + SHUFFLE(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
}
INLINE V join1(V a, V b) {
  return SHUFFLE(a, b, 0, 2, 8, 10, 4, 6, 12, 14) + SHUFFLE(a, b, 1, 3, 9, 11, 5, 7, 13, 15);
}
INLINE V join(V p[8][PARTS]) {
  V b[4];
  for (int i = 0; i < 4; i++) {
    b[i] = join4(p[i][0] + p[i][1], p[i + 4][0] + p[i + 4][1]);
  }
  return finished(join1(join2(b[0], b[1]), join2(b[2], b[3])));
}
#elif WIDTH == 4
INLINE V join2(V a, V b) {
  return SHUFFLE(a, b, 0, 1, 4, 5) + SHUFFLE(a, b, 2, 3, 6, 7);
}
INLINE V join(V p[4][PARTS]) {
  V a[4];
  for (int i = 0; i < 4; i++) {
    a[i] = (p[i][0] + p[i][2]) + (p[i][1] + p[i][3]);
  }
  const V b = join2(a[0], a[1]), c = join2(a[2], a[3]);
  return finished(SHUFFLE(b, c, 0, 2, 4, 6) + SHUFFLE(b, c, 1, 3, 5, 7));
}
#else
INLINE V join(V p[1][PARTS]) {
  V s[16];
  memcpy(s, p[0], sizeof s);
  for (int half = 8; half > 0; half /= 2) {
    for (int i = 0; i < half; i++) {
      s[i] = s[i] + s[i + half];
    }
  }
  return finished(s[0]);
}
#endif
#undef SHUFFLE

#endif
