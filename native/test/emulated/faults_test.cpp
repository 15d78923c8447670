/* The emulated device ends a program that a device would, and one whose threads race: each fault has a process of its
 * own, and beside it stands what is no fault. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reach.h"
#include "tensors.cuh"

enum { THREADS = 2 * WARP };
enum { MUCH = 4 << 10, TOO_MUCH = 1 << 20 }; /* bytes of shared memory */

struct alignas(16) vector {
  float value[4];
};

static float of_the_processor[THREADS];
static float *memory, *freed; /* THREADS of them are allocated, and none */

static __global__ void add_one(float *x) {
  x[threadIdx.x] = x[threadIdx.x] + 1.0f;
}

static __global__ void copy(const vector *from, vector *to) {
  *to = *from;
}

static __global__ void fill() {
  TOMBOLA_SHARED(float, room);
  room[threadIdx.x] = (float)threadIdx.x;
}

/* Warps take what the other one left in shared memory. */
static __global__ void swap(float *x, bool barrier) {
  __shared__ float room[THREADS];
  room[threadIdx.x] = x[threadIdx.x];
  if (barrier) {
    __syncthreads();
  }
  x[threadIdx.x] = room[threadIdx.x ^ WARP];
}

/* Threads of groups of two warps take what others left in shared memory. */
static __global__ void swap_in_groups(unsigned apart, unsigned first_waits_for) {
  __shared__ unsigned room[4 * WARP];
  const unsigned t = threadIdx.x, group = t / (2 * WARP);
  room[t] = t;
  __barrier_sync_count(group + 1, group == 0 ? first_waits_for : 2 * WARP);
  const unsigned other = room[t ^ apart];
  __barrier_sync_count(group + 1, 2 * WARP);
  room[t] = other;
}

/* Threads of a warp write what others of it read. */
static __global__ void swap_by_shuffle(float *x) {
  const float other = __shfl_xor_sync(0xffffffffu, x[threadIdx.x], 1);
  x[threadIdx.x ^ 1] = other;
}

/* Tensor cores take factors in TF32. */
static __global__ void multiply_by_a_tenth(float *x, bool round) {
  const float factor = round ? to_tf32(0.1f) : 0.1f;
  four sum = four_of(0.0f);
  const float rows[] = {factor, 1.0f};
  multiply(sum, four_of(1.0f), rows);
  x[threadIdx.x] = sum.value[0];
}

static __global__ void read_shared(float *x, unsigned written) {
  __shared__ float room[THREADS];
  if (threadIdx.x < written) {
    room[threadIdx.x] = 0.0f;
  }
  __syncthreads();
  x[threadIdx.x] = room[threadIdx.x];
}

/* Halves of a word are places of their own. */
static __global__ void write_halves(uint16_t *x) {
  x[threadIdx.x] = (uint16_t)threadIdx.x;
}

static __global__ void write_own_or(float *x, unsigned thread, unsigned block) {
  const unsigned mine = threadIdx.x == thread && blockIdx.x == block ? 0 : blockIdx.x * blockDim.x + threadIdx.x;
  x[mine] = 1.0f;
}

static __global__ void read_first_and_write(float *x, unsigned thread, unsigned block) {
  const float first = x[0];
  __syncthreads();
  if (threadIdx.x == thread && blockIdx.x == block) {
    x[0] = first + 1.0f;
  }
}

/* All count, and one thread looks at what was counted, or sets it. */
static __global__ void count(int32_t *x, unsigned looks, unsigned sets, bool barrier) {
  atomicAdd(x, 1);
  if (barrier) {
    __syncthreads();
  }
  if (threadIdx.x == looks) {
    x[1] = x[0];
  }
  if (threadIdx.x == sets) {
    x[0] = 0;
  }
}

static __global__ void count_shared(int32_t *x, bool begins) {
  __shared__ int32_t room[1];
  if (begins) {
    room[threadIdx.x] = 0;
  }
  __syncthreads();
  *x = atomicAdd(&room[threadIdx.x], 1);
}

/* A word, of which another thread has a half. */
static __global__ void read_word(uint32_t *x, unsigned half) {
  if (threadIdx.x == 0) {
    x[1] = x[0];
  } else {
    ((uint16_t *)x)[half] = 1;
  }
}

#ifdef __CUDACC__ /* C++ tells neither of these */
static __global__ void __launch_bounds__(WARP) add_two(float *x) {
  x[threadIdx.x] = x[threadIdx.x] + 2.0f;
}

static __global__ void shuffle_apart(float *x) {
  const float mine = x[threadIdx.x];
  if (threadIdx.x < WARP / 2) {
    x[threadIdx.x] = __shfl_xor_sync(0xffffffffu, mine, 1);
  } else {
    x[threadIdx.x] = __shfl_xor_sync(0xffffffffu, mine + 1.0f, 2);
  }
}
#endif

template <typename F>
static void allow(F *kernel, int shared) {
  cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, shared);
}

static const struct {
  const char *what;
  bool ends;
  void (*commit)();
} faults[] = {
    {"all is allocated", false, [] { TOMBOLA_LAUNCH(add_one, 1, THREADS, 0, nullptr, memory); }},
    {"the processor's memory", true, [] { TOMBOLA_LAUNCH(add_one, 1, THREADS, 0, nullptr, of_the_processor); }},
    {"past the end", true, [] { TOMBOLA_LAUNCH(add_one, 1, THREADS, 0, nullptr, memory + 1); }},
    {"what was freed", true, [] { TOMBOLA_LAUNCH(add_one, 1, 1, 0, nullptr, freed); }},
    {"half a float away", true, [] { TOMBOLA_LAUNCH(add_one, 1, 1, 0, nullptr, (float *)((char *)memory + 2)); }},
    {"a vector", false, [] { TOMBOLA_LAUNCH(copy, 1, 1, 0, nullptr, (vector *)memory, (vector *)(memory + 4)); }},
    {"a float away", true, [] { TOMBOLA_LAUNCH(copy, 1, 1, 0, nullptr, (vector *)(memory + 1), (vector *)memory); }},
    {"shared memory", false, [] { TOMBOLA_LAUNCH(fill, 1, WARP, WARP * sizeof(float), nullptr); }},
    {"past shared memory", true, [] { TOMBOLA_LAUNCH(fill, 1, WARP, WARP * sizeof(float) / 2, nullptr); }},
    {"much of it, unasked", true, [] { TOMBOLA_LAUNCH(fill, 1, WARP, MUCH, nullptr); }},
    {"much of it, asked for", false,
     [] {
       allow(fill, MUCH);
       TOMBOLA_LAUNCH(fill, 1, WARP, MUCH, nullptr);
     }},
    {"more than there is", true,
     [] {
       allow(fill, TOO_MUCH);
       TOMBOLA_LAUNCH(fill, 1, WARP, TOO_MUCH, nullptr);
     }},
    {"what its block wrote", false, [] { TOMBOLA_LAUNCH(read_shared, 1, THREADS, 0, nullptr, memory, THREADS); }},
    {"what no block wrote", true, [] { TOMBOLA_LAUNCH(read_shared, 1, THREADS, 0, nullptr, memory, WARP); }},
    {"what the block before wrote", true,
     [] {
       TOMBOLA_LAUNCH(read_shared, 1, THREADS, 0, nullptr, memory, THREADS);
       TOMBOLA_LAUNCH(read_shared, 1, THREADS, 0, nullptr, memory, WARP);
     }},
    {"a barrier between", false, [] { TOMBOLA_LAUNCH(swap, 1, THREADS, 0, nullptr, memory, true); }},
    {"no barrier between", true, [] { TOMBOLA_LAUNCH(swap, 1, THREADS, 0, nullptr, memory, false); }},
    {"a barrier of their group between", false,
     [] { TOMBOLA_LAUNCH(swap_in_groups, 1, 4 * WARP, 0, nullptr, WARP, 2 * WARP); }},
    {"a barrier of each group between", true,
     [] { TOMBOLA_LAUNCH(swap_in_groups, 1, 4 * WARP, 0, nullptr, 2 * WARP, 2 * WARP); }},
    {"groups of two sizes", true, [] { TOMBOLA_LAUNCH(swap_in_groups, 1, 4 * WARP, 0, nullptr, WARP, WARP); }},
    {"a shuffle between", true, [] { TOMBOLA_LAUNCH(swap_by_shuffle, 1, WARP, 0, nullptr, memory); }},
    {"factors in TF32", false, [] { TOMBOLA_LAUNCH(multiply_by_a_tenth, 1, WARP, 0, nullptr, memory, true); }},
    {"a factor of more digits", true, [] { TOMBOLA_LAUNCH(multiply_by_a_tenth, 1, WARP, 0, nullptr, memory, false); }},
#ifdef __CUDACC__
    {"as many threads as were promised", false, [] { TOMBOLA_LAUNCH(add_two, 1, WARP, 0, nullptr, memory); }},
    {"more threads than were promised", true, [] { TOMBOLA_LAUNCH(add_two, 1, THREADS, 0, nullptr, memory); }},
    {"halves of a warp shuffle apart", true, [] { TOMBOLA_LAUNCH(shuffle_apart, 1, WARP, 0, nullptr, memory); }},
#endif
    {"each its own half", false, [] { TOMBOLA_LAUNCH(write_halves, 1, THREADS, 0, nullptr, (uint16_t *)memory); }},
    {"each its own", false, [] { TOMBOLA_LAUNCH(write_own_or, 2, WARP, 0, nullptr, memory, 0, 0); }},
    {"two threads write", true, [] { TOMBOLA_LAUNCH(write_own_or, 2, WARP, 0, nullptr, memory, 1, 0); }},
    {"two blocks write", true, [] { TOMBOLA_LAUNCH(write_own_or, 2, WARP, 0, nullptr, memory, 1, 1); }},
    {"a launch between", false,
     [] {
       TOMBOLA_LAUNCH(write_own_or, 2, WARP, 0, nullptr, memory, 0, 0);
       TOMBOLA_LAUNCH(write_own_or, 1, THREADS, 0, nullptr, memory, 0, 0);
     }},
    {"one writes after all read", false,
     [] { TOMBOLA_LAUNCH(read_first_and_write, 1, THREADS, 0, nullptr, memory, 5, 0); }},
    {"the first block writes what the second reads", true,
     [] { TOMBOLA_LAUNCH(read_first_and_write, 2, WARP, 0, nullptr, memory, 0, 0); }},
    {"the second block writes what the first read", true,
     [] { TOMBOLA_LAUNCH(read_first_and_write, 2, WARP, 0, nullptr, memory, 0, 1); }},
    {"all count", false, [] { TOMBOLA_LAUNCH(count, 2, WARP, 0, nullptr, (int32_t *)memory, WARP, WARP, false); }},
    {"one looks after a barrier", false,
     [] { TOMBOLA_LAUNCH(count, 1, WARP, 0, nullptr, (int32_t *)memory, 3, WARP, true); }},
    {"one looks while others count", true,
     [] { TOMBOLA_LAUNCH(count, 1, WARP, 0, nullptr, (int32_t *)memory, 3, WARP, false); }},
    {"one sets while others count", true,
     [] { TOMBOLA_LAUNCH(count, 1, WARP, 0, nullptr, (int32_t *)memory, WARP, 3, false); }},
    {"one sets what another block counts", true,
     [] { TOMBOLA_LAUNCH(count, 2, WARP, 0, nullptr, (int32_t *)memory, WARP, 3, true); }},
    {"one counts in shared memory", false,
     [] { TOMBOLA_LAUNCH(count_shared, 1, 1, 0, nullptr, (int32_t *)memory, true); }},
    {"one counts from nothing", true, [] { TOMBOLA_LAUNCH(count_shared, 1, 1, 0, nullptr, (int32_t *)memory, false); }},
    {"the first half of a word", true, [] { TOMBOLA_LAUNCH(read_word, 1, 2, 0, nullptr, (uint32_t *)memory, 0); }},
    {"the second half of a word", true, [] { TOMBOLA_LAUNCH(read_word, 1, 2, 0, nullptr, (uint32_t *)memory, 1); }},
    {"half of another word", false, [] { TOMBOLA_LAUNCH(read_word, 1, 2, 0, nullptr, (uint32_t *)memory, 4); }},
};

int main() {
  const size_t bytes = THREADS * sizeof(float);
  memory = (float *)aligned_alloc(sizeof(vector), 2 * bytes);
  freed = (float *)malloc(bytes);
  emulated_allocated(memory, bytes);
  emulated_allocated(freed, bytes);
  emulated_freed(freed);
  int ends = 0;
  for (const auto &fault : faults) {
    const pid_t child = fork();
    if (child == 0) {
      fault.commit();
      _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    const bool ended = WIFSIGNALED(status) && (WTERMSIG(status) == SIGABRT || WTERMSIG(status) == SIGILL /* a trap */);
    if (child < 0 || ended != fault.ends || (!ended && status != 0)) {
      fprintf(stderr, "%s: status %d, wanted %s\n", fault.what, status, fault.ends ? "its end" : "0");
      return 1;
    }
    ends += ended;
  }
  printf("faults: %d end a program\n", ends);
  return 0;
}
