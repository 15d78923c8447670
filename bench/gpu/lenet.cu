/* Replica-steps per second of LeNet-300-100 on this machine's GPU, and shares of its peaks: a step is captured in a
 * graph and launched again and again, or done by one multiprocessor for each replica; nothing comes back in between.
 * Masks are random, each replica's own. With --each, what every operation of a step takes, done again and again by
 * itself. lenet_replicas [--percent P] [--steps S] [--resident | --each] [--tf32] R... */
#include "lenet.h"

#include <string.h>

#include "clock.h"
#include "peak.h"

enum { DIFFERENT = 32, TOGETHER = 10 };

/* Networks side by side. */
struct group {
  std::vector<network> different; /* a few dozen are enough */
  size_t bytes;
  char *base = nullptr;
  tombola_clock *clock = nullptr;
  cudaStream_t stream;
  const tombola_context *context = nullptr;
  tombola_rule rule;
  std::vector<operation> step;

  group(int32_t replicas, double percent, int32_t steps, int32_t precision, const tombola_images *images) {
    for (int32_t r = 0; r < replicas && r < DIFFERENT; r++) {
      different.push_back(network_of(percent, steps, 1u + (unsigned)r));
    }
    bytes = different[0].memory.bytes.size();
    CHECK(cudaMalloc(&base, bytes * (size_t)replicas));
    CHECK(cudaMalloc(&clock, sizeof *clock));
    CHECK(cudaMemset(clock, 0, sizeof *clock));
    for (size_t r = 0; r < (size_t)replicas; r++) { /* the others within the device: thousands would take seconds */
      const bool again = r >= different.size();
      const char *from = again ? base + bytes * (r % different.size()) : different[r].memory.bytes.data();
      CHECK(cudaMemcpy(base + bytes * r, from, bytes, again ? cudaMemcpyDeviceToDevice : cudaMemcpyHostToDevice));
    }
    CHECK(cudaStreamCreate(&stream));
    const tombola_group opened = {replicas, precision, (int64_t)bytes, stream, clock, nullptr, 0};
    RUN(tombola_cuda_open(&opened, &context));
    rule = {(float *)(base + different[0].rates), steps, TOMBOLA_ADAM, 0.9f, 0.1f, 0.999f, 0.001f, 1e-8f, 0.0f, 0.0f};
    step = step_of(context, different[0], base, images, &rule);
    step.push_back({"tick", [this]() { RUN(tombola_cuda_tick(context, 1, BATCHES)); }});
  }

  group(const group &) = delete;

  ~group() {
    tombola_cuda_close(context);
    CHECK(cudaStreamDestroy(stream));
    CHECK(cudaFree(clock));
    CHECK(cudaFree(base));
  }

  /* Replica 0's first layer. */
  uint32_t hash() const {
    const layer &first = different[0].layers[0];
    std::vector<unsigned char> found(sizeof(float) * (size_t)first.values);
    CHECK(cudaMemcpy(found.data(), base + first.w, found.size(), cudaMemcpyDeviceToHost));
    uint32_t h = 2166136261u;
    for (const unsigned char byte : found) {
      h = (h ^ byte) * 16777619u;
    }
    return h;
  }
};

/* A graph of what is asked for. */
template <typename Work>
static cudaGraphExec_t captured(cudaStream_t stream, const Work &work) {
  cudaGraph_t graph;
  cudaGraphExec_t executable;
  CHECK(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal));
  work();
  CHECK(cudaStreamEndCapture(stream, &graph));
  CHECK(cudaGraphInstantiate(&executable, graph, 0));
  CHECK(cudaGraphDestroy(graph));
  return executable;
}

/* Microseconds of what is asked for. */
template <typename Work>
static double timed(cudaStream_t stream, const Work &work) {
  cudaEvent_t begun, ended;
  CHECK(cudaEventCreate(&begun));
  CHECK(cudaEventCreate(&ended));
  CHECK(cudaEventRecord(begun, stream));
  work();
  CHECK(cudaEventRecord(ended, stream));
  CHECK(cudaStreamSynchronize(stream));
  float ms = 0;
  CHECK(cudaEventElapsedTime(&ms, begun, ended));
  CHECK(cudaEventDestroy(begun));
  CHECK(cudaEventDestroy(ended));
  return 1e3 * ms;
}

/* The first BATCHES steps are not timed: kernels are loaded in them. */
static double launched(const group &g, int32_t steps) {
  const auto step = [&]() {
    for (const operation &o : g.step) {
      o.run();
    }
  };
  step();
  cudaGraphExec_t graph = captured(g.stream, step);
  const auto go = [&](int32_t times) {
    for (int32_t i = 0; i < times; i++) {
      CHECK(cudaGraphLaunch(graph, g.stream));
    }
  };
  raise_clock(g.stream);
  go(BATCHES - 1);
  const double taken = timed(g.stream, [&]() { go(steps - BATCHES); });
  CHECK(cudaGraphExecDestroy(graph));
  return taken / (steps - BATCHES);
}

static double resident(const group &g, int32_t steps) {
  RUN(tombola_cuda_note(g.context));
  for (size_t i = 0; i + 1 < g.step.size(); i++) { /* ticks are its own */
    g.step[i].run();
  }
  const auto go = [&](int32_t times) {
    for (int32_t i = 0; i < times; i += TOGETHER) {
      RUN(tombola_cuda_resident(g.context, TOGETHER, BATCHES));
    }
  };
  raise_clock(g.stream);
  go(BATCHES);
  return timed(g.stream, [&]() { go(steps - BATCHES); }) / (steps - BATCHES);
}

static void measure(const group &g, double percent, int32_t replicas, double us, const peak &most) {
  const double flop = flop_of(percent) * replicas / us * 1e6, bytes = bytes_of(percent) * replicas / us * 1e6;
  printf("%6d %8.2f %12.1f %16.0f %9.2f %6.1f %% %7.2f %6.1f %%   %08x\n", replicas, percent, us, 1e6 * replicas / us,
         flop * 1e-12, 100 * flop / most.flop, bytes * 1e-12, 100 * bytes / most.bytes, g.hash());
  fflush(stdout);
}

/* Every operation by itself, in graphs of TOGETHER: what it reads lies nearer than in a step where replicas are few. */
static void measure_each(const group &g, double percent, int32_t replicas, int32_t steps) {
  raise_clock(g.stream);
  for (const operation &o : g.step) {
    o.run();
    cudaGraphExec_t graph = captured(g.stream, [&]() {
      for (int i = 0; i < TOGETHER; i++) {
        o.run();
      }
    });
    CHECK(cudaGraphLaunch(graph, g.stream));
    const double us = timed(g.stream,
                            [&]() {
                              for (int32_t i = 0; i < steps; i += TOGETHER) {
                                CHECK(cudaGraphLaunch(graph, g.stream));
                              }
                            }) /
                      steps;
    printf("%6d %8.2f  %-10s %12.2f %15.2f\n", replicas, percent, o.name.c_str(), us, 1e3 * us / replicas);
    fflush(stdout);
    CHECK(cudaGraphExecDestroy(graph));
  }
}

int main(int argc, char **argv) {
  double percent = 100;
  int32_t steps = 400;
  int32_t precision = TOMBOLA_FP32;
  bool in_place = false, each = false;
  std::vector<int32_t> replicas;
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--percent") == 0 && i + 1 < argc) {
      percent = atof(argv[++i]);
    } else if (strcmp(argv[i], "--steps") == 0 && i + 1 < argc) {
      steps = atoi(argv[++i]);
    } else if (strcmp(argv[i], "--resident") == 0) {
      in_place = true;
    } else if (strcmp(argv[i], "--each") == 0) {
      each = true;
    } else if (strcmp(argv[i], "--tf32") == 0) {
      precision = TOMBOLA_TF32;
    } else {
      replicas.push_back(atoi(argv[i]));
    }
  }
  const bool counted = std::all_of(replicas.begin(), replicas.end(), [](int32_t r) { return r > 0; });
  if (replicas.empty() || !counted || steps < 2 * BATCHES || steps % TOGETHER != 0 || (in_place && each) ||
      !(percent > 0 && percent <= (in_place ? 99 : 100)) || (precision == TOMBOLA_TF32 && percent < 100)) {
    fprintf(
        stderr,
        "lenet: lenet_replicas [--percent P] [--steps S] [--resident | --each] [--tf32] R...: R from 1, P in (0, 100],"
        " up to 99 for resident ones, 100 in TF32, S from %d by %d\n",
        2 * BATCHES, TOGETHER);
    return 2;
  }
  cudaDeviceProp device = {};
  CHECK(cudaGetDeviceProperties(&device, 0));
  std::vector<uint8_t> pixels((size_t)IMAGES * 784), labels(IMAGES);
  std::mt19937 random(7);
  for (uint8_t &p : pixels) {
    p = (uint8_t)(random() % 5 == 0 ? random() : 0);
  }
  for (uint8_t &l : labels) {
    l = (uint8_t)(random() % 10);
  }
  std::vector<float> scale(256);
  for (int i = 0; i < 256; i++) {
    scale[(size_t)i] = (float)i / 255.0f;
  }
  tombola_images images = {nullptr, nullptr, nullptr, IMAGES, 784, 1, 10};
  CHECK(cudaMalloc((void **)&images.pixels, pixels.size()));
  CHECK(cudaMalloc((void **)&images.labels, labels.size()));
  CHECK(cudaMalloc((void **)&images.scale, scale.size() * sizeof(float)));
  CHECK(cudaMemcpy((void *)images.pixels, pixels.data(), pixels.size(), cudaMemcpyHostToDevice));
  CHECK(cudaMemcpy((void *)images.labels, labels.data(), labels.size(), cudaMemcpyHostToDevice));
  CHECK(cudaMemcpy((void *)images.scale, scale.data(), scale.size() * sizeof(float), cudaMemcpyHostToDevice));
  const peak most = peak_of(device);
  printf("%s, %d multiprocessors, %.1f TFLOP/s, %.2f TB/s; LeNet-300-100, batch %d, Adam, %s, %d steps%s\n",
         device.name, device.multiProcessorCount, most.flop * 1e-12, most.bytes * 1e-12, BATCH,
         precision == TOMBOLA_TF32 ? "tf32" : "fp32", steps, in_place ? ", resident" : "");
  if (each) {
    printf("     R   left%%  operation            us  ns a replica\n");
  } else {
    printf(
        "     R   left%%    us a step  replica-steps/s   TFLOP/s  of fp32    TB/s  of all   replica 0's first layer\n");
  }
  for (const int32_t r : replicas) {
    const group g(r, percent, steps, precision, &images);
    if (each) {
      measure_each(g, percent, r, steps);
    } else {
      measure(g, percent, r, in_place ? resident(g, steps) : launched(g, steps), most);
    }
  }
  return 0;
}
