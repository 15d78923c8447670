/* Bias gradients: sixteen threads for an output. */
#include "device.cuh"

static __global__ void bias_kernel(int64_t stride, tombola_batch dy, float *db, int64_t outputs) {
  const int64_t output = thread_index() / PARTIALS;
  const int32_t partial = (int32_t)threadIdx.x % PARTIALS;
  const int64_t positions = dy.features / outputs;
  float sum = 0.0f;
  if (output < outputs) {
    const float *d = own(dy.data, stride) + output * positions * dy.lanes;
    for (int32_t n = partial; n < dy.lanes; n += PARTIALS) {
      for (int64_t p = 0; p < positions; p++) {
        sum = sum + d[p * dy.lanes + n];
      }
    }
  }
  sum = joined(sum);
  if (output < outputs && partial == 0) {
    own(db, stride)[output] = sum + 0.0f;
  }
}

int32_t cuda_bias_backward(const tombola_context *context, const tombola_batch *dy, float *db, int64_t outputs) {
  return launch(context, bias_kernel, blocks_of(outputs * PARTIALS, BLOCK_THREADS), BLOCK_THREADS, *dy, db, outputs);
}
