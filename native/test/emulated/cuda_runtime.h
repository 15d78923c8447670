/* The part of CUDA's runtime that the sources use, as C++ sees it: a kernel is a function that is emulated. */
#ifndef TOMBOLA_EMULATED_CUDA_RUNTIME_H
#define TOMBOLA_EMULATED_CUDA_RUNTIME_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "emulation.h"

#define __global__
#define __device__
#define __host__
#define __grid_constant__
#define __launch_bounds__(...)
#define __shared__ static thread_local

typedef void *cudaStream_t;
typedef int cudaError_t;
enum {
  cudaSuccess = 0,
  cudaErrorInvalidValue = 1,
  cudaErrorMemoryAllocation = 2,
  cudaErrorInsufficientDriver = 35,
  cudaErrorInvalidDeviceFunction = 98,
  cudaErrorNoKernelImageForDevice = 209,
  cudaErrorUnsupportedPtxVersion = 222,
};

static inline cudaError_t cudaGetLastError() {
  return cudaSuccess;
}

static inline cudaError_t cudaGetDeviceCount(int *count) {
  *count = 1;
  return emulated_refused(cudaErrorInsufficientDriver);
}

struct cudaFuncAttributes {};

template <typename F>
cudaError_t cudaFuncGetAttributes(cudaFuncAttributes *, F *) {
  return emulated_full(cudaErrorMemoryAllocation) + emulated_refused(cudaErrorNoKernelImageForDevice) +
         emulated_refused(cudaErrorUnsupportedPtxVersion);
}

static inline cudaError_t cudaGetDevice(int *device) {
  *device = 0;
  return cudaSuccess;
}

enum cudaDeviceAttr { cudaDevAttrMultiProcessorCount, cudaDevAttrMaxSharedMemoryPerBlockOptin };
enum cudaFuncAttribute { cudaFuncAttributeMaxDynamicSharedMemorySize };
enum { EMULATED_SHARED = 32 << 10 /* bytes of a block, at most: too few for all of what is tested */ };

static inline cudaError_t cudaDeviceGetAttribute(int *value, cudaDeviceAttr attribute, int) {
  *value = attribute == cudaDevAttrMultiProcessorCount ? (int)EMULATED_PROCESSORS : (int)EMULATED_SHARED;
  return cudaSuccess;
}

template <typename F>
cudaError_t cudaFuncSetAttribute(F *kernel, cudaFuncAttribute, int shared) {
  if (shared < 0 || shared > EMULATED_SHARED) {
    return cudaErrorInvalidValue;
  }
  emulated_allow((const void *)kernel, (size_t)shared);
  return cudaSuccess;
}

static inline const char *cudaGetErrorString(cudaError_t error) {
  return error == cudaSuccess ? "no error" : "an error";
}

static inline uint32_t __float_as_uint(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

#define TOMBOLA_LAUNCH(kernel, grid, block, shared, stream, ...)                                                   \
  ((void)(stream), emulate((const void *)kernel, grid, block, shared, [=]() __attribute__((no_sanitize_address)) { \
     emulated_in_kernel(true);                                                                                     \
     kernel(__VA_ARGS__);                                                                                          \
     emulated_in_kernel(false);                                                                                    \
   }))
#define TOMBOLA_TENSOR_CORE emulated_tensor_core
#define TOMBOLA_SHARED(T, name) T *name = (T *)emulated_shared()

#endif
