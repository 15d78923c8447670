/* What happens to a finished gradient: it is kept, or one step of the optimizer is made with it. */
#ifndef TOMBOLA_OPTIMIZER_CUH
#define TOMBOLA_OPTIMIZER_CUH

#include "device.cuh"

enum delivery_kind { KEEP, SGD, ADAM };

/* Where gradients go: into w as they are, or into a step on w, m and v. */
struct delivery {
  delivery_kind kind;
  moment when;
  float *w, *m, *v;
  const uint8_t *mask; /* null, or 0 where the gradient becomes +0 */
  tombola_rule rule;
};

inline delivery kept(float *dw, const uint8_t *mask) {
  return {KEEP, {0, nullptr}, dw, nullptr, nullptr, mask, {}};
}

inline delivery stepped(const tombola_context *context, const tombola_rule *rule, int32_t iteration, float *w, float *m,
                        float *v, const uint8_t *mask) {
  return {rule->kind == TOMBOLA_ADAM ? ADAM : SGD, {iteration, context->group.clock}, w, m, v, mask, *rule};
}

/* A delivery's own of one replica, with the scalars of its iteration. */
struct delivering {
  delivery to;
  float lr, a, c;
};

__device__ inline delivering own(const delivery &shared, int64_t stride) {
  delivering d = {shared, 0.0f, 0.0f, 0.0f};
  d.to.w = own(shared.w, stride);
  d.to.m = own(shared.m, stride);
  d.to.v = own(shared.v, stride);
  d.to.mask = own(shared.mask, stride);
  if (shared.kind != KEEP) {
    const float *rate = own(shared.rule.rates, stride) + (int64_t)shared.when.now() * 3;
    d.lr = rate[0];
    d.a = rate[1];
    d.c = rate[2];
  }
  return d;
}

/* Moments below 2^-100 are stored as +0. */
__device__ inline float flushed(float moment) {
  return fabsf(moment) < 0x1p-100f ? 0.0f : moment;
}

/* The gradient of value `at`. */
__device__ inline void deliver(const delivering &d, float gradient, int64_t at) {
  const delivery &to = d.to;
  if (to.mask != nullptr && to.mask[at] == 0) {
    gradient = 0.0f;
  }
  if (to.kind == KEEP) {
    to.w[at] = gradient;
  } else if (to.kind == ADAM) {
    const tombola_rule &r = to.rule;
    const float first = flushed(fmaf(r.beta1, to.m[at], r.one_minus_beta1 * gradient));
    const float second = flushed(fmaf(r.beta2, to.v[at], r.one_minus_beta2 * (gradient * gradient)));
    to.m[at] = first;
    to.v[at] = second;
    to.w[at] = fmaf(-d.a, first / fmaf(sqrtf(second), d.c, r.epsilon), to.w[at]);
  } else {
    const tombola_rule &r = to.rule;
    const float weight = to.w[at];
    const float velocity = flushed(fmaf(r.momentum, to.m[at], fmaf(r.weight_decay, weight, gradient)));
    to.m[at] = velocity;
    to.w[at] = fmaf(-d.lr, velocity, weight);
  }
}

#endif
