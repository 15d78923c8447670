/* Cropped and flipped images on every instruction set against one pixel at a time, to the bit. */
#include "philox.h"

enum { IMAGES = 30, FROM = 3, MOST = 128 };

typedef struct {
  tombola_images images;
  tombola_augment augment;
  uint8_t *pixels, labels[IMAGES];
  block scale;
  int32_t order[MOST + FROM];
} problem;

static problem problem_new(int32_t channels, int32_t height, int32_t width, int32_t padding, int flips, int plain) {
  problem p = {.scale = block_new(channels * 256)};
  const int32_t features = channels * height * width;
  p.pixels = malloc((size_t)IMAGES * (size_t)features);
  for (int32_t i = 0; i < IMAGES * features; i++) {
    p.pixels[i] = (uint8_t)(1 + random_bits() % 255);
  }
  for (int i = 0; i < IMAGES; i++) {
    p.labels[i] = (uint8_t)(random_bits() % 10);
  }
  for (int32_t i = 0; plain && i < channels * 256; i++) {
    p.scale.data[i] = (float)(i % 256) / 255.0f;
  }
  for (int i = 0; i < MOST + FROM; i++) {
    p.order[i] = (int32_t)(random_bits() % IMAGES);
  }
  const tombola_draws draws = {0xFEDCBA9876543210u, 4 << 16, 0x89ABCDEFu};
  p.augment = (tombola_augment){draws, height, width, padding, flips};
  p.images = (tombola_images){p.pixels, NULL, p.scale.data, IMAGES, features, channels, 10};
  return p;
}

static float value_of(const problem *p, int32_t iteration, int32_t k, int32_t n) {
  const tombola_augment *a = &p->augment;
  const int32_t area = a->height * a->width, channel = k / area, starts = 2 * a->padding + 1;
  const uint64_t top = philox_draw(&a->draws, iteration, 4 * (uint32_t)n + 1) * (uint64_t)starts >> 32;
  const uint64_t left = philox_draw(&a->draws, iteration, 4 * (uint32_t)n + 2) * (uint64_t)starts >> 32;
  const int flipped = a->flips && philox_draw(&a->draws, iteration, 4 * (uint32_t)n) >= 0x80000000;
  const int32_t h = k / a->width % a->height + (int32_t)top - a->padding;
  const int32_t w = (flipped ? a->width - 1 - k % a->width : k % a->width) + (int32_t)left - a->padding;
  const int inside = h >= 0 && h < a->height && w >= 0 && w < a->width;
  const int64_t image = (int64_t)p->order[FROM + n] * p->images.features;
  return p->scale.data[channel * 256 + (inside ? p->pixels[image + channel * area + h * a->width + w] : 0)];
}

static void check(const tombola_context *context, problem *p, int32_t size) {
  p->images.labels = p->labels;
  const int32_t features = p->images.features, lanes = lanes_of(size);
  block x = block_new((int64_t)features * lanes), wanted = block_new(x.count);
  int32_t found[MOST];
  tombola_batch batch = batch_of(&x, features, size);
  for (int32_t iteration = 0; iteration < 3; iteration++) {
    EXPECT_STATUS(TOMBOLA_OK,
                  tombola_gather_augmented(context, &p->images, &p->augment, iteration, p->order, FROM, &batch, found));
    for (int64_t i = 0; i < x.count; i++) {
      const int32_t k = (int32_t)(i / lanes), n = (int32_t)(i % lanes);
      wanted.data[i] = n < size ? value_of(p, iteration, k, n) : 0.0f;
    }
    expect_bits("gather augmented", tombola_isa(context), wanted.data, x.data, x.count);
    for (int32_t n = 0; n < size; n++) {
      if (found[n] != p->labels[p->order[FROM + n]]) {
        FAIL("gather augmented (%s): label %d is %d", tombola_isa(context), n, found[n]);
      }
    }
  }
  block_check_and_free(&x);
  block_check_and_free(&wanted);
}

static void check_refusals(const tombola_context *c, problem *p) {
  p->images.labels = p->labels;
  const tombola_images *images = &p->images;
  block x = block_new((int64_t)(images->features + 1) * 16);
  int32_t found[16];
  tombola_batch batch = batch_of(&x, images->features, 5), more = batch_of(&x, images->features + 1, 5);
  const tombola_augment *good = &p->augment;
  tombola_augment bad = *good;
  EXPECT_STATUS(TOMBOLA_NULL, tombola_gather_augmented(NULL, images, good, 0, p->order, 0, &batch, found));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_gather_augmented(c, NULL, good, 0, p->order, 0, &batch, found));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_gather_augmented(c, images, NULL, 0, p->order, 0, &batch, found));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_gather_augmented(c, images, good, 0, NULL, 0, &batch, found));
  EXPECT_STATUS(TOMBOLA_NULL, tombola_gather_augmented(c, images, good, 0, p->order, 0, &batch, NULL));
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_gather_augmented(c, images, good, 0, p->order, 0, &more, found));
  EXPECT_STATUS(TOMBOLA_RANGE, tombola_gather_augmented(c, images, good, -1, p->order, 0, &batch, found));
  EXPECT_STATUS(TOMBOLA_RANGE, tombola_gather_augmented(c, images, good, 0, p->order, -1, &batch, found));
  bad.height++;
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_gather_augmented(c, images, &bad, 0, p->order, 0, &batch, found));
  bad = *good;
  bad.height = -good->height;
  bad.width = -good->width;
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_gather_augmented(c, images, &bad, 0, p->order, 0, &batch, found));
  bad = *good;
  bad.padding = -1;
  EXPECT_STATUS(TOMBOLA_SHAPE, tombola_gather_augmented(c, images, &bad, 0, p->order, 0, &batch, found));
  bad = *good;
  bad.flips = 2;
  EXPECT_STATUS(TOMBOLA_RANGE, tombola_gather_augmented(c, images, &bad, 0, p->order, 0, &batch, found));
  if (is_readable(c)) {
    const int32_t asked = p->order[2];
    p->order[2] = IMAGES;
    EXPECT_STATUS(TOMBOLA_RANGE, tombola_gather_augmented(c, images, good, 0, p->order, 0, &batch, found));
    p->order[2] = asked;
    p->labels[asked] = 10;
    EXPECT_STATUS(TOMBOLA_RANGE, tombola_gather_augmented(c, images, good, 0, p->order, 0, &batch, found));
    p->labels[asked] = 0;
  }
  block_check_and_free(&x);
}

int main(void) {
  philox_check();
  const tombola_context *contexts[8];
  const int count = open_all(contexts);
  const int32_t sizes[] = {1, 17, 60, MOST};
  const int32_t shapes[][4] = {{3, 32, 32, 4}, {1, 5, 3, 2},   {2, 7, 17, 4},
                               {3, 9, 33, 0},  {1, 2, 40, 50}, {2, 4, 15, 1}};
  for (int s = 0; s < COUNT(shapes); s++) {
    for (int kind = 0; kind < 4; kind++) {
      problem p = problem_new(shapes[s][0], shapes[s][1], shapes[s][2], shapes[s][3], kind % 2, kind / 2);
      for (int c = 0; c < count; c++) {
        check(contexts[c], &p, sizes[(s + kind) % COUNT(sizes)]);
        check_refusals(contexts[c], &p);
      }
      free(p.pixels);
      block_check_and_free(&p.scale);
    }
  }
  printf("gather augmented: %d shapes, %d batch sizes, %d instruction sets\n", COUNT(shapes), COUNT(sizes), count);
  return 0;
}
