/* Gradients of all weights of a matrix, where there are many steps: a warp for each partial, which makes that of all
 * sums of the block. What the next steps need is fetched while these are added up. */
#ifndef TOMBOLA_LONG_GRADIENT_CUH
#define TOMBOLA_LONG_GRADIENT_CUH

#include "optimizer.cuh"
#include "patch.cuh"
#include "warp_chains.cuh"

enum { LONG_THREADS = PARTIALS * WARP };

/* A block's outputs and inputs, and the steps that wait in shared memory. */
template <int HIGH_, int WIDE_, int STEPS_>
struct long_tile {
  enum {
    HIGH = HIGH_,
    WIDE = WIDE_,
    STEPS = STEPS_,
    LEFT = HIGH / FOUR * FOUR * STEPS, /* patches: of so many rows, quarters and steps */
    RIGHT = WIDE / FOUR * FOUR * STEPS,
  };
  static_assert(LEFT % WARP == 0 && RIGHT % WARP == 0 && LEFT + RIGHT <= LONG_THREADS, "a thread fetches one at most");
  typedef warp_chains<HIGH, WIDE> part;
  enum { FOURS = part::DOWN * part::ACROSS /* of a thread's sums */ };

  struct factors {
    float left[PARTIALS][STEPS][HIGH], right[PARTIALS][STEPS][WIDE];
  };
};

typedef long_tile<32, 64, 4> broad_tile;
typedef long_tile<16, 32, 8> small_tile; /* whose steps take less time than a fetch */

/* Of so many fours that a warp has, those that it gives before it takes. */
__host__ __device__ constexpr int given_at_once(int fours) {
  return fours > 8 ? 4 : fours > 1 ? fours / 2 : 1;
}

/* Joins the partials that sixteen warps have of the same sums, of COUNT fours in each thread. Of two warps either gives
 * half of its fours away, as long as it has several. So warp p ends with four p * COUNT / 16, as its neighbours may. */
template <int COUNT, int APART>
__device__ inline void join_warps(four *sum, four (*room)[WARP], int32_t warp) {
  if constexpr (APART > 0) {
    constexpr int GIVEN = COUNT > 1 ? COUNT / 2 : 1, AT_ONCE = given_at_once(COUNT);
    const int32_t lane = (int32_t)threadIdx.x % WARP;
    const bool upper = (warp & APART) != 0;
    static_assert(GIVEN % AT_ONCE == 0, "whole goes");
#pragma unroll
    for (int first = 0; first < GIVEN; first += AT_ONCE) {
      __syncthreads();
#pragma unroll
      for (int i = 0; i < AT_ONCE; i++) {
        room[warp * AT_ONCE + i][lane] = COUNT > 1 && !upper ? sum[GIVEN + first + i] : sum[first + i];
      }
      __syncthreads();
#pragma unroll
      for (int i = 0; i < AT_ONCE; i++) {
        const four other = room[(warp ^ APART) * AT_ONCE + i][lane];
        four kept = COUNT > 1 && upper ? sum[GIVEN + first + i] : sum[first + i];
#pragma unroll
        for (int j = 0; j < FOUR; j++) {
          kept.value[j] = kept.value[j] + other.value[j];
        }
        sum[first + i] = kept;
      }
    }
    join_warps<GIVEN, APART / 2>(sum, room, warp);
  }
}

template <class S, class T>
__global__ void __launch_bounds__(LONG_THREADS, 1)
    long_gradient_kernel(home home, S shared, int32_t row_stride, delivery to) {
  typedef typename T::part part;
  /* First the factors; then what the warps came to. */
  alignas(16) __shared__ typename T::factors factors[2];
  static_assert(sizeof factors >= PARTIALS * given_at_once(T::FOURS) * WARP * sizeof(four), "room for what is given");
  const S s = own(shared, home);
  const int32_t output = (int32_t)blockIdx.y * T::HIGH, input = (int32_t)blockIdx.x * T::WIDE;
  const int32_t t = (int32_t)threadIdx.x, warp = t / WARP;
  /* Eight threads fetch sixteen rows and more of the same partials, so that what they put lies together. */
  const bool left = t < T::LEFT, fetches = t < T::LEFT + T::RIGHT;
  const int32_t patch_of = left ? t : t - T::LEFT, high = left ? T::HIGH / FOUR : T::WIDE / FOUR;
  const int32_t rows = patch_of % high * FOUR, quarter = patch_of / high % FOUR, ahead = patch_of / high / FOUR;
  const patch_source<S> source = left ? of_outputs(s, output + rows) : of_inputs(s, input + rows);
  typename S::spot spot = s.at(ahead, quarter);
  const auto fetched = [&](int32_t step) -> patch {
    return step + ahead >= s.steps || !fetches ? patch{} : left ? source.left(s, spot) : source.right(s, spot);
  };
  const auto put = [&](const patch &next, typename T::factors &into) {
    if (left) {
      next.put(&into.left[quarter * FOUR][ahead][rows], T::STEPS * T::HIGH);
    } else if (fetches) {
      next.put(&into.right[quarter * FOUR][ahead][rows], T::STEPS * T::WIDE);
    }
  };
  part mine = {};
  put(fetched(0), factors[0]);
  __syncthreads();
  int turn = 0;
  for (int32_t step = 0; step < s.steps; step += T::STEPS) {
#pragma unroll
    for (int i = 0; i < T::STEPS; i += FOUR) {
      s.advance(spot, s.four_steps);
    }
    const patch next = fetched(step + T::STEPS);
#pragma unroll 2 /* more would want registers that are not there */
    for (int i = 0; i < T::STEPS; i++) {
      mine.add(factors[turn].left[warp][i], factors[turn].right[warp][i]);
    }
    turn = 1 - turn;
    put(next, factors[turn]);
    __syncthreads();
  }
  /* A thread ends with four sums of one output; of few, those of some warps do. */
  constexpr int SHARERS = PARTIALS / T::FOURS;
  const int32_t ends = warp / SHARERS;
  const int32_t m = output + part::down() + ends / part::ACROSS;
  const int32_t k = input + part::across() + ends % part::ACROSS * part::NEXT_FOUR;
  const bool there = warp % SHARERS == 0 && m < s.outputs && k < row_stride;
  const delivering d = own(to, home);
  state<FOUR> before;
  if (there) {
    before = state_at<FOUR>(d, weight_at(m, k, row_stride));
  }
  four *sums = mine.sum[0];
  join_warps<T::FOURS, PARTIALS / 2>(sums, (four(*)[WARP])factors, warp);
  if (there) {
    deliver<FOUR>(d, padded(sums[0], k, s.inputs), before, weight_at(m, k, row_stride));
  }
}

#endif
