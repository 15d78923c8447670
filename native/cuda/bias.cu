/* Bias gradients: sixteen threads for an output. */
#include "device.cuh"

static __global__ void bias_kernel(home home, tombola_batch dy, float *db, int64_t outputs) {
  const int64_t output = thread_index() / PARTIALS;
  const int32_t partial = (int32_t)threadIdx.x % PARTIALS;
  const int64_t positions = dy.features / outputs, steps = positions * (dy.lanes / PARTIALS);
  float sum = 0.0f;
  if (output < outputs) {
    const float *d = own(dy.data, home) + output * positions * dy.lanes + partial;
    int64_t position = 0, lane = 0;
#pragma unroll 16 /* reads that do not wait for one another */
    for (int64_t step = 0; step < steps; step++) {
      sum = sum + d[position * dy.lanes + lane];
      position++;
      lane += position == positions ? PARTIALS : 0;
      position = position == positions ? 0 : position;
    }
  }
  sum = joined(sum);
  if (output < outputs && partial == 0) {
    own(db, home)[output] = sum + 0.0f;
  }
}

int32_t cuda_bias_backward(const tombola_context *context, const tombola_batch *dy, float *db, int64_t outputs) {
  return launch(context, bias_kernel, blocks_of(outputs * PARTIALS, BLOCK_THREADS), BLOCK_THREADS, *dy, db, outputs);
}
