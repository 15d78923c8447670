/* Softmax cross-entropy: a thread for an example, classes in order; then one thread adds the losses up, in example
 * order. */
#include "device.cuh"

enum { EXAMPLES = 128 }; /* of a pass */

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

/* exp(x) for x <= 0; below -87 it stays at exp(-87). NaN stays NaN. The same operations as every backend
 * (Cephes expf). */
__device__ inline float exp_nonpositive(float x) {
  const float shift = 12582912.0f; /* 1.5 * 2^23: adding it rounds to an integer, kept in the low bits */
  x = x < -87.0f ? -87.0f : x;
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
  return y * bits_float((int32_t)(exponent << 23));
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

/* The example of this thread; its loss, and whether its largest logit is its label's. */
__device__ inline float example_loss(const loss_operands &o, int32_t n, int32_t label, bool *correct) {
  const int64_t lanes = o.logits.lanes;
  const int32_t classes = o.logits.features;
  const float *z = o.logits.data + n;
  float max = z[0], sum = 0.0f;
  int32_t prediction = 0;
  for (int32_t c = 1; c < classes; c++) {
    if (z[c * lanes] > max) {
      max = z[c * lanes];
      prediction = c;
    }
  }
  for (int32_t c = 0; c < classes; c++) {
    const float e = exp_nonpositive(z[c * lanes] - max);
    sum = c == 0 ? e : sum + e;
    if (o.dlogits != nullptr) {
      o.dlogits[c * lanes + n] = e;
    }
  }
  const float loss = (logarithm(sum) - (z[label * lanes] - max)) + (sum - sum);
  const float inverse = 1.0f / (float)o.logits.size;
  for (int32_t c = 0; o.dlogits != nullptr && c < classes; c++) {
    float *d = o.dlogits + c * lanes + n;
    *d = (*d / sum - (c == label ? 1.0f : 0.0f)) * inverse;
  }
  *correct = prediction == label;
  return loss;
}

/* One block for a replica. */
static __global__ void loss_kernel(home home, loss_operands o) {
  __shared__ float losses[EXAMPLES];
  __shared__ int32_t hits[EXAMPLES];
  o.logits.data = own(o.logits.data, home);
  o.labels = own(o.labels, home);
  o.dlogits = own(o.dlogits, home);
  tombola_score *score = own(o.score, home);
  for (int32_t from = 0; from < o.logits.lanes; from += EXAMPLES) {
    const int32_t n = from + (int32_t)threadIdx.x;
    if (n < o.logits.size) {
      const uint32_t asked = (uint32_t)o.labels[n]; /* what is no class is taken for the first: it leads nowhere else */
      const int32_t label = asked < (uint32_t)o.logits.features ? (int32_t)asked : 0;
      bool correct;
      losses[threadIdx.x] = example_loss(o, n, label, &correct);
      hits[threadIdx.x] = correct;
    } else if (n < o.logits.lanes && o.dlogits != nullptr) {
      for (int32_t c = 0; c < o.logits.features; c++) {
        o.dlogits[c * (int64_t)o.logits.lanes + n] = 0.0f;
      }
    }
    __syncthreads();
    if (threadIdx.x == 0) {
      const int32_t count = o.logits.size - from < EXAMPLES ? o.logits.size - from : EXAMPLES;
      for (int32_t i = 0; i < count; i++) {
        score->loss += (double)losses[i];
        score->correct += hits[i];
      }
    }
    __syncthreads();
  }
  if (threadIdx.x == 0) {
    score->examples += o.logits.size;
  }
}

int32_t cuda_softmax_cross_entropy(const tombola_context *context, const tombola_batch *logits, const int32_t *labels,
                                   float *dlogits, tombola_score *score) {
  return launch(context, loss_kernel, 1, EXAMPLES, loss_operands{*logits, labels, dlogits, score});
}
