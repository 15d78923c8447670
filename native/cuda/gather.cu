/* Images to activations. */
#include "philox.cuh"
#include "resident.cuh"

enum { TOGETHER = 8 /* values of an example, which a thread takes */ };

/* The values of neighbouring lines: what they read of an image mostly lies side by side, and comes a word at a time.
 * All reads of a kind are on their way before one is waited for: what is stored would hold back those after it. */
template <typename WORD>
__global__ void gather_kernel(home home, gather_operands shared) {
  constexpr uint32_t SIZE = sizeof(WORD);
  const gather_operands o = own(shared, home);
  const uint32_t i = blockIdx.x * BLOCK_THREADS + threadIdx.x, lanes = (uint32_t)o.x.lanes;
  const int32_t n = (int32_t)(i % lanes), first = (int32_t)(i / lanes) * TOGETHER;
  const bool here = o.x.common == 0 || blockIdx.z == 0; /* or another replica gathers it */
  if (first >= (here ? o.x.features : 1)) {
    return;
  }
  const int32_t lines = here ? o.x.features - first : 0;
  uint32_t feature[TOGETHER];
#pragma unroll
  for (int l = 0; l < TOGETHER; l++) {
    feature[l] = l >= lines ? 0 : o.feature == nullptr ? first + l : o.feature[first + l];
  }
  const bool padding = n >= o.x.size;
  const int32_t image = padding ? 0 : image_of(o, n);
  const uint8_t *pixels = o.images.pixels + (int64_t)image * o.images.features;
#pragma unroll
  for (int l = 0; l < TOGETHER; l++) {
    feature[l] = feature[l] < (uint32_t)o.images.features ? feature[l] : 0;
  }
  const auto word_of = [&](uint32_t pixel) { return *(const WORD *)(pixels + pixel / SIZE * SIZE); };
  const WORD head = word_of(feature[0]), tail = word_of(feature[TOGETHER - 1]); /* few lie in others */
  uint32_t shade[TOGETHER];
#pragma unroll
  for (int l = 0; l < TOGETHER; l++) {
    WORD word = feature[l] / SIZE == feature[0] / SIZE ? head : tail;
    if (feature[l] / SIZE != feature[0] / SIZE && feature[l] / SIZE != feature[TOGETHER - 1] / SIZE) {
      word = word_of(feature[l]);
    }
    shade[l] = (uint8_t)(word >> 8 * (feature[l] % SIZE));
  }
  if (o.images.channels > 1) {
    const uint32_t channel_size = (uint32_t)(o.images.features / o.images.channels);
#pragma unroll
    for (int l = 0; l < TOGETHER; l++) {
      shade[l] += feature[l] / channel_size * SHADES;
    }
  }
  float value[TOGETHER];
#pragma unroll
  for (int l = 0; l < TOGETHER; l++) {
    value[l] = padding ? 0.0f : o.images.scale[shade[l]];
  }
  float *to = o.x.data + (int64_t)first * lanes + n;
#pragma unroll
  for (int l = 0; l < TOGETHER; l++, to += lanes) {
    if (l < lines) {
      *to = value[l];
    }
  }
  if (first == 0 && !padding) {
    o.labels[n] = o.images.labels[image];
  }
}

static __global__ void augmented_kernel(home home, gather_operands shared, tombola_augment augment, drawing drawn) {
  const gather_operands o = own(shared, home);
  const int64_t i = thread_index();
  const int32_t feature = (int32_t)(i / o.x.lanes), n = (int32_t)(i % o.x.lanes);
  if (feature >= o.x.features) {
    return;
  }
  if (n >= o.x.size) {
    o.x.data[i] = 0.0f;
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
  o.x.data[i] = scaled(o.images, feature / area, pixel);
  if (feature == 0) {
    o.labels[n] = o.images.labels[image];
  }
}

int32_t cuda_gather(const tombola_context *context, const tombola_images *images, const int32_t *feature,
                    const int32_t *order, int32_t ahead, tombola_batch *x, int32_t *labels) {
  (void)ahead; /* images lie in device memory already */
  const gather_operands operands = {*images, feature, order, context->group.clock, *x, labels};
  if (noting(context)) {
    return note(context, operands);
  }
  const bool in_words = ((uintptr_t)images->pixels | (uintptr_t)images->features) % sizeof(uint64_t) == 0;
  return launch(context, in_words ? gather_kernel<uint64_t> : gather_kernel<uint8_t>,
                blocks_of((int64_t)blocks_of(x->features, TOGETHER) * x->lanes, BLOCK_THREADS), BLOCK_THREADS,
                operands);
}

int32_t cuda_gather_augmented(const tombola_context *context, const tombola_images *images,
                              const tombola_augment *augment, int32_t iteration, const int32_t *order, tombola_batch *x,
                              int32_t *labels) {
  return launch(context, augmented_kernel, blocks_of((int64_t)x->features * x->lanes, BLOCK_THREADS), BLOCK_THREADS,
                gather_operands{*images, nullptr, order, context->group.clock, *x, labels}, *augment,
                drawing_of(context, augment->draws, iteration));
}
