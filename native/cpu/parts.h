/* Operations that helpers may take part in (helpers.h): each is cut into neighbouring outputs, inputs, channels or rows
 * of images, and a part is the same operation on a view of its operands. Every value is made whole by one thread, so no
 * bit depends on how many they are. */
#ifndef TOMBOLA_PARTS_H
#define TOMBOLA_PARTS_H

#include "kernels.h"

void share_linear_forward(const tombola_context *context, const tombola_weights *weights, const float *bias,
                          const tombola_batch *x, int32_t activation, tombola_batch *y);
void share_linear_backward_input(const tombola_context *context, const tombola_weights *weights,
                                 const tombola_batch *dy, const float *gate, tombola_batch *dx);
void share_linear_backward_weight(const tombola_context *context, const tombola_weights *weights,
                                  const tombola_batch *x, const tombola_batch *dy, float *dw);
void share_linear_update(const tombola_context *context, const tombola_rule *rule, int32_t iteration,
                         const tombola_weights *weights, const tombola_batch *x, const tombola_batch *dy, float *m,
                         float *v, float *db);
void share_conv_forward(const tombola_context *context, const tombola_window *window, const tombola_weights *weights,
                        const float *bias, const tombola_batch *x, int32_t activation, tombola_batch *y);
void share_conv_backward_input(const tombola_context *context, const tombola_window *window,
                               const tombola_weights *weights, const tombola_batch *dy, const float *gate,
                               tombola_batch *dx);
void share_conv_backward_weight(const tombola_context *context, const tombola_window *window,
                                const tombola_weights *weights, const tombola_batch *x, const tombola_batch *dy,
                                float *dw);
void share_conv_update(const tombola_context *context, const tombola_rule *rule, int32_t iteration,
                       const tombola_window *window, const tombola_weights *weights, const tombola_batch *x,
                       const tombola_batch *dy, float *m, float *v, float *db);
void share_max_pool_forward(const tombola_context *context, const tombola_window *window, const tombola_batch *x,
                            tombola_batch *y);
void share_max_pool_backward(const tombola_context *context, const tombola_window *window, const tombola_batch *x,
                             const tombola_batch *dy, const float *gate, tombola_batch *dx);
void share_batch_norm_forward(const tombola_context *context, tombola_norm *norm, const tombola_batch *x,
                              int32_t activation, tombola_batch *y);
void share_batch_norm_infer(const tombola_context *context, const tombola_norm *norm, const tombola_batch *x,
                            int32_t activation, tombola_batch *y);
void share_batch_norm_backward(const tombola_context *context, const tombola_norm *norm, const tombola_batch *x,
                               const tombola_batch *dy, const float *gate, float *dscale, float *dshift,
                               tombola_batch *dx);
void share_add(const tombola_context *context, const float *a, const float *b, int32_t activation, const float *gate,
               float *y, int64_t count);

#endif
