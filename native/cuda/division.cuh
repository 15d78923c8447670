/* Roots and quotients as IEEE 754 rounds them, made of the device's approximations without a branch. What nvcc makes of
 * sqrtf and / does the same and looks at every argument besides, which costs as much again. Proved by trying all roots,
 * and all quotients that lie close enough to the middle between two floats (native/test/emulated/division_proof.cpp).
 */
#ifndef TOMBOLA_DIVISION_CUH
#define TOMBOLA_DIVISION_CUH

#include <cuda_runtime.h>
#include <math.h>
#include <stdint.h>

/* At most 1 ulp off, says the PTX manual. */
__device__ inline float approximate_reciprocal(float value) {
#ifdef __CUDA_ARCH__
  float result;
  asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(result) : "f"(value));
  return result;
#else
  return 1.0f / value;
#endif
}

/* At most 2^-22.9 of itself off. */
__device__ inline float approximate_inverse_root(float value) {
#ifdef __CUDA_ARCH__
  float result;
  asm("rsqrt.approx.ftz.f32 %0, %1;" : "=f"(result) : "f"(value));
  return result;
#else
  return 1.0f / sqrtf(value);
#endif
}

/* The root of 0 and of what is at least 2^-100, given 1/root of the larger of it and 2^-100: right for any that is at
 * most 6 ulps off (nvcc's has three operations less and needs a better one than the manual promises). */
__host__ __device__ inline float root_from(float square, float inverse) {
  const float root = square * inverse, half = inverse * 0.5f, error = fmaf(-root, half, 0.5f);
  const float better = fmaf(root, error, root);
  return fmaf(fmaf(-better, better, square), fmaf(half, error, half), better);
}

/* A quotient, given 1/divisor: right for any that is at most 1.4 ulps off, if that of 2 - 2^-23 is above 1/2: the
 * manual does not say so, nvcc's own quotients need it, too, and division_test tries it on a device. The divisor is at
 * least 2^-126 and below 2; the dividend is 0, or its magnitude is at least 2^-100 and below 2. */
__host__ __device__ inline float quotient_from(float dividend, float divisor, float reciprocal) {
  const float better = fmaf(reciprocal, fmaf(-divisor, reciprocal, 1.0f), reciprocal), quotient = dividend * better;
  return fmaf(fmaf(-divisor, quotient, dividend), better, quotient);
}

__device__ inline float root(float square) {
  return root_from(square, approximate_inverse_root(fmaxf(square, 0x1p-100f)));
}

__device__ inline float quotient(float dividend, float divisor) {
  return quotient_from(dividend, divisor, approximate_reciprocal(divisor));
}

/* A float has this bit if its magnitude is 2 or more or if it is no number, and else has not. */
constexpr uint32_t LARGE = 1u << 30;

#endif
