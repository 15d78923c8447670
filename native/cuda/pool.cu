/* Pooling: a thread makes one value. */
#include "device.cuh"

/* The largest of the window that starts at x; `width` is the floats of a row of the image. */
__device__ inline float largest(const float *x, int64_t lanes, int64_t width, int32_t side) {
  float best = *x;
  for (int32_t kh = 0; kh < side; kh++) {
    for (int32_t kw = 0; kw < side; kw++) {
      const float v = x[kh * width + kw * lanes];
      best = v > best ? v : best;
    }
  }
  return best;
}

static __global__ void max_forward_kernel(home home, tombola_window window, const float *x, tombola_batch y) {
  const int64_t i = thread_index(), lanes = y.lanes, width = window.width * lanes;
  if (i >= y.features * lanes) {
    return;
  }
  const int32_t columns = window_columns(&window), rows = window_rows(&window);
  const int32_t place = (int32_t)(i / lanes), column = place % columns, row = place / columns % rows;
  const int64_t channel = place / columns / rows;
  const float *in = own(x, home) + (channel * window.height + (int64_t)row * window.stride) * width +
                    (int64_t)column * window.stride * lanes + i % lanes;
  own(y.data, home)[i] = largest(in, lanes, width, window.stride);
}

/* A value of dx each: its window's gradient, if it is the window's first maximum. */
static __global__ void max_backward_kernel(home home, tombola_window window, const float *x, const float *dy,
                                           const float *gate, tombola_batch dx) {
  const int64_t i = thread_index(), lanes = dx.lanes, width = window.width * lanes;
  if (i >= dx.features * lanes) {
    return;
  }
  const int32_t side = window.stride, columns = window_columns(&window), rows = window_rows(&window);
  const int32_t place = (int32_t)(i / lanes), w = place % window.width, h = place / window.width % window.height;
  const int64_t channel = place / window.width / window.height, n = i % lanes;
  const int32_t row = h / side, column = w / side;
  float gradient = 0.0f;
  if (row < rows && column < columns) {
    const float *in =
        own(x, home) + (channel * window.height + (int64_t)row * side) * width + (int64_t)column * side * lanes + n;
    const float best = largest(in, lanes, width, side);
    const int32_t here = (h - row * side) * side + w - column * side;
    int first = in[(h - row * side) * width + (w - column * side) * lanes] == best;
    for (int32_t before = 0; before < here; before++) {
      first = first && in[before / side * width + before % side * lanes] != best;
    }
    gradient = first ? own(dy, home)[((channel * rows + row) * columns + column) * lanes + n] : 0.0f;
  }
  own(dx.data, home)[i] = passed({0, own(gate, home)}, gradient, i);
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

int32_t cuda_max_pool_forward(const tombola_context *context, const tombola_window *window, const tombola_batch *x,
                              tombola_batch *y) {
  return launch(context, max_forward_kernel, blocks_for(y), BLOCK_THREADS, *window, x->data, *y);
}

int32_t cuda_max_pool_backward(const tombola_context *context, const tombola_window *window, const tombola_batch *x,
                               const tombola_batch *dy, const float *gate, tombola_batch *dx) {
  return launch(context, max_backward_kernel, blocks_for(dx), BLOCK_THREADS, *window, x->data, dy->data, gate, *dx);
}

int32_t cuda_average_pool_forward(const tombola_context *context, const tombola_batch *x, tombola_batch *y) {
  return launch(context, average_forward_kernel, blocks_for(y), BLOCK_THREADS, *x, *y);
}

int32_t cuda_average_pool_backward(const tombola_context *context, const tombola_batch *dy, const float *gate,
                                   tombola_batch *dx) {
  return launch(context, average_backward_kernel, blocks_for(dx), BLOCK_THREADS, *dy, gate, *dx);
}
