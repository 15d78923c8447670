/* The bodies of one instruction set: what the drivers call once operands are checked. Each isa_*.c fills
 * one table by compiling the same body/ sources at its own vector width. */
#ifndef TOMBOLA_KERNELS_H
#define TOMBOLA_KERNELS_H

#include "band.h"
#include "shape.h"

enum { ROOM = 320 << 10 }; /* floats of a thread's room */

/* What a convolution copies together and the sums that it parks: a thread's own, made when it first asks for it,
 * because stacks of threads may be small. */
extern _Thread_local float thread_room[ROOM] __attribute__((visibility("hidden")));

/* Floats of it that a second-level cache holds, with what else goes through: all, or half of them. */
int64_t near_room(void);

struct tombola_context {
  const char *isa;
  void (*linear_forward)(const tombola_weights *weights, const float *bias, const tombola_batch *x, int32_t activation,
                         tombola_batch *y);
  void (*linear_backward_input)(const tombola_weights *weights, const tombola_batch *dy, const float *gate,
                                tombola_batch *dx);
  void (*linear_backward_weight)(const tombola_weights *weights, const tombola_batch *x, const tombola_batch *dy,
                                 float *dw);
  void (*linear_update)(const tombola_rule *rule, int32_t iteration, const tombola_weights *weights,
                        const tombola_batch *x, const tombola_batch *dy, float *m, float *v, float *db);
  void (*bias_backward)(const tombola_batch *dy, float *db, int64_t outputs);
  void (*conv_forward)(const tombola_window *window, const tombola_weights *weights, const float *bias,
                       const tombola_batch *x, int32_t activation, tombola_batch *y, band rows);
  void (*conv_backward_input)(const tombola_window *window, const tombola_weights *weights, const tombola_batch *dy,
                              const float *gate, tombola_batch *dx, band rows);
  void (*conv_backward_weight)(const tombola_window *window, const tombola_weights *weights, const tombola_batch *x,
                               const tombola_batch *dy, float *dw);
  void (*conv_update)(const tombola_rule *rule, int32_t iteration, const tombola_window *window,
                      const tombola_weights *weights, const tombola_batch *x, const tombola_batch *dy, float *m,
                      float *v, float *db);
  void (*max_pool_forward)(const tombola_window *window, const tombola_batch *x, tombola_batch *y);
  void (*max_pool_backward)(const tombola_window *window, const tombola_batch *x, const tombola_batch *dy,
                            const float *gate, tombola_batch *dx);
  void (*average_pool_forward)(const tombola_batch *x, tombola_batch *y);
  void (*average_pool_backward)(const tombola_batch *dy, const float *gate, tombola_batch *dx);
  void (*batch_norm_forward)(tombola_norm *norm, const tombola_batch *x, int32_t activation, tombola_batch *y);
  void (*batch_norm_infer)(const tombola_norm *norm, const tombola_batch *x, int32_t activation, tombola_batch *y);
  void (*batch_norm_backward)(const tombola_norm *norm, const tombola_batch *x, const tombola_batch *dy,
                              const float *gate, float *dscale, float *dshift, tombola_batch *dx);
  void (*add)(const float *a, const float *b, int32_t activation, const float *gate, float *y, int64_t count);
  void (*dropout_apply)(const tombola_dropout *dropout, int32_t iteration, const tombola_batch *x, tombola_batch *y);
  void (*relu_forward)(const float *x, float *y, int64_t count);
  void (*relu_backward)(const float *y, const float *dy, float *dx, int64_t count);
  void (*softmax_cross_entropy)(const tombola_batch *logits, const int32_t *labels, float *dlogits,
                                tombola_score *score);
  void (*optimizer_step)(const tombola_rule *rule, int32_t iteration, float *w, const float *g, float *m, float *v,
                         int64_t count);
  void (*shuffle_apply)(const tombola_shuffle *shuffle, int32_t epoch, int32_t *order);
  void (*gather)(const tombola_images *images, const int32_t *feature, const int32_t *order, int32_t ahead,
                 tombola_batch *x, int32_t *labels);
  void (*gather_augmented)(const tombola_images *images, const tombola_augment *augment, int32_t iteration,
                           const int32_t *order, tombola_batch *x, int32_t *labels);
};

/* How a driver runs a body once its operands are checked, and that it may read what operands point to. */
#define RUN(context, body, ...) ((context)->body(__VA_ARGS__), TOMBOLA_OK)
#define SHARE(context, body, ...) (share_##body(context, __VA_ARGS__), TOMBOLA_OK) /* with helpers: parts.h */
enum { READABLE = 1 };

/* Every table of this platform, whether or not this processor runs it. */
extern const tombola_context tombola_scalar;
#if defined(__x86_64__)
extern const tombola_context tombola_avx2;
extern const tombola_context tombola_avx512;
#elif defined(__aarch64__)
extern const tombola_context tombola_neon;
#endif

#include "parts.h"

#endif
