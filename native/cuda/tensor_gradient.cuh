/* Gradients of all weights of a matrix in TF32. A block's groups of warps take every so many-th step each, and their
 * sums are joined in a fixed order; how many groups there are does not depend on what else runs. */
#ifndef TOMBOLA_TENSOR_GRADIENT_CUH
#define TOMBOLA_TENSOR_GRADIENT_CUH

#include "optimizer.cuh"
#include "tensors.cuh"

enum {
  TENSOR_SPAN = 2 * SQUARE,          /* outputs and inputs of a block */
  TENSOR_PITCH = TENSOR_SPAN + FOUR, /* floats: fours of eight neighbouring lines lie in different banks */
  TENSOR_GROUPS = FOUR,              /* of four warps each, which take a square each */
  TENSOR_GROUP = 4 * WARP,
  TENSOR_THREADS = TENSOR_GROUPS * TENSOR_GROUP,
  TENSOR_EACH = TENSOR_SPAN * PARTIALS / FOUR / TENSOR_GROUP, /* fours of either side that a thread fetches */
  TENSOR_CHAIN = 32 /* steps that are added up before their sum is: a tensor core cuts off what is below its sum */
};

typedef float tensor_lines[PARTIALS][TENSOR_PITCH];

__device__ inline void put_turned(const four &values, tensor_lines &lines, int32_t quarter, int32_t row) {
  const four factors = to_tf32(values);
#pragma unroll
  for (int i = 0; i < FOUR; i++) {
    lines[quarter * FOUR + i][row] = factors.value[i];
  }
}

template <class S>
__global__ void __launch_bounds__(TENSOR_THREADS, 1)
    tensor_gradient_kernel(home home, S shared, int64_t row_stride, delivery to) {
  /* First what is multiplied, left and right of every group; then what the groups came to. */
  alignas(16) __shared__ tensor_lines tile[TENSOR_GROUPS * 2];
  const S s = own(shared, home);
  const int32_t output = (int32_t)blockIdx.y * TENSOR_SPAN, input = (int32_t)blockIdx.x * TENSOR_SPAN;
  const int32_t group = (int32_t)threadIdx.x / TENSOR_GROUP, t = (int32_t)threadIdx.x % TENSOR_GROUP;
  const int32_t down = t / WARP / 2 * SQUARE, across = t / WARP % 2 * SQUARE; /* the warp's square */
  tensor_lines &left = tile[group * 2], &right = tile[group * 2 + 1];
  const int32_t quarter = t % 2 + t / (TENSOR_GROUP / 2) * 2, row = t / 2 % SQUARE;
  typename S::source sources[TENSOR_EACH];
#pragma unroll
  for (int n = 0; n < TENSOR_EACH; n++) {
    sources[n] = s.reads(input + row + n * SQUARE);
  }
  typename S::spot spot = s.at(group, quarter);
  four lefts[TENSOR_EACH], rights[TENSOR_EACH];
  const auto fetch = [&](bool there) {
#pragma unroll
    for (int n = 0; n < TENSOR_EACH; n++) {
      const int32_t at = row + n * SQUARE;
      lefts[n] = there && output + at < s.outputs ? s.left(output + at, spot) : four_of(0.0f);
      rights[n] = there && input + at < s.inputs ? s.right(sources[n], spot) : four_of(0.0f);
    }
  };
  squares<1, 1> sum = {}, chain = {};
  const auto end_chain = [&] {
    sum.add(chain);
    chain = {};
  };
  const bool busy = output + down < s.outputs && input + across < s.inputs;
  int32_t in_chain = 0;
  fetch(group < s.steps);
  for (int32_t step = 0; step < s.steps; step += TENSOR_GROUPS) {
#pragma unroll
    for (int n = 0; n < TENSOR_EACH; n++) {
      put_turned(lefts[n], left, quarter, row + n * SQUARE);
      put_turned(rights[n], right, quarter, row + n * SQUARE);
    }
    __syncthreads();
    s.advance(spot, TENSOR_GROUPS);
    fetch(step + TENSOR_GROUPS + group < s.steps);
    if (busy) {
#pragma unroll
      for (int d = 0; d < PARTIALS; d += TERMS) {
        chain.template add<TENSOR_PITCH, TENSOR_PITCH>(&left[d][down], &right[d][across]);
      }
    }
    if (++in_chain == TENSOR_CHAIN) {
      end_chain();
      in_chain = 0;
    }
    __syncthreads();
  }
  end_chain();
  /* Of each of its four rows a thread has what one group came to; it ends with one row, of all groups. */
  const delivering d = own(to, home);
  const int32_t m = output + down + sum.row() + group;
  four(*room)[FOUR][TENSOR_GROUP] = (four(*)[FOUR][TENSOR_GROUP])tile;
  static_assert(sizeof tile >= sizeof(four) * TENSOR_GROUPS * FOUR * TENSOR_GROUP, "room for one four of every row");
#pragma unroll
  for (int which = 0; which < 2; which++) {
    const int32_t k = input + across + sum.column(which);
    const bool there = m < s.outputs && k < row_stride;
    state<FOUR> before;
    if (there) {
      before = state_at<FOUR>(d, m * row_stride + k);
    }
#pragma unroll
    for (int r = 0; r < FOUR; r++) {
      room[group][r][t] = sum.sum[0][r][0][which];
    }
    __syncthreads();
    four total = room[0][group][t];
#pragma unroll
    for (int g = 1; g < TENSOR_GROUPS; g++) {
      const four more = room[g][group][t];
#pragma unroll
      for (int i = 0; i < FOUR; i++) {
        total.value[i] = total.value[i] + more.value[i];
      }
    }
    if (there) {
#pragma unroll
      for (int i = 0; i < FOUR; i++) {
        total.value[i] = total.value[i] + 0.0f;
      }
      deliver<FOUR>(d, total, before, m * row_stride + k);
    }
    __syncthreads();
  }
}

#endif
