/* Driver of the optimizers; arithmetic is in body/optimizer.inc. */
#include "check.h"

int32_t tombola_optimizer_step(const tombola_context *context, const tombola_rule *rule, int32_t iteration,
                               tombola_span *w, const tombola_span *g, tombola_span *m, tombola_span *v) {
  if (context == NULL || w == NULL) {
    return TOMBOLA_NULL;
  }
  TOMBOLA_TRY(check_rule(rule, iteration));
  TOMBOLA_TRY(check_span(w, w->length));
  TOMBOLA_TRY(check_span(g, w->length));
  TOMBOLA_TRY(check_state(rule, m, v, w->length));
  return RUN(context, optimizer_step, rule, iteration, w->data, g->data, m->data, v == NULL ? NULL : v->data,
             w->length);
}
