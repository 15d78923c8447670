/* What Conv-6's convolutions reach on this machine's GPU, dense, batch 60, in fp32 and in tf32 side by side: the
 * forward pass with bias and ReLU, the input gradient behind a ReLU, and the weight gradient with its step of Adam.
 * Replicas have the same values. conv_flops [--times T] [--small] R...; --small only tries the program. */
#include <string.h>

#include <algorithm>
#include <random>
#include <vector>

#include "clock.h"
#include "peak.h"

enum { BATCH = 60, LANES = 64, TAPS = 9, FLOAT = 4, LAYERS = 6, OPERATIONS = 3, UNTIMED = 2 };

/* Images in and out are as large: windows of 3 x 3 with a border of one. */
static const struct {
  int32_t channels, outputs, side;
} CONV_6[LAYERS] = {{3, 64, 32}, {64, 64, 32}, {64, 128, 16}, {128, 128, 16}, {128, 256, 8}, {256, 256, 8}};
static const char *const NAMES[OPERATIONS] = {"forward", "input", "update"};
static const int32_t PRECISIONS[] = {TOMBOLA_FP32, TOMBOLA_TF32};

/* One replica's memory, and the operands in it; addresses are the processor's until they are moved. */
struct layer {
  tombola_window window;
  int32_t outputs;
  std::vector<float> memory;
  size_t w, m, v, bias, db, rates, x, y, dy, dx;

  layer(int32_t channels, int32_t outputs_, int32_t side)
      : window{channels, side, side, 3, 3, 1, 1}, outputs(outputs_) {
    std::mt19937 random(7);
    std::normal_distribution<float> normal(0.0f, 0.1f);
    const auto take = [&](int64_t floats, bool drawn) {
      const size_t at = memory.size();
      memory.resize(at + ((size_t)floats + 15) / 16 * 16);
      for (size_t i = at; drawn && i < at + (size_t)floats; i++) {
        memory[i] = normal(random);
      }
      return at;
    };
    const int64_t pixels = (int64_t)side * side * LANES;
    w = take(weights(), true);
    for (int64_t i = 0; i < weights(); i++) {
      memory[w + (size_t)i] = i % stride() < inputs() ? memory[w + (size_t)i] : 0.0f;
    }
    m = take(weights(), false);
    v = take(weights(), false);
    bias = take(outputs, true);
    db = take(outputs, false);
    rates = take(3, false);
    memory[rates + 1] = 1e-3f;
    memory[rates + 2] = 1.0f;
    x = take(channels * pixels, true);
    y = take(outputs * pixels, false);
    dy = take(outputs * pixels, true);
    for (size_t i = dy; i < memory.size(); i++) {
      memory[i] = (i - dy) % LANES < BATCH ? memory[i] : 0.0f;
    }
    dx = take(channels * pixels, false);
  }

  int32_t inputs() const {
    return window.channels * TAPS;
  }
  int32_t stride() const {
    return (inputs() + 15) / 16 * 16;
  }
  int64_t weights() const {
    return (int64_t)outputs * stride();
  }
  double flop() const { /* of an operation, borders counted as if they were pixels */
    return 2.0 * outputs * inputs() * window.height * window.width * BATCH;
  }
  /* That an operation moves at least: images, of them a ReLU's outputs, weights, and two moments where those change. */
  double bytes(int operation) const {
    const double matrix = (operation == 2 ? 6.0 : 1.0) * outputs * inputs();
    const double images = outputs + (operation == 1 ? 2.0 : 1.0) * window.channels;
    return FLOAT * (images * window.height * window.width * BATCH + matrix);
  }

  void run(const tombola_context *context, int operation, float *at) const {
    const tombola_index none = {nullptr, nullptr, 0, 0, 0, 0};
    const tombola_weights matrix = {at + w, nullptr, none, none, nullptr, weights(), outputs, inputs(), TAPS, stride()};
    const int32_t pixels = window.height * window.width;
    const tombola_batch in = {at + x, window.channels * pixels, BATCH, LANES, 0};
    const tombola_batch slope = {at + dy, outputs * pixels, BATCH, LANES, 0};
    if (operation == 0) {
      const tombola_span start = {at + bias, outputs};
      tombola_batch out = {at + y, outputs * pixels, BATCH, LANES, 0};
      RUN(tombola_conv_forward(context, &window, &matrix, &start, &in, TOMBOLA_RELU, &out));
    } else if (operation == 1) {
      tombola_batch out = {at + dx, window.channels * pixels, BATCH, LANES, 0};
      RUN(tombola_conv_backward_input(context, &window, &matrix, &slope, &in, &out));
    } else {
      const tombola_rule rule = {at + rates, 1, TOMBOLA_ADAM, 0.9f, 0.1f, 0.999f, 0.001f, 1e-8f, 0.0f, 0.0f};
      tombola_span first = {at + m, weights()}, second = {at + v, weights()}, biases = {at + db, outputs};
      RUN(tombola_conv_update(context, &rule, 0, &window, &matrix, &in, &slope, &first, &second, &biases));
    }
  }
};

/* Seconds that all replicas take once. */
static double seconds(const layer &l, int operation, int32_t precision, int32_t replicas, float *at, int32_t times) {
  const int64_t bytes = (int64_t)l.memory.size() * FLOAT;
  cudaStream_t stream;
  CHECK(cudaStreamCreate(&stream));
  const tombola_group group = {replicas, precision, bytes, stream, nullptr, nullptr, 0};
  const tombola_context *context = nullptr;
  RUN(tombola_cuda_open(&group, &context));
  cudaEvent_t begun, ended;
  CHECK(cudaEventCreate(&begun));
  CHECK(cudaEventCreate(&ended));
  for (int32_t i = 0; i < UNTIMED + times; i++) {
    if (i == UNTIMED) {
      CHECK(cudaEventRecord(begun, stream));
    }
    l.run(context, operation, at);
  }
  CHECK(cudaEventRecord(ended, stream));
  CHECK(cudaStreamSynchronize(stream));
  float ms = 0;
  CHECK(cudaEventElapsedTime(&ms, begun, ended));
  CHECK(cudaEventDestroy(begun));
  CHECK(cudaEventDestroy(ended));
  tombola_cuda_close(context);
  CHECK(cudaStreamDestroy(stream));
  return (double)ms / 1e3 / times;
}

static void print(int32_t replicas, const char *layer, const char *operation, double flop, double bytes,
                  const double taken[2], const peak &most) {
  printf("%6d  %-16s %-8s %12.1f %10.2f %7.1f %% %7.1f %% %12.1f %10.2f %7.1f %% %10.2f\n", replicas, layer, operation,
         1e6 * taken[0] / replicas, flop / taken[0] * 1e-12, 100 * flop / taken[0] / most.flop,
         100 * bytes / taken[0] / most.bytes, 1e6 * taken[1] / replicas, flop / taken[1] * 1e-12,
         100 * bytes / taken[1] / most.bytes, taken[0] / taken[1]);
  fflush(stdout);
}

static void measure(int32_t replicas, int32_t times, bool small, const peak &most) {
  double all[2] = {}, flops = 0, moved = 0;
  for (int i = 0; i < LAYERS; i++) {
    const int32_t side = CONV_6[i].side / (small ? 8 : 1), outputs = CONV_6[i].outputs / (small ? 8 : 1);
    const int32_t channels = i == 0 ? CONV_6[i].channels : CONV_6[i].channels / (small ? 8 : 1);
    const layer l(channels, outputs, side);
    const size_t bytes = l.memory.size() * FLOAT;
    float *at = nullptr;
    CHECK(cudaMalloc((void **)&at, bytes * (size_t)replicas));
    CHECK(cudaMemcpy(at, l.memory.data(), bytes, cudaMemcpyHostToDevice));
    for (int32_t r = 1; r < replicas; r++) {
      CHECK(cudaMemcpy((char *)at + bytes * (size_t)r, at, bytes, cudaMemcpyDeviceToDevice));
    }
    raise_clock(nullptr);
    char name[32];
    snprintf(name, sizeof name, "%dx%d %d->%d", side, side, channels, outputs);
    for (int operation = 0; operation < OPERATIONS; operation++) {
      if (i == 0 && operation == 1) {
        continue; /* nothing lies before the first layer */
      }
      double taken[2] = {};
      for (int turn = 0; turn < 4; turn++) { /* the first of either only brings the clock up */
        taken[turn % 2] = seconds(l, operation, PRECISIONS[turn % 2], replicas, at, times);
      }
      all[0] += taken[0];
      all[1] += taken[1];
      flops += l.flop() * replicas;
      moved += l.bytes(operation) * replicas;
      print(replicas, name, NAMES[operation], l.flop() * replicas, l.bytes(operation) * replicas, taken, most);
    }
    CHECK(cudaFree(at));
  }
  print(replicas, "all", "", flops, moved, all, most);
}

int main(int argc, char **argv) {
  int32_t times = 10;
  bool small = false;
  std::vector<int32_t> replicas;
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--times") == 0 && i + 1 < argc) {
      times = atoi(argv[++i]);
    } else if (strcmp(argv[i], "--small") == 0) {
      small = true;
    } else {
      replicas.push_back(atoi(argv[i]));
    }
  }
  const bool counted = std::all_of(replicas.begin(), replicas.end(), [](int32_t r) { return r > 0; });
  if (replicas.empty() || !counted || times < 1) {
    fprintf(stderr, "gpu: conv_flops [--times T] [--small] R...: R and T from 1\n");
    return 2;
  }
  cudaDeviceProp device = {};
  CHECK(cudaGetDeviceProperties(&device, 0));
  const peak most = peak_of(device);
  printf("%s; Conv-6, batch %d, dense, %d times; fp32's peak is %.1f TFLOP/s at %.2f GHz, memory's %.2f TB/s\n",
         device.name, BATCH, times, most.flop * 1e-12, most.clock * 1e-9, most.bytes * 1e-12);
  printf("     R  layer            pass      us/net fp32    TFLOP/s   of peak of memory  us/net tf32    TFLOP/s");
  printf(" of memory  fp32/tf32\n");
  for (const int32_t r : replicas) {
    measure(r, times, small, most);
  }
  return 0;
}
