/* What the convolution multiplies: the sources of the linear layer, over what windows read. */
#ifndef TOMBOLA_CONV_CUH
#define TOMBOLA_CONV_CUH

#include "shape.h"
#include "sums.cuh"

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

inline divider divider_of(int32_t by) {
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
};

/* A column of a product: its lane, and where its window begins in an image, or ends. */
struct window_place {
  const four *in;
  int32_t h, w, from; /* the term that is counted from */

  __device__ window_place ahead(int32_t terms) const {
    return {in, h, w, from + terms};
  }
};

inline sliding sliding_of(const tombola_window *window, const tombola_batch *x) {
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

/* Rows are channels, columns the places of an image and lanes, terms outputs and taps. Only a window whose stride is
 * not 1 needs divisions to be followed back. */
template <bool STRIDED>
struct conv_backward_product : sums {
  static constexpr bool LEFT_ALONG_ROWS = false;
  static constexpr int FOURS = 2; /* as finding a line costs more than reading it */
  sliding slide;
  const float *w;
  uint32_t gap, last; /* from an output's kernel of a channel to the next output's; and the last weight */
  const float *in;

  __device__ float start(int32_t) const {
    return 0.0f;
  }
  __device__ four left(int32_t row, int32_t i) const { /* past the last term whatever is there */
    four terms;
#pragma unroll
    for (int j = 0; j < FOUR; j++) {
      const uint32_t output = (uint32_t)slide.by_taps.of(i + j);
      const uint32_t at = (uint32_t)(row * slide.taps + i + j) + output * gap;
      terms.value[j] = w[at < last ? at : last];
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
    int32_t h = down, w = across;
    bool there = true;
    if constexpr (STRIDED) {
      h = slide.by_stride.of(down);
      w = slide.by_stride.of(across);
      there = down >= 0 && across >= 0 && slide.by_stride.rest(down, h) == 0 && slide.by_stride.rest(across, w) == 0;
    }
    there = there && (uint32_t)h < (uint32_t)slide.rows && (uint32_t)w < (uint32_t)slide.columns;
    const uint32_t line =
        ((uint32_t)output * (uint32_t)slide.rows + (uint32_t)h) * (uint32_t)slide.columns + (uint32_t)w;
    return {from.in + line * slide.fours, there};
  }
};

/* Steps are runs of sixteen examples before positions. Whole lines are counted in fours. */
struct conv_gradient {
  struct spot { /* a position, and the lanes of it */
    int32_t row, column;
    uint32_t lane;
  };
  struct distance { /* each less than there are, but lanes */
    int32_t rows, columns;
    uint32_t lanes;
  };
  struct source { /* how far a tap lies from where the window stops, and its line; or an output's first line */
    int32_t tap;
    uint32_t line;
  };
  sliding slide;
  const four *x, *dy;
  int32_t outputs, inputs, steps;
  distance one, four_steps;

  __device__ spot at(int32_t step, int32_t quarter) const {
    const int32_t positions = slide.rows * slide.columns, position = step % positions;
    const uint32_t lane = (uint32_t)(step / positions * (PARTIALS / FOUR) + quarter);
    return {position / slide.columns, position % slide.columns, lane};
  }
  __device__ void advance(spot &spot, const distance &by) const {
    spot.column += by.columns;
    const bool next_row = spot.column >= slide.columns;
    spot.column -= next_row ? slide.columns : 0;
    spot.row += by.rows + (next_row ? 1 : 0);
    const bool next_lanes = spot.row >= slide.rows;
    spot.row -= next_lanes ? slide.rows : 0;
    spot.lane += by.lanes + (next_lanes ? PARTIALS / FOUR : 0);
  }
  __device__ source makes(int32_t output) const {
    return {0, (uint32_t)output * (uint32_t)(slide.rows * slide.columns) * slide.fours};
  }
  __device__ source reads(int32_t input) const {
    const tombola_window &window = slide.window;
    const int32_t tap = input % slide.taps, down = tap / window.kernel_width - window.padding;
    const int32_t right = tap % window.kernel_width - window.padding;
    const int32_t line = (input / slide.taps * window.height + down) * window.width + right;
    return {place(down, right), (uint32_t)line * slide.fours};
  }
  __device__ four left(const source &source, const spot &spot) const {
    const uint32_t position = (uint32_t)(spot.row * slide.columns + spot.column);
    return dy[source.line + (position * slide.fours + spot.lane)];
  }
  __device__ four right(const source &source, const spot &spot) const {
    const tombola_window &window = slide.window;
    const int32_t row = spot.row * window.stride, column = spot.column * window.stride;
    const int32_t to_first = place(row, column) + source.tap;
    const int32_t to_last = place(window.height - 1, window.width - 1) - to_first;
    const bool inside = ((to_first | to_last) & BELOW) == 0;
    const uint32_t here = (uint32_t)(row * window.width + column) * slide.fours + spot.lane;
    return inside ? x[source.line + here] : four{};
  }

 private:
  enum { BELOW = (int32_t)0x80008000u };

  /* Of two numbers of 16 bits, as one: bit 15 tells if the second is below 0, and where it is not, bit 31 the first. */
  __device__ static int32_t place(int32_t row, int32_t column) {
    return row * (1 << 16) + column;
  }
};

__device__ inline conv_forward_product own(conv_forward_product p, home home) {
  static_cast<sums &>(p) = own(static_cast<sums>(p), home);
  p.w = own(p.w, home);
  p.bias = own(p.bias, home);
  p.in = own(p.in, home.of(p.common));
  return p;
}

template <bool STRIDED>
__device__ conv_backward_product<STRIDED> own(conv_backward_product<STRIDED> p, home home) {
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

#endif
