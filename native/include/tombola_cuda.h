/* What libtombola_cuda exports besides tombola.h. There every pointer inside operands, and every pointer to data, says
 * where replica 0's lies: on the device at that address + shift, and replica r's r * stride bytes after it. So operands
 * may be made in the host's copy of one replica. Images and their scale alone are shared, and device addresses as they
 * are. An operation is put on the context's stream and returns before it ran; what the device finds wrong while it
 * runs, a later call returns (TOMBOLA_DEVICE). Indices and labels are not checked, but lead nowhere outside. Masks of
 * dense weights start on 4-byte boundaries, and `values`, `across` and `position` of compressed ones on 16-byte
 * boundaries (TOMBOLA_UNALIGNED); these are read as far as the next one. A batch that a linear layer reads has less
 * than 4 GiB, and one that a convolution reads at most 64 (TOMBOLA_SHAPE). */
#ifndef TOMBOLA_CUDA_H
#define TOMBOLA_CUDA_H

#include "tombola.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Whose draws a replica's are: they take the place of the seed and the stream that an operation is given. */
typedef struct {
  uint64_t seed;
  uint32_t stream;
  uint32_t reserved;
} tombola_identity;

/* How far a group's steps have come, on the device: `iteration` is added to all iterations that operations are given,
 * and gathers begin `batch` batches further on, when a kernel runs; so a captured graph of one step is launched again
 * and again. */
typedef struct {
  int32_t iteration;
  int32_t batch;
} tombola_clock;

/* How dense linear layers and convolutions multiply. TF32: on tensor cores, factors rounded to 10 bits after the point
 * (nearest, ties to even; what is nearly 2^115 or more may become infinite or no number) and sums in binary32, in an
 * order and a rounding of the device's own: the same bits from one kind of device for any number of replicas, but not
 * those of FP32. Whatever is compressed is FP32. */
typedef enum { TOMBOLA_FP32 = 0, TOMBOLA_TF32 = 1 } tombola_precision;

/* Replicas of one shape that run side by side on the current device. */
typedef struct {
  int32_t replicas;
  int32_t precision;                  /* tombola_precision */
  int64_t stride;                     /* bytes between replicas, a multiple of TOMBOLA_ALIGNMENT */
  void *stream;                       /* a cudaStream_t or CUstream; null: the default one */
  tombola_clock *clock;               /* null, or on the device */
  const tombola_identity *identities; /* null, or [replicas] on the device */
  int64_t shift;                      /* bytes, a multiple of TOMBOLA_ALIGNMENT */
} tombola_group;

/* A context for the group; TOMBOLA_RANGE if there is no such precision. tombola_open("cuda") opens one replica on the
 * default stream, without clock or identities, for FP32. */
TOMBOLA_API int32_t tombola_cuda_open(const tombola_group *group, const tombola_context **context);

TOMBOLA_API void tombola_cuda_close(const tombola_context *context);

/* to = from, of equal lengths, for all replicas, or for those where chosen[replica], on the device, is not 0. */
TOMBOLA_API int32_t tombola_cuda_copy(const tombola_context *context, const tombola_span *from, tombola_span *to,
                                      const int32_t *chosen);

/* list[replicas][words] = the words at `from` of every replica, or the other way; `list` is anywhere that the device
 * reads and writes. */
TOMBOLA_API int32_t tombola_cuda_collect(const tombola_context *context, const uint64_t *from, uint64_t *list,
                                         int32_t words);
TOMBOLA_API int32_t tombola_cuda_spread(const tombola_context *context, const uint64_t *list, uint64_t *to,
                                        int32_t words);

/* So many steps are over: the clock goes on by as many iterations and batches, after the last of an epoch's `batches`
 * to the first. */
TOMBOLA_API int32_t tombola_cuda_tick(const tombola_context *context, int32_t steps, int32_t batches);

/* From here on operations of this context, which has a clock, are noted and not done: a step's, on compressed linear
 * layers (tombola_gather and tombola_softmax_cross_entropy once, tombola_linear_*, tombola_optimizer_step) and at most
 * 20; any other returns TOMBOLA_UNFIT. */
TOMBOLA_API int32_t tombola_cuda_note(const tombola_context *context);

/* Does what was noted `steps` times, and the clock goes on as by tombola_cuda_tick: to the same bits, without a launch
 * in between, each network in one multiprocessor. Of the batches nothing is left in memory afterwards. Ends the noting.
 */
TOMBOLA_API int32_t tombola_cuda_resident(const tombola_context *context, int32_t steps, int32_t batches);

/* What the device said of the last call of this thread that returned TOMBOLA_DEVICE or TOMBOLA_FULL; never null. */
TOMBOLA_API const char *tombola_cuda_error(void);

#ifdef __cplusplus
}
#endif

#endif
