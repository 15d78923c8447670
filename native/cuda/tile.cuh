/* The part of a dense product that a block makes, and how its factors come from memory. */
#ifndef TOMBOLA_TILE_CUH
#define TOMBOLA_TILE_CUH

#include "sums.cuh"

/* Rows and columns of a block, and of a warp of it; terms that wait in shared memory; blocks of a multiprocessor, which
 * registers must allow; neighbouring terms that a thread fetches of columns, and of rows where four rows are
 * fetched at once. */
template <int HIGH_, int WIDE_, int WARP_HIGH_, int WARP_WIDE_, int DEPTH_, int RESIDENT_, int TOGETHER = 1>
struct tile {
  enum {
    HIGH = HIGH_,
    WIDE = WIDE_,
    WARP_HIGH = WARP_HIGH_,
    WARP_WIDE = WARP_WIDE_,
    DEPTH = DEPTH_,
    RESIDENT = RESIDENT_,
    THREADS = HIGH / WARP_HIGH * (WIDE / WARP_WIDE) * WARP,
    LEFT = HIGH * DEPTH / FOUR / THREADS, /* fours that a thread fetches */
    RIGHT = WIDE * DEPTH / FOUR / THREADS,
    PAIR = 2, /* lanes that fetch neighbouring fours of a row */
  };
  static_assert(LEFT * THREADS * FOUR == HIGH * DEPTH && RIGHT * THREADS * FOUR == WIDE * DEPTH, "all fetch alike");
  static_assert(THREADS % (WIDE / FOUR) == 0, "a thread fetches from one place");
  static_assert(DEPTH % (PAIR * FOUR) == 0 && LEFT % TOGETHER == 0 && RIGHT % TOGETHER == 0, "whole fours");

  /* Where a warp's part of the block's begins. */
  __device__ static int32_t warp_down() {
    return (int32_t)threadIdx.x / WARP / (WIDE / WARP_WIDE) * WARP_HIGH;
  }
  __device__ static int32_t warp_across() {
    return (int32_t)threadIdx.x / WARP % (WIDE / WARP_WIDE) * WARP_WIDE;
  }

  /* The n-th four that a thread fetches, of terms of a row or of rows in a term: its row and term. */
  template <bool ALONG_ROWS>
  __device__ static void left(int n, int32_t &row, int32_t &term) {
    if (ALONG_ROWS) {
      row = first<HIGH>(n);
      term = term_of<HIGH>(n);
    } else {
      const int32_t at = n * THREADS + (int32_t)threadIdx.x;
      row = at / PAIR % HIGH;
      term = (at % PAIR + at / (PAIR * HIGH) * PAIR) * FOUR;
    }
  }

  /* The term of the n-th four columns that a thread fetches, and the first of them, which is always the same. */
  __device__ static int32_t right(int n) {
    return term_of<WIDE>(n);
  }
  __device__ static int32_t column() {
    return first<WIDE>(0);
  }

 private:
  template <int LENGTH>
  __device__ static int32_t first(int n) {
    return (n / TOGETHER * THREADS + (int32_t)threadIdx.x) % (LENGTH / FOUR) * FOUR;
  }
  template <int LENGTH>
  __device__ static int32_t term_of(int n) {
    return (n / TOGETHER * THREADS + (int32_t)threadIdx.x) / (LENGTH / FOUR) * TOGETHER + n % TOGETHER;
  }
};

/* Terms of one tile on their way from memory: fetched while those before are multiplied. */
template <class S, class T>
struct fetched {
  four left[T::LEFT], right[T::RIGHT];

  __device__ void fetch(const S &s, const typename S::place &place, bool inside, int32_t row, int32_t i) {
#pragma unroll
    for (int n = 0; n < T::LEFT; n++) {
      int32_t r, d;
      T::template left<S::LEFT_ALONG_ROWS>(n, r, d);
      left[n] = row + r < s.rows && i + d < s.inner ? s.left(row + r, i + d) : four_of(0.0f);
    }
#pragma unroll
    for (int n = 0; n < T::RIGHT; n++) {
      const int32_t d = T::right(n);
      right[n] = inside && i + d < s.inner ? read(s.right(place, i + d), 0) : four_of(0.0f);
    }
  }
};

#endif
