/* Weight gradients: sums over examples and positions in sixteen partials, each with a thread of its own; sixteen
 * neighbouring threads join theirs. A source says what is multiplied: S has outputs, inputs, steps (runs of sixteen
 * examples times positions), left(output, step, partial) and right(input, step, partial). */
#ifndef TOMBOLA_GRADIENT_CUH
#define TOMBOLA_GRADIENT_CUH

#include "optimizer.cuh"

enum {
  SPAN = 32,      /* outputs and inputs of a block of 256 threads */
  SPAN_SIDE = 8,  /* of sixteen threads */
  SPAN_STEPS = 4, /* steps that wait in shared memory */
  SPAN_SUMS = SPAN_SIDE * SPAN_SIDE,
};

/* Where row `row` of a step waits: a gap after each eight keeps neighbours of a warp in different banks. */
__device__ inline int32_t waiting(int32_t row, int32_t partial) {
  return (row + row / SPAN_SIDE) * PARTIALS + partial;
}

/* Joins the partials of many sums at once: thread `partial` of the sixteen ends with those of sums 4 * partial ... + 3
 * in sum[0 ... 3]. */
__device__ inline void join_all(float sum[SPAN_SUMS], int32_t partial) {
#pragma unroll
  for (int half = SPAN_SUMS / 2, bit = PARTIALS / 2; bit > 0; half /= 2, bit /= 2) {
#pragma unroll
    for (int i = 0; i < SPAN_SUMS / 2; i++) {
      if (i < half) {
        const bool upper = (partial & bit) != 0;
        const float kept = upper ? sum[i + half] : sum[i], sent = upper ? sum[i] : sum[i + half];
        sum[i] = kept + __shfl_xor_sync(0xffffffffu, sent, bit);
      }
    }
  }
}

/* The dense form; inputs from S::inputs up to `row_stride` are padding, whose gradient is +0. */
template <class S>
__global__ void gradient_kernel(int64_t stride, S shared, int64_t row_stride, delivery to) {
  __shared__ float left[SPAN_STEPS][(SPAN + SPAN / SPAN_SIDE) * PARTIALS];
  __shared__ float right[SPAN_STEPS][(SPAN + SPAN / SPAN_SIDE) * PARTIALS];
  const S s = own(shared, stride);
  const int32_t partial = (int32_t)threadIdx.x % PARTIALS, place = (int32_t)threadIdx.x / PARTIALS;
  const int32_t down = place / (SPAN / SPAN_SIDE) * SPAN_SIDE, across = place % (SPAN / SPAN_SIDE) * SPAN_SIDE;
  const int32_t output = (int32_t)blockIdx.y * SPAN, input = (int32_t)blockIdx.x * SPAN;
  float sum[SPAN_SUMS];
#pragma unroll
  for (int i = 0; i < SPAN_SUMS; i++) {
    sum[i] = 0.0f;
  }
  for (int64_t step = 0; step < s.steps; step += SPAN_STEPS) {
    for (int32_t at = (int32_t)threadIdx.x; at < SPAN_STEPS * SPAN * PARTIALS; at += BLOCK_THREADS) {
      const int32_t p = at % PARTIALS, r = at / PARTIALS % SPAN, t = at / PARTIALS / SPAN;
      const bool there = step + t < s.steps;
      left[t][waiting(r, p)] = there && output + r < s.outputs ? s.left(output + r, step + t, p) : 0.0f;
      right[t][waiting(r, p)] = there && input + r < s.inputs ? s.right(input + r, step + t, p) : 0.0f;
    }
    __syncthreads();
    for (int t = 0; t < SPAN_STEPS; t++) {
      float b[SPAN_SIDE];
#pragma unroll
      for (int c = 0; c < SPAN_SIDE; c++) {
        b[c] = right[t][waiting(across + c, partial)];
      }
#pragma unroll
      for (int r = 0; r < SPAN_SIDE; r++) {
        const float a = left[t][waiting(down + r, partial)];
#pragma unroll
        for (int c = 0; c < SPAN_SIDE; c++) {
          sum[r * SPAN_SIDE + c] = fmaf(a, b[c], sum[r * SPAN_SIDE + c]);
        }
      }
    }
    __syncthreads();
  }
  join_all(sum, partial);
  const delivering d = own(to, stride);
#pragma unroll
  for (int i = 0; i < SPAN_SUMS / PARTIALS; i++) {
    const int32_t at = partial * (SPAN_SUMS / PARTIALS) + i;
    const int32_t m = output + down + at / SPAN_SIDE, k = input + across + at % SPAN_SIDE;
    if (m < s.outputs && k < row_stride) {
      deliver(d, sum[i] + 0.0f, m * row_stride + k);
    }
  }
}

/* The compressed form: sixteen threads for an entry, entries of one output side by side. */
template <class S>
__global__ void gathered_gradient_kernel(int64_t stride, S shared, tombola_index rows, delivery to) {
  const S s = own(shared, stride);
  const delivering d = own(to, stride);
  const uint16_t *across = own(rows.across, stride);
  const int32_t partial = (int32_t)threadIdx.x % PARTIALS, place = (int32_t)threadIdx.x / PARTIALS;
  const int32_t places = BLOCK_THREADS / PARTIALS, output = (int32_t)blockIdx.x;
  for (int32_t b = (int32_t)blockIdx.y; b < rows.blocks; b += (int32_t)gridDim.y) {
    const int32_t *start = own(rows.start, stride) + (int64_t)b * s.outputs + output;
    /* Whole warps go on together: two entries each, of which the last may be missing. */
    for (int32_t first = start[0] + place / 2 * 2; first < start[1]; first += places) {
      const int32_t e = first + place % 2;
      float sum = 0.0f;
      if (e < start[1]) {
        const int32_t input = b * rows.block + across[e];
        for (int64_t step = 0; step < s.steps; step++) {
          sum = fmaf(s.left(output, step, partial), s.right(input, step, partial), sum);
        }
      }
      sum = joined(sum);
      if (partial == 0 && e < start[1]) {
        deliver(d, sum + 0.0f, e);
      }
    }
  }
}

/* Gradients of all weights, or of the survivors, delivered. */
template <class S>
int32_t gradient(const tombola_context *context, const S &s, const tombola_weights *weights, const delivery &to) {
  if (weights->rows.start == nullptr) {
    const int64_t row = row_stride(weights);
    return launch(context, gradient_kernel<S>, dim3(blocks_of(row, SPAN), blocks_of(s.outputs, SPAN)), BLOCK_THREADS, s,
                  row, to);
  }
  const dim3 grid((unsigned)s.outputs, (unsigned)(weights->rows.blocks < GRID_MOST ? weights->rows.blocks : GRID_MOST));
  return launch(context, gathered_gradient_kernel<S>, grid, BLOCK_THREADS, s, weights->rows, to);
}

#endif
