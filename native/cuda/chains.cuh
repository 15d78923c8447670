/* The sums of a dense product in their canonical order. */
#ifndef TOMBOLA_CHAINS_CUH
#define TOMBOLA_CHAINS_CUH

#include "tile.cuh"
#include "warp_chains.cuh"

template <class T>
class chains {
  enum { PITCH = T::HIGH + 4 /* floats: what a warp turns from rows falls into different banks */ };
  static_assert(PITCH % 8 == 4, "banks");

 public:
  typedef T tile;
  struct factors {
    float left[T::DEPTH][PITCH], right[T::DEPTH][T::WIDE];
  };

  /* Puts what was fetched where warps read it. */
  template <class S>
  __device__ static void put(const fetched<S, T> &values, factors &to) {
#pragma unroll
    for (int n = 0; n < T::LEFT; n++) {
      int32_t r, d;
      T::template left<S::LEFT_ALONG_ROWS>(n, r, d);
      if (S::LEFT_ALONG_ROWS) {
        *(four *)&to.left[d][r] = values.left[n];
      } else {
#pragma unroll
        for (int j = 0; j < FOUR; j++) {
          to.left[d + j][r] = values.left[n].value[j];
        }
      }
    }
#pragma unroll
    for (int n = 0; n < T::RIGHT; n++) {
      *(four *)&to.right[T::right(n)][T::column()] = values.right[n];
    }
  }

  template <class S>
  __device__ chains(const S &s, int32_t row) {
#pragma unroll
    for (int r = 0; r < part::DOWN; r++) {
      const float start = row + down() + r < s.rows ? s.start(row + down() + r) : 0.0f;
#pragma unroll
      for (int c = 0; c < part::ACROSS; c++) {
        mine.sum[r][c] = four_of(start);
      }
    }
  }

  __device__ void add(const factors &factors) {
#pragma unroll
    for (int d = 0; d < T::DEPTH; d++) {
      mine.add(&factors.left[d][T::warp_down()], &factors.right[d][T::warp_across()]);
    }
  }

  template <class S>
  __device__ void finish(const S &s, int32_t row, int64_t column) const {
#pragma unroll
    for (int r = 0; r < part::DOWN; r++) {
#pragma unroll
      for (int c = 0; c < part::ACROSS; c++) {
        const int64_t to = column + T::warp_across() + part::across() + c * part::NEXT_FOUR;
        if (row + down() + r < s.rows && to < s.columns) {
          s.finish(row + down() + r, to, mine.sum[r][c]);
        }
      }
    }
  }

 private:
  typedef warp_chains<T::WARP_HIGH, T::WARP_WIDE> part;

  part mine;

  __device__ static int32_t down() {
    return T::warp_down() + part::down();
  }
};

typedef chains<tile<128, 128, 32, 64, 8, 2>> large_chains; /* fetch least for what they multiply */
typedef chains<tile<128, 64, 32, 64, 8, 3>> tall_chains;
typedef chains<tile<64, 128, 32, 64, 8, 3>> wide_chains;
typedef chains<tile<32, 128, 32, 32, 16, 4>> flat_chains; /* whose warps all have rows, where rows are few */
typedef chains<tile<16, 64, 16, 32, 16, 9>> low_chains;
typedef chains<tile<8, 32, 4, 32, 32, 8>> few_chains; /* deep, as then one waits for memory most */

#endif
