/* Replica-steps per second of LeNet-300-100 (batch 60, Adam) on this machine's GPU: a step is captured in a graph
 * and launched again and again, or done by one multiprocessor for each replica; nothing comes back in between. Masks
 * are random, each replica's own. lenet_replicas [--percent P] [--steps S] [--resident] [--tf32] R... */
#include <string.h>

#include <algorithm>
#include <random>
#include <vector>

#include "clock.h"

enum {
  LAYERS = 3,
  BATCH = 60,
  LANES = 64,
  IMAGES = 55000,
  BATCHES = 20 /* of an epoch */,
  DIFFERENT = 32,
  TOGETHER = 10
};
static const int32_t SIZES[LAYERS + 1] = {784, 300, 100, 10};

/* A replica's memory as it is laid out in all of them, on the host until it is complete. */
struct plan {
  std::vector<char> bytes;

  size_t take(size_t count) {
    const size_t at = bytes.size();
    bytes.resize(at + (count + 63) / 64 * 64);
    return at;
  }
  template <typename T>
  T *at(size_t place) {
    return (T *)(bytes.data() + place);
  }
};

/* Where the parts of a layer lie. */
struct layer {
  size_t w, m, v, bias /* floats before its own in those of all layers */, y, dy, row_start, row_across, column_start,
      column_across, position;
  int64_t stride, values;
};

struct network {
  plan memory;
  layer layers[LAYERS];
  size_t x, labels, order, rates, score, b, bm, bv, db;
  int64_t biases;
  bool compressed;
};

/* Entries of both orders for so many survivors at random places; their counts are the same in every replica. */
static void index_layer(network &n, layer &l, int32_t inputs, int32_t outputs, std::mt19937 &random) {
  std::vector<int32_t> places((size_t)inputs * (size_t)outputs);
  for (size_t i = 0; i < places.size(); i++) {
    places[i] = (int32_t)i;
  }
  std::vector<char> alive(places.size(), 0);
  for (int64_t i = 0; i < l.values; i++) {
    const size_t other = (size_t)i + random() % (places.size() - (size_t)i);
    std::swap(places[(size_t)i], places[other]);
    alive[(size_t)places[(size_t)i]] = 1;
  }
  int32_t *row_start = n.memory.at<int32_t>(l.row_start), *column_start = n.memory.at<int32_t>(l.column_start);
  uint16_t *row_across = n.memory.at<uint16_t>(l.row_across), *column_across = n.memory.at<uint16_t>(l.column_across);
  int32_t *position = n.memory.at<int32_t>(l.position), count = 0;
  std::vector<int32_t> entry(alive.size(), -1);
  for (int32_t m = 0; m < outputs; m++) {
    row_start[m] = count;
    for (int32_t k = 0; k < inputs; k++) {
      if (alive[(size_t)m * (size_t)inputs + (size_t)k]) {
        entry[(size_t)m * (size_t)inputs + (size_t)k] = count;
        row_across[count++] = (uint16_t)k;
      }
    }
  }
  row_start[outputs] = count;
  count = 0;
  for (int32_t k = 0; k < inputs; k++) {
    column_start[k] = count;
    for (int32_t m = 0; m < outputs; m++) {
      const int32_t e = entry[(size_t)m * (size_t)inputs + (size_t)k];
      if (e >= 0) {
        position[count] = e;
        column_across[count++] = (uint16_t)m;
      }
    }
  }
  column_start[inputs] = count;
}

static network network_of(double percent, int32_t steps, unsigned seed) {
  network n;
  n.compressed = percent < 100;
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0.0f, 0.1f);
  n.x = n.memory.take(sizeof(float) * 784 * LANES);
  n.labels = n.memory.take(sizeof(int32_t) * LANES);
  n.order = n.memory.take(sizeof(int32_t) * BATCH * (size_t)BATCHES);
  n.rates = n.memory.take(sizeof(float) * 3 * (size_t)steps);
  n.score = n.memory.take(sizeof(tombola_score));
  n.biases = 0;
  for (int i = 0; i < LAYERS; i++) {
    n.layers[i].bias = (size_t)n.biases;
    n.biases += (SIZES[i + 1] + 15) / 16 * 16;
  }
  for (size_t *state : {&n.b, &n.bm, &n.bv, &n.db}) {
    *state = n.memory.take(sizeof(float) * (size_t)n.biases);
  }
  for (int i = 0; i < LAYERS; i++) {
    layer &l = n.layers[i];
    const int32_t inputs = SIZES[i], outputs = SIZES[i + 1];
    l.stride = (inputs + 15) / 16 * 16;
    l.values =
        n.compressed ? std::max((int64_t)1, (int64_t)(inputs * outputs * percent / 100 + 0.5)) : outputs * l.stride;
    for (size_t *state : {&l.w, &l.m, &l.v}) {
      *state = n.memory.take(sizeof(float) * (size_t)l.values);
    }
    l.y = n.memory.take(sizeof(float) * (size_t)outputs * LANES);
    l.dy = n.memory.take(sizeof(float) * (size_t)outputs * LANES);
    if (n.compressed) {
      l.row_start = n.memory.take(sizeof(int32_t) * (size_t)(outputs + 1));
      l.column_start = n.memory.take(sizeof(int32_t) * (size_t)(inputs + 1));
      l.row_across = n.memory.take(sizeof(uint16_t) * (size_t)l.values);
      l.column_across = n.memory.take(sizeof(uint16_t) * (size_t)l.values);
      l.position = n.memory.take(sizeof(int32_t) * (size_t)l.values);
      index_layer(n, l, inputs, outputs, random);
    }
    for (int64_t k = 0; k < l.values; k++) {
      const bool padding = !n.compressed && k % l.stride >= inputs;
      n.memory.at<float>(l.w)[k] = padding ? 0.0f : normal(random);
    }
  }
  for (int32_t i = 0; i < BATCH * BATCHES; i++) {
    n.memory.at<int32_t>(n.order)[i] = (int32_t)(random() % IMAGES);
  }
  for (int32_t t = 0; t < steps; t++) {
    float *rate = n.memory.at<float>(n.rates) + 3 * t;
    rate[0] = rate[1] = 0.0012f;
    rate[2] = 1.0f;
  }
  return n;
}

static tombola_weights weights_of(const network &n, int i, char *base) {
  const layer &l = n.layers[i];
  tombola_weights w = {};
  w.values = (float *)(base + l.w);
  w.survivors = l.values;
  w.outputs = SIZES[i + 1];
  w.inputs = SIZES[i];
  w.taps = 1;
  w.stride = (int32_t)l.stride;
  if (n.compressed) {
    w.rows = {(int32_t *)(base + l.row_start), (uint16_t *)(base + l.row_across), SIZES[i], 1, SIZES[i + 1], 0};
    w.columns = {
        (int32_t *)(base + l.column_start), (uint16_t *)(base + l.column_across), SIZES[i + 1], 1, SIZES[i], 0};
    w.position = (int32_t *)(base + l.position);
  }
  return w;
}

/* One training step: gather, forward, loss, backward with the optimizer. */
static void step(const tombola_context *context, const network &n, char *base, const tombola_images *images,
                 const tombola_rule *rule) {
  tombola_batch x[LAYERS + 1] = {{(float *)(base + n.x), 784, BATCH, LANES, 0}}, dy[LAYERS];
  RUN(tombola_gather(context, images, nullptr, (int32_t *)(base + n.order), 0, 0, &x[0], (int32_t *)(base + n.labels)));
  for (int i = 0; i < LAYERS; i++) {
    const tombola_weights w = weights_of(n, i, base);
    const tombola_span b = {(float *)(base + n.b) + n.layers[i].bias, w.outputs};
    x[i + 1] = {(float *)(base + n.layers[i].y), w.outputs, BATCH, LANES, 0};
    dy[i] = {(float *)(base + n.layers[i].dy), w.outputs, BATCH, LANES, 0};
    RUN(tombola_linear_forward(context, &w, &b, &x[i], i + 1 < LAYERS ? TOMBOLA_RELU : TOMBOLA_IDENTITY, &x[i + 1]));
  }
  RUN(tombola_softmax_cross_entropy(context, &x[LAYERS], (int32_t *)(base + n.labels), &dy[LAYERS - 1],
                                    (tombola_score *)(base + n.score)));
  for (int i = LAYERS - 1; i >= 0; i--) {
    const layer &l = n.layers[i];
    const tombola_weights w = weights_of(n, i, base);
    if (i > 0) {
      RUN(tombola_linear_backward_input(context, &w, &dy[i], &x[i], &dy[i - 1]));
    }
    tombola_span m = {(float *)(base + l.m), l.values}, v = {(float *)(base + l.v), l.values};
    tombola_span db = {(float *)(base + n.db) + l.bias, w.outputs};
    RUN(tombola_linear_update(context, rule, 0, &w, &x[i], &dy[i], &m, &v, &db));
  }
  tombola_span b = {(float *)(base + n.b), n.biases}, db = {(float *)(base + n.db), n.biases};
  tombola_span bm = {(float *)(base + n.bm), n.biases}, bv = {(float *)(base + n.bv), n.biases};
  RUN(tombola_optimizer_step(context, rule, 0, &b, &db, &bm, &bv));
}

/* Steps that are asked for again and again, so many at a time. */
struct asked {
  const tombola_context *context;
  cudaStream_t stream;
  cudaGraphExec_t graph; /* of one; null: residents' */
  int32_t together;

  void go() const {
    if (graph == nullptr) {
      RUN(tombola_cuda_resident(context, together, BATCHES));
    } else {
      CHECK(cudaGraphLaunch(graph, stream));
    }
  }
};

template <typename Step>
static cudaGraphExec_t captured(cudaStream_t stream, const Step &step) {
  step(); /* loads the kernels, which a capture need not allow */
  cudaGraph_t graph;
  cudaGraphExec_t executable;
  CHECK(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal));
  step();
  CHECK(cudaStreamEndCapture(stream, &graph));
  CHECK(cudaGraphInstantiate(&executable, graph, 0));
  CHECK(cudaGraphDestroy(graph));
  return executable;
}

static uint32_t hash(const std::vector<char> &bytes, size_t from, size_t count) {
  uint32_t h = 2166136261u;
  for (size_t i = from; i < from + count; i++) {
    h = (h ^ (unsigned char)bytes[i]) * 16777619u;
  }
  return h;
}

static void measure(int32_t replicas, double percent, int32_t steps, bool resident, int32_t precision,
                    const tombola_images *images) {
  std::vector<network> different; /* a few dozen are enough */
  for (int32_t r = 0; r < replicas && r < DIFFERENT; r++) {
    different.push_back(network_of(percent, steps, 1u + (unsigned)r));
  }
  const network &first = different[0];
  const size_t stride = first.memory.bytes.size();
  char *base = nullptr;
  tombola_clock *clock = nullptr;
  CHECK(cudaMalloc(&base, stride * (size_t)replicas));
  CHECK(cudaMalloc(&clock, sizeof *clock));
  CHECK(cudaMemset(clock, 0, sizeof *clock));
  for (int32_t r = 0; r < replicas; r++) {
    const std::vector<char> &own = different[(size_t)r % different.size()].memory.bytes;
    CHECK(cudaMemcpy(base + stride * (size_t)r, own.data(), stride, cudaMemcpyHostToDevice));
  }
  cudaStream_t stream;
  CHECK(cudaStreamCreate(&stream));
  const tombola_context *context = nullptr;
  const tombola_group group = {replicas, precision, (int64_t)stride, stream, clock, nullptr, 0};
  RUN(tombola_cuda_open(&group, &context));
  const tombola_rule rule = {
      (float *)(base + first.rates), steps, TOMBOLA_ADAM, 0.9f, 0.1f, 0.999f, 0.001f, 1e-8f, 0.0f, 0.0f};
  asked several = {context, stream, nullptr, resident ? TOGETHER : 1};
  if (resident) {
    RUN(tombola_cuda_note(context));
    step(context, first, base, images, &rule);
  } else {
    several.graph = captured(stream, [&]() {
      step(context, first, base, images, &rule);
      RUN(tombola_cuda_tick(context, 1, BATCHES));
    });
  }
  cudaEvent_t begun, ended;
  CHECK(cudaEventCreate(&begun));
  CHECK(cudaEventCreate(&ended));
  raise_clock(stream);
  int32_t done = resident ? 0 : 1;
  for (; done < BATCHES; done += several.together) { /* the first are not timed */
    several.go();
  }
  const int32_t untimed = done;
  CHECK(cudaEventRecord(begun, stream));
  for (; done < steps; done += several.together) {
    several.go();
  }
  CHECK(cudaEventRecord(ended, stream));
  CHECK(cudaStreamSynchronize(stream));
  float ms = 0;
  CHECK(cudaEventElapsedTime(&ms, begun, ended));
  std::vector<char> found(stride);
  CHECK(cudaMemcpy(found.data(), base, stride, cudaMemcpyDeviceToHost));
  const double taken = (double)(done - untimed), weights = 266200 * percent / 100;
  const double flop = 6 * weights * BATCH - 2 * 235200 * percent / 100 * BATCH; /* no input gradient at first */
  printf("%6d %8.2f %12.1f %14.0f %10.2f   %08x\n", replicas, percent, 1e3 * ms / taken, 1e3 * replicas * taken / ms,
         flop * replicas * taken / ms * 1e-9,
         hash(found, first.layers[0].w, sizeof(float) * (size_t)first.layers[0].values));
  fflush(stdout);
  if (!resident) {
    CHECK(cudaGraphExecDestroy(several.graph));
  }
  tombola_cuda_close(context);
  CHECK(cudaStreamDestroy(stream));
  CHECK(cudaFree(clock));
  CHECK(cudaFree(base));
}

int main(int argc, char **argv) {
  double percent = 100;
  int32_t steps = 400;
  int32_t precision = TOMBOLA_FP32;
  bool resident = false;
  std::vector<int32_t> replicas;
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--percent") == 0 && i + 1 < argc) {
      percent = atof(argv[++i]);
    } else if (strcmp(argv[i], "--steps") == 0 && i + 1 < argc) {
      steps = atoi(argv[++i]);
    } else if (strcmp(argv[i], "--resident") == 0) {
      resident = true;
    } else if (strcmp(argv[i], "--tf32") == 0) {
      precision = TOMBOLA_TF32;
    } else {
      replicas.push_back(atoi(argv[i]));
    }
  }
  const bool counted = std::all_of(replicas.begin(), replicas.end(), [](int32_t r) { return r > 0; });
  if (replicas.empty() || !counted || steps < 2 * BATCHES || steps % TOGETHER != 0 ||
      !(percent > 0 && percent <= (resident ? 99 : 100)) || (precision == TOMBOLA_TF32 && percent < 100)) {
    fprintf(stderr,
            "lenet: lenet_replicas [--percent P] [--steps S] [--resident] [--tf32] R...: R from 1, P in (0, 100], up to"
            " 99 for resident ones, 100 in TF32, S from %d by %d\n",
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
  printf("%s, %d multiprocessors; LeNet-300-100, batch %d, Adam, %s, %d steps%s\n", device.name,
         device.multiProcessorCount, BATCH, precision == TOMBOLA_TF32 ? "tf32" : "fp32", steps,
         resident ? ", resident" : "");
  printf("     R   left%%    us a step  replica-steps/s   TFLOP/s   replica 0's first layer\n");
  for (const int32_t r : replicas) {
    measure(r, percent, steps, resident, precision, &images);
  }
  return 0;
}
