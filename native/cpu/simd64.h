/* The vocabulary of 64-bit lanes: D is a register of HALF doubles, L one of as many integers. */
#ifndef TOMBOLA_SIMD64_H
#define TOMBOLA_SIMD64_H

#include "simd.h"

#if WIDTH == 1
#define HALF 1
#else
#define HALF (WIDTH / 2)
#endif
#define WIDE_PARTS (16 / HALF) /* registers of a sum's sixteen partials */

typedef double D __attribute__((vector_size(8 * HALF)));
typedef uint64_t L __attribute__((vector_size(8 * HALF)));
typedef int64_t LI __attribute__((vector_size(8 * HALF)));

/* HALF floats, each as the double that it is. */
INLINE D load_wide(const float *p) {
#if WIDTH == 16
  return (D)_mm512_cvtps_pd(_mm256_loadu_ps(p));
#elif WIDTH == 8
  return (D)_mm256_cvtps_pd(_mm_loadu_ps(p));
#elif WIDTH == 4
  return (D)vcvt_f64_f32(vld1_f32(p));
#else
  return (D){*p};
#endif
}

INLINE D splat_wide(double x) {
  return x - (D){0};
}

INLINE L splat_word(uint32_t x) {
  return x - (L){0};
}

/* a * b + c, rounded once. */
INLINE D fma_wide(D a, D b, D c) {
#if WIDTH == 16
  return (D)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)c);
#elif WIDTH == 8
  return (D)_mm256_fmadd_pd((__m256d)a, (__m256d)b, (__m256d)c);
#elif WIDTH == 4
  return (D)vfmaq_f64((float64x2_t)c, (float64x2_t)a, (float64x2_t)b);
#else
  return (D){fma(a[0], b[0], c[0])};
#endif
}

/* 0, 1, ... by lane. */
INLINE L count_wide(void) {
  L count;
  for (unsigned i = 0; i < HALF; i++) {
    count[i] = i;
  }
  return count;
}

/* +0 in the lanes of examples from `size` on, the first lane being example n. */
INLINE D used_wide(D v, int64_t n, int64_t size) {
  return (D)((LI)v & ((LI)count_wide() < size - n));
}

/* What a sum's partials join to. */
INLINE double total_wide(const D p[WIDE_PARTS]) {
  double s[16];
  memcpy(s, p, sizeof s);
  for (int half = 8; half > 0; half /= 2) {
    for (int i = 0; i < half; i++) {
      s[i] = s[i] + s[i + half];
    }
  }
  return s[0];
}

/* The product of the low halves. */
INLINE L multiply_low(L a, L b) {
#if WIDTH == 16
  return (L)_mm512_mul_epu32((__m512i)a, (__m512i)b);
#elif WIDTH == 8
  return (L)_mm256_mul_epu32((__m256i)a, (__m256i)b);
#elif WIDTH == 4
  return (L)vmull_u32(vmovn_u64((uint64x2_t)a), vmovn_u64((uint64x2_t)b));
#else
  return (a & UINT32_MAX) * (b & UINT32_MAX);
#endif
}

/* a and b lane by lane in turn. */
INLINE void store_in_turn(uint32_t p[4 * HALF], L a, L b) {
#if WIDTH == 16
  const L first = __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
  const L second = __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
#elif WIDTH == 8
  const L first = __builtin_shufflevector(a, b, 0, 4, 1, 5), second = __builtin_shufflevector(a, b, 2, 6, 3, 7);
#elif WIDTH == 4
  const L first = __builtin_shufflevector(a, b, 0, 2), second = __builtin_shufflevector(a, b, 1, 3);
#else
  const L first = a, second = b;
#endif
  memcpy(p, &first, sizeof first);
  memcpy(p + 2 * HALF, &second, sizeof second);
}

#endif
