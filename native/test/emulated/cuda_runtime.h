/* A processor stands in for the device, so that the kernels' arithmetic and indices are tested where there is no GPU:
 * every thread of a block is a fiber that gives way at barriers and shuffles. It finds wrong numbers, wrong
 * addresses (reach.cpp) and missing barriers (race.cpp), and it is slow. Sources see the part of CUDA's runtime that
 * they use. */
#ifndef TOMBOLA_EMULATED_CUDA_RUNTIME_H
#define TOMBOLA_EMULATED_CUDA_RUNTIME_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include <functional>

#include "reach.h"

#define __global__
#define __device__
#define __host__
#define __grid_constant__
#define __launch_bounds__(...)
#define __shared__ static thread_local

struct dim3 {
  unsigned x, y, z;
  dim3(unsigned x_ = 1, unsigned y_ = 1, unsigned z_ = 1) : x(x_), y(y_), z(z_) {}
};

extern thread_local dim3 threadIdx, blockIdx, blockDim, gridDim;

typedef void *cudaStream_t;
typedef int cudaError_t;
enum { cudaSuccess = 0, cudaErrorInvalidValue = 1 };

static inline cudaError_t cudaGetLastError() {
  return cudaSuccess;
}

static inline cudaError_t cudaGetDeviceCount(int *count) {
  *count = 1;
  return cudaSuccess;
}

static inline cudaError_t cudaGetDevice(int *device) {
  *device = 0;
  return cudaSuccess;
}

enum cudaDeviceAttr { cudaDevAttrMultiProcessorCount, cudaDevAttrMaxSharedMemoryPerBlockOptin };
enum cudaFuncAttribute { cudaFuncAttributeMaxDynamicSharedMemorySize };
enum { EMULATED_SHARED = 32 << 10 /* bytes: too few for all of what is tested */, EMULATED_UNASKED = 1 << 10 };

/* Few, so that small sizes fill the device: what is chosen for large ones is tested, too. */
static inline cudaError_t cudaDeviceGetAttribute(int *value, cudaDeviceAttr attribute, int) {
  *value = attribute == cudaDevAttrMultiProcessorCount ? 2 : (int)EMULATED_SHARED;
  return cudaSuccess;
}

/* A kernel may be given more than EMULATED_UNASKED bytes of shared memory when it was asked for here. */
cudaError_t emulated_allow(const void *kernel, int shared);

template <typename F>
cudaError_t cudaFuncSetAttribute(F *kernel, cudaFuncAttribute, int shared) {
  return emulated_allow((const void *)kernel, shared);
}

static inline const char *cudaGetErrorString(cudaError_t error) {
  return error == cudaSuccess ? "no error" : "an error";
}

/* Runs the body once for every thread of every block, one block after another, each with so much shared memory. */
void emulate(const void *kernel, dim3 grid, dim3 block, size_t shared, const std::function<void()> &body);

void *emulated_shared();

void __syncthreads();

/* Stores a word, waits for the warp, and reads the word of thread lane ^ mask. */
uint64_t exchange(uint64_t word, int mask);

template <typename T>
T __shfl_xor_sync(unsigned, T value, int mask) {
  uint64_t word = 0;
  memcpy(&word, &value, sizeof value);
  word = exchange(word, mask);
  memcpy(&value, &word, sizeof value);
  return value;
}

__attribute__((no_sanitize_address)) static inline int32_t atomicAdd(int32_t *at, int32_t more) {
  emulated_add(at, sizeof *at);
  const int32_t before = *at;
  *at += more;
  return before;
}

/* In place of a captured stream: launches between the first two calls wait to be played, as often as wanted. */
extern "C" {
void emulated_record(void);
void *emulated_recorded(void);
void emulated_play(const void *recording);
void emulated_forget(const void *recording);
}

/* A thread of a block begins a kernel, and ends it: between, what it reaches is asked (reach.cpp). */
void emulated_in_kernel(bool in);

#define TOMBOLA_LAUNCH(kernel, grid, block, shared, stream, ...)                                                   \
  ((void)(stream), emulate((const void *)kernel, grid, block, shared, [=]() __attribute__((no_sanitize_address)) { \
     emulated_in_kernel(true);                                                                                     \
     kernel(__VA_ARGS__);                                                                                          \
     emulated_in_kernel(false);                                                                                    \
   }))
#define TOMBOLA_SHARED(T, name) T *name = (T *)emulated_shared()

#endif
