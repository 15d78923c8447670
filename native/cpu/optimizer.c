/* Drivers of the optimizers; arithmetic is in body/optimizer.inc. */
#include "check.h"

int32_t tombola_adam(const tombola_context *context, const tombola_rule *rule, int32_t iteration, tombola_span *w,
                     const tombola_span *g, tombola_span *m, tombola_span *v) {
  if (context == NULL || w == NULL) {
    return TOMBOLA_NULL;
  }
  TOMBOLA_TRY(check_rule(rule, iteration));
  TOMBOLA_TRY(check_span(w, w->length));
  TOMBOLA_TRY(check_span(g, w->length));
  TOMBOLA_TRY(check_span(m, w->length));
  TOMBOLA_TRY(check_span(v, w->length));
  context->adam(rule, iteration, w->data, g->data, m->data, v->data, w->length);
  return TOMBOLA_OK;
}

int32_t tombola_sgd(const tombola_context *context, const tombola_rule *rule, int32_t iteration, tombola_span *w,
                    const tombola_span *g, tombola_span *v) {
  if (context == NULL || w == NULL) {
    return TOMBOLA_NULL;
  }
  TOMBOLA_TRY(check_rule(rule, iteration));
  TOMBOLA_TRY(check_span(w, w->length));
  TOMBOLA_TRY(check_span(g, w->length));
  TOMBOLA_TRY(check_span(v, w->length));
  context->sgd(rule, iteration, w->data, g->data, v->data, w->length);
  return TOMBOLA_OK;
}
