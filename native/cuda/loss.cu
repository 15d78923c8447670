/* Softmax cross-entropy; then one thread adds the losses up, in example order. */
#include "resident.cuh"

/* One block for a replica, which has so many threads. */
enum { EXAMPLES = 128 };

static __global__ void loss_kernel(home home, loss_operands operands) {
  __shared__ float losses[EXAMPLES], sums[EXAMPLES];
  __shared__ int32_t hits[EXAMPLES];
  const loss_operands o = own(operands, home);
  for (int32_t from = 0; from < o.logits.lanes; from += EXAMPLES) {
    const int32_t lanes = o.logits.lanes - from, size = o.logits.size - from;
    block_loss(o, from, lanes < EXAMPLES ? lanes : (int32_t)EXAMPLES, {losses, sums, hits});
    __syncthreads();
    if (threadIdx.x == 0) {
      add_up(o, losses, hits, size < EXAMPLES ? size : (int32_t)EXAMPLES);
    }
    __syncthreads();
  }
}

int32_t cuda_softmax_cross_entropy(const tombola_context *context, const tombola_batch *logits, const int32_t *labels,
                                   float *dlogits, tombola_score *score) {
  const loss_operands operands = {*logits, labels, dlogits, score};
  return noting(context) ? note(context, operands) : launch(context, loss_kernel, 1, EXAMPLES, operands);
}
