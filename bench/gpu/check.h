/* Calls that end the program where they fail. */
#ifndef TOMBOLA_BENCH_CHECK_H
#define TOMBOLA_BENCH_CHECK_H

#include <cuda_runtime.h>
#include <stdio.h>
#include <stdlib.h>

#include "tombola_cuda.h"

#define CHECK(call)                                                        \
  do {                                                                     \
    const cudaError_t error_ = (call);                                     \
    if (error_ != cudaSuccess) {                                           \
      fprintf(stderr, "gpu: %s: %s\n", #call, cudaGetErrorString(error_)); \
      exit(1);                                                             \
    }                                                                      \
  } while (0)

#define RUN(call)                                                                        \
  do {                                                                                   \
    const int32_t status_ = (call);                                                      \
    if (status_ != TOMBOLA_OK) {                                                         \
      fprintf(stderr, "gpu: %s: status %d, %s\n", #call, status_, tombola_cuda_error()); \
      exit(1);                                                                           \
    }                                                                                    \
  } while (0)

#endif
