/* Weight gradients: sums over examples and positions in sixteen partials, but in TF32. A source says what is
 * multiplied: S has outputs, inputs and steps (runs of sixteen examples times positions); at(step, quarter) is the spot
 * of a step's partials 4 * quarter ... + 3, and advance(spot, one) and (spot, four_steps) go on; makes(output) and
 * reads(input) are where they are read; left(makes(output), spot) and right(reads(input), spot) are four factors. */
#ifndef TOMBOLA_GRADIENT_CUH
#define TOMBOLA_GRADIENT_CUH

#include "compressed_gradient.cuh"
#include "long_gradient.cuh"
#include "short_gradient.cuh"
#include "tensor_gradient.cuh"

/* So many of all replicas keep a device busy. */
enum { BUSY_BLOCKS = 1 << 10, BUSY_WARPS = 1 << 12, BUSY_ENTRIES = 1 << 16 };

inline int64_t between(int64_t least, int64_t wanted, int64_t most) {
  const int64_t value = wanted < most ? wanted : most;
  return value > least ? value : least;
}

/* Gradients of the survivors, delivered. Where there is enough to do, a team has several entries at a time, and blocks
 * are large and few: then the inputs of a replica, which its outputs share, are read by few multiprocessors. */
template <class S>
int32_t compressed_gradient(const tombola_context *context, const S &s, const tombola_weights *weights,
                            const delivery &to) {
  const int64_t replicas = context->group.replicas, lines = (int64_t)s.outputs * weights->rows.blocks;
  const bool busy = weights->survivors * replicas >= BUSY_ENTRIES;
  const int64_t warps = between(4, lines * between(1, replicas, BUSY_BLOCKS) / BUSY_BLOCKS, COMPRESSED_THREADS / WARP);
  const int64_t blocks = between(1, blocks_of(BUSY_BLOCKS, replicas), blocks_of(lines, warps));
  const int64_t turns = blocks_of(weights->survivors, lines * TEAMS * (busy ? TEAM : 1));
  const int64_t sharing = between(1, BUSY_WARPS / (blocks * warps * replicas), turns);
  return launch(context, busy ? compressed_gradient_kernel<S, TEAM> : compressed_gradient_kernel<S, 1>,
                dim3((unsigned)blocks, (unsigned)sharing), (unsigned)warps * WARP, s, weights->rows, to);
}

/* Gradients of all weights, or of the survivors, delivered; and those of the bias, sums of dy, if wanted. */
template <class S>
int32_t gradient(const tombola_context *context, const S &s, const tombola_weights *weights, const tombola_batch *dy,
                 const delivery &to) {
  if (weights->rows.start != nullptr) {
    return compressed_gradient(context, s, weights, to);
  }
  if (weights->survivors > UINT32_MAX) {
    return TOMBOLA_SHAPE;
  }
  if ((uintptr_t)to.mask % FOUR != 0) { /* read as the weights are */
    return TOMBOLA_UNALIGNED;
  }
  const int32_t row = weights->stride;
  const auto blocks = [&](int64_t high, int64_t wide) {
    return dim3(blocks_of(row, wide), blocks_of(s.outputs, high));
  };
  int32_t status;
  if (context->group.precision == TOMBOLA_TF32) {
    status = launch(context, tensor_gradient_kernel<S>, blocks(TENSOR_SPAN, TENSOR_SPAN), TENSOR_THREADS, s, row, to);
  } else if (s.steps <= SHORT_STEPS) { /* that of the bias included */
    return launch(context, short_gradient_kernel<S>, blocks(SHORT_SPAN, SHORT_SPAN), BLOCK_THREADS, s, row, to);
  } else {
    const dim3 broad = blocks(broad_tile::HIGH, broad_tile::WIDE), small = blocks(small_tile::HIGH, small_tile::WIDE);
    const bool filled = (int64_t)broad.x * broad.y * context->group.replicas >= multiprocessors();
    status = filled ? launch(context, long_gradient_kernel<S, broad_tile>, broad, LONG_THREADS, s, row, to)
                    : launch(context, long_gradient_kernel<S, small_tile>, small, LONG_THREADS, s, row, to);
  }
  return status != TOMBOLA_OK || to.db == nullptr ? status : cuda_bias_backward(context, dy, to.db, s.outputs);
}

#endif
