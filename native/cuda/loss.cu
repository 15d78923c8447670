/* Softmax cross-entropy; then one thread adds the losses up, in example order. */
#include "resident.cuh"

/* One block for a replica; it adds up so many examples while it makes the losses of the next ones. */
enum { EXAMPLES = 256, LOSS_THREADS = 1024 /* at most */ };

static __global__ void __launch_bounds__(LOSS_THREADS) loss_kernel(home home, loss_operands operands) {
  alignas(16) __shared__ double losses[2][EXAMPLES];
  alignas(16) __shared__ int32_t hits[2][EXAMPLES];
  __shared__ float sums[2][EXAMPLES];
  const loss_operands o = own(operands, home);
  const bool adds = threadIdx.x == blockDim.x - 1; /* in a warp that has least else to do */
  tombola_score score = {};
  if (adds) {
    score = *o.score;
  }
  int turn = 0, made = 0; /* examples that wait to be added up */
  for (int32_t from = 0; from < o.logits.lanes; from += EXAMPLES) {
    if (adds) {
      add_up(score, {losses[1 - turn], sums[1 - turn], hits[1 - turn]}, made);
    }
    made = o.logits.lanes - from < EXAMPLES ? o.logits.lanes - from : (int32_t)EXAMPLES;
    block_loss(o, from, made, {losses[turn], sums[turn], hits[turn]});
    turn = 1 - turn;
  }
  if (adds) {
    add_up(score, {losses[1 - turn], sums[1 - turn], hits[1 - turn]}, made);
    score.examples += o.logits.size;
    *o.score = score;
  }
}

int32_t cuda_softmax_cross_entropy(const tombola_context *context, const tombola_batch *logits, const int32_t *labels,
                                   float *dlogits, tombola_score *score) {
  const loss_operands operands = {*logits, labels, dlogits, score};
  if (noting(context)) {
    return note(context, operands);
  }
  const int64_t examples = logits->lanes < EXAMPLES ? logits->lanes : (int32_t)EXAMPLES;
  const bool few = context->group.replicas <= multiprocessors(); /* so a block may have all of one */
  const int64_t shared = examples * (few && dlogits != nullptr ? logits->features : 1), most = LOSS_THREADS - WARP;
  const int64_t threads = blocks_of(shared < most ? shared : most, WARP) * WARP + WARP; /* the last ones add up */
  return launch(context, loss_kernel, 1, (unsigned)threads, operands);
}
