/* The values of a channel of images as sixteen threads add them up: by runs of sixteen examples, and of a run all
 * positions one after another. Such a chain is long and waits for nothing but its last sum, if all threads of a block
 * bring values into shared memory before they are added. */
#ifndef TOMBOLA_IN_ORDER_CUH
#define TOMBOLA_IN_ORDER_CUH

#include "pack.cuh"

enum { IN_ORDER_THREADS = 256, IN_ORDER_STEPS = 256 /* that wait at once, of one array */ };

/* What waits while as much before it is added up. */
template <int ARRAYS>
struct waiting_steps {
  enum { STEPS = IN_ORDER_STEPS / ARRAYS, FOURS = PARTIALS / FOUR };
  four of[ARRAYS][STEPS * FOURS];
};

/* Calls `take` in the first sixteen threads with what each has of the arrays, [positions][lanes] all of them, of the
 * first `size` examples. The room is not free again before the next barrier. */
template <int ARRAYS, class F>
__device__ inline void in_order(waiting_steps<ARRAYS> (&room)[2], const float *const (&from)[ARRAYS], int32_t positions,
                                int32_t lanes, int32_t size, const F &take) {
  typedef waiting_steps<ARRAYS> waiting;
  constexpr int FETCHES = waiting::STEPS * waiting::FOURS / IN_ORDER_THREADS;
  const uint32_t t = threadIdx.x, steps = (uint32_t)(lanes / PARTIALS) * (uint32_t)positions;
  const int32_t mine = t < PARTIALS ? (size - (int32_t)t + PARTIALS - 1) / PARTIALS * positions : 0;
  four next[ARRAYS][FETCHES];
  const auto fetch = [&](uint32_t first) {
#pragma unroll
    for (int f = 0; f < FETCHES; f++) {
      const uint32_t step = first + (f * IN_ORDER_THREADS + t) / waiting::FOURS;
      if (step < steps) {
        const uint32_t position = step % (uint32_t)positions, run = step / (uint32_t)positions;
        const int64_t at = (int64_t)position * lanes + run * PARTIALS + t % waiting::FOURS * FOUR;
#pragma unroll
        for (int a = 0; a < ARRAYS; a++) {
          next[a][f] = pack_at<FOUR>(from[a] + at);
        }
      }
    }
  };
  int turn = 0;
  fetch(0);
  for (uint32_t first = 0; first < steps; first += waiting::STEPS) {
#pragma unroll
    for (int a = 0; a < ARRAYS; a++) {
#pragma unroll
      for (int f = 0; f < FETCHES; f++) {
        room[turn].of[a][f * IN_ORDER_THREADS + t] = next[a][f];
      }
    }
    __syncthreads();
    fetch(first + waiting::STEPS);
    const int32_t left = mine - (int32_t)first, count = left < waiting::STEPS ? left : waiting::STEPS;
#pragma unroll 16
    for (int32_t i = 0; i < count; i++) {
      float value[ARRAYS];
#pragma unroll
      for (int a = 0; a < ARRAYS; a++) {
        value[a] = ((const float *)room[turn].of[a])[i * PARTIALS + t];
      }
      take(value);
    }
    turn = 1 - turn;
  }
}

#endif
