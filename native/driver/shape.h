/* What every library takes from shapes. */
#ifndef TOMBOLA_SHAPE_H
#define TOMBOLA_SHAPE_H

#include "tombola.h"

#ifdef __CUDACC__
#define TOMBOLA_SHAPE_OF static inline __host__ __device__
#else
#define TOMBOLA_SHAPE_OF static inline
#endif

enum {
  TAPS_MOST = 225,   /* of a convolution's kernel: 15 x 15 */
  BLOCK_MOST = 3072, /* what the entries of a compressed convolution's block choose from */
};

/* Rows and columns at which a window stops. */
TOMBOLA_SHAPE_OF int32_t window_rows(const tombola_window *window) {
  return (window->height + 2 * window->padding - window->kernel_height) / window->stride + 1;
}

TOMBOLA_SHAPE_OF int32_t window_columns(const tombola_window *window) {
  return (window->width + 2 * window->padding - window->kernel_width) / window->stride + 1;
}

#endif
