/* Weight gradients: sums over examples and positions in sixteen partials. A source says what is multiplied: S has
 * outputs, inputs and steps (runs of sixteen examples times positions); at(step, quarter) is the spot of a step's
 * partials 4 * quarter ... + 3, and advance(spot, by) goes so many steps on; reads(input) is what an input reads;
 * left(output, spot) and right(reads(input), spot) are four factors. */
#ifndef TOMBOLA_GRADIENT_CUH
#define TOMBOLA_GRADIENT_CUH

#include "dense_gradient.cuh"
#include "gathered_gradient.cuh"

enum {
  MANY_ENTRIES = 1 << 16, /* of all replicas keep a device busy when a team has four at a time */
  MANY_BLOCKS = 1 << 10,
};

/* Gradients of the survivors, delivered. Where there are many, blocks are large and few, so that the inputs of one
 * replica, which its outputs share, are read by few multiprocessors. */
template <class S>
int32_t gathered_gradient(const tombola_context *context, const S &s, const tombola_weights *weights,
                          const delivery &to) {
  const int32_t replicas = context->group.replicas;
  const int64_t lines = (int64_t)s.outputs * weights->rows.blocks;
  if (weights->survivors * replicas >= MANY_ENTRIES) {
    const unsigned all = blocks_of(lines, GATHERED_THREADS / WARP), wanted = blocks_of(MANY_BLOCKS, replicas);
    return launch(context, gathered_gradient_kernel<S, TEAM>, all < wanted ? all : wanted, GATHERED_THREADS, s,
                  weights->rows, to);
  }
  const dim3 grid(blocks_of(lines, BLOCK_THREADS / WARP), blocks_of(weights->survivors + 1, lines * TEAMS));
  return launch(context, gathered_gradient_kernel<S, 1>, grid, BLOCK_THREADS, s, weights->rows, to);
}

/* Gradients of all weights, or of the survivors, delivered. */
template <class S>
int32_t gradient(const tombola_context *context, const S &s, const tombola_weights *weights, const delivery &to) {
  if (weights->rows.start != nullptr) {
    return gathered_gradient(context, s, weights, to);
  }
  if ((uintptr_t)to.mask % FOUR != 0) {
    return TOMBOLA_UNALIGNED;
  }
  const int64_t row = row_stride(weights);
  if (s.steps <= SHORT_STEPS) {
    return launch(context, short_gradient_kernel<S>, dim3(blocks_of(row, SHORT_SPAN), blocks_of(s.outputs, SHORT_SPAN)),
                  BLOCK_THREADS, s, row, to);
  }
  return launch(context, long_gradient_kernel<S>, dim3(blocks_of(row, LONG_SPAN), blocks_of(s.outputs, LONG_SPAN)),
                BLOCK_THREADS, s, row, to);
}

#endif
