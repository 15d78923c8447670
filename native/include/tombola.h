/* Tombola's C ABI: every native library (libtombola_cpu, libtombola_cuda) exports these names, but those of helpers,
 * which are a processor's. Trainings call all operations but tombola_linear_backward_weight,
 * tombola_conv_backward_weight and tombola_bias_backward: those define what tombola_linear_update and
 * tombola_conv_update do, and tests compare them.
 *
 * Letters: N batch, K inputs of a layer, M its outputs; C, H, W channels, height and width of an image. Activations
 * keep the batch innermost: [features][lanes], lanes = N rounded up to a multiple of 16; the features of images are
 * [C][H][W], and a position is one (h, w). Padding lanes (n >= N) are finite; in the gradients dy they are +0, as the
 * loss and every backward operation leave them, so they reach no sum.
 * All floats are IEEE binary32; every operation follows the canonical orders (native/README.md, "The numeric
 * contract"), so each backend and instruction set gives the same bits while values are finite, but for a group in TF32
 * (tombola_cuda.h). What an infinite or NaN weight does is not promised: a convolution's taps that only read the
 * border, and lanes of padding, may be multiplied or left out.
 *
 * Every operation returns a tombola_status. None allocates or prints. Nothing is kept between calls but a room of
 * 1.25 MiB for each thread that calls or helps, made when it first does; a call takes at most 400 KB of stack besides.
 * Operands of one call do not overlap unless it says so: what overlaps gets unspecified numbers, but nothing outside is
 * touched.
 */
#ifndef TOMBOLA_H
#define TOMBOLA_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define TOMBOLA_API __attribute__((visibility("default")))
#else
#define TOMBOLA_API
#endif

#define TOMBOLA_LANES 16     /* the batch is padded to a multiple of this */
#define TOMBOLA_ALIGNMENT 64 /* bytes; float blocks start on this boundary */
#define TOMBOLA_ABI_VERSION 8

typedef enum {
  TOMBOLA_OK = 0,
  TOMBOLA_NULL = 1,            /* a pointer is null */
  TOMBOLA_SHAPE = 2,           /* sizes do not agree */
  TOMBOLA_UNALIGNED = 3,       /* a float block does not start on a 64-byte boundary */
  TOMBOLA_RANGE = 4,           /* an index, label, iteration or constant lies outside its range */
  TOMBOLA_ISA_UNKNOWN = 5,     /* no instruction set of that name in this library */
  TOMBOLA_ISA_UNSUPPORTED = 6, /* this processor or operating system lacks it */
  TOMBOLA_FLOAT_MODE = 7,      /* flush-to-zero, a rounding mode other than nearest, or traps are on */
  TOMBOLA_DEVICE = 8,          /* the GPU refused a call, or failed in an earlier one: tombola_cuda_error says how */
  TOMBOLA_UNFIT = 9,           /* not among what a GPU does for a resident network */
  TOMBOLA_THREADS = 10,        /* the system starts fewer threads than were asked for */
  TOMBOLA_FULL = 11            /* the GPU has no memory left for what a call needs, such as a kernel's code */
} tombola_status;

/* Which bodies run: chosen once by tombola_open, immutable, never freed. */
typedef struct tombola_context tombola_context;

/* Activations or their gradients: data[features][lanes], 64-byte aligned. What goes into a network may be common to all
 * replicas: it is gathered into the first one's memory, and read there; nothing but a gather and a forward pass takes
 * such a batch. */
typedef struct {
  float *data;
  int32_t features;
  int32_t size;   /* N, examples in use */
  int32_t lanes;  /* N rounded up to a multiple of 16 */
  int32_t common; /* 0 or 1 */
} tombola_batch;

/* A run of floats inside a slab: parameters, gradients, optimiser state. 64-byte aligned. */
typedef struct {
  float *data;
  int64_t length;
} tombola_span;

/* The survivors of a compressed matrix, line by line. What a line's entries choose from is cut into `blocks` blocks
 * of `block` (the last may be shorter): all lines' entries of the first block come first, then those of the second.
 * start[blocks * lines + 1]: line l's entries of block b begin at start[b * lines + l]. across[survivors]: each
 * entry's place in its block, ascending within a line. */
typedef struct {
  const int32_t *start;
  const uint16_t *across;
  int32_t block;
  int32_t blocks;
  int32_t lines;
  int32_t reserved;
} tombola_index;

/* The weights of a linear layer, M x K, or of a convolution: then K = C * taps, taps = kernel height * kernel width, k
 * = (c, kh, kw); a linear layer has one tap.
 * Dense (rows.start null): values[M][stride], stride = K rounded up to a multiple of 16, so that every row starts on a
 * vector boundary; mask is null, or [M][stride] with 1 where the weight survives. Pruned values and those past K are
 * +0 and stay so.
 * Compressed: values[survivors] in the order of `rows`, whose lines are outputs, across the inputs; `columns` lists
 * the same entries by input channel (of K / taps), across the outputs' taps (m, kh, kw), and position[survivors] gives
 * each one's place in values. A block holds whole channels (rows) or whole outputs (columns), all taps of each. */
typedef struct {
  float *values;
  const uint8_t *mask;
  tombola_index rows;
  tombola_index columns;
  const int32_t *position;
  int64_t survivors; /* entries of values: M * stride when dense */
  int32_t outputs;   /* M */
  int32_t inputs;    /* K */
  int32_t taps;
  int32_t stride; /* values between rows when dense */
} tombola_weights;

/* A window that slides over images of C x H x W with a border of zeros: it stops at (height + 2 * padding -
 * kernel_height) / stride + 1 rows, and as many columns by width. The padding is less than the kernel's either side;
 * height, width and stride are at most 16384. */
typedef struct {
  int32_t channels, height, width;
  int32_t kernel_height, kernel_width;
  int32_t stride, padding;
} tombola_window;

/* Batch normalisation of C channels: trained scale and shift, statistics that evaluation uses, and those of the last
 * batch in training: its mean, and 1 / sqrt(variance + 1e-5). 64-byte aligned. */
typedef struct {
  float *scale, *shift;
  float *running_mean, *running_variance;
  float *mean, *inverse_deviation; /* null in evaluation */
  int32_t channels;
  int32_t reserved;
} tombola_norm;

/* Where integer draws come from: Philox4x32-10 with this seed as its key. Draw i of an iteration is word i mod 4 of the
 * block at counter (i div 4, iteration, purpose, stream). */
typedef struct {
  uint64_t seed;
  uint32_t purpose, stream;
} tombola_draws;

/* A value is kept where its draw is at least `threshold`, then times `scale`; else it becomes +0. Line l of a batch is
 * unit[l] >= 0, or l where `unit` is null; example n of unit u has draw (u * N + n) mod 2^32. */
typedef struct {
  tombola_draws draws;
  const int32_t *unit;
  uint32_t threshold;
  float scale;
} tombola_dropout;

/* Random crops and flips: an image is taken from itself with `padding` zero pixels (before scaling) on every side,
 * `top` rows and `left` columns in, and then mirrored left to right where `flip`. Example n has draws 4n: flip where
 * bit 31 is set (if flips are asked for); 4n + 1: top = draw * (2 * padding + 1) >> 32; 4n + 2: left, likewise. */
typedef struct {
  tombola_draws draws;
  int32_t height, width;
  int32_t padding;
  int32_t flips; /* 0 or 1 */
} tombola_augment;

/* What an epoch orders: examples[count], numbers in the data set, ascending from 0 or more. An example's draw is that
 * of its number, in the iteration that is the epoch. room[count] is written; what it holds means nothing afterwards. */
typedef struct {
  tombola_draws draws;
  const int32_t *examples;
  uint64_t *room;
  int32_t count;
  int32_t reserved;
} tombola_shuffle;

/* Images: pixels[count][features] with features = channels * pixels per channel, labels[count] below
 * classes; scale[channels][256] maps a byte to its scaled value. */
typedef struct {
  const uint8_t *pixels;
  const uint8_t *labels;
  const float *scale;
  int32_t count;
  int32_t features;
  int32_t channels;
  int32_t classes;
} tombola_images;

/* Running totals of a loss: added to, in example order. */
typedef struct {
  double loss;     /* sum of the examples' cross-entropies, nats */
  int64_t correct; /* examples whose largest logit (the first of equals) is their label's */
  int64_t examples;
} tombola_score;

/* An optimiser's constants and its per-iteration scalars rates[iterations][3] = lr, a, c with
 * a = lr / (1 - beta1^t), c = 1 / sqrt(1 - beta2^t), t from 1. */
typedef enum { TOMBOLA_SGD = 0, TOMBOLA_ADAM = 1 } tombola_optimizer;

typedef struct {
  const float *rates;
  int32_t iterations;
  int32_t kind;                 /* tombola_optimizer */
  float beta1, one_minus_beta1; /* Adam */
  float beta2, one_minus_beta2;
  float epsilon;                /* at least 2^-126 */
  float momentum, weight_decay; /* SGD */
} tombola_rule;

/* The ABI version this library was built with. */
TOMBOLA_API int32_t tombola_abi_version(void);

/* isa: "scalar", "avx2", "avx512", "neon", or "best" for the widest that this machine runs. */
TOMBOLA_API int32_t tombola_open(const char *isa, const tombola_context **context);

/* The name of the instruction set that a context runs; never null. */
TOMBOLA_API const char *tombola_isa(const tombola_context *context);

/* On a processor: from now on up to `helpers` threads of the library's own help each call, if they have nothing else to
 * do and each part of its work is `least` multiply-adds or more. Bits do not depend on it. None help at first. For all
 * callers together, which may go on meanwhile; TOMBOLA_THREADS leaves those that could be started. Threads are kept,
 * and the library with them; a forked child has none, and must ask for none to help. */
enum { TOMBOLA_HELPERS_MOST = 1023 };
TOMBOLA_API int32_t tombola_help(int32_t helpers, int64_t least);

/* Nanoseconds that helpers have worked for this thread's calls so far, less those that it waited for them: with its own
 * time, what its calls have cost in all. */
TOMBOLA_API int64_t tombola_helped(void);

/* What follows a layer's sums before they are stored. */
typedef enum { TOMBOLA_IDENTITY = 0, TOMBOLA_RELU = 1 } tombola_activation;

/* y[m] = activation(bias[m] + sum over k ascending of w[m][k] x[k]); one chain of fma per output. */
TOMBOLA_API int32_t tombola_linear_forward(const tombola_context *context, const tombola_weights *weights,
                                           const tombola_span *bias, const tombola_batch *x, int32_t activation,
                                           tombola_batch *y);

/* dx[k] = sum over m ascending of w[m][k] dy[m], from +0; where `gate` is given (x, if a ReLU made it), +0 unless
 * gate[k] > 0. */
TOMBOLA_API int32_t tombola_linear_backward_input(const tombola_context *context, const tombola_weights *weights,
                                                  const tombola_batch *dy, const tombola_batch *gate,
                                                  tombola_batch *dx);

/* dw[m][k] = sum over the batch of dy[m][n] x[k][n] in sixteen partials, laid out as weights->values:
 * all M x stride (with +0 where the mask is 0 and past K), or the survivors only. */
TOMBOLA_API int32_t tombola_linear_backward_weight(const tombola_context *context, const tombola_weights *weights,
                                                   const tombola_batch *x, const tombola_batch *dy, tombola_span *dw);

/* tombola_linear_backward_weight and tombola_optimizer_step of the same weights in one pass, to the same bits: no
 * gradient is stored. m and v are laid out as weights->values. And, unless db is null, tombola_bias_backward of dy. */
TOMBOLA_API int32_t tombola_linear_update(const tombola_context *context, const tombola_rule *rule, int32_t iteration,
                                          const tombola_weights *weights, const tombola_batch *x,
                                          const tombola_batch *dy, tombola_span *m, tombola_span *v, tombola_span *db);

/* db[m] = sum over the batch and all positions of dy[m][n] in sixteen partials, n div 16 before h before w; dy has
 * db->length outputs of equally many positions. */
TOMBOLA_API int32_t tombola_bias_backward(const tombola_context *context, const tombola_batch *dy, tombola_span *db);

/* y[m][h][w] = activation(bias[m] + sum over (c, kh, kw) ascending of w[m][c][kh][kw] x[c][h * stride + kh - padding]
 * [w * stride + kw - padding]), what lies outside the image being +0; without a bias (null) from +0. At most 225 taps,
 * and blocks of at most 3072. */
TOMBOLA_API int32_t tombola_conv_forward(const tombola_context *context, const tombola_window *window,
                                         const tombola_weights *weights, const tombola_span *bias,
                                         const tombola_batch *x, int32_t activation, tombola_batch *y);

/* dx[c][h][w] = sum over (m, kh, kw) ascending of w[m][c][kh][kw] dy[m][...] over every output that read x[c][h][w],
 * from +0; `gate` as in tombola_linear_backward_input. */
TOMBOLA_API int32_t tombola_conv_backward_input(const tombola_context *context, const tombola_window *window,
                                                const tombola_weights *weights, const tombola_batch *dy,
                                                const tombola_batch *gate, tombola_batch *dx);

/* dw[m][c][kh][kw] = sum over the batch and all positions of dy[m][h][w][n] and what its weight read, in sixteen
 * partials, n div 16 before h before w; laid out as weights->values. */
TOMBOLA_API int32_t tombola_conv_backward_weight(const tombola_context *context, const tombola_window *window,
                                                 const tombola_weights *weights, const tombola_batch *x,
                                                 const tombola_batch *dy, tombola_span *dw);

/* tombola_conv_backward_weight and tombola_optimizer_step in one pass, as tombola_linear_update. */
TOMBOLA_API int32_t tombola_conv_update(const tombola_context *context, const tombola_rule *rule, int32_t iteration,
                                        const tombola_window *window, const tombola_weights *weights,
                                        const tombola_batch *x, const tombola_batch *dy, tombola_span *m,
                                        tombola_span *v, tombola_span *db);

/* y[c][h][w] = the largest of a window's values. Windows do not overlap: stride = kernel height = kernel width, padding
 * 0; rows and columns that fill no window are left out. */
TOMBOLA_API int32_t tombola_max_pool_forward(const tombola_context *context, const tombola_window *window,
                                             const tombola_batch *x, tombola_batch *y);

/* dx = dy where x is the first maximum of its window in the order (kh, kw), else +0 (so in what fills no window);
 * `gate` as in tombola_linear_backward_input. */
TOMBOLA_API int32_t tombola_max_pool_backward(const tombola_context *context, const tombola_window *window,
                                              const tombola_batch *x, const tombola_batch *dy,
                                              const tombola_batch *gate, tombola_batch *dx);

/* y[c] = (sum over positions ascending of x[c], from +0) * (1 / positions); x has y->features channels of equally many
 * positions. */
TOMBOLA_API int32_t tombola_average_pool_forward(const tombola_context *context, const tombola_batch *x,
                                                 tombola_batch *y);

/* dx[c][position] = dy[c] * (1 / positions); `gate` likewise. */
TOMBOLA_API int32_t tombola_average_pool_backward(const tombola_context *context, const tombola_batch *dy,
                                                  const tombola_batch *gate, tombola_batch *dx);

/* y = activation(fma(scale, (x - mean) * inverse_deviation, shift)) with the statistics of this batch, count = N *
 * positions values a channel. In double, sixteen partials each from +0, n div 16 before h before w, joined as ever and
 * without padding lanes: mean = (sum of x) / count, then variance = (sum of fma(d, d, .) with d = x - mean) / count;
 * both lose their last bits only when norm->mean = (float)mean and norm->inverse_deviation = (float)(1 / sqrt(variance
 * + 1e-5)) are stored, and y is made from what is stored. running = (float)(0.9 * running + 0.1 * new) in double, the
 * new variance being (sum of fma(d, d, .)) / max(count - 1, 1). */
TOMBOLA_API int32_t tombola_batch_norm_forward(const tombola_context *context, tombola_norm *norm,
                                               const tombola_batch *x, int32_t activation, tombola_batch *y);

/* As above with mean = running_mean and inverse_deviation = (float)(1 / sqrt((double)running_variance + 1e-5)). */
TOMBOLA_API int32_t tombola_batch_norm_infer(const tombola_context *context, const tombola_norm *norm,
                                             const tombola_batch *x, int32_t activation, tombola_batch *y);

/* With xhat = (x - mean) * inverse_deviation of the last forward, sums in sixteen partials as in tombola_bias_backward
 * and count = (float)(N * positions): dshift = sum of dy, dscale = sum of fma(dy, xhat, .), dx = (scale *
 * inverse_deviation) * fma(-xhat, dscale / count, dy - dshift / count), +0 in padding lanes; `gate` as in
 * tombola_linear_backward_input. dx may be dy. */
TOMBOLA_API int32_t tombola_batch_norm_backward(const tombola_context *context, const tombola_norm *norm,
                                                const tombola_batch *x, const tombola_batch *dy,
                                                const tombola_batch *gate, tombola_span *dscale, tombola_span *dshift,
                                                tombola_batch *dx);

/* y = activation(a + b); where `gate` is given, +0 unless gate > 0. A sum of -0 becomes +0. y may be a or b. */
TOMBOLA_API int32_t tombola_add(const tombola_context *context, const tombola_batch *a, const tombola_batch *b,
                                int32_t activation, const tombola_batch *gate, tombola_batch *y);

/* y = kept ? x * scale : +0, and +0 in padding lanes; y may be x. Values forward, their gradients backward. */
TOMBOLA_API int32_t tombola_dropout_apply(const tombola_context *context, const tombola_dropout *dropout,
                                          int32_t iteration, const tombola_batch *x, tombola_batch *y);

/* y = x <= 0 ? +0 : x; y may be x. */
TOMBOLA_API int32_t tombola_relu_forward(const tombola_context *context, const tombola_batch *x, tombola_batch *y);

/* dx = y > 0 ? dy : +0; dx may be dy. */
TOMBOLA_API int32_t tombola_relu_backward(const tombola_context *context, const tombola_batch *y,
                                          const tombola_batch *dy, tombola_batch *dx);

/* Adds the batch to score; dlogits = (softmax - one-hot) * (1/N), +0 in padding lanes; dlogits may be null
 * (evaluation). A class whose logit is more than 32 below the largest has probability +0. labels[N]. */
TOMBOLA_API int32_t tombola_softmax_cross_entropy(const tombola_context *context, const tombola_batch *logits,
                                                  const int32_t *labels, tombola_batch *dlogits, tombola_score *score);

/* One step of the rule's optimizer at iteration 0, 1, ...: w, m and v are updated, g is read. SGD keeps its
 * velocity in m and takes null for v. */
TOMBOLA_API int32_t tombola_optimizer_step(const tombola_context *context, const tombola_rule *rule, int32_t iteration,
                                           tombola_span *w, const tombola_span *g, tombola_span *m, tombola_span *v);

/* order[count]: the examples sorted by (draw in that epoch, number). */
TOMBOLA_API int32_t tombola_shuffle_apply(const tombola_context *context, const tombola_shuffle *shuffle, int32_t epoch,
                                          int32_t *order);

/* x[l][n] = scale[channel of k][pixels[i][k]] and labels[n] = labels[i] with k = feature[l], i = order[from + n], for
 * n < N = x->size; +0 in padding lanes. feature[x->features] is ascending, or null for all features. order holds at
 * least from + N + ahead entries: the `ahead` images after these are asked of the memory early. */
TOMBOLA_API int32_t tombola_gather(const tombola_context *context, const tombola_images *images, const int32_t *feature,
                                   const int32_t *order, int32_t from, int32_t ahead, tombola_batch *x,
                                   int32_t *labels);

/* tombola_gather of all features, each image cropped and flipped at random; images hold augment->height x
 * augment->width pixels per channel. */
TOMBOLA_API int32_t tombola_gather_augmented(const tombola_context *context, const tombola_images *images,
                                             const tombola_augment *augment, int32_t iteration, const int32_t *order,
                                             int32_t from, tombola_batch *x, int32_t *labels);

#ifdef __cplusplus
}
#endif

#endif
