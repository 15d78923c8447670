/* Steps are noted down: what waits for what, and what lies in shared memory. A captured CUDA graph launches again the
 * kernels that were asked for; what is noted launches none, and one kernel does it all (resident.cu). */
#include <algorithm>
#include <map>
#include <vector>

#include "resident_update.cuh"

enum { SHARED_ALIGNMENT = 16, MORE_THAN_ANY = 1 << 30 /* device has of shared memory; bytes */ };

bool noting(const tombola_context *context) {
  return context->noted != nullptr && context->noted->open;
}

int32_t tombola_cuda_note(const tombola_context *context) {
  if (context == nullptr || context->noted == nullptr || context->group.clock == nullptr) {
    return TOMBOLA_NULL;
  }
  *context->noted = {};
  context->noted->open = true;
  return TOMBOLA_OK;
}

static noted *add(program *p, operation kind) {
  noted *n = &p->operations[p->count++];
  n->kind = kind;
  return n;
}

/* Null where there is no room; a gather and a loss have tables, and there is one of each. */
static noted *next(const tombola_context *context, operation kind) {
  program *p = context->noted;
  const bool again = std::any_of(p->operations, p->operations + p->count,
                                 [kind](const noted &n) { return n.kind == kind && (kind == GATHER || kind == LOSS); });
  return again || p->count == program::MOST ? nullptr : add(p, kind);
}

template <typename T>
static int32_t note_as(operation kind, T noted::*place, const tombola_context *context, const T &operands) {
  noted *n = next(context, kind);
  if (n == nullptr) {
    return TOMBOLA_UNFIT;
  }
  n->*place = operands;
  return TOMBOLA_OK;
}

int32_t note(const tombola_context *context, const gather_operands &gather) {
  const int64_t bytes = (int64_t)gather.x.features * gather.x.lanes * (int64_t)sizeof(float);
  const bool known = bytes <= INT32_MAX; /* where its lines begin */
  return known && gather.x.common == 0 ? note_as(GATHER, &noted::gather, context, gather) : TOMBOLA_UNFIT;
}

int32_t note(const tombola_context *context, const product_operands<false> &forward) {
  return in_place(forward.left) ? note_as(FORWARD, &noted::forward, context, forward) : TOMBOLA_UNALIGNED;
}

int32_t note(const tombola_context *context, const loss_operands &loss) {
  return note_as(LOSS, &noted::loss, context, loss);
}

int32_t note(const tombola_context *context, const product_operands<true> &backward_input) {
  return in_place(backward_input.left) ? note_as(BACKWARD_INPUT, &noted::backward_input, context, backward_input)
                                       : TOMBOLA_UNALIGNED;
}

int32_t note(const tombola_context *context, const update_operands &update) {
  return note_as(UPDATE, &noted::update, context, update);
}

int32_t note(const tombola_context *context, const optimizer_operands &optimizer) {
  return note_as(OPTIMIZER, &noted::optimizer, context, optimizer);
}

/* Memory that an operation touches. */
struct touched {
  const void *from;
  int64_t bytes;
  bool written;
};

/* A batch that an operation touches, and where its address is noted. */
struct batch_used {
  float **address;
  int64_t floats;
  bool written;
};

template <bool TRANSPOSED>
static std::vector<batch_used> batches_of(product_operands<TRANSPOSED> &o) {
  linear_product<TRANSPOSED> &p = o.product;
  std::vector<batch_used> all = {{(float **)&p.in, p.inner * p.columns, false}, {&p.out, p.rows * p.columns, true}};
  if (p.end.gate != nullptr) {
    all.push_back({(float **)&p.end.gate, p.rows * p.columns, false});
  }
  return all;
}

static std::vector<batch_used> batches_of(noted &n) {
  switch (n.kind) {
    case GATHER:
      return {{&n.gather.x.data, (int64_t)n.gather.x.features * n.gather.x.lanes, true}};
    case FORWARD:
      return batches_of(n.forward);
    case LOSS: {
      const int64_t floats = (int64_t)n.loss.logits.features * n.loss.logits.lanes;
      return {{&n.loss.logits.data, floats, false}, {&n.loss.dlogits, floats, true}};
    }
    case BACKWARD_INPUT:
      return batches_of(n.backward_input);
    case UPDATE: {
      linear_gradient &g = n.update.gradient;
      return {{(float **)&g.x, (int64_t)g.inputs * g.lanes, false},
              {(float **)&g.dy, (int64_t)g.outputs * g.lanes, false}};
    }
    default:
      return {};
  }
}

/* All that an operation touches and another may, too; of weights the first stands for all. */
static std::vector<touched> touched_by(noted &n) {
  std::vector<touched> all;
  for (const batch_used &b : batches_of(n)) {
    all.push_back({*b.address, b.floats * (int64_t)sizeof(float), b.written});
  }
  const int64_t first = sizeof(float);
  switch (n.kind) {
    case GATHER:
      all.push_back({n.gather.labels, n.gather.x.size * first, true});
      break;
    case FORWARD:
      all.push_back({n.forward.left.values, first, false});
      all.push_back({n.forward.product.bias, n.forward.product.rows * first, false});
      break;
    case LOSS:
      all.push_back({n.loss.labels, n.loss.logits.size * first, false});
      all.push_back({n.loss.score, first, true}); /* with losses and hits */
      break;
    case BACKWARD_INPUT:
      all.push_back({n.backward_input.left.values, first, false});
      break;
    case UPDATE:
      all.push_back({n.update.to.w, first, true});
      all.push_back({n.update.to.db, n.update.gradient.outputs * first, true});
      break;
    case OPTIMIZER:
      all.push_back({n.optimizer.g, n.optimizer.count * first, false});
      all.push_back({n.optimizer.to.w, n.optimizer.count * first, true});
      break;
    case SCORE:
      all.push_back({n.loss.score, first, true});
      break;
  }
  return all;
}

static bool collide(const touched &a, const touched &b) {
  const uintptr_t from = (uintptr_t)a.from, other = (uintptr_t)b.from;
  return (a.written || b.written) && from < other + (uint64_t)b.bytes && other < from + (uint64_t)a.bytes;
}

/* An operation waits if it collides with one since the last that did; steps follow one another, so the first ones with
 * those of the step before. */
static void mark_waits(program *p) {
  std::vector<touched> since;
  for (int32_t k = 0; k < 2 * p->count; k++) {
    noted &n = p->operations[k % p->count];
    const std::vector<touched> own = touched_by(n);
    n.waits = n.waits || std::any_of(since.begin(), since.end(), [&](const touched &before) {
                return std::any_of(own.begin(), own.end(), [&](const touched &now) { return collide(before, now); });
              });
    if (n.waits) {
      since.clear();
    }
    since.insert(since.end(), own.begin(), own.end());
  }
}

static int32_t take(int32_t *end, int64_t bytes) {
  const int32_t at = *end;
  const int64_t after = at + (bytes + SHARED_ALIGNMENT - 1) / SHARED_ALIGNMENT * SHARED_ALIGNMENT;
  *end = (int32_t)std::min<int64_t>(after, MORE_THAN_ANY);
  return at;
}

/* Gives the starts of each index places in shared memory. */
static void place_starts(program *p) {
  std::map<std::pair<const int32_t *, int64_t>, int32_t> places;
  for (int32_t k = 0; k < p->count; k++) {
    noted &n = p->operations[k];
    const starts used = starts_of(n);
    const auto known = places.find({used.from, used.count});
    n.brings = used.count > 0 && known == places.end();
    n.starts = n.brings ? take(&p->at.end, used.count * (int64_t)sizeof(int32_t)) : used.count > 0 ? known->second : 0;
    places[{used.from, used.count}] = n.starts;
  }
}

/* Gives batches places in shared memory in the order of their first use, if that fills them; those that no longer fit
 * stay where they are. */
static void place(program *p, int32_t most) {
  p->at.end = SHARED_ALIGNMENT; /* an address is not null */
  for (int32_t k = 0; k < p->count; k++) {
    const noted &n = p->operations[k];
    if (n.kind == LOSS) {
      p->at.losses = take(&p->at.end, n.loss.logits.lanes * (int64_t)sizeof(double));
      p->at.sums = take(&p->at.end, n.loss.logits.lanes * (int64_t)sizeof(float));
      p->at.hits = take(&p->at.end, n.loss.logits.lanes * (int64_t)sizeof(int32_t));
    } else if (n.kind == GATHER) {
      p->at.scale = take(&p->at.end, n.gather.images.channels * SHADES * (int64_t)sizeof(float));
      p->at.line_of = take(&p->at.end, n.gather.images.features * (int64_t)sizeof(int32_t));
    } else if (n.kind == UPDATE && p->at.waiting == 0) {
      p->at.waiting = take(&p->at.end, sizeof(waiting));
    }
  }
  place_starts(p);
  std::vector<batch_used> uses;
  std::map<float *, int64_t> floats;
  for (int32_t k = 0; k < p->count; k++) {
    for (const batch_used &b : batches_of(p->operations[k])) {
      uses.push_back(b);
      floats[*b.address] = std::max(floats[*b.address], b.floats);
    }
  }
  p->shared = p->at.end;
  std::map<float *, float *> places;
  for (const batch_used &b : uses) {
    float *const from = *b.address;
    const int64_t bytes = floats[from] * (int64_t)sizeof(float);
    if (places.count(from) == 0) {
      const bool fits = b.written && p->shared + bytes <= most;
      places[from] = fits ? (float *)(uintptr_t)take(&p->shared, bytes) : from;
    }
    *b.address = places[from];
  }
}

int32_t finish_program(const tombola_context *context, int32_t shared) {
  program *p = context->noted;
  p->open = false;
  for (int32_t k = 0; k < p->count; k++) {
    if (p->operations[k].kind == LOSS) {
      add(p, SCORE)->loss = p->operations[k].loss;
      break;
    }
  }
  mark_waits(p);
  place(p, shared);
  if (p->shared > shared) {
    *p = {}; /* nothing is done by halves later */
    return TOMBOLA_UNFIT;
  }
  return TOMBOLA_OK;
}
