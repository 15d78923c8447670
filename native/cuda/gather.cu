/* Images to activations: a thread scales one pixel of one image. */
#include "philox.cuh"
#include "resident.cuh"

/* The line and example of value i; whether there is more to do than the +0 of a padding lane. */
__device__ inline bool is_wanted(const gather_operands &o, int64_t i, int32_t *line, int32_t *n) {
  *line = (int32_t)(i / o.x.lanes);
  *n = (int32_t)(i % o.x.lanes);
  if (*line < o.x.features && *n >= o.x.size) {
    o.x.data[i] = 0.0f;
  }
  return *line < o.x.features && *n < o.x.size;
}

static __global__ void gather_kernel(home home, gather_operands shared) {
  const gather_operands o = own(shared, home);
  const int64_t i = thread_index();
  int32_t line, n;
  if (!is_wanted(o, i, &line, &n)) {
    return;
  }
  const int32_t image = image_of(o, n);
  const uint32_t asked = (uint32_t)(o.feature == nullptr ? line : o.feature[line]);
  const int32_t feature = asked < (uint32_t)o.images.features ? (int32_t)asked : 0;
  o.x.data[i] = scaled(o.images, feature, o.images.pixels[(int64_t)image * o.images.features + feature]);
  if (line == 0) {
    o.labels[n] = o.images.labels[image];
  }
}

static __global__ void augmented_kernel(home home, gather_operands shared, tombola_augment augment, drawing drawn) {
  const gather_operands o = own(shared, home);
  const int64_t i = thread_index();
  int32_t feature, n;
  if (!is_wanted(o, i, &feature, &n)) {
    return;
  }
  const int32_t image = image_of(o, n);
  const philox_block draw = philox(drawn, (uint32_t)n);
  const uint64_t starts = 2 * (uint64_t)augment.padding + 1;
  const int32_t area = augment.height * augment.width, place = feature % area;
  const int64_t row = place / augment.width + (int64_t)(draw.word[1] * starts >> 32) - augment.padding;
  const int32_t w = place % augment.width;
  const int mirrored = augment.flips && draw.word[0] >> 31;
  const int64_t column =
      (mirrored ? augment.width - 1 - w : w) + (int64_t)(draw.word[2] * starts >> 32) - augment.padding;
  uint8_t pixel = 0;
  if (row >= 0 && row < augment.height && column >= 0 && column < augment.width) {
    pixel = o.images.pixels[(int64_t)image * o.images.features + feature - place + row * augment.width + column];
  }
  o.x.data[i] = scaled(o.images, feature, pixel);
  if (feature == 0) {
    o.labels[n] = o.images.labels[image];
  }
}

int32_t cuda_gather(const tombola_context *context, const tombola_images *images, const int32_t *feature,
                    const int32_t *order, int32_t ahead, tombola_batch *x, int32_t *labels) {
  (void)ahead; /* images lie in device memory already */
  const gather_operands operands = {*images, feature, order, context->group.clock, *x, labels};
  return noting(context) ? note(context, operands)
                         : launch(context, gather_kernel, blocks_of((int64_t)x->features * x->lanes, BLOCK_THREADS),
                                  BLOCK_THREADS, operands);
}

int32_t cuda_gather_augmented(const tombola_context *context, const tombola_images *images,
                              const tombola_augment *augment, int32_t iteration, const int32_t *order, tombola_batch *x,
                              int32_t *labels) {
  return launch(context, augmented_kernel, blocks_of((int64_t)x->features * x->lanes, BLOCK_THREADS), BLOCK_THREADS,
                gather_operands{*images, nullptr, order, context->group.clock, *x, labels}, *augment,
                drawing_of(context, augment->draws, iteration));
}
