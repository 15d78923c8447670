/* The convolution: the products of the linear layer, over what windows read. */
#include "gradient.cuh"
#include "product.cuh"

/* A window and what it stops at. */
struct sliding {
  tombola_window window;
  int32_t rows, columns, taps;
  int64_t lanes;

  /* Where tap `tap` of channel c reads for a position: the line of x; -1 outside the image. */
  __device__ int64_t line(int32_t c, int32_t tap, int32_t position) const {
    const int32_t h = position / columns * window.stride + tap / window.kernel_width - window.padding;
    const int32_t w = position % columns * window.stride + tap % window.kernel_width - window.padding;
    const bool inside = h >= 0 && h < window.height && w >= 0 && w < window.width;
    return inside ? ((int64_t)c * window.height + h) * window.width + w : -1;
  }

  /* The position whose window reads place (h, w) with tap `tap`; -1 where none does. */
  __device__ int32_t position(int32_t tap, int32_t h, int32_t w) const {
    const int32_t down = h + window.padding - tap / window.kernel_width;
    const int32_t right = w + window.padding - tap % window.kernel_width;
    if (down < 0 || right < 0 || down % window.stride != 0 || right % window.stride != 0) {
      return -1;
    }
    const int32_t row = down / window.stride, column = right / window.stride;
    return row < rows && column < columns ? row * columns + column : -1;
  }
};

static sliding sliding_of(const tombola_window *window, const tombola_batch *x) {
  return {*window, window_rows(window), window_columns(window), window->kernel_height * window->kernel_width, x->lanes};
}

/* Rows are outputs, columns positions and lanes, terms channels and taps. */
struct conv_forward_product : sums {
  static constexpr bool LEFT_ALONG_ROWS = false;
  sliding slide;
  const float *w;
  int64_t w_stride;
  const float *bias, *in;

  __device__ float start(int32_t row) const {
    return bias == nullptr ? 0.0f : bias[row];
  }
  __device__ float left(int32_t row, int32_t i) const {
    return w[row * w_stride + i];
  }
  __device__ float right(int32_t i, int64_t column) const {
    const int64_t line = slide.line(i / slide.taps, i % slide.taps, (int32_t)(column / slide.lanes));
    return line < 0 ? 0.0f : in[line * slide.lanes + column % slide.lanes];
  }
};

/* Rows are channels, columns the places of an image and lanes, terms outputs and taps. */
struct conv_backward_product : sums {
  static constexpr bool LEFT_ALONG_ROWS = false;
  sliding slide;
  const float *w;
  int64_t w_stride;
  const float *in;

  __device__ float start(int32_t) const {
    return 0.0f;
  }
  __device__ float left(int32_t row, int32_t i) const {
    return w[i / slide.taps * w_stride + row * slide.taps + i % slide.taps];
  }
  __device__ float right(int32_t i, int64_t column) const {
    const int32_t place = (int32_t)(column / slide.lanes), width = slide.window.width;
    const int32_t position = slide.position(i % slide.taps, place / width, place % width);
    const int64_t line = (int64_t)(i / slide.taps) * slide.rows * slide.columns + position;
    return position < 0 ? 0.0f : in[line * slide.lanes + column % slide.lanes];
  }
};

/* Steps are runs of sixteen examples before positions. */
struct conv_gradient {
  struct spot { /* a position, and its lanes in the first line of each */
    int32_t row, column;
    const float *x, *dy;
  };
  struct source { /* how far a tap lies from where the window stops; and the same in floats, its channel's included */
    int32_t down, right;
    int64_t offset;
  };
  sliding slide;
  const float *x, *dy;
  int32_t outputs, inputs, lanes, steps;

  __device__ spot at(int32_t step, int32_t quarter) const {
    const int32_t positions = slide.rows * slide.columns, position = step % positions;
    const int32_t lane = step / positions * PARTIALS + quarter * FOUR;
    return {position / slide.columns, position % slide.columns, x + lane, dy + lane};
  }
  __device__ void advance(spot &spot, int32_t by) const {
    for (spot.column += by; spot.column >= slide.columns; spot.row++) {
      spot.column -= slide.columns;
    }
    for (; spot.row >= slide.rows; spot.row -= slide.rows) {
      spot.x += PARTIALS;
      spot.dy += PARTIALS;
    }
  }
  __device__ source reads(int32_t input) const {
    const tombola_window &window = slide.window;
    const int32_t tap = input % slide.taps, down = tap / window.kernel_width - window.padding;
    const int32_t right = tap % window.kernel_width - window.padding;
    const int32_t line = (input / slide.taps * window.height + down) * window.width + right;
    return {down, right, (int64_t)line * lanes};
  }
  __device__ four left(int32_t output, const spot &spot) const {
    const int32_t line = (output * slide.rows + spot.row) * slide.columns + spot.column;
    return pack_at<FOUR>(spot.dy + (int64_t)line * lanes);
  }
  __device__ four right(const source &source, const spot &spot) const {
    const tombola_window &window = slide.window;
    const int32_t row = spot.row * window.stride, column = spot.column * window.stride;
    const bool inside = (uint32_t)(row + source.down) < (uint32_t)window.height &&
                        (uint32_t)(column + source.right) < (uint32_t)window.width;
    const float *here = spot.x + (int64_t)(row * window.width + column) * lanes;
    return inside ? pack_at<FOUR>(here + source.offset) : four{};
  }
};

__device__ inline conv_forward_product own(conv_forward_product p, int64_t stride) {
  static_cast<sums &>(p) = own(static_cast<sums>(p), stride);
  p.w = own(p.w, stride);
  p.bias = own(p.bias, stride);
  p.in = own(p.in, stride);
  return p;
}

__device__ inline conv_backward_product own(conv_backward_product p, int64_t stride) {
  static_cast<sums &>(p) = own(static_cast<sums>(p), stride);
  p.w = own(p.w, stride);
  p.in = own(p.in, stride);
  return p;
}

__device__ inline conv_gradient own(conv_gradient g, int64_t stride) {
  g.x = own(g.x, stride);
  g.dy = own(g.dy, stride);
  return g;
}

int32_t cuda_conv_forward(const tombola_context *context, const tombola_window *window, const tombola_weights *weights,
                          const float *bias, const tombola_batch *x, int32_t activation, tombola_batch *y) {
  const sliding slide = sliding_of(window, x);
  const int64_t columns = (int64_t)slide.rows * slide.columns * slide.lanes;
  const conv_forward_product p = {
      {weights->outputs, weights->inputs, columns, y->data, {activation == TOMBOLA_RELU, nullptr}},
      slide,
      weights->values,
      row_stride(weights),
      bias,
      x->data};
  return weights->rows.start == nullptr ? product(context, p)
                                        : gathered(context, p, {weights->values, nullptr, weights->rows});
}

int32_t cuda_conv_backward_input(const tombola_context *context, const tombola_window *window,
                                 const tombola_weights *weights, const tombola_batch *dy, const float *gate,
                                 tombola_batch *dx) {
  const sliding slide = sliding_of(window, dx);
  const int64_t columns = (int64_t)window->height * window->width * slide.lanes;
  const conv_backward_product p = {{window->channels, weights->outputs * slide.taps, columns, dx->data, {0, gate}},
                                   slide,
                                   weights->values,
                                   row_stride(weights),
                                   dy->data};
  return weights->rows.start == nullptr ? product(context, p)
                                        : gathered(context, p, {weights->values, weights->position, weights->columns});
}

static conv_gradient gradient_of(const tombola_window *window, const tombola_weights *weights, const tombola_batch *x,
                                 const tombola_batch *dy) {
  const sliding slide = sliding_of(window, x);
  const int32_t steps = x->lanes / PARTIALS * slide.rows * slide.columns;
  return {slide, x->data, dy->data, weights->outputs, weights->inputs, x->lanes, steps};
}

int32_t cuda_conv_backward_weight(const tombola_context *context, const tombola_window *window,
                                  const tombola_weights *weights, const tombola_batch *x, const tombola_batch *dy,
                                  float *dw) {
  return gradient(context, gradient_of(window, weights, x, dy), weights, kept(dw, weights->mask));
}

int32_t cuda_conv_update(const tombola_context *context, const tombola_rule *rule, int32_t iteration,
                         const tombola_window *window, const tombola_weights *weights, const tombola_batch *x,
                         const tombola_batch *dy, float *m, float *v, float *db) {
  const int32_t status = gradient(context, gradient_of(window, weights, x, dy), weights,
                                  stepped(context, rule, iteration, weights->values, m, v, weights->mask));
  return status != TOMBOLA_OK || db == nullptr ? status : cuda_bias_backward(context, dy, db, weights->outputs);
}
