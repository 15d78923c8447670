/* LeNet-300-100 as it lies in a replica's memory (batch 60, Adam), with random masks, and the operations of a step. */
#ifndef TOMBOLA_BENCH_LENET_H
#define TOMBOLA_BENCH_LENET_H

#include <algorithm>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "check.h"

enum { LAYERS = 3, BATCH = 60, LANES = 64, IMAGES = 55000, BATCHES = 20 /* of an epoch */, WEIGHTS = 266200 };
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

struct operation {
  std::string name;
  std::function<void()> run;
};

/* One training step: gather, forward, loss, backward with the optimizer. */
static std::vector<operation> step_of(const tombola_context *context, const network &n, char *base,
                                      const tombola_images *images, const tombola_rule *rule) {
  std::vector<operation> step;
  const auto batch = [base](size_t at, int32_t lines) {
    return tombola_batch{(float *)(base + at), lines, BATCH, LANES, 0};
  };
  const auto span = [base](size_t at, size_t from, int64_t length) {
    return tombola_span{(float *)(base + at) + from, length};
  };
  int32_t *labels = (int32_t *)(base + n.labels), *order = (int32_t *)(base + n.order);
  tombola_batch x = batch(n.x, SIZES[0]);
  step.push_back({"gather", [=]() mutable { RUN(tombola_gather(context, images, nullptr, order, 0, 0, &x, labels)); }});
  for (int i = 0; i < LAYERS; i++) {
    const tombola_weights w = weights_of(n, i, base);
    const tombola_span b = span(n.b, n.layers[i].bias, w.outputs);
    const int32_t activation = i + 1 < LAYERS ? TOMBOLA_RELU : TOMBOLA_IDENTITY;
    tombola_batch y = batch(n.layers[i].y, w.outputs);
    step.push_back({"forward " + std::to_string(i + 1),
                    [=]() mutable { RUN(tombola_linear_forward(context, &w, &b, &x, activation, &y)); }});
    x = y;
  }
  tombola_batch dy = batch(n.layers[LAYERS - 1].dy, SIZES[LAYERS]);
  tombola_score *score = (tombola_score *)(base + n.score);
  step.push_back({"loss", [=]() mutable { RUN(tombola_softmax_cross_entropy(context, &x, labels, &dy, score)); }});
  for (int i = LAYERS - 1; i >= 0; i--) {
    const layer &l = n.layers[i];
    const tombola_weights w = weights_of(n, i, base);
    x = i > 0 ? batch(n.layers[i - 1].y, w.inputs) : batch(n.x, w.inputs);
    tombola_batch dx = i > 0 ? batch(n.layers[i - 1].dy, w.inputs) : x;
    if (i > 0) {
      step.push_back({"input " + std::to_string(i + 1),
                      [=]() mutable { RUN(tombola_linear_backward_input(context, &w, &dy, &x, &dx)); }});
    }
    tombola_span m = span(l.m, 0, l.values), v = span(l.v, 0, l.values), db = span(n.db, l.bias, w.outputs);
    step.push_back({"update " + std::to_string(i + 1),
                    [=]() mutable { RUN(tombola_linear_update(context, rule, 0, &w, &x, &dy, &m, &v, &db)); }});
    dy = dx;
  }
  tombola_span b = span(n.b, 0, n.biases), m = span(n.bm, 0, n.biases), v = span(n.bv, 0, n.biases);
  const tombola_span db = span(n.db, 0, n.biases);
  step.push_back({"biases", [=]() mutable { RUN(tombola_optimizer_step(context, rule, 0, &b, &db, &m, &v)); }});
  return step;
}

/* Arithmetic of a step: forward, weight gradient, and input gradient but for the first layer. */
static double flop_of(double percent) {
  return 2.0 * BATCH * (3 * WEIGHTS - SIZES[0] * SIZES[1]) * percent / 100;
}

/* What a step must move at least: each value is read forward, and backward but in the first layer, and read and written
 * with two moments by the optimizer; each time with an index where it is compressed. */
static double bytes_of(double percent) {
  const double values = WEIGHTS * percent / 100, read = values - SIZES[0] * SIZES[1] * percent / 100;
  const double number = sizeof(float), across = percent < 100 ? sizeof(uint16_t) : 0,
               position = percent < 100 ? sizeof(int32_t) : 0;
  return values * (number + across) + read * (number + across + position) + values * (6 * number + across);
}

#endif
