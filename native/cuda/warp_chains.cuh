/* Chains of fma: the sums of a warp, of rows on the left by columns on the right, a term at a time. */
#ifndef TOMBOLA_WARP_CHAINS_CUH
#define TOMBOLA_WARP_CHAINS_CUH

#include "sums.cuh"

/* A warp has four threads down and eight across, a thread DOWN rows of ACROSS fours. */
template <int HIGH, int WIDE>
struct warp_chains {
  enum { DOWN = HIGH / 4, ACROSS = WIDE / 8 / FOUR, NEXT_FOUR = WIDE / ACROSS };

  four sum[DOWN][ACROSS];

  /* A term's factors of all rows and all columns. */
  __device__ void add(const float *left, const float *right) {
    constexpr int AT_ONCE = DOWN < (int)FOUR ? (int)DOWN : (int)FOUR;
    four b[ACROSS];
#pragma unroll
    for (int c = 0; c < ACROSS; c++) {
      b[c] = pack_at<FOUR>(right + across() + c * NEXT_FOUR);
    }
#pragma unroll
    for (int r = 0; r < DOWN; r += AT_ONCE) {
      const pack<float, AT_ONCE> a = pack_at<AT_ONCE>(left + down() + r);
#pragma unroll
      for (int each = 0; each < AT_ONCE; each++) {
#pragma unroll
        for (int c = 0; c < ACROSS; c++) {
          add_product(sum[r + each][c], a.value[each], b[c]);
        }
      }
    }
  }

  /* A thread's first row and column. Two neighbouring lanes share columns, every other one rows: so two quarters of a
   * warp read 16 bytes each at once. */
  __device__ static int32_t down() {
    const int32_t lane = (int32_t)threadIdx.x % WARP;
    return (lane % 2 + lane / 16 * 2) * DOWN;
  }
  __device__ static int32_t across() {
    return (int32_t)threadIdx.x % WARP / 2 % 8 * FOUR;
  }
};

#endif
