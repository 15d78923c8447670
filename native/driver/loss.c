/* Driver of the softmax cross-entropy; arithmetic is in body/loss.inc. */
#include "check.h"

int32_t tombola_softmax_cross_entropy(const tombola_context *context, const tombola_batch *logits,
                                      const int32_t *labels, tombola_batch *dlogits, tombola_score *score) {
  if (context == NULL || labels == NULL || score == NULL) {
    return TOMBOLA_NULL;
  }
  TOMBOLA_TRY(check_batch(logits));
  if (dlogits != NULL) {
    TOMBOLA_TRY(check_same_shape(logits, dlogits));
  }
  for (int32_t n = 0; READABLE && n < logits->size; n++) {
    if (labels[n] < 0 || labels[n] >= logits->features) {
      return TOMBOLA_RANGE;
    }
  }
  return RUN(context, softmax_cross_entropy, logits, labels, dlogits == NULL ? NULL : dlogits->data, score);
}
