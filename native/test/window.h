/* Convolutions to test, around the tiles: kernels, strides, borders, blocks and densities. */
#ifndef TOMBOLA_WINDOW_H
#define TOMBOLA_WINDOW_H

#include "layer.h"

typedef struct {
  tombola_window window;
  int32_t outputs, size;
  double density;
  int32_t block; /* channels, or outputs, of a block; 0 for one block */
} problem;

typedef struct {
  int32_t rows, columns, taps;
  int64_t in, out; /* features of an image, and of what the window makes of it */
} shape;

static inline shape shape_of(const problem *p) {
  const tombola_window *w = &p->window;
  shape s = {(w->height + 2 * w->padding - w->kernel_height) / w->stride + 1,
             (w->width + 2 * w->padding - w->kernel_width) / w->stride + 1, w->kernel_height * w->kernel_width, 0, 0};
  s.in = (int64_t)w->channels * w->height * w->width;
  s.out = (int64_t)p->outputs * s.rows * s.columns;
  return s;
}

/* Offsets in an image of what a tap reads for position (r, c), in rows and columns; -1 outside. */
static inline int64_t source(const tombola_window *w, int32_t r, int32_t c, int32_t tap) {
  const int32_t row = r * w->stride + tap / w->kernel_width - w->padding;
  const int32_t column = c * w->stride + tap % w->kernel_width - w->padding;
  return row < 0 || row >= w->height || column < 0 || column >= w->width ? -1 : (int64_t)row * w->width + column;
}

static inline int32_t one_of(const int32_t *choices, int count) {
  return choices[random_bits() % (uint32_t)count];
}

static inline problem random_problem(void) {
  const int32_t kernels[] = {1, 2, 3, 3, 5}, channels[] = {1, 3, 5, 17}, outputs[] = {1, 5, 6, 7, 33};
  const int32_t sizes[] = {1, 17, 60, 128};
  const int32_t high = one_of(kernels, COUNT(kernels)), wide = one_of(kernels, COUNT(kernels));
  const int32_t padding = (int32_t)(random_bits() % (uint32_t)(high < wide ? high : wide));
  const int32_t height = (int32_t)(random_bits() % 9) + (high > 2 * padding ? high - 2 * padding : 1);
  const int32_t width = (int32_t)(random_bits() % 17) + (wide > 2 * padding ? wide - 2 * padding : 1);
  const tombola_window window = {one_of(channels, COUNT(channels)), height, width, high, wide,
                                 (int32_t)(random_bits() % 3) + 1,  padding};
  return (problem){window, one_of(outputs, COUNT(outputs)), one_of(sizes, COUNT(sizes)), random_unit(),
                   (int32_t)(random_bits() % 10)};
}

static inline void describe(const problem *p, const tombola_context *context, const char *form, char *what,
                            size_t length) {
  const tombola_window *w = &p->window;
  snprintf(what, length, "%s, %s, [%d][%d][%d] to %d by %dx%d stride %d padding %d, batch %d, %g in blocks of %d",
           tombola_isa(context), form, w->channels, w->height, w->width, p->outputs, w->kernel_height, w->kernel_width,
           w->stride, w->padding, p->size, p->density, p->block);
}

static const struct {
  tombola_window window;
  int32_t outputs, size, block;
} SHAPES[] = {
    {{1, 1, 1, 1, 1, 1, 0}, 1, 1, 0},     {{3, 8, 8, 3, 3, 1, 1}, 6, 17, 2},     {{5, 9, 7, 3, 3, 1, 1}, 7, 60, 2},
    {{17, 4, 4, 3, 3, 1, 1}, 33, 60, 8},  {{17, 2, 2, 3, 3, 1, 1}, 33, 64, 8},   {{3, 2, 2, 3, 3, 1, 1}, 5, 128, 2},
    {{5, 3, 5, 2, 2, 1, 1}, 6, 1, 3},     {{3, 6, 4, 3, 1, 1, 0}, 5, 17, 1},     {{3, 7, 6, 1, 3, 2, 0}, 5, 32, 1},
    {{3, 17, 16, 5, 5, 1, 2}, 6, 17, 2},  {{5, 8, 16, 3, 3, 2, 1}, 7, 128, 2},   {{5, 9, 9, 3, 3, 3, 1}, 6, 17, 0},
    {{5, 8, 8, 1, 1, 2, 0}, 7, 60, 3},    {{3, 9, 8, 2, 2, 3, 0}, 5, 17, 2},     {{1, 5, 7, 5, 5, 3, 2}, 6, 32, 0},
    {{1, 32, 17, 3, 3, 1, 1}, 1, 1, 0},   {{3, 32, 32, 3, 3, 1, 1}, 6, 17, 3},   {{2, 6, 7, 3, 3, 5, 2}, 3, 80, 1},
    {{3, 1, 9, 1, 3, 1, 0}, 33, 17, 1},   {{70, 5, 10, 3, 3, 1, 1}, 3, 17, 9},   {{3, 5, 10, 3, 3, 1, 1}, 140, 17, 9},
    {{2, 9, 12, 15, 15, 1, 7}, 3, 17, 1}, {{4, 16, 15, 15, 15, 4, 7}, 2, 16, 4}, {{300, 2, 3, 1, 1, 1, 0}, 3, 17, 100},
    {{130, 2, 2, 3, 3, 2, 1}, 5, 64, 40}, {{3, 6, 6, 8, 8, 5, 5}, 2, 16, 0},     {{16, 9, 8, 16, 14, 3, 6}, 2, 1, 16},
};

#endif
