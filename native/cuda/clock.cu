/* The clock of a group. */
#include "device.cuh"

static __global__ void tick_kernel(tombola_clock *clock, int32_t steps, int32_t batches) {
  clock->iteration += steps;
  clock->batch = (clock->batch + steps) % batches;
}

int32_t tombola_cuda_tick(const tombola_context *context, int32_t steps, int32_t batches) {
  if (context == nullptr || context->group.clock == nullptr) {
    return TOMBOLA_NULL;
  }
  if (steps < 1 || batches < 1) {
    return TOMBOLA_SHAPE;
  }
  if (noting(context)) {
    return TOMBOLA_UNFIT;
  }
  TOMBOLA_LAUNCH(tick_kernel, 1, 1, 0, (cudaStream_t)context->group.stream, context->group.clock, steps, batches);
  return launched();
}
