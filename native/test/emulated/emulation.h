/* A processor that stands in for the device: every thread of a block is a fiber that gives way at barriers and
 * shuffles. It finds wrong numbers, wrong addresses (reach.cpp) and missing barriers (race.cpp), and it is slow. */
#ifndef TOMBOLA_EMULATED_EMULATION_H
#define TOMBOLA_EMULATED_EMULATION_H

#include <stdint.h>
#include <string.h>

#include <functional>

#include "reach.h"

struct dim3 {
  unsigned x, y, z;
  dim3(unsigned x_ = 1, unsigned y_ = 1, unsigned z_ = 1) : x(x_), y(y_), z(z_) {}
};

extern thread_local dim3 threadIdx, blockIdx, blockDim, gridDim;

enum {
  EMULATED_PROCESSORS = 2,    /* few, so that small sizes fill them: what is chosen for large ones is tested, too */
  EMULATED_UNASKED = 1 << 10, /* bytes of shared memory that a launch may give unless more was asked for */
};

/* Lets launches of a kernel give it so many bytes of shared memory. */
void emulated_allow(const void *kernel, size_t shared);

/* Runs the body once for every thread of every block, one block after another, each with so much shared memory behind
 * what is the kernel's own. */
void emulate(const void *kernel, dim3 grid, dim3 block, size_t shared, const std::function<void()> &body,
             size_t own = 0);

void *emulated_shared();

void __syncthreads();

/* Waits for a group of a block: the `barrier`-th so many threads, one barrier to each group. */
void __barrier_sync_count(unsigned barrier, unsigned threads);

/* What a thread lets its warp see. */
struct lent {
  float left[4], right[2];
};

/* Waits for the warp, all of which must come to the same line: what its threads lend, until they lend once more. */
const lent *share(const lent &mine, int line);

/* The word that thread lane ^ mask has. */
uint64_t exchange(uint64_t word, int mask, int line = 0);

/* The warp's 16 x 8 sums plus the products of 16 x 8 and 8 x 8 factors in TF32, dealt to its threads as by PTX's
 * mma.m16n8k8; each cut off once, as sums of tensor cores are. Factors of more bits than TF32's are refused. */
void emulated_tensor_core(float sum[4], const float left[4], const float right[2], int line = 1);

template <typename T>
T __shfl_xor_sync(unsigned, T value, int mask) {
  uint64_t word = 0;
  memcpy(&word, &value, sizeof value);
  word = exchange(word, mask);
  memcpy(&value, &word, sizeof value);
  return value;
}

__attribute__((no_sanitize_address)) static inline int32_t atomicAdd(int32_t *at, int32_t more) {
  emulated_add(at, sizeof *at);
  const int32_t before = *at;
  *at += more;
  return before;
}

/* In place of a captured stream: launches between the first two calls wait to be played, as often as wanted. */
extern "C" {
void emulated_record(void);
void *emulated_recorded(void);
void emulated_play(const void *recording);
void emulated_forget(const void *recording);
}

/* The error, if EMULATED_REFUSAL is its number: what the runtime says where it cannot do its work. Else 0. */
int emulated_refused(int error);

/* The error, at the call that EMULATED_FULL counts to. Else 0. */
int emulated_full(int error);

/* A thread of a block begins a kernel, and ends it: between, what it reaches is asked (reach.cpp). */
void emulated_in_kernel(bool in);

#endif
