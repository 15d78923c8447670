/* Pooling: a thread makes values of four neighbouring lanes. */
#include "sums.cuh"

/* Four lanes of a window, or of what is left of one at an image's edge. */
struct cell {
  uint32_t channel, row, column, lane; /* four of lanes */

  /* Where its first value lies in images so wide and high, counted in fours. */
  __device__ uint32_t first(uint32_t height, uint32_t width, uint32_t side, uint32_t fours) const {
    return ((channel * height + row * side) * width + column * side) * fours + lane;
  }
};

__device__ inline cell cell_of(uint32_t rows, uint32_t columns, uint32_t fours) {
  const uint32_t i = blockIdx.x * BLOCK_THREADS + threadIdx.x, place = i / fours, line = place / columns;
  return {line / rows, line % rows, place % columns, i % fours};
}

/* The larger of each two; the first where neither is. */
__device__ inline four larger(const four &a, const four &b) {
  four best;
#pragma unroll
  for (int j = 0; j < FOUR; j++) {
    best.value[j] = b.value[j] > a.value[j] ? b.value[j] : a.value[j];
  }
  return best;
}

/* Windows of SIDE, or of any where it is 0. */
template <int SIDE>
__global__ void max_forward_kernel(home home, tombola_window window, const float *x, tombola_batch y) {
  const uint32_t side = SIDE == 0 ? window.stride : SIDE, fours = (uint32_t)y.lanes / FOUR;
  const uint32_t rows = window_rows(&window), columns = window_columns(&window);
  const cell c = cell_of(rows, columns, fours);
  if (c.channel >= (uint32_t)window.channels) {
    return;
  }
  const four *const in = (const four *)own(x, home) + c.first(window.height, window.width, side, fours);
  four best = *in;
#pragma unroll
  for (uint32_t kh = 0; kh < side; kh++) {
#pragma unroll
    for (uint32_t kw = 0; kw < side; kw++) {
      best = larger(best, in[(kh * window.width + kw) * fours]);
    }
  }
  ((four *)own(y.data, home))[c.first(rows, columns, 1, fours)] = best;
}

/* A window's gradient goes to its first maximum, and none to what is left beside windows. */
template <int SIDE>
__global__ void max_backward_kernel(home home, tombola_window window, const float *x, const float *dy,
                                    const float *gate, tombola_batch dx) {
  constexpr int AT_ONCE = SIDE == 0 ? 1 : SIDE * SIDE;
  const uint32_t side = SIDE == 0 ? window.stride : SIDE, fours = (uint32_t)dx.lanes / FOUR;
  const uint32_t height = window.height, width = window.width;
  const uint32_t rows = window_rows(&window), columns = window_columns(&window);
  const cell c = cell_of((height + side - 1) / side, (width + side - 1) / side, fours);
  if (c.channel >= (uint32_t)window.channels) {
    return;
  }
  const uint32_t first = c.first(height, width, side, fours);
  const four *const in = (const four *)own(x, home) + first, *const gates = (const four *)own(gate, home) + first;
  four *const out = (four *)own(dx.data, home) + first;
  const bool whole = c.row < rows && c.column < columns;
  four best = {}, gradient = {}, value[AT_ONCE], passes[AT_ONCE];
  if (whole) {
    gradient = ((const four *)own(dy, home))[c.first(rows, columns, 1, fours)];
    best = *in;
  }
  const auto place = [&](uint32_t k) { return (k / side * width + k % side) * fours; };
  const auto inside = [&](uint32_t k) {
    return c.row * side + k / side < height && c.column * side + k % side < width;
  };
#pragma unroll
  for (uint32_t k = 0; k < side * side; k++) {
    if (SIDE != 0 && inside(k)) {
      passes[k % AT_ONCE] = gate == nullptr ? four_of(1.0f) : gates[place(k)];
    }
    if (whole) {
      value[k % AT_ONCE] = in[place(k)];
      best = larger(best, value[k % AT_ONCE]);
    }
  }
  pack<bool, FOUR> found = {};
#pragma unroll
  for (uint32_t k = 0; k < side * side; k++) {
    if (inside(k)) {
      if (SIDE == 0) {
        passes[0] = gate == nullptr ? four_of(1.0f) : gates[place(k)];
        value[0] = whole ? in[place(k)] : four{};
      }
      four made;
#pragma unroll
      for (int j = 0; j < FOUR; j++) {
        const bool here = whole && !found.value[j] && value[k % AT_ONCE].value[j] == best.value[j];
        found.value[j] = found.value[j] || here;
        made.value[j] = here && passes[k % AT_ONCE].value[j] > 0.0f ? gradient.value[j] : 0.0f;
      }
      out[place(k)] = made;
    }
  }
}

static __global__ void average_forward_kernel(home home, tombola_batch x, tombola_batch y) {
  const int64_t i = thread_index();
  if (i >= (int64_t)y.features * y.lanes) {
    return;
  }
  const int32_t positions = x.features / y.features;
  const float *in = own(x.data, home) + i / y.lanes * positions * x.lanes + i % y.lanes;
  float sum = 0.0f;
  for (int32_t p = 0; p < positions; p++) {
    sum = sum + in[(int64_t)p * x.lanes];
  }
  own(y.data, home)[i] = sum * (1.0f / (float)positions);
}

static __global__ void average_backward_kernel(home home, tombola_batch dy, const float *gate, tombola_batch dx) {
  const int64_t i = thread_index();
  if (i >= (int64_t)dx.features * dx.lanes) {
    return;
  }
  const int32_t positions = dx.features / dy.features;
  const float d = own(dy.data, home)[i / dx.lanes / positions * dy.lanes + i % dx.lanes];
  own(dx.data, home)[i] = passed({0, own(gate, home)}, d * (1.0f / (float)positions), i);
}

static unsigned blocks_for(const tombola_batch *made) {
  return blocks_of((int64_t)made->features * made->lanes, BLOCK_THREADS);
}

enum { USUAL_SIDE = 2 };

int32_t cuda_max_pool_forward(const tombola_context *context, const tombola_window *window, const tombola_batch *x,
                              tombola_batch *y) {
  if (!within_reach(x, sizeof(four))) {
    return TOMBOLA_SHAPE;
  }
  return launch(context, window->stride == USUAL_SIDE ? max_forward_kernel<USUAL_SIDE> : max_forward_kernel<0>,
                blocks_of((int64_t)y->features * y->lanes / FOUR, BLOCK_THREADS), BLOCK_THREADS, *window, x->data, *y);
}

int32_t cuda_max_pool_backward(const tombola_context *context, const tombola_window *window, const tombola_batch *x,
                               const tombola_batch *dy, const float *gate, tombola_batch *dx) {
  if (!within_reach(dx, sizeof(four))) {
    return TOMBOLA_SHAPE;
  }
  const int64_t down = blocks_of(window->height, window->stride), across = blocks_of(window->width, window->stride);
  return launch(context, window->stride == USUAL_SIDE ? max_backward_kernel<USUAL_SIDE> : max_backward_kernel<0>,
                blocks_of(window->channels * down * across * dx->lanes / FOUR, BLOCK_THREADS), BLOCK_THREADS, *window,
                x->data, dy->data, gate, *dx);
}

int32_t cuda_average_pool_forward(const tombola_context *context, const tombola_batch *x, tombola_batch *y) {
  return launch(context, average_forward_kernel, blocks_for(y), BLOCK_THREADS, *x, *y);
}

int32_t cuda_average_pool_backward(const tombola_context *context, const tombola_batch *dy, const float *gate,
                                   tombola_batch *dx) {
  return launch(context, average_backward_kernel, blocks_for(dx), BLOCK_THREADS, *dy, gate, *dx);
}
