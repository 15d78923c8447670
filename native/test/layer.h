/* Random weights of a layer in both forms, for the C tests. */
#ifndef TOMBOLA_LAYER_H
#define TOMBOLA_LAYER_H

#include "test.h"

typedef struct {
  int32_t outputs, inputs, taps;
  uint8_t *mask;       /* [outputs][inputs] */
  uint8_t *wide;       /* the same, [outputs][stride] */
  block weights;       /* [outputs][inputs], +0 where pruned */
  block dense, packed; /* values of the two forms */
  int32_t *place;      /* of every weight among the packed values, -1 where pruned */
  int32_t *row_start, *column_start, *position;
  uint16_t *column, *row;
  tombola_weights as_dense, as_compressed;
} layer;

/* Lists the survivors line by line, block by block, a block being so many groups of taps (0: all of them); tap t of
 * group g of a line is the weight line * line_step + g * group_step + t. Gives each entry's weight in `weight`. */
static inline tombola_index index_new(const layer *l, int32_t lines, int32_t groups, int32_t block, int64_t line_step,
                                      int64_t group_step, int32_t *start, uint16_t *entries, int64_t *weight) {
  const int32_t across = groups * l->taps, width = (block == 0 ? groups : block) * l->taps;
  const int32_t blocks = (across + width - 1) / width;
  int32_t entry = 0;
  for (int32_t b = 0; b < blocks; b++) {
    for (int32_t line = 0; line < lines; line++) {
      start[b * lines + line] = entry;
      for (int32_t i = b * width; i < across && i < (b + 1) * width; i++) {
        const int64_t at = line * line_step + i / l->taps * group_step + i % l->taps;
        if (l->mask[at]) {
          weight[entry] = at;
          entries[entry++] = (uint16_t)(i - b * width);
        }
      }
    }
  }
  start[blocks * lines] = entry;
  return (tombola_index){start, entries, width, blocks, lines, 0};
}

/* A share `density` of the weights survives; where some are pruned, the last of several outputs loses all of them. */
static inline layer layer_new(int32_t outputs, int32_t inputs, int32_t taps, double density, int32_t block) {
  const int64_t total = (int64_t)outputs * inputs, stride = lanes_of(inputs);
  layer l = {.outputs = outputs, .inputs = inputs, .taps = taps};
  l.mask = malloc((size_t)total);
  int64_t survivors = 0;
  for (int64_t i = 0; i < total; i++) {
    const int empty = density < 1 && outputs > 2 && i / inputs == outputs - 1;
    l.mask[i] = random_unit() < density && !empty;
    survivors += l.mask[i];
  }
  l.weights = block_new(total);
  l.dense = block_new(outputs * stride);
  l.wide = calloc((size_t)l.dense.count, 1);
  l.packed = block_new(survivors);
  l.place = malloc((size_t)total * sizeof(int32_t));
  l.row_start = calloc((size_t)(total + outputs) + 1, sizeof(int32_t));
  l.column_start = calloc((size_t)(total + inputs) + 1, sizeof(int32_t));
  l.position = calloc((size_t)survivors + 4, sizeof(int32_t)); /* whole fours are read */
  l.column = calloc((size_t)survivors + 4, sizeof(uint16_t));
  l.row = calloc((size_t)survivors + 4, sizeof(uint16_t));
  int64_t *weight = malloc(((size_t)survivors + 1) * sizeof(int64_t));
  const int32_t channels = inputs / taps;
  const tombola_index rows = index_new(&l, outputs, channels, block, inputs, taps, l.row_start, l.column, weight);
  for (int64_t i = 0; i < total; i++) {
    l.place[i] = -1;
    if (!l.mask[i]) {
      l.weights.data[i] = 0.0f;
    }
  }
  for (int64_t i = 0; i < l.dense.count; i++) {
    const int64_t column = i % stride, at = i / stride * inputs + column;
    l.wide[i] = column < inputs && l.mask[at];
    l.dense.data[i] = column < inputs ? l.weights.data[at] : 0.0f;
  }
  for (int32_t e = 0; e < survivors; e++) {
    l.place[weight[e]] = e;
    l.packed.data[e] = l.weights.data[weight[e]];
  }
  const tombola_index columns = index_new(&l, channels, outputs, block, taps, inputs, l.column_start, l.row, weight);
  for (int32_t e = 0; e < survivors; e++) {
    l.position[e] = l.place[weight[e]];
  }
  free(weight);
  const tombola_index none = {NULL, NULL, 0, 0, 0, 0};
  l.as_dense =
      (tombola_weights){l.dense.data, l.wide, none, none, NULL, l.dense.count, outputs, inputs, taps, (int32_t)stride};
  l.as_compressed =
      (tombola_weights){l.packed.data, NULL, rows, columns, l.position, survivors, outputs, inputs, taps, 0};
  return l;
}

static inline void layer_free(layer *l) {
  block_check_and_free(&l->weights);
  block_check_and_free(&l->dense);
  block_check_and_free(&l->packed);
  free(l->mask);
  free(l->wide);
  free(l->place);
  free(l->row_start);
  free(l->column_start);
  free(l->position);
  free(l->column);
  free(l->row);
}

static inline block copy_of(const block *b) {
  block copy = block_new(b->count);
  memcpy(copy.data, b->data, (size_t)b->count * sizeof(float));
  return copy;
}

/* A finished tensor as ReLU leaves it, and as the gate of another. */
static inline block rectified(const block *b) {
  block r = copy_of(b);
  for (int64_t i = 0; i < b->count; i++) {
    r.data[i] = b->data[i] <= 0.0f ? 0.0f : b->data[i];
  }
  return r;
}

static inline block gated(const block *b, const block *gate) {
  block g = copy_of(b);
  for (int64_t i = 0; i < b->count; i++) {
    g.data[i] = gate->data[i] > 0.0f ? b->data[i] : 0.0f;
  }
  return g;
}

#endif
