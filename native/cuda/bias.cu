/* Bias gradients: sixteen threads for an output. */
#include "in_order.cuh"

/* Of a layer without positions. */
static __global__ void bias_kernel(home home, tombola_batch dy, float *db) {
  const int64_t output = thread_index() / PARTIALS;
  const int32_t partial = (int32_t)threadIdx.x % PARTIALS;
  float sum = 0.0f;
  if (output < dy.features) {
    const float *d = own(dy.data, home) + output * dy.lanes;
#pragma unroll 8 /* reads that do not wait for one another */
    for (int32_t lane = partial; lane < dy.lanes; lane += PARTIALS) {
      sum = sum + d[lane];
    }
  }
  sum = joined(sum);
  if (output < dy.features && partial == 0) {
    own(db, home)[output] = sum + 0.0f;
  }
}

/* Of images: a block for each channel. */
static __global__ void __launch_bounds__(IN_ORDER_THREADS)
    image_bias_kernel(home home, tombola_batch dy, float *db, int32_t positions) {
  __shared__ waiting_steps<1> room[2];
  const int64_t channel = blockIdx.x;
  const float *const d[] = {own(dy.data, home) + channel * positions * dy.lanes};
  float sum = 0.0f;
  in_order<1>(room, d, positions, dy.lanes, dy.lanes, [&](const float(&v)[1]) { sum = sum + v[0]; });
  if (threadIdx.x < WARP) {
    sum = joined(sum);
    if (threadIdx.x == 0) {
      own(db, home)[channel] = sum + 0.0f;
    }
  }
}

int32_t cuda_bias_backward(const tombola_context *context, const tombola_batch *dy, float *db, int64_t outputs) {
  const int64_t positions = dy->features / outputs;
  return positions == 1
             ? launch(context, bias_kernel, blocks_of(outputs * PARTIALS, BLOCK_THREADS), BLOCK_THREADS, *dy, db)
             : launch(context, image_bias_kernel, (unsigned)outputs, IN_ORDER_THREADS, *dy, db, (int32_t)positions);
}
