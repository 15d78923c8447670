/* What all kernels share: the context, launches over replicas, and arithmetic by name. A kernel reads one network: it
 * takes its operands with the addresses of replica 0 and first moves them to its own replica. */
#ifndef TOMBOLA_DEVICE_CUH
#define TOMBOLA_DEVICE_CUH

#include <cuda_runtime.h>

#include "kernels.h"
#include "tombola_cuda.h"

struct program;

struct tombola_context {
  tombola_group group;
  program *noted; /* or null; changes while the context stays */
};

/* Where replicas live: so far from the addresses that operations are given, and so far from one another, in bytes. */
struct home {
  int64_t shift, stride;

  /* Where what is common to all of them lives. */
  __device__ home of(int32_t common) const {
    return {shift, common == 0 ? stride : 0};
  }
};

/* An iteration as it was given, and the clock that is added when it comes to pass. */
struct clocked_iteration {
  int32_t iteration;
  const tombola_clock *clock;

  __device__ int32_t now() const {
    return clock == nullptr ? iteration : iteration + clock->iteration;
  }
};

#ifndef TOMBOLA_LAUNCH /* unless another machine stands in for the device */
#define TOMBOLA_LAUNCH(kernel, grid, block, shared, stream, ...) kernel<<<grid, block, shared, stream>>>(__VA_ARGS__)
#define TOMBOLA_SHARED(T, name) extern __shared__ T name[]
#endif

enum { PARTIALS = 16, WARP = 32, BLOCK_THREADS = 256, GRID_MOST = 65535 /* of the second and third axis */ };

/* The status of what was just launched, and of a call of the runtime's. */
int32_t launched();
int32_t status_of(cudaError_t error);

/* Whether operations are noted down (resident.cuh) and not done. */
bool noting(const tombola_context *context);

/* Runs a kernel for every replica: they are the grid's third axis. No values take no blocks, which no device launches.
 * Its blocks have `shared` bytes of shared memory besides their own.
 */
template <typename... Wanted, typename... Given>
int32_t launch_sharing(const tombola_context *context, int64_t shared, void (*kernel)(home, Wanted...), dim3 grid,
                       dim3 block, const Given &...given) {
  if (noting(context)) {
    return TOMBOLA_UNFIT;
  }
  if (grid.x == 0) {
    return TOMBOLA_OK;
  }
  grid.z = (unsigned)context->group.replicas;
  TOMBOLA_LAUNCH(kernel, grid, block, (size_t)shared, (cudaStream_t)context->group.stream,
                 home{context->group.shift, context->group.stride}, Wanted(given)...);
  return launched();
}

template <typename... Wanted, typename... Given>
int32_t launch(const tombola_context *context, void (*kernel)(home, Wanted...), dim3 grid, dim3 block,
               const Given &...given) {
  return launch_sharing(context, 0, kernel, grid, block, given...);
}

/* Blocks of `size` that cover `count`. */
inline unsigned blocks_of(int64_t count, int64_t size) {
  return (unsigned)((count + size - 1) / size);
}

/* The replica's own of an address; null stays null. */
template <typename T>
__device__ inline T *own(T *address, home home) {
  const int64_t away = home.shift + blockIdx.z * home.stride; /* the same for all of a kernel's, so found once */
  return address == nullptr ? nullptr : (T *)((char *)address + away);
}

__device__ inline tombola_index own(tombola_index index, home home) {
  index.start = own(index.start, home);
  index.across = own(index.across, home);
  return index;
}

__device__ inline int64_t thread_index() {
  return (int64_t)blockIdx.x * blockDim.x + threadIdx.x;
}

/* How a value leaves: through the ReLU of a forward pass, or masked by the ReLU of the layer before. */
struct ending {
  int32_t relu;
  const float *gate; /* or null */
};

/* A value that is no sum, and may be -0. */
__device__ inline float passed(const ending &e, float value, int64_t at) {
  value = e.relu && value <= 0.0f ? 0.0f : value;
  return e.gate == nullptr || e.gate[at] > 0.0f ? value : 0.0f;
}

__device__ inline float ended(const ending &e, float sum, int64_t at) {
  return passed(e, sum + 0.0f, at);
}

/* The sum of the sixteen partials that as many neighbouring threads hold: i with i + 8, then + 4, + 2, + 1. */
template <typename T>
__device__ inline T joined(T partial) {
  for (int half = PARTIALS / 2; half > 0; half /= 2) {
    partial = partial + __shfl_xor_sync(0xffffffffu, partial, half);
  }
  return partial;
}

#endif
