/* Driver of the gather of a batch from a data set; the loop is in body/gather.inc. */
#include "check.h"

int32_t tombola_gather(const tombola_context *context, const tombola_images *images, const int32_t *order, int32_t from,
                       tombola_batch *x, int32_t *labels) {
  if (context == NULL || images == NULL || images->pixels == NULL || images->labels == NULL || images->scale == NULL ||
      order == NULL || labels == NULL) {
    return TOMBOLA_NULL;
  }
  TOMBOLA_TRY(check_batch(x));
  if (images->features != x->features || images->channels < 1 || images->features % images->channels != 0) {
    return TOMBOLA_SHAPE;
  }
  if (from < 0) {
    return TOMBOLA_RANGE;
  }
  for (int32_t n = 0; n < x->size; n++) {
    const int32_t image = order[from + n];
    if (image < 0 || image >= images->count || images->labels[image] >= images->classes) {
      return TOMBOLA_RANGE;
    }
  }
  context->gather(images, order + from, x, labels);
  return TOMBOLA_OK;
}
