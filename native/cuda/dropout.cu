/* Dropout: a thread makes the draw of one value. */
#include "philox.cuh"

static __global__ void dropout_kernel(home home, tombola_dropout dropout, drawing drawn, tombola_batch x, float *y) {
  const int64_t i = thread_index();
  if (i >= (int64_t)x.features * x.lanes) {
    return;
  }
  const int32_t line = (int32_t)(i / x.lanes), n = (int32_t)(i % x.lanes);
  const int32_t *units = own(dropout.unit, home);
  const uint32_t unit = (uint32_t)(units == nullptr ? line : units[line]);
  const uint32_t draw = philox_draw(drawn, unit * (uint32_t)x.size + (uint32_t)n);
  const int kept = n < x.size && draw >= dropout.threshold;
  own(y, home)[i] = kept ? own(x.data, home)[i] * dropout.scale : 0.0f;
}

int32_t cuda_dropout_apply(const tombola_context *context, const tombola_dropout *dropout, int32_t iteration,
                           const tombola_batch *x, tombola_batch *y) {
  return launch(context, dropout_kernel, blocks_of((int64_t)x->features * x->lanes, BLOCK_THREADS), BLOCK_THREADS,
                *dropout, drawing_of(context, dropout->draws, iteration), *x, y->data);
}
