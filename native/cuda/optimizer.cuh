/* What happens to a finished gradient: it is kept, or one step of the optimizer is made with it. */
#ifndef TOMBOLA_OPTIMIZER_CUH
#define TOMBOLA_OPTIMIZER_CUH

#include "division.cuh"
#include "pack.cuh"

/* Asks for a line of memory to be brought near. */
__device__ inline void prefetch(const void *address) {
#ifdef __CUDA_ARCH__
  asm volatile("prefetch.global.L2 [%0];" ::"l"(address));
#else
  (void)address;
#endif
}

enum delivery_kind { KEEP, SGD, ADAM };

/* Where gradients go: into w as they are, or into a step on w, m and v; those of the bias into db as they are. */
struct delivery {
  delivery_kind kind;
  clocked_iteration when;
  float *w, *m, *v, *db; /* db null where it is not wanted */
  const uint8_t *mask;   /* null, or 0 where the gradient becomes +0 */
  tombola_rule rule;
};

inline delivery kept(float *dw, const uint8_t *mask) {
  return {KEEP, {0, nullptr}, dw, nullptr, nullptr, nullptr, mask, {}};
}

inline delivery stepped(const tombola_context *context, const tombola_rule *rule, int32_t iteration, float *w, float *m,
                        float *v, const uint8_t *mask, float *db) {
  return {rule->kind == TOMBOLA_ADAM ? ADAM : SGD, {iteration, context->group.clock}, w, m, v, db, mask, *rule};
}

/* A delivery's own of one replica, with the scalars of its iteration. */
struct delivering {
  delivery to;
  float rate, c; /* Adam's a, else lr */
};

__device__ inline delivering own(const delivery &shared, home home) {
  delivering d = {shared, 0.0f, 0.0f};
  d.to.w = own(shared.w, home);
  d.to.m = own(shared.m, home);
  d.to.v = own(shared.v, home);
  d.to.db = own(shared.db, home);
  d.to.mask = own(shared.mask, home);
  if (shared.kind != KEEP) {
    const float *rate = own(shared.rule.rates, home) + (int64_t)shared.when.now() * 3;
    d.rate = rate[shared.kind == ADAM ? 1 : 0];
    d.c = rate[2];
  }
  return d;
}

/* Moments below 2^-100 are stored as +0. */
__device__ inline float flushed(float moment) {
  return fabsf(moment) < 0x1p-100f ? 0.0f : moment;
}

/* What a step on N neighbouring values starts from. */
template <int N>
struct state {
  pack<float, N> w, m, v;
  pack<uint8_t, N> alive; /* 0 where the mask prunes */
};

/* Asks the memory for the state at `at`, which is read later. */
__device__ inline void ask(const delivering &d, int64_t at) {
  if (d.to.kind != KEEP) {
    prefetch(d.to.w + at);
    prefetch(d.to.m + at);
  }
  if (d.to.kind == ADAM) {
    prefetch(d.to.v + at);
  }
}

/* The state at `at`, to be read before it is needed: what a kernel stores holds back the loads after it. */
template <int N>
__device__ inline state<N> state_at(const delivering &d, int64_t at) {
  state<N> s = {};
  if (d.to.kind != KEEP) {
    s.w = pack_at<N>(d.to.w + at);
    s.m = pack_at<N>(d.to.m + at);
  }
  if (d.to.kind == ADAM) {
    s.v = pack_at<N>(d.to.v + at);
  }
  if (d.to.mask != nullptr) {
    s.alive = pack_at<N>(d.to.mask + at);
  }
  return s;
}

/* What makes a short quotient wrong is rare, and looked for in all N at once. */
template <int N>
__device__ inline void adam(const delivering &d, const pack<float, N> &gradient, state<N> &s) {
  const tombola_rule &r = d.to.rule;
  pack<float, N> divisor;
  uint32_t large = 0;
#pragma unroll
  for (int i = 0; i < N; i++) {
    const float g = gradient.value[i];
    s.m.value[i] = flushed(fmaf(r.beta1, s.m.value[i], r.one_minus_beta1 * g));
    s.v.value[i] = flushed(fmaf(r.beta2, s.v.value[i], r.one_minus_beta2 * (g * g)));
    divisor.value[i] = fmaf(root(s.v.value[i]), d.c, r.epsilon);
    large |= __float_as_uint(s.m.value[i]) | __float_as_uint(divisor.value[i]);
  }
  if ((large & LARGE) == 0) {
#pragma unroll
    for (int i = 0; i < N; i++) {
      s.w.value[i] = fmaf(-d.rate, quotient(s.m.value[i], divisor.value[i]), s.w.value[i]);
    }
  } else {
#pragma unroll
    for (int i = 0; i < N; i++) {
      s.w.value[i] = fmaf(-d.rate, s.m.value[i] / fmaf(sqrtf(s.v.value[i]), d.c, r.epsilon), s.w.value[i]);
    }
  }
}

__device__ inline void sgd(const delivering &d, float gradient, float &w, float &m) {
  const tombola_rule &r = d.to.rule;
  m = flushed(fmaf(r.momentum, m, fmaf(r.weight_decay, w, gradient)));
  w = fmaf(-d.rate, m, w);
}

/* The gradients of the values from `at` on, whose state was read. Kept, one of -0 becomes +0; a step makes the same of
 * both. */
template <int N>
__device__ inline void deliver(const delivering &d, pack<float, N> gradient, state<N> s, int64_t at) {
  const delivery &to = d.to;
  if (to.mask != nullptr) {
#pragma unroll
    for (int i = 0; i < N; i++) {
      gradient.value[i] = s.alive.value[i] == 0 ? 0.0f : gradient.value[i];
    }
  }
  if (to.kind == KEEP) {
#pragma unroll
    for (int i = 0; i < N; i++) {
      gradient.value[i] = gradient.value[i] + 0.0f;
    }
    put(gradient, to.w + at);
    return;
  }
  if (to.kind == ADAM) {
    adam(d, gradient, s);
    put(s.v, to.v + at);
  } else {
#pragma unroll
    for (int i = 0; i < N; i++) {
      sgd(d, gradient.value[i], s.w.value[i], s.m.value[i]);
    }
  }
  put(s.w, to.w + at);
  put(s.m, to.m + at);
}

#endif
