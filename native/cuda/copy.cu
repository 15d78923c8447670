/* Floats from one place of a replica to another, for all replicas or some. */
#include "check.h"
#include "device.cuh"

static __global__ void copy_kernel(int64_t stride, const float *from, float *to, int64_t count, const int32_t *chosen) {
  const int64_t i = thread_index();
  if (i < count && (chosen == nullptr || chosen[blockIdx.z] != 0)) {
    own(to, stride)[i] = own(from, stride)[i];
  }
}

int32_t tombola_cuda_copy(const tombola_context *context, const tombola_span *from, tombola_span *to,
                          const int32_t *chosen) {
  if (context == nullptr || from == nullptr) {
    return TOMBOLA_NULL;
  }
  if (from->length < 1) {
    return TOMBOLA_SHAPE;
  }
  TOMBOLA_TRY(check_span(from, from->length));
  TOMBOLA_TRY(check_span(to, from->length));
  return launch(context, copy_kernel, blocks_of(from->length, BLOCK_THREADS), BLOCK_THREADS, (const float *)from->data,
                to->data, from->length, chosen);
}
