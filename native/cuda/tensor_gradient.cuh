/* Gradients of all weights of a matrix in TF32: outputs are rows, inputs columns, examples terms. A block's groups of
 * warps take every so many-th step each, waiting for none of the others, so that some fetch while others multiply;
 * their sums are joined in a fixed order. How many groups there are does not depend on what else runs. */
#ifndef TOMBOLA_TENSOR_GRADIENT_CUH
#define TOMBOLA_TENSOR_GRADIENT_CUH

#include "optimizer.cuh"
#include "patch.cuh"
#include "tensors.cuh"

enum {
  TENSOR_SPAN = 64, /* outputs and inputs of a block */
  TENSOR_PITCH = TENSOR_SPAN / 2 + GAP,
  TENSOR_GROUPS = FOUR, /* of four warps each, two down and two across */
  TENSOR_GROUP = 4 * WARP,
  TENSOR_THREADS = TENSOR_GROUPS * TENSOR_GROUP,
  TENSOR_BANDS = TENSOR_SPAN / 2 / BAND, /* of a warp */
  TENSOR_CHAIN = 32 /* steps of a group that are added up before their sum is: tensor cores cut off what is below a
                       sum, always towards 0. A product is shorter and goes without. */
};

/* What a group multiplies: lines of two examples. */
struct tensor_factors {
  four rows[PARTIALS / 2][TENSOR_PITCH], columns[PARTIALS / 2][TENSOR_PITCH];
};

template <class S>
__global__ void __launch_bounds__(TENSOR_THREADS, 1)
    tensor_gradient_kernel(home home, S shared, int32_t row_stride, delivery to) {
  typedef patchwork<TENSOR_BANDS, 1> parts;
  /* First the factors; then what the groups came to. */
  alignas(16) __shared__ tensor_factors factors[TENSOR_GROUPS];
  const S s = own(shared, home);
  const int32_t output = (int32_t)blockIdx.y * TENSOR_SPAN, input = (int32_t)blockIdx.x * TENSOR_SPAN;
  const int32_t group = (int32_t)threadIdx.x / TENSOR_GROUP, t = (int32_t)threadIdx.x % TENSOR_GROUP;
  const int32_t down = t / WARP / 2 * SWATH, across = t / WARP % 2 * SWATH; /* the warp's part of the block's */
  const int32_t m = output + down + parts::row() + group, k = input + across + parts::column(); /* what it ends with */
#pragma unroll
  for (int band = 0; band < TENSOR_BANDS; band++) {
    if (m + band * BAND < s.outputs && k < row_stride) {
      ask(own(to, home), weight_at(m + band * BAND, k, row_stride));
    }
  }
  /* Eight threads fetch two rows each of the same four examples, so dealt that what they put lies together. */
  const int32_t quarter = t / 8 % 4, place = t % 8 + t / WARP * 8;
  const int32_t row = place * 2, column = (place / BAND * BAND + place % 8 * 2 + place % BAND / 8) * 2;
  const typename S::source makes[] = {s.makes(or_last(output + row, s.outputs)),
                                      s.makes(or_last(output + row + 1, s.outputs))};
  const typename S::source reads[] = {s.reads(or_last(input + column, s.inputs)),
                                      s.reads(or_last(input + column + 1, s.inputs))};
  typename S::spot spot = s.at(group, quarter);
  four left[2], right[2];
  const auto fetch = [&](bool there) {
#pragma unroll
    for (int n = 0; n < 2; n++) {
      left[n] = there ? s.left(makes[n], spot) : four_of(0.0f);
      right[n] = there ? s.right(reads[n], spot) : four_of(0.0f);
    }
  };
  parts sum = {}, chain = {};
  const bool busy = output + down < s.outputs && input + across < s.inputs;
  int32_t in_chain = 0;
  fetch(group < s.steps);
  for (int32_t step = group; step < s.steps; step += TENSOR_GROUPS) {
#pragma unroll
    for (int i = 0; i < FOUR; i += 2) {
      const int32_t line = (quarter * FOUR + i) / 2;
      factors[group].rows[line][place] =
          operands_of_rows(left[0].value[i], left[0].value[i + 1], left[1].value[i], left[1].value[i + 1]);
      factors[group].columns[line][place] =
          operand_of_columns(right[0].value[i], right[0].value[i + 1], right[1].value[i], right[1].value[i + 1]);
    }
    __barrier_sync_count((unsigned)group + 1, TENSOR_GROUP);
    s.advance(spot, s.four_steps);
    fetch(step + TENSOR_GROUPS < s.steps);
    if (busy) {
#pragma unroll
      for (int line = 0; line < PARTIALS / 2; line += PAIRS) {
        chain.template add<TENSOR_PITCH, TENSOR_PITCH>(&factors[group].rows[line][down / 2],
                                                       &factors[group].columns[line][across / 2]);
      }
    }
    if (++in_chain == TENSOR_CHAIN) {
      sum.add(chain);
      chain = {};
      in_chain = 0;
    }
    __barrier_sync_count((unsigned)group + 1, TENSOR_GROUP);
  }
  sum.add(chain);
  __syncthreads();
  /* Of each band's four rows a thread has what one group came to; it ends with one row, of all groups. */
  const delivering d = own(to, home);
  four(*room)[FOUR][TENSOR_GROUP] = (four(*)[FOUR][TENSOR_GROUP])factors;
  static_assert(sizeof factors >= sizeof(four) * TENSOR_GROUPS * FOUR * TENSOR_GROUP, "room for a band");
#pragma unroll
  for (int band = 0; band < TENSOR_BANDS; band++) {
    const uint32_t at = weight_at(m + band * BAND, k, row_stride);
    const bool there = m + band * BAND < s.outputs && k < row_stride;
    state<FOUR> before;
    if (there) {
      before = state_at<FOUR>(d, at);
    }
#pragma unroll
    for (int r = 0; r < FOUR; r++) {
      room[group][r][t] = sum.sums(band, r, 0);
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
      deliver<FOUR>(d, padded(total, k, s.inputs), before, at);
    }
    __syncthreads();
  }
}

#endif
