/* A step that is noted down, operation by operation, and then done as often as wanted by one block for each network: no
 * launch in between, and the activations stay in the multiprocessor's shared memory as far as they go. Made for
 * compressed linear layers, whose operations are too small to fill a device one by one. */
#ifndef TOMBOLA_RESIDENT_CUH
#define TOMBOLA_RESIDENT_CUH

#include "compressed.cuh"
#include "gather.cuh"
#include "linear.cuh"
#include "loss.cuh"
#include "optimizer.cuh"

enum operation : uint8_t { GATHER, FORWARD, LOSS, BACKWARD_INPUT, UPDATE, OPTIMIZER, SCORE };

template <bool TRANSPOSED>
struct product_operands {
  linear_product<TRANSPOSED> product;
  entries<TRANSPOSED> left; /* found by position where weights are transposed */
};

struct update_operands {
  linear_gradient gradient;
  tombola_index rows;
  delivery to;
};

struct optimizer_operands {
  delivery to;
  const float *g;
  int64_t count;
};

struct noted {
  operation kind;
  bool waits;     /* for what others of the block did before */
  bool brings;    /* the starts of its index's lines, as the first that needs them */
  int32_t starts; /* where those lie in shared memory, in bytes */
  union {
    gather_operands gather;
    product_operands<false> forward;
    loss_operands loss; /* of the score, too */
    product_operands<true> backward_input;
    update_operands update;
    optimizer_operands optimizer;
  };
};

/* Where an index's lines start, and one more. */
struct starts {
  const int32_t *from;
  int64_t count;
};

/* None where an operation has no index. */
__host__ __device__ inline starts starts_of(const noted &n) {
  const auto starts_in = [](const tombola_index &index, int32_t lines) {
    return starts{index.start, (int64_t)lines * index.blocks + 1};
  };
  switch (n.kind) {
    case FORWARD:
      return starts_in(n.forward.left.index, n.forward.product.rows);
    case BACKWARD_INPUT:
      return starts_in(n.backward_input.left.index, n.backward_input.product.rows);
    case UPDATE:
      return starts_in(n.update.rows, n.update.gradient.outputs);
    default:
      return {nullptr, 0};
  }
}

enum { RESIDENT_THREADS = 768 };

/* Where tables lie in shared memory, in bytes; activations come after them. */
struct tables {
  int32_t losses, sums, hits, scale, line_of, waiting, end;
};

struct program {
  enum { MOST = 20 /* that are noted; the score's comes by itself */ };
  bool open;      /* more is noted */
  int32_t shared; /* bytes */
  tables at;
  int32_t count;
  noted operations[MOST + 1];
};

/* Adds an operation; TOMBOLA_UNFIT where there are too many, a second gather or loss, or where it is none that a block
 * does by itself. */
int32_t note(const tombola_context *context, const gather_operands &gather);
int32_t note(const tombola_context *context, const product_operands<false> &forward);
int32_t note(const tombola_context *context, const loss_operands &loss);
int32_t note(const tombola_context *context, const product_operands<true> &backward_input);
int32_t note(const tombola_context *context, const update_operands &update);
int32_t note(const tombola_context *context, const optimizer_operands &optimizer);

/* Nothing more is noted: settles who waits, and what lies in so many bytes of shared memory; where not even tables fit
 * TOMBOLA_UNFIT, and nothing is noted. */
int32_t finish_program(const tombola_context *context, int32_t shared);

#endif
