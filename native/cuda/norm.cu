/* Batch normalisation: a block for each channel, whose sums sixteen threads make; then all threads make values. */
#include "in_order.cuh"

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

/* Makes values of a channel, four at a time, of those of several arrays at the same places. Some are read at once: what
 * is stored holds back the reads after it. */
template <int ARRAYS, class F>
__device__ inline void make_values(const float *const (&from)[ARRAYS], float *to, int64_t count, const F &made) {
  constexpr int AT_ONCE = ARRAYS == 1 ? 4 : 2;
  constexpr int64_t APART = IN_ORDER_THREADS * FOUR;
  for (int64_t first = threadIdx.x * FOUR; first < count; first += AT_ONCE * APART) {
    four value[AT_ONCE][ARRAYS];
#pragma unroll
    for (int i = 0; i < AT_ONCE * ARRAYS; i++) {
      const int64_t at = first + i / ARRAYS * APART;
      if (at < count) {
        value[i / ARRAYS][i % ARRAYS] = pack_at<FOUR>(from[i % ARRAYS] + at);
      }
    }
#pragma unroll
    for (int i = 0; i < AT_ONCE; i++) {
      const int64_t at = first + i * APART;
      if (at < count) {
        put(made(at, value[i]), to + at);
      }
    }
  }
}

__device__ inline void normalise(const norm_operands &o, int32_t c, float mean, float inverse) {
  const int64_t count = (int64_t)(o.x.features / o.norm.channels) * o.x.lanes;
  const float scale = o.norm.scale[c], shift = o.norm.shift[c];
  make_values<1>({o.x.data + c * count}, o.y + c * count, count, [&](int64_t, const four(&x)[1]) {
    four y;
#pragma unroll
    for (int j = 0; j < FOUR; j++) {
      y.value[j] = passed({o.end.relu, nullptr}, fmaf(scale, (x[0].value[j] - mean) * inverse, shift), 0);
    }
    return y;
  });
}

__device__ inline void move(float *running, double value) {
  *running = (float)(0.9 * (double)*running + 0.1 * value);
}

/* The sum of what the first sixteen threads hold, for all threads; nobody reads `total` any more. */
template <typename T>
__device__ inline T of_all(T partial, T &total) {
  if (threadIdx.x < WARP) {
    const T sum = joined(partial);
    if (threadIdx.x == 0) {
      total = sum;
    }
  }
  __syncthreads();
  return total;
}

static __global__ void __launch_bounds__(IN_ORDER_THREADS) norm_forward_kernel(home home, norm_operands shared) {
  __shared__ waiting_steps<1> room[2];
  __shared__ double total; /* of values, then of squares */
  const norm_operands o = own(shared, home);
  const int32_t c = (int32_t)blockIdx.x, positions = o.x.features / o.norm.channels;
  const double count = (double)((int64_t)positions * o.x.size);
  const float *const x[] = {o.x.data + (int64_t)c * positions * o.x.lanes};
  double sum = 0, squares = 0;
  in_order<1>(room, x, positions, o.x.lanes, o.x.size, [&](const float(&v)[1]) { sum = sum + (double)v[0]; });
  const double mean = of_all(sum, total) / count;
  in_order<1>(room, x, positions, o.x.lanes, o.x.size, [&](const float(&v)[1]) {
    const double away = (double)v[0] - mean;
    squares = fma(away, away, squares);
  });
  squares = of_all(squares, total);
  const float inverse = inverse_deviation(squares / count);
  if (threadIdx.x == 0) {
    o.norm.mean[c] = (float)mean;
    o.norm.inverse_deviation[c] = inverse;
    move(o.norm.running_mean + c, mean);
    move(o.norm.running_variance + c, squares / (count > 1 ? count - 1 : 1));
  }
  normalise(o, c, (float)mean, inverse);
}

static __global__ void norm_infer_kernel(home home, norm_operands shared) {
  const norm_operands o = own(shared, home);
  const int32_t c = (int32_t)blockIdx.x;
  normalise(o, c, o.norm.running_mean[c], inverse_deviation((double)o.norm.running_variance[c]));
}

static __global__ void __launch_bounds__(IN_ORDER_THREADS) norm_backward_kernel(home home, norm_operands shared) {
  __shared__ waiting_steps<2> room[2];
  __shared__ float scale_total, shift_total;
  const norm_operands o = own(shared, home);
  const int32_t c = (int32_t)blockIdx.x, positions = o.x.features / o.norm.channels;
  const int64_t values = (int64_t)positions * o.x.lanes, from = c * values;
  const float *const x = o.x.data + from, *const dy = o.dy + from;
  const float mean = o.norm.mean[c], inverse = o.norm.inverse_deviation[c];
  float scale = 0.0f, shift = 0.0f;
  in_order<2>(room, {x, dy}, positions, o.x.lanes, o.x.lanes, [&](const float(&v)[2]) {
    scale = fmaf(v[1], (v[0] - mean) * inverse, scale);
    shift = shift + v[1];
  });
  scale = of_all(scale, scale_total) + 0.0f;
  shift = of_all(shift, shift_total) + 0.0f;
  if (threadIdx.x == 0) {
    o.dscale[c] = scale;
    o.dshift[c] = shift;
  }
  const float count = (float)((int64_t)positions * o.x.size), factor = o.norm.scale[c] * inverse;
  const float scale_share = scale / count, shift_share = shift / count;
  const uint32_t fours = (uint32_t)o.x.lanes / FOUR;
  const float *const gate = o.end.gate == nullptr ? dy : o.end.gate + from;
  make_values<3>({x, dy, gate}, o.y + from, values, [&](int64_t at, const four(&v)[3]) {
    const int32_t lane = (int32_t)((uint32_t)(at / FOUR) % fours * FOUR);
    four dx;
#pragma unroll
    for (int j = 0; j < FOUR; j++) {
      const float hat = (v[0].value[j] - mean) * inverse;
      const float value = factor * fmaf(-hat, scale_share, v[1].value[j] - shift_share);
      const bool passes = lane + j < o.x.size && (o.end.gate == nullptr || v[2].value[j] > 0.0f);
      dx.value[j] = passes ? value : 0.0f;
    }
    return dx;
  });
}

int32_t cuda_batch_norm_forward(const tombola_context *context, tombola_norm *norm, const tombola_batch *x,
                                int32_t activation, tombola_batch *y) {
  const norm_operands o = {*norm, *x, {activation == TOMBOLA_RELU, nullptr}, nullptr, y->data, nullptr, nullptr};
  return launch(context, norm_forward_kernel, (unsigned)norm->channels, IN_ORDER_THREADS, o);
}

int32_t cuda_batch_norm_infer(const tombola_context *context, const tombola_norm *norm, const tombola_batch *x,
                              int32_t activation, tombola_batch *y) {
  const norm_operands o = {*norm, *x, {activation == TOMBOLA_RELU, nullptr}, nullptr, y->data, nullptr, nullptr};
  return launch(context, norm_infer_kernel, (unsigned)norm->channels, IN_ORDER_THREADS, o);
}

int32_t cuda_batch_norm_backward(const tombola_context *context, const tombola_norm *norm, const tombola_batch *x,
                                 const tombola_batch *dy, const float *gate, float *dscale, float *dshift,
                                 tombola_batch *dx) {
  const norm_operands o = {*norm, *x, {0, gate}, dy->data, dx->data, dscale, dshift};
  return launch(context, norm_backward_kernel, (unsigned)norm->channels, IN_ORDER_THREADS, o);
}
