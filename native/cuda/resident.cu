/* Steps of resident networks: a block for each. */
#include "check.h"
#include "resident_gather.cuh"
#include "resident_update.cuh"

enum {
  SHARED_MOST = 1 << 20, /* an address below this is a place in shared memory */
};

struct resident {
  program step;
  const tombola_clock *clock;
  int32_t count, batches;
};

static_assert(sizeof(resident) + sizeof(home) <= 4096, "what a kernel may be given");

__device__ inline bool is_shared(const void *address) {
  return address != nullptr && (uintptr_t)address < SHARED_MOST;
}

/* An address in shared memory, so that own() comes back to it. */
template <typename T>
__device__ inline void settle(T *&address, char *shared, home home) {
  if (is_shared(address)) {
    address = (T *)(shared + (intptr_t)address - home.shift - blockIdx.z * home.stride);
  }
}

/* Stores four floats at once, wherever they lie: a compiler that does not know the kind of memory takes them apart. */
template <bool TRANSPOSED>
struct resident_product : linear_product<TRANSPOSED> {
  __device__ void finish(int32_t row, int64_t column, four sum) const {
    const int64_t at = row * this->columns + column;
    const four value = this->finished(at, sum);
#ifdef __CUDA_ARCH__
    asm volatile("st.v4.f32 [%0], {%1, %2, %3, %4};" ::"l"(this->out + at), "f"(value.value[0]), "f"(value.value[1]),
                 "f"(value.value[2]), "f"(value.value[3])
                 : "memory");
#else
    put(value, this->out + at);
#endif
  }
};

template <class S, bool BY_POSITION>
__device__ inline void rows_of(const S &s, const entries<BY_POSITION> &e) {
  const int32_t row = (int32_t)threadIdx.x / SHARERS<1>, step = (int32_t)blockDim.x / SHARERS<1>;
  for (int64_t column = threadIdx.x % SHARERS<1> * FOUR; column < s.columns; column += COMPRESSED_COLUMNS) {
    compressed_rows<1>(s, e, column, row, step);
  }
}

template <bool SHARED>
__device__ inline void update(const update_operands &o, const int32_t *start, const linear_gradient &s, waiting *all,
                              home home) {
  tombola_index index = own(o.rows, home);
  index.start = start;
  delivering d = own(o.to, home);
  d.to.mask = nullptr; /* survivors have none: registers are short here */
  update_lines<SHARED>(s, index, d, all);
}

__device__ inline void optimize(const optimizer_operands &o, home home) {
  const delivering d = own(o.to, home);
  const float *g = own(o.g, home);
  for (int64_t i = threadIdx.x; i < o.count; i += blockDim.x) {
    deliver<1>(d, {{g[i]}}, state_at<1>(d, i), i);
  }
}

__device__ inline gather_operands own_gather(gather_operands o, char *shared, home home) {
  settle(o.x.data, shared, home);
  return own(o, home);
}

__device__ inline loss_operands own_loss(loss_operands o, char *shared, home home) {
  settle(o.logits.data, shared, home);
  settle(o.dlogits, shared, home);
  return own(o, home);
}

/* Masks do not change while a step is done again and again. */
__device__ inline void bring_starts(const noted &o, char *shared, home home) {
  const starts s = starts_of(o);
  const int32_t *from = own(s.from, home);
  for (int64_t i = threadIdx.x; i < s.count; i += blockDim.x) {
    ((int32_t *)(shared + o.starts))[i] = from[i];
  }
}

/* What is read most, and known to lie in shared memory, is read from there and not from anywhere. */
template <bool TRANSPOSED>
__device__ inline void multiply(product_operands<TRANSPOSED> o, const int32_t *start, char *shared, home home) {
  settle(o.product.out, shared, home);
  settle(o.product.end.gate, shared, home);
  resident_product<TRANSPOSED> p = {own(o.product, home)};
  entries<TRANSPOSED> left = own(o.left, home);
  left.index.start = start;
  if (is_shared(o.product.in)) {
    p.in = (const float *)(shared + (uintptr_t)o.product.in);
    rows_of(p, left);
  } else {
    rows_of(p, left);
  }
}

__device__ inline void update_from(update_operands o, const int32_t *start, const tables &at, char *shared, home home) {
  waiting *all = (waiting *)(shared + at.waiting);
  settle(o.gradient.dy, shared, home);
  linear_gradient g = own(o.gradient, home);
  if (is_shared(o.gradient.x)) {
    g.x = (const float *)(shared + (uintptr_t)o.gradient.x);
    update<true>(o, start, g, all, home);
  } else {
    update<false>(o, start, g, all, home);
  }
}

__device__ inline int32_t after(int32_t batch, const resident &r) {
  return batch + 1 < r.batches ? batch + 1 : 0;
}

/* Does an operation of the step so many after the one that the clock says, with that batch. */
__device__ inline void perform(const noted &o, const resident &r, int32_t step, int32_t batch, char *shared,
                               home home) {
  double *losses = (double *)(shared + r.step.at.losses);
  float *sums = (float *)(shared + r.step.at.sums);
  int32_t *hits = (int32_t *)(shared + r.step.at.hits);
  const int32_t *start = (const int32_t *)(shared + o.starts);
  switch (o.kind) {
    case GATHER: {
      gather_operands gather = own(o.gather, home);
      gather.clock = nullptr;
      const int32_t *orders = gather.order;
      gather.order = orders + (int64_t)batch * gather.x.size;
      if (is_shared(o.gather.x.data)) {
        gather.x.data = (float *)(shared + (uintptr_t)o.gather.x.data);
        gather_batch(gather, r.step.at, shared);
      } else {
        gather_batch(gather, r.step.at, shared);
      }
      prefetch_images(gather, orders + (int64_t)after(batch, r) * gather.x.size);
      break;
    }
    case FORWARD:
      multiply(o.forward, start, shared, home);
      break;
    case LOSS: {
      const loss_operands loss = own_loss(o.loss, shared, home);
      for (int32_t from = 0; from < loss.logits.lanes; from += (int32_t)blockDim.x) {
        const int32_t left = loss.logits.lanes - from;
        block_loss(loss, from, left < (int32_t)blockDim.x ? left : (int32_t)blockDim.x,
                   {losses + from, sums + from, hits + from});
      }
      break;
    }
    case BACKWARD_INPUT:
      multiply(o.backward_input, start, shared, home);
      break;
    case UPDATE: {
      update_operands operands = o.update;
      operands.to.when.iteration += step;
      update_from(operands, start, r.step.at, shared, home);
      break;
    }
    case OPTIMIZER: {
      optimizer_operands operands = o.optimizer;
      operands.to.when.iteration += step;
      optimize(operands, home);
      break;
    }
    case SCORE:
      if (threadIdx.x == blockDim.x - 1) { /* which has least to do at a step's end */
        const loss_operands loss = own_loss(o.loss, shared, home);
        tombola_score score = *loss.score;
        add_up(score, {losses, sums, hits}, loss.logits.lanes);
        score.examples += loss.logits.size;
        *loss.score = score;
      }
      break;
  }
}

static __global__ void __launch_bounds__(RESIDENT_THREADS, 1)
    resident_kernel(home home, const __grid_constant__ resident r) {
  TOMBOLA_SHARED(four, room);
  char *shared = (char *)room;
  for (int32_t k = 0; k < r.step.count; k++) {
    const noted &o = r.step.operations[k];
    if (o.kind == GATHER) {
      begin_gather(own_gather(o.gather, shared, home), r.step.at, shared);
    }
    if (o.brings) {
      bring_starts(o, shared, home);
    }
  }
  __syncthreads();
  int32_t batch = r.clock->batch % r.batches;
  for (int32_t step = 0; step < r.count; step++, batch = after(batch, r)) {
    for (int32_t k = 0; k < r.step.count; k++) {
      if (r.step.operations[k].waits) {
        __syncthreads();
      }
      perform(r.step.operations[k], r, step, batch, shared, home);
    }
  }
}

/* Bytes of shared memory that a block may ask for on the current device. */
static int32_t shared_memory(int32_t *bytes) {
  int device = 0, found = 0;
  int32_t status = status_of(cudaGetDevice(&device));
  if (status == TOMBOLA_OK) {
    status = status_of(cudaDeviceGetAttribute(&found, cudaDevAttrMaxSharedMemoryPerBlockOptin, device));
  }
  *bytes = found;
  return status;
}

int32_t tombola_cuda_resident(const tombola_context *context, int32_t steps, int32_t batches) {
  if (context == nullptr || context->noted == nullptr || context->group.clock == nullptr) {
    return TOMBOLA_NULL;
  }
  if (steps < 1 || batches < 1 || context->noted->count == 0) {
    return TOMBOLA_SHAPE;
  }
  int32_t most = 0;
  TOMBOLA_TRY(shared_memory(&most));
  if (noting(context)) {
    TOMBOLA_TRY(finish_program(context, most));
    TOMBOLA_TRY(status_of(cudaFuncSetAttribute(resident_kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, most)));
  }
  TOMBOLA_TRY(launch_sharing(context, context->noted->shared, resident_kernel, 1, RESIDENT_THREADS,
                             resident{*context->noted, context->group.clock, steps, batches}));
  return tombola_cuda_tick(context, steps, batches);
}
