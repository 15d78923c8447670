/* Tiles of what dense products multiply, on their way through shared memory. */
#ifndef TOMBOLA_TILE_CUH
#define TOMBOLA_TILE_CUH

#include "sums.cuh"

/* Rows and columns of a block, and of a warp of it; terms that wait in shared memory; blocks of a multiprocessor, which
 * registers must allow; floats by which a line of the right is longer there. */
template <int HIGH_, int WIDE_, int WARP_HIGH_, int WARP_WIDE_, int DEPTH_, int RESIDENT_, int GAP = 0>
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
    PITCH = HIGH + 4, /* floats of a line of the left: what a warp turns from rows falls into different banks */
    RIGHT_PITCH = WIDE + GAP,
    PAIR = 2, /* lanes that fetch neighbouring fours of a row */
  };
  static_assert(LEFT * THREADS * FOUR == HIGH * DEPTH && RIGHT * THREADS * FOUR == WIDE * DEPTH, "all fetch alike");
  static_assert(THREADS % (WIDE / FOUR) == 0, "a thread fetches from one place");
  static_assert(PITCH % 8 == 4 && DEPTH % (PAIR * FOUR) == 0 && HIGH % FOUR == 0, "fours and banks");

  typedef float lefts[DEPTH][PITCH];
  typedef float rights[DEPTH][RIGHT_PITCH];

  /* Where a warp's part of the block's begins. */
  __device__ static int32_t warp_down() {
    return (int32_t)threadIdx.x / WARP / (WIDE / WARP_WIDE) * WARP_HIGH;
  }
  __device__ static int32_t warp_across() {
    return (int32_t)threadIdx.x / WARP % (WIDE / WARP_WIDE) * WARP_WIDE;
  }
};

/* Terms of one tile on their way from memory: fetched while those before are multiplied. */
template <class S, class T>
struct fetched {
  four left[T::LEFT], right[T::RIGHT];

  /* Where four of the left that this thread fetches begin. */
  __device__ static void find(int n, int32_t &r, int32_t &d) {
    const int32_t at = n * T::THREADS + (int32_t)threadIdx.x;
    if (S::LEFT_ALONG_ROWS) {
      r = at % (T::HIGH / FOUR) * FOUR;
      d = at / (T::HIGH / FOUR);
    } else {
      r = at / T::PAIR % T::HIGH;
      d = (at % T::PAIR + at / (T::PAIR * T::HIGH) * T::PAIR) * FOUR;
    }
  }

  __device__ static int32_t right_depth(int n) {
    return (n * T::THREADS + (int32_t)threadIdx.x) / (T::WIDE / FOUR);
  }

  __device__ static int32_t right_column() {
    return (int32_t)threadIdx.x % (T::WIDE / FOUR) * FOUR;
  }

  __device__ void fetch(const S &s, const typename S::place &place, bool inside, int32_t row, int32_t i) {
#pragma unroll
    for (int n = 0; n < T::LEFT; n++) {
      int32_t r, d;
      find(n, r, d);
      left[n] = row + r < s.rows && i + d < s.inner ? s.left(row + r, i + d) : four_of(0.0f);
    }
#pragma unroll
    for (int n = 0; n < T::RIGHT; n++) {
      const int32_t d = right_depth(n);
      right[n] = inside && i + d < s.inner ? read(s.right(place, i + d), 0) : four_of(0.0f);
    }
  }

  /* As factors of A. */
  template <class A>
  __device__ void store(typename T::lefts &lefts, typename T::rights &rights) const {
#pragma unroll
    for (int n = 0; n < T::LEFT; n++) {
      int32_t r, d;
      find(n, r, d);
      if (S::LEFT_ALONG_ROWS) {
        *(four *)&lefts[d][r] = A::factors(left[n]);
      } else {
        const four turned = A::factors(left[n]);
#pragma unroll
        for (int j = 0; j < FOUR; j++) {
          lefts[d + j][r] = turned.value[j];
        }
      }
    }
#pragma unroll
    for (int n = 0; n < T::RIGHT; n++) {
      *(four *)&rights[right_depth(n)][right_column()] = A::factors(right[n]);
    }
  }
};

#endif
