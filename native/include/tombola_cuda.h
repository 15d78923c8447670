/* What libtombola_cuda exports besides tombola.h. There every pointer inside operands, and every pointer to data, is a
 * device address of replica 0: replica r's lies r * stride bytes after it, images and their scale alone are shared. An
 * operation is put on the context's stream and returns before it ran; what the device finds wrong while it runs, a
 * later call returns (TOMBOLA_DEVICE). Indices and labels are not checked, but lead nowhere outside. */
#ifndef TOMBOLA_CUDA_H
#define TOMBOLA_CUDA_H

#include "tombola.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A context that runs `replicas` networks of one shape side by side, on the current device: stream is a cudaStream_t or
 * CUstream, stride a multiple of TOMBOLA_ALIGNMENT. Where clock is given, a device address, what it holds when a kernel
 * runs is added to every iteration that an operation is given: so a captured graph of steps can be launched again.
 * tombola_open("cuda") opens one replica on the default stream, without a clock. */
TOMBOLA_API int32_t tombola_cuda_open(int32_t replicas, int64_t stride, void *stream, const int32_t *clock,
                                      const tombola_context **context);

TOMBOLA_API void tombola_cuda_close(const tombola_context *context);

/* What the device said of the last call of this thread that returned TOMBOLA_DEVICE; never null. */
TOMBOLA_API const char *tombola_cuda_error(void);

#ifdef __cplusplus
}
#endif

#endif
