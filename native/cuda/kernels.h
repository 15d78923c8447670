/* What the drivers call once operands are checked: every body launches kernels on the context's stream and returns at
 * once. All pointers inside operands are device addresses, those of replica 0; operands themselves are read here, by
 * the processor. */
#ifndef TOMBOLA_KERNELS_H
#define TOMBOLA_KERNELS_H

#include "shape.h"

/* How a driver runs a body once its operands are checked, and that it cannot read what operands point to. */
#define RUN(context, body, ...) cuda_##body(context, __VA_ARGS__)
#define SHARE RUN
enum { READABLE = 0 };

#ifdef __cplusplus
extern "C" {
#endif

int32_t cuda_linear_forward(const tombola_context *context, const tombola_weights *weights, const float *bias,
                            const tombola_batch *x, int32_t activation, tombola_batch *y);
int32_t cuda_linear_backward_input(const tombola_context *context, const tombola_weights *weights,
                                   const tombola_batch *dy, const float *gate, tombola_batch *dx);
int32_t cuda_linear_backward_weight(const tombola_context *context, const tombola_weights *weights,
                                    const tombola_batch *x, const tombola_batch *dy, float *dw);
int32_t cuda_linear_update(const tombola_context *context, const tombola_rule *rule, int32_t iteration,
                           const tombola_weights *weights, const tombola_batch *x, const tombola_batch *dy, float *m,
                           float *v, float *db);
int32_t cuda_bias_backward(const tombola_context *context, const tombola_batch *dy, float *db, int64_t outputs);
int32_t cuda_conv_forward(const tombola_context *context, const tombola_window *window, const tombola_weights *weights,
                          const float *bias, const tombola_batch *x, int32_t activation, tombola_batch *y);
int32_t cuda_conv_backward_input(const tombola_context *context, const tombola_window *window,
                                 const tombola_weights *weights, const tombola_batch *dy, const float *gate,
                                 tombola_batch *dx);
int32_t cuda_conv_backward_weight(const tombola_context *context, const tombola_window *window,
                                  const tombola_weights *weights, const tombola_batch *x, const tombola_batch *dy,
                                  float *dw);
int32_t cuda_conv_update(const tombola_context *context, const tombola_rule *rule, int32_t iteration,
                         const tombola_window *window, const tombola_weights *weights, const tombola_batch *x,
                         const tombola_batch *dy, float *m, float *v, float *db);
int32_t cuda_max_pool_forward(const tombola_context *context, const tombola_window *window, const tombola_batch *x,
                              tombola_batch *y);
int32_t cuda_max_pool_backward(const tombola_context *context, const tombola_window *window, const tombola_batch *x,
                               const tombola_batch *dy, const float *gate, tombola_batch *dx);
int32_t cuda_average_pool_forward(const tombola_context *context, const tombola_batch *x, tombola_batch *y);
int32_t cuda_average_pool_backward(const tombola_context *context, const tombola_batch *dy, const float *gate,
                                   tombola_batch *dx);
int32_t cuda_batch_norm_forward(const tombola_context *context, tombola_norm *norm, const tombola_batch *x,
                                int32_t activation, tombola_batch *y);
int32_t cuda_batch_norm_infer(const tombola_context *context, const tombola_norm *norm, const tombola_batch *x,
                              int32_t activation, tombola_batch *y);
int32_t cuda_batch_norm_backward(const tombola_context *context, const tombola_norm *norm, const tombola_batch *x,
                                 const tombola_batch *dy, const float *gate, float *dscale, float *dshift,
                                 tombola_batch *dx);
int32_t cuda_add(const tombola_context *context, const float *a, const float *b, int32_t activation, const float *gate,
                 float *y, int64_t count);
int32_t cuda_dropout_apply(const tombola_context *context, const tombola_dropout *dropout, int32_t iteration,
                           const tombola_batch *x, tombola_batch *y);
int32_t cuda_relu_forward(const tombola_context *context, const float *x, float *y, int64_t count);
int32_t cuda_relu_backward(const tombola_context *context, const float *y, const float *dy, float *dx, int64_t count);
int32_t cuda_softmax_cross_entropy(const tombola_context *context, const tombola_batch *logits, const int32_t *labels,
                                   float *dlogits, tombola_score *score);
int32_t cuda_optimizer_step(const tombola_context *context, const tombola_rule *rule, int32_t iteration, float *w,
                            const float *g, float *m, float *v, int64_t count);
int32_t cuda_shuffle_apply(const tombola_context *context, const tombola_shuffle *shuffle, int32_t epoch,
                           int32_t *order);
int32_t cuda_gather(const tombola_context *context, const tombola_images *images, const int32_t *feature,
                    const int32_t *order, int32_t ahead, tombola_batch *x, int32_t *labels);
int32_t cuda_gather_augmented(const tombola_context *context, const tombola_images *images,
                              const tombola_augment *augment, int32_t iteration, const int32_t *order, tombola_batch *x,
                              int32_t *labels);

#ifdef __cplusplus
}
#endif

#endif
