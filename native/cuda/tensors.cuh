/* Sums in TF32, on tensor cores: in binary32, eight terms at a time, in an order and a rounding that are the device's.
 * A product's columns are what PTX's mma.m16n8k8 has on the left, its rows what is on the right. Which of them a thread
 * holds follows from there, so that it reads whole operands, and ends with fours of a row. */
#ifndef TOMBOLA_TENSORS_CUH
#define TOMBOLA_TENSORS_CUH

#include "tile.cuh"

enum {
  TERMS = 8, /* of one multiplication: four pairs, one for each of four threads */
  PAIRS = TERMS / 2,
  BAND = 16,  /* rows that a warp reads at once */
  SWATH = 32, /* columns that it reads at once */
  GAP = 2     /* fours of a line: those that eight threads read lie in different banks */
};

/* To the nearest of 10 bits after the point, halfway to the even one. Where no instruction does it, Veltkamp (1968)
 * does: of almost 2^115 and more it makes not a number. Below the normal numbers tensor cores leave out what is too
 * much. */
__device__ inline float to_tf32(float value) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
  uint32_t bits;
  asm("cvt.rn.tf32.f32 %0, %1;" : "=r"(bits) : "f"(value));
  return __uint_as_float(bits);
#else
  const float large = value * 8193.0f;
  return large - (large - value);
#endif
}

/* Two terms of two rows, which is two operands of a multiplication; and two columns of two terms, which is one. */
__device__ inline four operands_of_rows(float first0, float first1, float second0, float second1) {
  return {{to_tf32(first0), to_tf32(first1), to_tf32(second0), to_tf32(second1)}};
}
__device__ inline four operand_of_columns(float first0, float first1, float second0, float second1) {
  return {{to_tf32(first0), to_tf32(second0), to_tf32(first1), to_tf32(second1)}};
}

/* The warp's 16 columns x 8 rows of sums plus the products of TERMS terms: a thread has four of the sums, four factors
 * of columns and two of rows. */
__device__ inline void multiply(four &sum, const four &columns, const float *rows) {
#ifdef __CUDA_ARCH__
  asm volatile(
      "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
      "{%0, %1, %2, %3};"
      : "+f"(sum.value[0]), "+f"(sum.value[1]), "+f"(sum.value[2]), "+f"(sum.value[3])
      : "r"(__float_as_uint(columns.value[0])), "r"(__float_as_uint(columns.value[1])),
        "r"(__float_as_uint(columns.value[2])), "r"(__float_as_uint(columns.value[3])), "r"(__float_as_uint(rows[0])),
        "r"(__float_as_uint(rows[1])));
#elif defined(TOMBOLA_TENSOR_CORE)
  TOMBOLA_TENSOR_CORE(sum.value, columns.value, rows);
#endif
}

/* A warp's sums of DOWN bands by ACROSS swaths. Of a band a thread has four rows that follow each other, of a swath
 * four such columns. */
template <int DOWN, int ACROSS>
class patchwork {
 public:
  __device__ static int32_t row() {
    return (int32_t)threadIdx.x % FOUR * FOUR;
  }
  __device__ static int32_t column() {
    return (int32_t)threadIdx.x % WARP / FOUR * FOUR;
  }

  /* Where a pair of columns lies in a line: what a warp reads at once lies together. */
  __device__ static int32_t place(int32_t pair) {
    return pair / BAND * BAND + pair % 2 * (BAND / 2) + pair % BAND / 2;
  }

  __device__ void start(int band, int r, float value) {
#pragma unroll
    for (int across = 0; across < ACROSS; across++) {
#pragma unroll
      for (int c = 0; c < FOUR; c++) {
        at(band, r, across, c) = value;
      }
    }
  }

  /* Four of a row's sums. */
  __device__ four sums(int band, int r, int across) {
    return {{at(band, r, across, 0), at(band, r, across, 1), at(band, r, across, 2), at(band, r, across, 3)}};
  }

  __device__ void add(const patchwork &other) {
#pragma unroll
    for (int i = 0; i < DOWN * ACROSS * 4 * FOUR; i++) {
      float &to = ((float *)sum)[i];
      to = to + ((const float *)other.sum)[i];
    }
  }

  /* The products of TERMS terms: the warp's part of PAIRS lines of either, so many fours long. */
  template <int ROWS_PITCH, int COLUMNS_PITCH>
  __device__ void add(const four *rows, const four *columns) {
    const int32_t pair = (int32_t)threadIdx.x % FOUR, group = (int32_t)threadIdx.x % WARP / FOUR;
    four of_rows[DOWN], of_columns[ACROSS][2];
#pragma unroll
    for (int d = 0; d < DOWN; d++) {
      of_rows[d] = rows[pair * ROWS_PITCH + d * (BAND / 2) + group];
    }
#pragma unroll
    for (int c = 0; c < ACROSS * 2; c++) {
      of_columns[c / 2][c % 2] = columns[pair * COLUMNS_PITCH + c * (SWATH / 4) + group];
    }
#pragma unroll
    for (int d = 0; d < DOWN; d++) {
#pragma unroll
      for (int c = 0; c < ACROSS; c++) {
#pragma unroll
        for (int i = 0; i < 4; i++) {
          multiply(sum[d][c][i / 2][i % 2], of_columns[c][i % 2], &of_rows[d].value[i / 2 * 2]);
        }
      }
    }
  }

 private:
  four sum[DOWN][ACROSS][2][2]; /* of odd or even rows, in the first or second pairs of columns */

  __device__ float &at(int band, int r, int across, int c) {
    return sum[band][across][r % 2][c / 2].value[r / 2 + c % 2 * 2];
  }
};

/* How a product's sums are made (dense.cuh). */
template <class T>
class tensors {
  enum { DOWN = T::WARP_HIGH / BAND, ACROSS = T::WARP_WIDE / SWATH };
  enum { ROWS_PITCH = T::HIGH / 2 + GAP, COLUMNS_PITCH = T::WIDE / 2 + GAP };
  static_assert(DOWN * BAND == T::WARP_HIGH && ACROSS * SWATH == T::WARP_WIDE && T::DEPTH % TERMS == 0, "whole ones");
  static_assert(ROWS_PITCH % 8 == GAP && COLUMNS_PITCH % 8 == GAP, "banks");
  typedef patchwork<DOWN, ACROSS> parts;

 public:
  typedef T tile;
  struct factors {
    four rows[T::DEPTH / 2][ROWS_PITCH], columns[T::DEPTH / 2][COLUMNS_PITCH]; /* lines of two terms */
  };

  /* Puts what was fetched where warps read it, in TF32. */
  template <class S>
  __device__ static void put(const fetched<S, T> &values, factors &to) {
#pragma unroll
    for (int n = 0; n < T::LEFT; n += S::LEFT_ALONG_ROWS ? 2 : 1) {
      int32_t r, d;
      T::template left<S::LEFT_ALONG_ROWS>(n, r, d);
      const float *here = values.left[n].value;
      if (S::LEFT_ALONG_ROWS) {
        const float *next = values.left[n + 1].value;
        to.rows[d / 2][r / 2] = operands_of_rows(here[0], next[0], here[1], next[1]);
        to.rows[d / 2][r / 2 + 1] = operands_of_rows(here[2], next[2], here[3], next[3]);
      } else {
#pragma unroll
        for (int j = 0; j < FOUR; j += 2) {
          const pack<float, 2> two = {{to_tf32(here[j]), to_tf32(here[j + 1])}};
          ::put(two, &to.rows[(d + j) / 2][r / 2].value[r % 2 * 2]);
        }
      }
    }
#pragma unroll
    for (int n = 0; n < T::RIGHT; n += 2) {
      const float *here = values.right[n].value, *next = values.right[n + 1].value;
      four *line = to.columns[T::right(n) / 2];
      const int32_t pair = T::column() / 2;
      line[parts::place(pair)] = operand_of_columns(here[0], next[0], here[1], next[1]);
      line[parts::place(pair + 1)] = operand_of_columns(here[2], next[2], here[3], next[3]);
    }
  }

  template <class S>
  __device__ tensors(const S &s, int32_t row) {
#pragma unroll
    for (int i = 0; i < DOWN * FOUR; i++) {
      const int32_t at = row + down(i);
      sum.start(i / FOUR, i % FOUR, at < s.rows ? s.start(at) : 0.0f);
    }
  }

  __device__ void add(const factors &factors) {
#pragma unroll
    for (int d = 0; d < T::DEPTH / 2; d += PAIRS) {
      sum.template add<ROWS_PITCH, COLUMNS_PITCH>(&factors.rows[d][T::warp_down() / 2],
                                                  &factors.columns[d][T::warp_across() / 2]);
    }
  }

  template <class S>
  __device__ void finish(const S &s, int32_t row, int64_t column) {
#pragma unroll
    for (int i = 0; i < DOWN * FOUR; i++) {
#pragma unroll
      for (int c = 0; c < ACROSS; c++) {
        const int64_t to = column + T::warp_across() + c * SWATH + parts::column();
        if (row + down(i) < s.rows && to < s.columns) {
          s.finish(row + down(i), to, sum.sums(i / FOUR, i % FOUR, c));
        }
      }
    }
  }

 private:
  parts sum;

  __device__ static int32_t down(int i) {
    return T::warp_down() + i / FOUR * BAND + parts::row() + i % FOUR;
  }
};

typedef tensors<tile<128, 128, 64, 64, 16, 2, 2>> large_tensors;
typedef tensors<tile<64, 128, 64, 32, 16, 3, 2>> wide_tensors;
typedef tensors<tile<64, 64, 32, 32, 16, 4, 2>> low_tensors;
typedef tensors<tile<32, 64, 32, 32, 32, 5, 2>> few_tensors; /* deep, as then one waits for memory most */

#endif
