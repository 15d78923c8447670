/* Sums of products: out[row][column] = start + sum over i ascending of left(row, i) * right(i, column), one chain of
 * fma for each. A source says what the two are: S has rows, columns, inner, start(row), left(row, i), right(i, column)
 * and finish(row, column, sum), and LEFT_ALONG_ROWS where neighbouring rows of the left lie side by side. */
#ifndef TOMBOLA_PRODUCT_CUH
#define TOMBOLA_PRODUCT_CUH

#include "device.cuh"

/* Where sums go: what every source begins with. */
struct sums {
  int32_t rows, inner;
  int64_t columns;
  float *out; /* [rows][columns] */
  ending end;

  __device__ void finish(int32_t row, int64_t column, float sum) const {
    const int64_t at = row * columns + column;
    out[at] = ended(end, sum, at);
  }
};

__device__ inline sums own(sums s, int64_t stride) {
  s.out = own(s.out, stride);
  s.end.gate = own(s.end.gate, stride);
  return s;
}

enum {
  TILE = 64,     /* rows and columns of a block of 256 threads */
  TILE_SIDE = 4, /* of a thread */
  DEPTH = 16,    /* terms that wait in shared memory */
};

/* What a thread takes from a tile at once. */
struct alignas(16) quad {
  float value[TILE_SIDE];
};

/* The dense form: tiles of the two pass through shared memory. */
template <class S>
__global__ void product_kernel(int64_t stride, S shared) {
  __shared__ quad left[DEPTH][TILE / TILE_SIDE + 1], right[DEPTH][TILE / TILE_SIDE];
  const S s = own(shared, stride);
  const int32_t across = (int32_t)threadIdx.x % (TILE / TILE_SIDE) * TILE_SIDE;
  const int32_t down = (int32_t)threadIdx.x / (TILE / TILE_SIDE) * TILE_SIDE;
  const int32_t row = (int32_t)blockIdx.y * TILE;
  const int64_t column = (int64_t)blockIdx.x * TILE;
  float sum[TILE_SIDE][TILE_SIDE];
  for (int r = 0; r < TILE_SIDE; r++) {
    const float start = row + down + r < s.rows ? s.start(row + down + r) : 0.0f;
    for (int c = 0; c < TILE_SIDE; c++) {
      sum[r][c] = start;
    }
  }
  for (int32_t i = 0; i < s.inner; i += DEPTH) {
    for (int32_t at = (int32_t)threadIdx.x; at < DEPTH * TILE; at += BLOCK_THREADS) {
      const int32_t r = S::LEFT_ALONG_ROWS ? at % TILE : at / DEPTH, d = S::LEFT_ALONG_ROWS ? at / TILE : at % DEPTH;
      left[d][r / TILE_SIDE].value[r % TILE_SIDE] = row + r < s.rows && i + d < s.inner ? s.left(row + r, i + d) : 0.0f;
      const int32_t e = at / TILE, c = at % TILE;
      right[e][c / TILE_SIDE].value[c % TILE_SIDE] =
          column + c < s.columns && i + e < s.inner ? s.right(i + e, column + c) : 0.0f;
    }
    __syncthreads();
    for (int d = 0; d < DEPTH; d++) {
      const quad a = left[d][down / TILE_SIDE], b = right[d][across / TILE_SIDE];
      for (int r = 0; r < TILE_SIDE; r++) {
        for (int c = 0; c < TILE_SIDE; c++) {
          sum[r][c] = fmaf(a.value[r], b.value[c], sum[r][c]);
        }
      }
    }
    __syncthreads();
  }
  for (int r = 0; r < TILE_SIDE; r++) {
    for (int c = 0; c < TILE_SIDE; c++) {
      if (row + down + r < s.rows && column + across + c < s.columns) {
        s.finish(row + down + r, column + across + c, sum[r][c]);
      }
    }
  }
}

/* A compressed left: the entries of its lines, each one's value and what it is multiplied with. */
struct entries {
  const float *values;
  const int32_t *position; /* null where values are listed in the same order */
  tombola_index index;
};

__device__ inline entries own(entries e, int64_t stride) {
  e.values = own(e.values, stride);
  e.position = own(e.position, stride);
  e.index.start = own(e.index.start, stride);
  e.index.across = own(e.index.across, stride);
  return e;
}

/* The compressed form: a thread for a sum; neighbours share the entries and read side by side. */
template <class S>
__global__ void gathered_kernel(int64_t stride, S shared, entries left) {
  const S s = own(shared, stride);
  const entries e = own(left, stride);
  const int64_t column = thread_index();
  if (column >= s.columns) {
    return;
  }
  for (int32_t row = (int32_t)blockIdx.y; row < s.rows; row += (int32_t)gridDim.y) {
    float sum = s.start(row);
    for (int32_t b = 0; b < e.index.blocks; b++) {
      const int32_t *start = e.index.start + (int64_t)b * s.rows + row;
      for (int32_t k = start[0]; k < start[1]; k++) {
        const float value = e.values[e.position == nullptr ? k : e.position[k]];
        sum = fmaf(value, s.right(b * e.index.block + e.index.across[k], column), sum);
      }
    }
    s.finish(row, column, sum);
  }
}

enum { GATHERED_COLUMNS = 64 };

template <class S>
int32_t product(const tombola_context *context, const S &s) {
  const dim3 grid(blocks_of(s.columns, TILE), blocks_of(s.rows, TILE));
  return launch(context, product_kernel<S>, grid, BLOCK_THREADS, s);
}

template <class S>
int32_t gathered(const tombola_context *context, const S &s, const entries &left) {
  const dim3 grid(blocks_of(s.columns, GATHERED_COLUMNS), (unsigned)(s.rows < GRID_MOST ? s.rows : GRID_MOST));
  return launch(context, gathered_kernel<S>, grid, GATHERED_COLUMNS, s, left);
}

#endif
