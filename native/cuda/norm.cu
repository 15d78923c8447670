/* Batch normalisation: a block for each channel. Sums have sixteen partials, so sixteen threads make them; then all
 * threads make values. */
#include "device.cuh"

enum { NORM_THREADS = 256 };

struct norm_operands {
  tombola_norm norm;
  tombola_batch x;
  ending end;
  const float *dy;
  float *y, *dscale, *dshift;
};

__device__ inline norm_operands own(norm_operands o, home home) {
  o.norm.scale = own(o.norm.scale, home);
  o.norm.shift = own(o.norm.shift, home);
  o.norm.running_mean = own(o.norm.running_mean, home);
  o.norm.running_variance = own(o.norm.running_variance, home);
  o.norm.mean = own(o.norm.mean, home);
  o.norm.inverse_deviation = own(o.norm.inverse_deviation, home);
  o.x.data = own(o.x.data, home);
  o.end.gate = own(o.end.gate, home);
  o.dy = own(o.dy, home);
  o.y = own(o.y, home);
  o.dscale = own(o.dscale, home);
  o.dshift = own(o.dshift, home);
  return o;
}

__device__ inline float inverse_deviation(double variance) {
  return (float)(1 / sqrt(variance + 1e-5));
}

/* The partial of this thread in the sum of x - mean, or of its square, over the examples and positions of a channel. */
__device__ inline double statistic(const float *x, int32_t positions, const tombola_batch &batch, double mean,
                                   int squares) {
  double sum = 0;
  for (int32_t n = (int32_t)threadIdx.x; n < batch.size; n += PARTIALS) {
    for (int32_t p = 0; p < positions; p++) {
      const double v = (double)x[(int64_t)p * batch.lanes + n];
      sum = squares ? fma(v - mean, v - mean, sum) : sum + v;
    }
  }
  return sum;
}

__device__ inline void normalise(const norm_operands &o, int32_t c, float mean, float inverse) {
  const int64_t count = (int64_t)(o.x.features / o.norm.channels) * o.x.lanes;
  const float scale = o.norm.scale[c], shift = o.norm.shift[c];
  for (int64_t at = c * count + threadIdx.x; at < (c + 1) * count; at += NORM_THREADS) {
    o.y[at] = passed(o.end, fmaf(scale, (o.x.data[at] - mean) * inverse, shift), at);
  }
}

__device__ inline void move(float *running, double value) {
  *running = (float)(0.9 * (double)*running + 0.1 * value);
}

static __global__ void norm_forward_kernel(home home, norm_operands shared) {
  __shared__ double sums[WARP]; /* a warp makes them, its second half for nothing */
  const norm_operands o = own(shared, home);
  const int32_t c = (int32_t)blockIdx.x, positions = o.x.features / o.norm.channels;
  const double count = (double)((int64_t)positions * o.x.size);
  const float *x = o.x.data + (int64_t)c * positions * o.x.lanes;
  for (int squares = 0; squares < 2; squares++) {
    if (threadIdx.x < WARP) {
      const double mean = squares ? sums[0] / count : 0;
      const double part = threadIdx.x < PARTIALS ? statistic(x, positions, o.x, mean, squares) : 0;
      const double sum = joined(part);
      if (threadIdx.x == 0) {
        sums[squares] = sum;
      }
    }
    __syncthreads();
  }
  if (threadIdx.x == 0) {
    o.norm.mean[c] = (float)(sums[0] / count);
    o.norm.inverse_deviation[c] = inverse_deviation(sums[1] / count);
    move(o.norm.running_mean + c, sums[0] / count);
    move(o.norm.running_variance + c, sums[1] / (count > 1 ? count - 1 : 1));
  }
  __syncthreads();
  normalise(o, c, o.norm.mean[c], o.norm.inverse_deviation[c]);
}

static __global__ void norm_infer_kernel(home home, norm_operands shared) {
  const norm_operands o = own(shared, home);
  const int32_t c = (int32_t)blockIdx.x;
  normalise(o, c, o.norm.running_mean[c], inverse_deviation((double)o.norm.running_variance[c]));
}

static __global__ void norm_backward_kernel(home home, norm_operands shared) {
  const norm_operands o = own(shared, home);
  const int32_t c = (int32_t)blockIdx.x, positions = o.x.features / o.norm.channels;
  const int64_t from = (int64_t)c * positions * o.x.lanes, values = (int64_t)positions * o.x.lanes;
  const float mean = o.norm.mean[c], inverse = o.norm.inverse_deviation[c];
  if (threadIdx.x < WARP) {
    float scale = 0.0f, shift = 0.0f;
    for (int32_t n = (int32_t)threadIdx.x; threadIdx.x < PARTIALS && n < o.x.lanes; n += PARTIALS) {
      for (int32_t p = 0; p < positions; p++) {
        const int64_t at = from + (int64_t)p * o.x.lanes + n;
        scale = fmaf(o.dy[at], (o.x.data[at] - mean) * inverse, scale);
        shift = shift + o.dy[at];
      }
    }
    scale = joined(scale) + 0.0f;
    shift = joined(shift) + 0.0f;
    if (threadIdx.x == 0) {
      o.dscale[c] = scale;
      o.dshift[c] = shift;
    }
  }
  __syncthreads();
  const float count = (float)((int64_t)positions * o.x.size), factor = o.norm.scale[c] * inverse;
  const float scale_share = o.dscale[c] / count, shift_share = o.dshift[c] / count;
  for (int64_t i = threadIdx.x; i < values; i += NORM_THREADS) {
    const int64_t at = from + i;
    const float hat = (o.x.data[at] - mean) * inverse;
    const float value = factor * fmaf(-hat, scale_share, o.dy[at] - shift_share);
    o.y[at] = passed(o.end, i % o.x.lanes < o.x.size ? value : 0.0f, at);
  }
}

int32_t cuda_batch_norm_forward(const tombola_context *context, tombola_norm *norm, const tombola_batch *x,
                                int32_t activation, tombola_batch *y) {
  const norm_operands o = {*norm, *x, {activation == TOMBOLA_RELU, nullptr}, nullptr, y->data, nullptr, nullptr};
  return launch(context, norm_forward_kernel, (unsigned)norm->channels, NORM_THREADS, o);
}

int32_t cuda_batch_norm_infer(const tombola_context *context, const tombola_norm *norm, const tombola_batch *x,
                              int32_t activation, tombola_batch *y) {
  const norm_operands o = {*norm, *x, {activation == TOMBOLA_RELU, nullptr}, nullptr, y->data, nullptr, nullptr};
  return launch(context, norm_infer_kernel, (unsigned)norm->channels, NORM_THREADS, o);
}

int32_t cuda_batch_norm_backward(const tombola_context *context, const tombola_norm *norm, const tombola_batch *x,
                                 const tombola_batch *dy, const float *gate, float *dscale, float *dshift,
                                 tombola_batch *dx) {
  const norm_operands o = {*norm, *x, {0, gate}, dy->data, dx->data, dscale, dshift};
  return launch(context, norm_backward_kernel, (unsigned)norm->channels, NORM_THREADS, o);
}
