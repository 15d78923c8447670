/* Sums in TF32, on tensor cores: in binary32, eight terms at a time, in an order and a rounding that are the device's.
 * Which lanes hold what follows PTX's mma.m16n8k8; rows, columns and terms are dealt so that reads of four floats fall
 * into different banks, and so that a thread ends with fours of a row. */
#ifndef TOMBOLA_TENSORS_CUH
#define TOMBOLA_TENSORS_CUH

#include "tile.cuh"

enum { TERMS = 8 /* of one multiplication */, SQUARE = 32 /* rows and columns that a warp reads at once */ };

/* To the nearest of 10 bits after the point; halfway away from 0. */
__device__ inline float to_tf32(float value) {
#ifdef __CUDA_ARCH__
  uint32_t bits;
  asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(bits) : "f"(value));
  return __uint_as_float(bits);
#else
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  bits = (bits & 0x7f800000) == 0x7f800000 ? bits : (bits + 0x1000) & ~0x1fffu;
  memcpy(&value, &bits, sizeof value);
  return value;
#endif
}

__device__ inline four to_tf32(four values) {
#pragma unroll
  for (int i = 0; i < FOUR; i++) {
    values.value[i] = to_tf32(values.value[i]);
  }
  return values;
}

/* What a warp's threads hold of 16 x 8 sums, of 16 x 8 factors on the left and of 8 x 8 on the right. */
struct fragment {
  float &sum0, &sum1, &sum2, &sum3;

  __device__ void add(float left0, float left1, float left2, float left3, float right0, float right1) {
#ifdef __CUDA_ARCH__
    asm("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
        "{%0, %1, %2, %3};"
        : "+f"(sum0), "+f"(sum1), "+f"(sum2), "+f"(sum3)
        : "r"(__float_as_uint(left0)), "r"(__float_as_uint(left1)), "r"(__float_as_uint(left2)),
          "r"(__float_as_uint(left3)), "r"(__float_as_uint(right0)), "r"(__float_as_uint(right1)));
#elif defined(TOMBOLA_TENSOR_CORE)
    const float left[] = {left0, left1, left2, left3}, right[] = {right0, right1};
    float sum[] = {sum0, sum1, sum2, sum3};
    TOMBOLA_TENSOR_CORE(sum, left, right);
    sum0 = sum[0], sum1 = sum[1], sum2 = sum[2], sum3 = sum[3];
#endif
  }
};

/* A warp's sums of DOWN x ACROSS squares. */
template <int DOWN, int ACROSS>
struct squares {
  four sum[DOWN][FOUR][ACROSS][2]; /* rows one below the other, and two fours of each */

  /* The first of the thread's four rows in a square, and the first columns of its fours. */
  __device__ static int32_t row() {
    const int32_t group = (int32_t)threadIdx.x % WARP / FOUR;
    return (group / 2 + group % 2 * 4) * FOUR;
  }
  __device__ static int32_t column(int which) {
    return (int32_t)threadIdx.x % FOUR * FOUR + which * SQUARE / 2;
  }

  __device__ void add(const squares &other) {
#pragma unroll
    for (int i = 0; i < DOWN * FOUR * ACROSS * 2 * FOUR; i++) {
      float &to = ((float *)sum)[i];
      to = to + ((const float *)other.sum)[i];
    }
  }

  /* The products of TERMS lines of either. */
  template <int PITCH, int RIGHT_PITCH>
  __device__ void add(const float *left, const float *right) {
    const int32_t term = (int32_t)threadIdx.x % FOUR;
    four a[DOWN][2], b[ACROSS][2];
#pragma unroll
    for (int half = 0; half < 2; half++) {
#pragma unroll
      for (int d = 0; d < DOWN; d++) {
        a[d][half] = pack_at<FOUR>(left + (term + half * TERMS / 2) * PITCH + d * SQUARE + row());
      }
#pragma unroll
      for (int c = 0; c < ACROSS; c++) {
        b[c][half] = pack_at<FOUR>(right + (term + half * TERMS / 2) * RIGHT_PITCH + c * SQUARE + row());
      }
    }
#pragma unroll
    for (int d = 0; d < DOWN; d++) {
#pragma unroll
      for (int r = 0; r < FOUR; r += 2) {
#pragma unroll
        for (int c = 0; c < ACROSS; c++) {
#pragma unroll
          for (int j = 0; j < FOUR; j++) {
            fragment{sum[d][r][c][0].value[j], sum[d][r][c][1].value[j], sum[d][r + 1][c][0].value[j],
                     sum[d][r + 1][c][1].value[j]}
                .add(a[d][0].value[r], a[d][0].value[r + 1], a[d][1].value[r], a[d][1].value[r + 1], b[c][0].value[j],
                     b[c][1].value[j]);
          }
        }
      }
    }
  }
};

/* How a product's sums are made (product.cuh). */
template <class T>
class tensors {
 public:
  typedef T tile;

  __device__ static four factors(const four &values) {
    return to_tf32(values);
  }

  template <class S>
  __device__ tensors(const S &s, int32_t row) {
#pragma unroll
    for (int d = 0; d < DOWN; d++) {
#pragma unroll
      for (int r = 0; r < FOUR; r++) {
        const int32_t at = row + down(d) + r;
        const float start = at < s.rows ? s.start(at) : 0.0f;
#pragma unroll
        for (int c = 0; c < ACROSS; c++) {
          parts.sum[d][r][c][0] = parts.sum[d][r][c][1] = four_of(start);
        }
      }
    }
  }

  __device__ void add(const typename T::lefts &left, const typename T::rights &right) {
#pragma unroll
    for (int d = 0; d < T::DEPTH; d += TERMS) {
      parts.template add<T::PITCH, T::RIGHT_PITCH>(&left[d][T::warp_down()], &right[d][T::warp_across()]);
    }
  }

  template <class S>
  __device__ void finish(const S &s, int32_t row, int64_t column) const {
#pragma unroll
    for (int d = 0; d < DOWN; d++) {
#pragma unroll
      for (int r = 0; r < FOUR; r++) {
#pragma unroll
        for (int c = 0; c < ACROSS * 2; c++) {
          const int64_t to = column + T::warp_across() + c / 2 * SQUARE + parts.column(c % 2);
          if (row + down(d) + r < s.rows && to < s.columns) {
            s.finish(row + down(d) + r, to, parts.sum[d][r][c / 2][c % 2]);
          }
        }
      }
    }
  }

 private:
  enum { DOWN = T::WARP_HIGH / SQUARE, ACROSS = T::WARP_WIDE / SQUARE };
  static_assert(DOWN * SQUARE == T::WARP_HIGH && ACROSS * SQUARE == T::WARP_WIDE, "whole squares");
  static_assert(T::PITCH % SQUARE == FOUR && T::RIGHT_PITCH % SQUARE == FOUR && T::DEPTH % TERMS == 0, "banks");

  squares<DOWN, ACROSS> parts;

  __device__ static int32_t down(int square) {
    return T::warp_down() + square * SQUARE + squares<DOWN, ACROSS>::row();
  }
};

typedef tensors<tile<128, 128, 64, 64, 16, 2, 4>> large_tensors;
typedef tensors<tile<64, 128, 64, 32, 16, 3, 4>> wide_tensors;
typedef tensors<tile<64, 64, 32, 32, 16, 4, 4>> low_tensors;
typedef tensors<tile<32, 64, 32, 32, 16, 6, 4>> few_tensors;

#endif
