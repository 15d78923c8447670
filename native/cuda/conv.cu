/* The convolution: the products of the linear layer, over what windows read. */
#include "compressed.cuh"
#include "dense.cuh"
#include "gradient.cuh"

/* Divides numbers from 0 to 2^31 - 1 by one that is known before the launch: a product and a shift (Granlund and
 * Montgomery, 1994). Of others it makes some number. */
struct divider {
  int32_t by;
  uint32_t factor; /* 2^32 * (2^shift / by - 1), rounded up, or 1 more */
  int32_t shift;   /* of the least power of two from `by` on */

  __device__ int32_t of(int32_t n) const {
    return (int32_t)(((uint32_t)((uint64_t)factor * (uint32_t)n >> 32) + (uint32_t)n) >> shift);
  }
  __device__ int32_t rest(int32_t n, int32_t quotient) const {
    return n - quotient * by;
  }
};

static divider divider_of(int32_t by) {
  int32_t shift = 0;
  while ((int64_t)1 << shift < by) {
    shift++;
  }
  return {by, (uint32_t)(((((uint64_t)1 << shift) - (uint64_t)by) << 32) / (uint64_t)by + 1), shift};
}

/* A window and what it stops at. */
struct sliding {
  tombola_window window;
  int32_t rows, columns, taps;
  int64_t lanes;
  uint32_t fours;                       /* of lanes */
  divider by_taps, by_width, by_stride; /* of a kernel, of its rows, of the window's steps */

  /* Where tap `tap` of channel c reads for a position: the line of x; -1 outside the image. */
  __device__ int64_t line(int32_t c, int32_t tap, int32_t position) const {
    const int32_t h = position / columns * window.stride + tap / window.kernel_width - window.padding;
    const int32_t w = position % columns * window.stride + tap % window.kernel_width - window.padding;
    const bool inside = h >= 0 && h < window.height && w >= 0 && w < window.width;
    return inside ? ((int64_t)c * window.height + h) * window.width + w : -1;
  }
};

/* A column of a product: its lane, and where its window begins in an image, or ends. */
struct window_place {
  const four *in;
  int32_t h, w, from; /* the term that is counted from */

  __device__ window_place ahead(int32_t terms) const {
    return {in, h, w, from + terms};
  }
};

static sliding sliding_of(const tombola_window *window, const tombola_batch *x) {
  const int32_t taps = window->kernel_height * window->kernel_width;
  return {*window,
          window_rows(window),
          window_columns(window),
          taps,
          x->lanes,
          (uint32_t)x->lanes / FOUR,
          divider_of(taps),
          divider_of(window->kernel_width),
          divider_of(window->stride)};
}

/* Rows are outputs, columns positions and lanes, terms channels and taps. */
struct conv_forward_product : sums {
  static constexpr bool LEFT_ALONG_ROWS = false;
  static constexpr int FOURS = 2; /* as finding a line costs more than reading it */
  sliding slide;
  const float *w;
  int64_t w_stride;
  const float *bias, *in;
  int32_t common; /* whether all replicas have the same on the right */

  __device__ float start(int32_t row) const {
    return bias == nullptr ? 0.0f : bias[row];
  }
  __device__ four left(int32_t row, int32_t i) const { /* rows of w are padded with 0 */
    return pack_at<FOUR>(w + row * w_stride + i);
  }
  typedef window_place place;
  __device__ place at(int64_t column) const {
    const int32_t position = (int32_t)(column / slide.lanes);
    return {(const four *)(in + column % slide.lanes),
            position / slide.columns * slide.window.stride - slide.window.padding,
            position % slide.columns * slide.window.stride - slide.window.padding, 0};
  }
  __device__ place ahead(const place &from, int32_t terms) const {
    return from.ahead(terms);
  }
  __device__ found right(const place &from, int32_t term) const {
    const int32_t i = from.from + term;
    const int32_t c = slide.by_taps.of(i), tap = slide.by_taps.rest(i, c), down = slide.by_width.of(tap);
    const int32_t h = from.h + down, w = from.w + slide.by_width.rest(tap, down);
    const uint32_t height = (uint32_t)slide.window.height, width = (uint32_t)slide.window.width;
    const bool inside = (uint32_t)h < height && (uint32_t)w < width;
    return {from.in + (((uint32_t)c * height + (uint32_t)h) * width + (uint32_t)w) * slide.fours, inside};
  }
};

/* Rows are channels, columns the places of an image and lanes, terms outputs and taps. */
struct conv_backward_product : sums {
  static constexpr bool LEFT_ALONG_ROWS = false;
  static constexpr int FOURS = 2; /* as finding a line costs more than reading it */
  sliding slide;
  const float *w;
  int64_t w_stride;
  const float *in;

  __device__ float start(int32_t) const {
    return 0.0f;
  }
  __device__ four left(int32_t row, int32_t i) const {
    four terms;
    const int32_t output = slide.by_taps.of(i);
    int32_t tap = slide.by_taps.rest(i, output);
    const float *from = w + output * w_stride + (int64_t)row * slide.taps + tap;
#pragma unroll
    for (int j = 0; j < FOUR; j++) {
      terms.value[j] = i + j < inner ? *from : 0.0f;
      const bool last = ++tap == slide.taps; /* of its output */
      tap = last ? 0 : tap;
      from += last ? w_stride - slide.taps + 1 : 1;
    }
    return terms;
  }
  typedef window_place place;
  __device__ place at(int64_t column) const {
    const int32_t position = (int32_t)(column / slide.lanes), width = slide.window.width;
    return {(const four *)(in + column % slide.lanes), position / width + slide.window.padding,
            position % width + slide.window.padding, 0};
  }
  __device__ place ahead(const place &from, int32_t terms) const {
    return from.ahead(terms);
  }
  /* What the window made of the place at its tap: at the position which lies as far back; none may. */
  __device__ found right(const place &from, int32_t term) const {
    const int32_t i = from.from + term;
    const int32_t output = slide.by_taps.of(i), tap = slide.by_taps.rest(i, output), tap_row = slide.by_width.of(tap);
    const int32_t down = from.h - tap_row, across = from.w - slide.by_width.rest(tap, tap_row);
    const int32_t h = slide.by_stride.of(down), w = slide.by_stride.of(across);
    const bool there = down >= 0 && across >= 0 && h < slide.rows && w < slide.columns &&
                       slide.by_stride.rest(down, h) == 0 && slide.by_stride.rest(across, w) == 0;
    const uint32_t line =
        ((uint32_t)output * (uint32_t)slide.rows + (uint32_t)h) * (uint32_t)slide.columns + (uint32_t)w;
    return {from.in + line * slide.fours, there};
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

__device__ inline conv_forward_product own(conv_forward_product p, home home) {
  static_cast<sums &>(p) = own(static_cast<sums>(p), home);
  p.w = own(p.w, home);
  p.bias = own(p.bias, home);
  p.in = own(p.in, home.of(p.common));
  return p;
}

__device__ inline conv_backward_product own(conv_backward_product p, home home) {
  static_cast<sums &>(p) = own(static_cast<sums>(p), home);
  p.w = own(p.w, home);
  p.in = own(p.in, home);
  return p;
}

__device__ inline conv_gradient own(conv_gradient g, home home) {
  g.x = own(g.x, home);
  g.dy = own(g.dy, home);
  return g;
}

int32_t cuda_conv_forward(const tombola_context *context, const tombola_window *window, const tombola_weights *weights,
                          const float *bias, const tombola_batch *x, int32_t activation, tombola_batch *y) {
  if (!within_reach(x, sizeof(four))) {
    return TOMBOLA_SHAPE;
  }
  const sliding slide = sliding_of(window, x);
  const int64_t columns = (int64_t)slide.rows * slide.columns * slide.lanes;
  const conv_forward_product p = {
      {weights->outputs, weights->inputs, columns, y->data, {activation == TOMBOLA_RELU, nullptr}},
      slide,
      weights->values,
      weights->stride,
      bias,
      x->data,
      x->common};
  return weights->rows.start == nullptr ? dense(context, p)
                                        : compressed(context, p, entries_of_rows(weights), x->lanes);
}

int32_t cuda_conv_backward_input(const tombola_context *context, const tombola_window *window,
                                 const tombola_weights *weights, const tombola_batch *dy, const float *gate,
                                 tombola_batch *dx) {
  if (!within_reach(dy, sizeof(four))) {
    return TOMBOLA_SHAPE;
  }
  const sliding slide = sliding_of(window, dx);
  const int64_t columns = (int64_t)window->height * window->width * slide.lanes;
  const conv_backward_product p = {{window->channels, weights->outputs * slide.taps, columns, dx->data, {0, gate}},
                                   slide,
                                   weights->values,
                                   weights->stride,
                                   dy->data};
  return weights->rows.start == nullptr ? dense(context, p)
                                        : compressed(context, p, entries_of_columns(weights), dy->lanes);
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
  return gradient(context, gradient_of(window, weights, x, dy), weights, dy, kept(dw, weights->mask));
}

int32_t cuda_conv_update(const tombola_context *context, const tombola_rule *rule, int32_t iteration,
                         const tombola_window *window, const tombola_weights *weights, const tombola_batch *x,
                         const tombola_batch *dy, float *m, float *v, float *db) {
  return gradient(context, gradient_of(window, weights, x, dy), weights, dy,
                  stepped(context, rule, iteration, weights->values, m, v, weights->mask, db));
}
