/* Gradients of all weights of a matrix. In both forms tiles of the two operands pass through shared memory, where four
 * rows lie side by side: a thread takes four factors at once. */
#ifndef TOMBOLA_DENSE_GRADIENT_CUH
#define TOMBOLA_DENSE_GRADIENT_CUH

#include "optimizer.cuh"

/* Four rows' same four partials, on their way into a tile. */
struct patch {
  four row[FOUR];

  __device__ void put(four *tile) const {
#pragma unroll
    for (int i = 0; i < FOUR; i++) {
      tile[i] = {{row[0].value[i], row[1].value[i], row[2].value[i], row[3].value[i]}};
    }
  }
};

template <class S>
__device__ inline patch left_patch(const S &s, int32_t output, const typename S::spot &spot) {
  patch p = {};
#pragma unroll
  for (int r = 0; r < FOUR; r++) {
    if (output + r < s.outputs) {
      p.row[r] = s.left(output + r, spot);
    }
  }
  return p;
}

/* `sources` are what four inputs from `input` on read. */
template <class S>
__device__ inline patch right_patch(const S &s, const typename S::source *sources, int32_t input,
                                    const typename S::spot &spot) {
  patch p = {};
#pragma unroll
  for (int r = 0; r < FOUR; r++) {
    if (input + r < s.inputs) {
      p.row[r] = s.right(sources[r], spot);
    }
  }
  return p;
}

enum {
  SHORT_STEPS = 4,
  SHORT_SPAN = 64,                          /* outputs and inputs of a block: four and four of a thread */
  SHORT_FOURS = SHORT_SPAN / FOUR,          /* of rows */
  SHORT_PITCH = SHORT_STEPS * PARTIALS + 1, /* odd: fours of rows side by side lie in different banks */
};

/* Sums of four outputs by four inputs. */
struct square {
  float of[FOUR][FOUR];

  __device__ void add(const square &other) {
#pragma unroll
    for (int i = 0; i < FOUR * FOUR; i++) {
      of[i / FOUR][i % FOUR] = of[i / FOUR][i % FOUR] + other.of[i / FOUR][i % FOUR];
    }
  }

  __device__ void add(const four &a, const four &b) {
#pragma unroll
    for (int i = 0; i < FOUR * FOUR; i++) {
      of[i / FOUR][i % FOUR] = fmaf(a.value[i / FOUR], b.value[i % FOUR], of[i / FOUR][i % FOUR]);
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

/* For few steps: a thread makes whole sums alone. Steps that are not there add +0, which changes no more than the sign
 * of a zero, and that is lost with the first half of the partials. */
template <class S>
__global__ void __launch_bounds__(BLOCK_THREADS, 2)
    short_gradient_kernel(home home, S shared, int64_t row_stride, delivery to) {
  __shared__ four left[SHORT_FOURS * SHORT_PITCH], right[SHORT_FOURS * SHORT_PITCH];
  const S s = own(shared, home);
  const delivering d = own(to, home);
  const int32_t output = (int32_t)blockIdx.y * SHORT_SPAN, input = (int32_t)blockIdx.x * SHORT_SPAN;
  /* A warp's threads are four down and eight across, so dealt that of every sixteen those two apart read the same on
   * the left and neighbours on the right: a read of four floats is then served in two goes. */
  const int32_t t = (int32_t)threadIdx.x, warp = t / WARP;
  const int32_t down = warp / 2 * 4 + t % 2 + t / 8 % 2 * 2, across = warp % 2 * 8 + t / 2 % 4 + t / 16 % 2 * 4;
  const int32_t m = output + down * FOUR, k = input + across * FOUR;
  const int32_t rows = k < row_stride ? s.outputs - m : 0;
  const int32_t place = t % 8 + t / 128 * 8, quarter = t / 8 % 4, step = t / 32 % 4;
  patch a = {}, b = {};
  if (step < s.steps) {
    typename S::source sources[FOUR];
#pragma unroll
    for (int r = 0; r < FOUR; r++) {
      sources[r] = s.reads(input + place * FOUR + r);
    }
    const typename S::spot spot = s.at(step, quarter);
    a = left_patch(s, output + place * FOUR, spot);
    b = right_patch(s, sources, input + place * FOUR, spot);
  }
#pragma unroll
  for (int r = 0; r < FOUR; r++) {
    if (r < rows) {
      ask(d, (m + r) * row_stride + k);
    }
  }
  a.put(left + place * SHORT_PITCH + step * PARTIALS + quarter * FOUR);
  b.put(right + place * SHORT_PITCH + step * PARTIALS + quarter * FOUR);
  __syncthreads();
  if (blockIdx.x == 0 && d.to.db != nullptr && t < SHORT_SPAN && output + t < s.outputs) {
    d.to.db[output + t] = row_sum(left, t);
  }
  if (rows <= 0) {
    return;
  }
  square sum = {};
#pragma unroll 1 /* half the code stays near */
  for (int half = 0; half < 2; half++) {
    sum.add(tree<2>(left + down * SHORT_PITCH + half, right + across * SHORT_PITCH + half));
  }
  state<FOUR> before[FOUR];
#pragma unroll
  for (int r = 0; r < FOUR; r++) {
    if (r < rows) {
      before[r] = state_at<FOUR>(d, (m + r) * row_stride + k);
    }
  }
#pragma unroll
  for (int r = 0; r < FOUR; r++) {
    if (r < rows) {
      deliver<FOUR>(d, {{sum.of[r][0], sum.of[r][1], sum.of[r][2], sum.of[r][3]}}, before[r], (m + r) * row_stride + k);
    }
  }
}

enum {
  LONG_SPAN = 32,                /* outputs and inputs of a block */
  LONG_SIDE = 8,                 /* of sixteen threads */
  LONG_STEPS = 4,                /* that wait in shared memory */
  LONG_FOURS = LONG_SPAN / FOUR, /* of rows */
  LONG_PITCH = PARTIALS + 1,     /* odd, as above */
  LONG_SUMS = LONG_SIDE * LONG_SIDE,
};

/* Joins the partials of many sums at once: thread `partial` of the sixteen ends with those of sums 4 * partial ... + 3
 * in sum[0 ... 3]. */
__device__ inline void join_all(float sum[LONG_SUMS], int32_t partial) {
#pragma unroll
  for (int half = LONG_SUMS / 2, bit = PARTIALS / 2; bit > 0; half /= 2, bit /= 2) {
#pragma unroll
    for (int i = 0; i < LONG_SUMS / 2; i++) {
      if (i < half) {
        const bool upper = (partial & bit) != 0;
        const float kept = upper ? sum[i + half] : sum[i], sent = upper ? sum[i] : sum[i + half];
        sum[i] = kept + __shfl_xor_sync(0xffffffffu, sent, bit);
      }
    }
  }
}

/* For many steps: each partial has a thread of its own, which makes that of many sums; sixteen neighbours join theirs.
 * What the next steps need is read while these are added up: one half of the threads reads the left, one the right. */
template <class S>
__global__ void __launch_bounds__(BLOCK_THREADS, 2)
    long_gradient_kernel(home home, S shared, int64_t row_stride, delivery to) {
  __shared__ four tile[2][LONG_STEPS][LONG_FOURS * LONG_PITCH];
  __shared__ typename S::source sources[LONG_SPAN];
  const S s = own(shared, home);
  const int32_t output = (int32_t)blockIdx.y * LONG_SPAN, input = (int32_t)blockIdx.x * LONG_SPAN;
  const int32_t t = (int32_t)threadIdx.x;
  if (t < LONG_SPAN) {
    sources[t] = s.reads(input + t);
  }
  __syncthreads();
  const int32_t side = t / (BLOCK_THREADS / 2), ahead = t / 32 % LONG_STEPS, quarter = t / 8 % 4;
  const int32_t rows = t % LONG_FOURS * FOUR;
  four *into = tile[side][ahead] + t % LONG_FOURS * LONG_PITCH + quarter * FOUR;
  typename S::spot spot = s.at(ahead, quarter);
  const auto fetched = [&](int32_t step) -> patch {
    return step >= s.steps ? patch{}
           : side == 0     ? left_patch(s, output + rows, spot)
                           : right_patch(s, sources + rows, input + rows, spot);
  };
  const int32_t partial = t % PARTIALS, place = t / PARTIALS;
  const int32_t down = place / (LONG_SPAN / LONG_SIDE) * LONG_SIDE;
  const int32_t across = place % (LONG_SPAN / LONG_SIDE) * LONG_SIDE;
  float sum[LONG_SUMS] = {};
  patch next = fetched(ahead);
  for (int32_t step = 0; step < s.steps; step += LONG_STEPS) {
    next.put(into);
    __syncthreads();
    s.advance(spot, LONG_STEPS);
    next = fetched(step + LONG_STEPS + ahead);
#pragma unroll 1
    for (int i = 0; i < LONG_STEPS; i++) {
      const four *left = tile[0][i] + down / FOUR * LONG_PITCH + partial;
      const four *right = tile[1][i] + across / FOUR * LONG_PITCH + partial;
      const four b[] = {right[0], right[LONG_PITCH]};
#pragma unroll
      for (int r = 0; r < LONG_SIDE; r += FOUR) {
        const four a = left[r / FOUR * LONG_PITCH];
#pragma unroll
        for (int j = 0; j < FOUR * LONG_SIDE; j++) {
          float &to_add = sum[r * LONG_SIDE + j];
          to_add = fmaf(a.value[j / LONG_SIDE], b[j % LONG_SIDE / FOUR].value[j % FOUR], to_add);
        }
      }
    }
    __syncthreads();
  }
  /* Four sums of one output are left to a thread. */
  const int32_t m = output + down + partial / 2, k = input + across + partial % 2 * FOUR;
  const bool there = m < s.outputs && k < row_stride;
  const delivering d = own(to, home);
  state<FOUR> before;
  if (there) {
    before = state_at<FOUR>(d, m * row_stride + k);
  }
  join_all(sum, partial);
  if (there) {
    deliver<FOUR>(d, {{sum[0] + 0.0f, sum[1] + 0.0f, sum[2] + 0.0f, sum[3] + 0.0f}}, before, m * row_stride + k);
  }
}

#endif
