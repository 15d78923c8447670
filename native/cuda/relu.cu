/* ReLU, elementwise. */
#include "device.cuh"

static __global__ void relu_forward_kernel(home home, const float *x, float *y, int64_t count) {
  const int64_t i = thread_index();
  if (i < count) {
    const float value = own(x, home)[i];
    own(y, home)[i] = value <= 0.0f ? 0.0f : value;
  }
}

static __global__ void relu_backward_kernel(home home, const float *y, const float *dy, float *dx, int64_t count) {
  const int64_t i = thread_index();
  if (i < count) {
    own(dx, home)[i] = own(y, home)[i] > 0.0f ? own(dy, home)[i] : 0.0f;
  }
}

int32_t cuda_relu_forward(const tombola_context *context, const float *x, float *y, int64_t count) {
  return launch(context, relu_forward_kernel, blocks_of(count, BLOCK_THREADS), BLOCK_THREADS, x, y, count);
}

int32_t cuda_relu_backward(const tombola_context *context, const float *y, const float *dy, float *dx, int64_t count) {
  return launch(context, relu_backward_kernel, blocks_of(count, BLOCK_THREADS), BLOCK_THREADS, y, dy, dx, count);
}
