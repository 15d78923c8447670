/* The dense form of sums.cuh: tiles of the two pass through shared memory, where one waits while another is multiplied.
 */
#ifndef TOMBOLA_PRODUCT_CUH
#define TOMBOLA_PRODUCT_CUH

#include "sums.cuh"

/* Rows and columns of a block; those of a thread; terms that wait in shared memory. A warp has four threads down and
 * eight across. */
template <int HIGH_, int WIDE_, int DOWN_, int ACROSS_, int DEPTH_, int RESIDENT_>
struct tile {
  enum {
    HIGH = HIGH_,
    WIDE = WIDE_,
    DOWN = DOWN_,
    ACROSS = ACROSS_ / FOUR, /* in fours */
    DEPTH = DEPTH_,
    WARP_HIGH = 4 * DOWN,
    WARP_WIDE = 8 * ACROSS_,
    THREADS = HIGH / WARP_HIGH * (WIDE / WARP_WIDE) * WARP,
    RESIDENT = RESIDENT_,                 /* blocks of a multiprocessor: what registers must allow */
    LEFT = HIGH * DEPTH / FOUR / THREADS, /* fours that a thread fetches */
    RIGHT = WIDE * DEPTH / FOUR / THREADS,
    PITCH = HIGH + 4, /* floats of a line of the left: what a warp turns from rows falls into different banks */
    PAIR = 2,         /* lanes that fetch neighbouring fours of a row */
  };
  static_assert(LEFT * THREADS * FOUR == HIGH * DEPTH && RIGHT * THREADS * FOUR == WIDE * DEPTH, "all fetch alike");
  static_assert(THREADS % (WIDE / FOUR) == 0, "a thread fetches from one place");
  static_assert(PITCH % 8 == 4 && DEPTH % (PAIR * FOUR) == 0 && HIGH % FOUR == 0, "fours and banks");
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

  __device__ void store(float (*lefts)[T::PITCH], float (*rights)[T::WIDE]) const {
#pragma unroll
    for (int n = 0; n < T::LEFT; n++) {
      int32_t r, d;
      find(n, r, d);
      if (S::LEFT_ALONG_ROWS) {
        *(four *)&lefts[d][r] = left[n];
      } else {
#pragma unroll
        for (int j = 0; j < FOUR; j++) {
          lefts[d + j][r] = left[n].value[j];
        }
      }
    }
#pragma unroll
    for (int n = 0; n < T::RIGHT; n++) {
      *(four *)&rights[right_depth(n)][right_column()] = right[n];
    }
  }
};

template <class S, class T>
__global__ void __launch_bounds__(T::THREADS, T::RESIDENT) product_kernel(home home, S shared) {
  constexpr int ROWS_AT_ONCE = T::DOWN < (int)FOUR ? (int)T::DOWN : (int)FOUR;
  constexpr int NEXT_FOUR = T::WARP_WIDE / T::ACROSS;
  alignas(16) __shared__ float left[2][T::DEPTH][T::PITCH];
  alignas(16) __shared__ float right[2][T::DEPTH][T::WIDE];
  const S s = own(shared, home);
  const int32_t lane = (int32_t)threadIdx.x % WARP, warp = (int32_t)threadIdx.x / WARP;
  const int32_t warp_down = warp / (T::WIDE / T::WARP_WIDE) * T::WARP_HIGH;
  const int32_t warp_across = warp % (T::WIDE / T::WARP_WIDE) * T::WARP_WIDE;
  /* Two neighbouring lanes share columns, every other one rows: so two quarters of a warp read 16 bytes each at once.
   */
  const int32_t down = warp_down + (lane % 2 + lane / 16 * 2) * T::DOWN;
  const int32_t across = warp_across + lane / 2 % 8 * FOUR;
  const int32_t row = (int32_t)blockIdx.y * T::HIGH;
  const int64_t column = (int64_t)blockIdx.x * T::WIDE;
  const bool busy = row + warp_down < s.rows && column + warp_across < s.columns;
  four sum[T::DOWN][T::ACROSS];
#pragma unroll
  for (int r = 0; r < T::DOWN; r++) {
    const float start = row + down + r < s.rows ? s.start(row + down + r) : 0.0f;
#pragma unroll
    for (int c = 0; c < T::ACROSS; c++) {
      sum[r][c] = four_of(start);
    }
  }
  const int64_t from = column + fetched<S, T>::right_column();
  const bool inside = from < s.columns;
  const typename S::place place = s.at(inside ? from : 0);
  fetched<S, T> next;
  next.fetch(s, place, inside, row, 0);
  next.store(left[0], right[0]);
  __syncthreads();
  int turn = 0;
  for (int32_t i = T::DEPTH; i - T::DEPTH < s.inner; i += T::DEPTH) {
    if (i < s.inner) {
      next.fetch(s, place, inside, row, i);
    }
    if (busy) {
#pragma unroll
      for (int d = 0; d < T::DEPTH; d++) {
        four b[T::ACROSS];
#pragma unroll
        for (int c = 0; c < T::ACROSS; c++) {
          b[c] = pack_at<FOUR>(&right[turn][d][across + c * NEXT_FOUR]);
        }
#pragma unroll
        for (int r = 0; r < T::DOWN; r += ROWS_AT_ONCE) {
          const pack<float, ROWS_AT_ONCE> a = pack_at<ROWS_AT_ONCE>(&left[turn][d][down + r]);
#pragma unroll
          for (int each = 0; each < ROWS_AT_ONCE; each++) {
#pragma unroll
            for (int c = 0; c < T::ACROSS; c++) {
              add_product(sum[r + each][c], a.value[each], b[c]);
            }
          }
        }
      }
    }
    turn = 1 - turn;
    if (i < s.inner) {
      next.store(left[turn], right[turn]);
    }
    __syncthreads();
  }
#pragma unroll
  for (int r = 0; r < T::DOWN; r++) {
#pragma unroll
    for (int c = 0; c < T::ACROSS; c++) {
      const int64_t to = column + across + c * NEXT_FOUR;
      if (row + down + r < s.rows && to < s.columns) {
        s.finish(row + down + r, to, sum[r][c]);
      }
    }
  }
}

typedef tile<128, 64, 8, 8, 8, 3> tall_tile;
typedef tile<64, 128, 8, 8, 8, 3> wide_tile;
typedef tile<16, 64, 4, 4, 16, 9> low_tile;
typedef tile<8, 32, 1, 4, 32, 8> small_tile; /* for few sums: deep, as then one waits for memory most */

template <class T, class S>
int64_t blocks_in(const tombola_context *context, const S &s) {
  return (int64_t)blocks_of(s.columns, T::WIDE) * blocks_of(s.rows, T::HIGH) * context->group.replicas;
}

template <class T, class S>
int32_t product_in(const tombola_context *context, const S &s) {
  const dim3 grid(blocks_of(s.columns, T::WIDE), blocks_of(s.rows, T::HIGH));
  return launch(context, product_kernel<S, T>, grid, T::THREADS, s);
}

/* In the largest tiles that give every multiprocessor two. */
template <class S>
int32_t product(const tombola_context *context, const S &s) {
  const int64_t enough = 2 * multiprocessors();
  if (s.rows > wide_tile::HIGH && blocks_in<tall_tile>(context, s) >= enough) {
    return product_in<tall_tile>(context, s);
  }
  if (s.rows > low_tile::HIGH && s.columns > tall_tile::WIDE && blocks_in<wide_tile>(context, s) >= enough) {
    return product_in<wide_tile>(context, s);
  }
  return blocks_in<low_tile>(context, s) >= enough ? product_in<low_tile>(context, s)
                                                   : product_in<small_tile>(context, s);
}

#endif
