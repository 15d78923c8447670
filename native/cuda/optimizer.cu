/* The optimizers on gradients that lie in memory. */
#include "resident.cuh"

static __global__ void optimizer_kernel(home home, delivery to, const float *g, int64_t count) {
  const int64_t i = thread_index();
  if (i < count) {
    const delivering d = own(to, home);
    deliver<1>(d, {{own(g, home)[i]}}, state_at<1>(d, i), i);
  }
}

int32_t cuda_optimizer_step(const tombola_context *context, const tombola_rule *rule, int32_t iteration, float *w,
                            const float *g, float *m, float *v, int64_t count) {
  const delivery to = stepped(context, rule, iteration, w, m, v, nullptr, nullptr);
  return noting(context)
             ? note(context, optimizer_operands{to, g, count})
             : launch(context, optimizer_kernel, blocks_of(count, BLOCK_THREADS), BLOCK_THREADS, to, g, count);
}
