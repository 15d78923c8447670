/* A batch that is common to all replicas: one gathers it, all have their labels and the bits that their own batch would
 * give them; and nothing else takes such a batch. */
#include "test.h"
#include "tombola_cuda.h"

enum {
  REPLICAS = 3,
  EXAMPLES = 40,
  SIDE = 6,
  PIXELS = SIDE * SIDE,
  SIZE = 20,
  LANES = 32,
  OUTPUTS = 7,
  ENTRIES = OUTPUTS * PIXELS,
  CHANNELS = 4, /* of a convolution */
  TAPS = 9,
  WORD = 4,
};

/* Where everything of a replica lies, in words from its start. */
enum {
  X = 0,
  Y = X + PIXELS * LANES,
  LABELS = Y + CHANNELS * PIXELS * LANES,
  ORDER = LABELS + LANES,
  FEATURE = ORDER + 64,
  BIAS = FEATURE + 64,
  WEIGHTS = BIAS + 64,
  ROW_START = WEIGHTS + 512,
  ROW_ACROSS = ROW_START + 64,
  COLUMN_START = ROW_ACROSS + 256,
  COLUMN_ACROSS = COLUMN_START + 64,
  POSITION = COLUMN_ACROSS + 256,
  WORDS = POSITION + 512,
};

enum form { DENSE, COMPRESSED, CONVOLUTION, FORMS };

static int32_t *ints_at(float *from, int place) {
  return (int32_t *)(void *)(from + place);
}

static void prepare(float *part) {
  for (int i = 0; i < WORDS; i++) {
    part[i] = random_float();
  }
  for (int l = 0; l < PIXELS; l++) {
    ints_at(part, FEATURE)[l] = l;
  }
  uint16_t *row_across = (uint16_t *)(void *)(part + ROW_ACROSS),
           *column_across = (uint16_t *)(void *)(part + COLUMN_ACROSS);
  for (int m = 0; m <= OUTPUTS; m++) {
    ints_at(part, ROW_START)[m] = m * PIXELS;
  }
  for (int k = 0; k <= PIXELS; k++) {
    ints_at(part, COLUMN_START)[k] = k * OUTPUTS;
  }
  for (int m = 0; m < OUTPUTS; m++) {
    for (int k = 0; k < PIXELS; k++) {
      row_across[m * PIXELS + k] = (uint16_t)k;
      column_across[k * OUTPUTS + m] = (uint16_t)m;
      ints_at(part, POSITION)[k * OUTPUTS + m] = m * PIXELS + k;
    }
  }
}

/* Gathers a batch and passes it on. */
static void pass(const tombola_context *context, float *part, const tombola_images *images, enum form form,
                 int common) {
  const int32_t features = form == CONVOLUTION ? CHANNELS * PIXELS : OUTPUTS;
  tombola_batch x = {part + X, PIXELS, SIZE, LANES, common}, y = {part + Y, features, SIZE, LANES, 0};
  const tombola_span bias = {part + BIAS, form == CONVOLUTION ? CHANNELS : OUTPUTS};
  const tombola_window window = {1, SIDE, SIDE, 3, 3, 1, 1};
  const tombola_weights kernels = {
      part + WEIGHTS, NULL, {NULL, NULL, 0, 0, 0, 0}, {NULL, NULL, 0, 0, 0, 0}, NULL, CHANNELS * 16, CHANNELS, TAPS,
      TAPS,           16};
  const tombola_weights dense = {part + WEIGHTS,
                                 NULL,
                                 {NULL, NULL, 0, 0, 0, 0},
                                 {NULL, NULL, 0, 0, 0, 0},
                                 NULL,
                                 OUTPUTS * 48,
                                 OUTPUTS,
                                 PIXELS,
                                 1,
                                 48};
  const tombola_weights compressed = {
      part + WEIGHTS,
      NULL,
      {ints_at(part, ROW_START), (uint16_t *)(void *)(part + ROW_ACROSS), PIXELS, 1, OUTPUTS, 0},
      {ints_at(part, COLUMN_START), (uint16_t *)(void *)(part + COLUMN_ACROSS), OUTPUTS, 1, PIXELS, 0},
      ints_at(part, POSITION),
      ENTRIES,
      OUTPUTS,
      PIXELS,
      1,
      0};
  EXPECT_STATUS(TOMBOLA_OK, tombola_gather(context, images, ints_at(part, FEATURE), ints_at(part, ORDER), 3, 0, &x,
                                           ints_at(part, LABELS)));
  if (form == CONVOLUTION) {
    EXPECT_STATUS(TOMBOLA_OK, tombola_conv_forward(context, &window, &kernels, &bias, &x, TOMBOLA_RELU, &y));
  } else {
    EXPECT_STATUS(TOMBOLA_OK, tombola_linear_forward(context, form == DENSE ? &dense : &compressed, &bias, &x,
                                                     TOMBOLA_IDENTITY, &y));
  }
}

static void refuses(const tombola_context *context, float *part) {
  const tombola_batch own = {part + X, PIXELS, SIZE, LANES, 0}, odd = {part + X, PIXELS, SIZE, LANES, 2};
  tombola_batch common = own, y = {part + Y, PIXELS, SIZE, LANES, 0};
  common.common = 1;
  const tombola_weights w = {part + WEIGHTS,
                             NULL,
                             {NULL, NULL, 0, 0, 0, 0},
                             {NULL, NULL, 0, 0, 0, 0},
                             NULL,
                             OUTPUTS * 48,
                             OUTPUTS,
                             PIXELS,
                             1,
                             48};
  const tombola_span bias = {part + BIAS, OUTPUTS};
  tombola_span dw = {part + WEIGHTS, OUTPUTS * 48};
  const tombola_window window = {1, SIDE, SIDE, 2, 2, 2, 0};
  const tombola_batch dy = {part + Y, OUTPUTS, SIZE, LANES, 0};
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_linear_forward(context, &w, &bias, &odd, TOMBOLA_IDENTITY, &y));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_linear_backward_weight(context, &w, &common, &dy, &dw));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_linear_backward_input(context, &w, &dy, NULL, &common));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_max_pool_forward(context, &window, &common, &y));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_relu_forward(context, &common, &y));
}

int main(void) {
  const int64_t stride = (WORDS + 15) / 16 * 16;
  block common = block_new(REPLICAS * stride), own = block_new(REPLICAS * stride);
  uint8_t *pixels = malloc(EXAMPLES * PIXELS), *labels = malloc(EXAMPLES);
  float *scale = malloc(256 * sizeof *scale);
  for (int i = 0; i < EXAMPLES * PIXELS; i++) {
    pixels[i] = (uint8_t)random_bits();
  }
  for (int i = 0; i < EXAMPLES; i++) {
    labels[i] = (uint8_t)(i % OUTPUTS);
  }
  for (int i = 0; i < 256; i++) {
    scale[i] = (float)i / 256;
  }
  const tombola_images images = {pixels, labels, scale, EXAMPLES, PIXELS, 1, OUTPUTS};
  const tombola_group asked = {REPLICAS, TOMBOLA_FP32, stride * (int64_t)sizeof(float), NULL, NULL, NULL, 0};
  const tombola_context *context = NULL;
  EXPECT_STATUS(TOMBOLA_OK, tombola_cuda_open(&asked, &context));
  for (enum form form = DENSE; form < FORMS; form++) {
    for (int r = 0; r < REPLICAS; r++) {
      prepare(common.data + r * stride);
      for (int i = 0; i < EXAMPLES; i++) {
        ints_at(common.data + r * stride, ORDER)[i] = i * 7 % EXAMPLES;
      }
    }
    for (int r = 0; form != COMPRESSED && r < REPLICAS; r++) { /* past the inputs weights are +0 */
      const int lines = form == DENSE ? OUTPUTS : CHANNELS, inputs = form == DENSE ? PIXELS : TAPS;
      for (int l = 0; l < lines; l++) {
        for (int i = inputs; i < (inputs + 15) / 16 * 16; i++) {
          common.data[r * stride + WEIGHTS + l * ((inputs + 15) / 16 * 16) + i] = 0;
        }
      }
    }
    memcpy(own.data, common.data, (size_t)common.count * sizeof(float));
    pass(context, own.data, &images, form, 0);
    for (int r = 1; r < REPLICAS; r++) {
      memcpy(own.data + r * stride + X, common.data + r * stride + X, PIXELS * LANES * sizeof(float));
    }
    pass(context, common.data, &images, form, 1);
    expect_bits("common", "cuda", own.data, common.data, common.count);
  }
  refuses(context, common.data);
  tombola_cuda_close(context);
  free(pixels);
  free(labels);
  free(scale);
  block_check_and_free(&common);
  block_check_and_free(&own);
  printf("common: one batch for %d replicas, %d forms\n", REPLICAS, FORMS);
  return 0;
}
