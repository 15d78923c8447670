/* Gradients of all weights of a matrix, where there are few steps: a thread makes whole sums alone. */
#ifndef TOMBOLA_SHORT_GRADIENT_CUH
#define TOMBOLA_SHORT_GRADIENT_CUH

#include "optimizer.cuh"
#include "patch.cuh"

enum {
  SHORT_STEPS = 4,
  SHORT_SPAN = 64,                          /* outputs and inputs of a block: four and four of a thread */
  SHORT_FOURS = SHORT_SPAN / FOUR,          /* of rows */
  SHORT_PITCH = SHORT_STEPS * PARTIALS + 1, /* odd: fours of rows side by side lie in different banks */
};

/* Sums of four outputs by four inputs. */
struct square {
  four of[FOUR];

  __device__ void add(const square &other) {
#pragma unroll
    for (int i = 0; i < FOUR * FOUR; i++) {
      float &sum = of[i / FOUR].value[i % FOUR];
      sum = sum + other.of[i / FOUR].value[i % FOUR];
    }
  }

  __device__ void add(const four &a, const four &b) {
#pragma unroll
    for (int i = 0; i < FOUR * FOUR; i++) {
      float &sum = of[i / FOUR].value[i % FOUR];
      sum = fmaf(a.value[i / FOUR], b.value[i % FOUR], sum);
    }
  }
};

/* Partials 0, APART, 2 * APART ... joined. One branch of the tree is finished before the next, so that no more partials
 * are at hand at once than the tree has levels. */
template <int APART>
__device__ inline square tree(const four *left, const four *right) {
  square sum = {};
  if constexpr (APART == PARTIALS) {
#pragma unroll
    for (int step = 0; step < SHORT_STEPS; step++) {
      sum.add(left[step * PARTIALS], right[step * PARTIALS]);
    }
  } else {
    sum = tree<2 * APART>(left, right);
    sum.add(tree<2 * APART>(left + APART, right + APART));
  }
  return sum;
}

/* The sum of a row of a tile, partials joined. */
__device__ inline float row_sum(const four *tile, int32_t row) {
  float partial[PARTIALS];
#pragma unroll
  for (int p = 0; p < PARTIALS; p++) {
    partial[p] = 0.0f;
#pragma unroll
    for (int step = 0; step < SHORT_STEPS; step++) {
      partial[p] = partial[p] + tile[row / FOUR * SHORT_PITCH + step * PARTIALS + p].value[row % FOUR];
    }
  }
#pragma unroll
  for (int half = PARTIALS / 2; half > 0; half /= 2) {
#pragma unroll
    for (int i = 0; i < half; i++) {
      partial[i] = partial[i] + partial[i + half];
    }
  }
  return partial[0] + 0.0f;
}

enum { ASKERS = BLOCK_THREADS / SHORT_SPAN /* of a row */, ASKED = SHORT_SPAN / ASKERS, SECTOR = 32 / sizeof(float) };

static_assert(TOMBOLA_LANES % ASKED == 0, "of a row's weights those are there or not together");

/* Asks for the state of some neighbouring weights. */
__device__ inline void ask_tile(const delivering &d, int32_t output, int32_t outputs, int32_t input,
                                int32_t row_stride) {
  if (output < outputs && input < row_stride) {
#pragma unroll
    for (int i = 0; i < ASKED; i += SECTOR) {
      ask(d, weight_at(output, input, row_stride) + i);
    }
  }
}

/* Steps that are not there add +0, which changes no more than the sign of a zero, and that is lost with the first half
 * of the partials. */
template <class S>
__global__ void __launch_bounds__(BLOCK_THREADS, 2)
    short_gradient_kernel(home home, S shared, int32_t row_stride, delivery to) {
  __shared__ four left[SHORT_FOURS * SHORT_PITCH], right[SHORT_FOURS * SHORT_PITCH];
  const S s = own(shared, home);
  const delivering d = own(to, home);
  const int32_t output = (int32_t)blockIdx.y * SHORT_SPAN, input = (int32_t)blockIdx.x * SHORT_SPAN;
  /* A warp's threads are four down and eight across, so dealt that of every sixteen those two apart read the same on
   * the left and neighbours on the right: a read of four floats is then served in two goes. */
  const uint32_t t = threadIdx.x, warp = t / WARP;
  const int32_t down = warp / 2 * 4 + t % 2 + t / 8 % 2 * 2, across = warp % 2 * 8 + t / 2 % 4 + t / 16 % 2 * 4;
  const int32_t m = output + down * FOUR, k = input + across * FOUR;
  const int32_t rows = k < row_stride ? s.outputs - m : 0;
  const int32_t place = t % 8 + t / 128 * 8, quarter = t / 8 % 4, step = t / 32 % 4;
  patch a = {}, b = {};
  if (step < s.steps) {
    const typename S::spot spot = s.at(step, quarter);
    a = of_outputs(s, output + place * FOUR).left(s, spot);
    b = of_inputs(s, input + place * FOUR).right(s, spot);
  }
  ask_tile(d, output + t / ASKERS, s.outputs, input + t % ASKERS * ASKED, row_stride);
  const int32_t into = place * SHORT_PITCH + step * PARTIALS + quarter * FOUR;
  a.put(left[into].value, FOUR);
  b.put(right[into].value, FOUR);
  __syncthreads();
  const int32_t of_bias = (int32_t)t;
  if (blockIdx.x == 0 && d.to.db != nullptr && of_bias < SHORT_SPAN && output + of_bias < s.outputs) {
    d.to.db[output + of_bias] = row_sum(left, of_bias);
  }
  if (rows <= 0) {
    return;
  }
  square sum = {};
#pragma unroll 1 /* half the code stays near */
  for (int half = 0; half < 2; half++) {
    sum.add(tree<2>(left + down * SHORT_PITCH + half, right + across * SHORT_PITCH + half));
  }
  if (k + FOUR > s.inputs) {
#pragma unroll
    for (int r = 0; r < FOUR; r++) {
      sum.of[r] = padded(sum.of[r], k, s.inputs);
    }
  }
  state<FOUR> before[FOUR];
#pragma unroll
  for (int r = 0; r < FOUR; r++) {
    if (r < rows) {
      before[r] = state_at<FOUR>(d, weight_at(m + r, k, row_stride));
    }
  }
#pragma unroll
  for (int r = 0; r < FOUR; r++) {
    if (r < rows) {
      deliver<FOUR>(d, sum.of[r], before[r], weight_at(m + r, k, row_stride));
    }
  }
}

#endif
