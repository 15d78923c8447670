/* Softmax cross-entropy of one example. */
#ifndef TOMBOLA_LOSS_CUH
#define TOMBOLA_LOSS_CUH

#include "device.cuh"

__device__ inline float bits_float(int32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

__device__ inline int32_t float_bits(float value) {
  int32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

/* exp(x) for x <= 0, and +0 below -32. NaN stays NaN. The same operations as every backend (Cephes expf). */
__device__ inline float exp_nonpositive(float x) {
  const float shift = 12582912.0f; /* 1.5 * 2^23: adding it rounds to an integer, kept in the low bits */
  const float t = fmaf(x, 0x1.715476p+0f, shift), n = t - shift;
  float r = fmaf(n, -0x1.62e4p-1f, x);
  r = fmaf(n, -0x1.7f7d1cp-20f, r);
  float q = 1.9875691500E-4f;
  q = fmaf(q, r, 1.3981999507E-3f);
  q = fmaf(q, r, 8.3334519073E-3f);
  q = fmaf(q, r, 4.1665795894E-2f);
  q = fmaf(q, r, 1.6666665459E-1f);
  q = fmaf(q, r, 5.0000001201E-1f);
  float y = fmaf(q, r * r, r);
  y = y + 1.0f;
  const uint32_t exponent = (uint32_t)float_bits(t) - (uint32_t)float_bits(shift) + 127u;
  return x < -32.0f ? 0.0f : y * bits_float((int32_t)(exponent << 23));
}

/* log(s) for s positive, finite and normal (Cephes logf). */
__device__ inline float logarithm(float s) {
  const int32_t bits = float_bits(s);
  const int32_t e = (int32_t)((uint32_t)bits - 0x3f3504f3u) >> 23; /* the rest lies in [sqrt(1/2), sqrt(2)) */
  const float f = bits_float((int32_t)((uint32_t)bits - ((uint32_t)e << 23))) - 1.0f, z = f * f;
  float p = 7.0376836292E-2f;
  p = fmaf(p, f, -1.1514610310E-1f);
  p = fmaf(p, f, 1.1676998740E-1f);
  p = fmaf(p, f, -1.2420140846E-1f);
  p = fmaf(p, f, 1.4249322787E-1f);
  p = fmaf(p, f, -1.6668057665E-1f);
  p = fmaf(p, f, 2.0000714765E-1f);
  p = fmaf(p, f, -2.4999993993E-1f);
  p = fmaf(p, f, 3.3333331174E-1f);
  const float ef = (float)e;
  float y = (p * f) * z;
  y = fmaf(ef, -2.12194440e-4f, y);
  y = fmaf(-0.5f, z, y);
  return fmaf(ef, 0.693359375f, f + y);
}

struct loss_operands {
  tombola_batch logits;
  const int32_t *labels;
  float *dlogits; /* null in evaluation */
  tombola_score *score;
};

__device__ inline loss_operands own(loss_operands o, home home) {
  o.logits.data = own(o.logits.data, home);
  o.labels = own(o.labels, home);
  o.dlogits = own(o.dlogits, home);
  o.score = own(o.score, home);
  return o;
}

/* What a block keeps of each of its examples. */
struct loss_table {
  double *losses; /* of padding 0 */
  float *sums;    /* of exponentials; at first the largest logit */
  int32_t *hits;  /* whether the largest logit is the label's */
};

/* What is no class is taken for the first: it leads nowhere else. */
__device__ inline int32_t class_of(const loss_operands &o, int32_t label) {
  return (uint32_t)label < (uint32_t)o.logits.features ? label : 0;
}

enum { CLASSES_AT_ONCE = 10 /* that are read before one is looked at */ };

/* Calls `take` with an array's values of an example, classes in order, and whether each is there. */
template <class F>
__device__ inline void each_class(const float *values, const tombola_batch &shape, const F &take) {
#pragma unroll 1
  for (int32_t first = 0; first < shape.features; first += CLASSES_AT_ONCE) {
    float value[CLASSES_AT_ONCE];
#pragma unroll
    for (int i = 0; i < CLASSES_AT_ONCE; i++, values += shape.lanes) {
      value[i] = first + i < shape.features ? *values : 0.0f;
    }
#pragma unroll
    for (int i = 0; i < CLASSES_AT_ONCE; i++) {
      take(first + i, value[i], first + i < shape.features);
    }
  }
}

__device__ inline void find_largest(const loss_operands &o, int32_t n, int32_t label, float *largest, int32_t *hit) {
  float max = 0.0f;
  int32_t prediction = 0;
  each_class(o.logits.data + n, o.logits, [&](int32_t c, float z, bool there) {
    const bool larger = there && (c == 0 || z > max);
    max = larger ? z : max;
    prediction = larger ? c : prediction;
  });
  *largest = max;
  *hit = prediction == class_of(o, label);
}

/* Classes in order. */
__device__ inline void add_exponentials(const loss_operands &o, int32_t n, int32_t label, double *loss, float *all) {
  const float largest = *all, z = o.logits.data[(int64_t)class_of(o, label) * o.logits.lanes + n];
  float sum = 0.0f;
  each_class((o.dlogits == nullptr ? o.logits.data : o.dlogits) + n, o.logits, [&](int32_t c, float value, bool there) {
    const float e = o.dlogits == nullptr ? exp_nonpositive(value - largest) : value;
    sum = c == 0 ? e : there ? sum + e : sum;
  });
  *loss = (double)((logarithm(sum) - (z - largest)) + (sum - sum));
  *all = sum;
}

/* The losses of `count` examples, no more than the block has threads, from example `from` on, and their gradients where
 * they are wanted; padding has a gradient of +0 and no loss. A thread for each exponential and gradient, and one for an
 * example where classes go in order. Losses may be added up while gradients are made. */
__device__ inline void block_loss(const loss_operands &o, int32_t from, int32_t count, const loss_table &t) {
  const int32_t thread = (int32_t)threadIdx.x, i = thread % count, n = from + i;
  const int32_t together = (int32_t)blockDim.x / count, first = thread / count; /* classes */
  const bool mine = first == 0 && n < o.logits.size, shares = o.dlogits != nullptr && first < together;
  const int32_t label = (mine || shares) && n < o.logits.size ? o.labels[n] : 0;
  if (mine) {
    find_largest(o, n, label, &t.sums[i], &t.hits[i]);
  } else if (first == 0) {
    t.losses[i] = 0;
    t.hits[i] = 0;
  }
  if (o.dlogits != nullptr) {
    __syncthreads();
    for (int32_t c = first; shares && n < o.logits.size && c < o.logits.features; c += together) {
      const int64_t at = (int64_t)c * o.logits.lanes + n;
      o.dlogits[at] = exp_nonpositive(o.logits.data[at] - t.sums[i]);
    }
    __syncthreads();
  }
  if (mine) {
    add_exponentials(o, n, label, &t.losses[i], &t.sums[i]);
  }
  __syncthreads();
  const float inverse = 1.0f / (float)o.logits.size;
  for (int32_t c = first; shares && c < o.logits.features; c += together) {
    float *d = o.dlogits + (int64_t)c * o.logits.lanes + n;
    *d = n < o.logits.size ? (*d / t.sums[i] - (c == class_of(o, label) ? 1.0f : 0.0f)) * inverse : 0.0f;
  }
}

/* Adds the next examples to the score, in their order: those of so many lanes. */
__device__ inline void add_up(tombola_score &score, const loss_table &t, int32_t lanes) {
  int32_t correct = 0;
#pragma unroll 1
  for (int32_t first = 0; first < lanes; first += PARTIALS) {
#pragma unroll
    for (int i = 0; i < PARTIALS; i++) {
      score.loss += t.losses[first + i];
      correct += t.hits[first + i];
    }
  }
  score.correct += correct;
}

#endif
