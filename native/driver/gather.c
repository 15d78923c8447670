/* Drivers of the gather of a batch from a data set; the loops are in body/gather*.inc. */
#include "check.h"

/* The features wanted: ascending, of those that the images have; all of them where none are named. */
static int32_t check_features(const tombola_images *images, const int32_t *feature, int32_t lines) {
  if (feature == NULL) {
    return images->features == lines ? TOMBOLA_OK : TOMBOLA_SHAPE;
  }
  int32_t least = 0;
  for (int32_t l = 0; READABLE && l < lines; l++) {
    if (feature[l] < least || feature[l] >= images->features) {
      return TOMBOLA_RANGE;
    }
    least = feature[l] + 1;
  }
  return TOMBOLA_OK;
}

static int32_t check_images(const tombola_images *images, const int32_t *order, int32_t from, const int32_t *labels) {
  if (images == NULL || images->pixels == NULL || images->labels == NULL || images->scale == NULL || order == NULL ||
      labels == NULL) {
    return TOMBOLA_NULL;
  }
  if (images->channels < 1 || images->features % images->channels != 0) {
    return TOMBOLA_SHAPE;
  }
  return from < 0 ? TOMBOLA_RANGE : TOMBOLA_OK;
}

/* The images of a batch. */
static int32_t check_order(const tombola_images *images, const int32_t *order, int32_t size) {
  for (int32_t n = 0; READABLE && n < size; n++) {
    const int32_t image = order[n];
    if (image < 0 || image >= images->count || images->labels[image] >= images->classes) {
      return TOMBOLA_RANGE;
    }
  }
  return TOMBOLA_OK;
}

int32_t tombola_gather(const tombola_context *context, const tombola_images *images, const int32_t *feature,
                       const int32_t *order, int32_t from, int32_t ahead, tombola_batch *x, int32_t *labels) {
  if (context == NULL) {
    return TOMBOLA_NULL;
  }
  TOMBOLA_TRY(check_images(images, order, from, labels));
  TOMBOLA_TRY(check_input(x));
  TOMBOLA_TRY(check_features(images, feature, x->features));
  if (ahead < 0) {
    return TOMBOLA_RANGE;
  }
  TOMBOLA_TRY(check_order(images, order + from, x->size));
  return RUN(context, gather, images, feature, order + from, ahead, x, labels);
}

static int32_t check_augment(const tombola_augment *augment, const tombola_images *images) {
  if (augment == NULL) {
    return TOMBOLA_NULL;
  }
  if (augment->height < 1 || augment->width < 1 || augment->padding < 0 ||
      (int64_t)augment->height * augment->width != images->features / images->channels) {
    return TOMBOLA_SHAPE;
  }
  return augment->flips == 0 || augment->flips == 1 ? TOMBOLA_OK : TOMBOLA_RANGE;
}

int32_t tombola_gather_augmented(const tombola_context *context, const tombola_images *images,
                                 const tombola_augment *augment, int32_t iteration, const int32_t *order, int32_t from,
                                 tombola_batch *x, int32_t *labels) {
  if (context == NULL) {
    return TOMBOLA_NULL;
  }
  TOMBOLA_TRY(check_images(images, order, from, labels));
  TOMBOLA_TRY(check_batch(x));
  TOMBOLA_TRY(check_features(images, NULL, x->features));
  TOMBOLA_TRY(check_augment(augment, images));
  if (iteration < 0) {
    return TOMBOLA_RANGE;
  }
  TOMBOLA_TRY(check_order(images, order + from, x->size));
  return RUN(context, gather_augmented, images, augment, iteration, order + from, x, labels);
}
