/* The emulated device ends a program that a device would: for each fault a kernel of its own, in a process of its own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cuda_runtime.h"
#include "reach.h"

struct alignas(16) vector {
  float value[4];
};

static float of_the_processor[4];

static __global__ void add_one(float *x) {
  *x = *x + 1.0f;
}

static __global__ void copy(const vector *from, vector *to) {
  *to = *from;
}

static __global__ void fill() {
  TOMBOLA_SHARED(float, room);
  room[threadIdx.x] = (float)threadIdx.x;
}

enum fault {
  NONE,
  HOST,
  PAST,
  FREED,
  CROOKED,
  CROOKED_VECTOR,
  PAST_SHARED,
  UNASKED_SHARED,
  REFUSED_SHARED,
  ASKED_SHARED,
  FAULTS
};

static void commit(fault f) {
  float *memory = (float *)aligned_alloc(64, 128), *freed = (float *)malloc(4);
  emulated_allocated(memory, 64);
  emulated_allocated(freed, 4);
  emulated_freed(freed);
  const int much = 4 * EMULATED_UNASKED;
  switch (f) {
    case HOST:
      TOMBOLA_LAUNCH(add_one, 1, 1, 0, nullptr, of_the_processor);
      break;
    case PAST:
      TOMBOLA_LAUNCH(add_one, 1, 1, 0, nullptr, memory + 16);
      break;
    case FREED:
      TOMBOLA_LAUNCH(add_one, 1, 1, 0, nullptr, freed);
      break;
    case CROOKED:
      TOMBOLA_LAUNCH(add_one, 1, 1, 0, nullptr, (float *)((char *)memory + 2));
      break;
    case CROOKED_VECTOR:
      TOMBOLA_LAUNCH(copy, 1, 1, 0, nullptr, (vector *)(memory + 1), (vector *)(memory + 8));
      break;
    case PAST_SHARED:
      TOMBOLA_LAUNCH(fill, 1, 32, 64, nullptr);
      break;
    case ASKED_SHARED:
      cudaFuncSetAttribute(fill, cudaFuncAttributeMaxDynamicSharedMemorySize, much);
      TOMBOLA_LAUNCH(fill, 1, 32, (size_t)much, nullptr);
      break;
    case REFUSED_SHARED:
      cudaFuncSetAttribute(fill, cudaFuncAttributeMaxDynamicSharedMemorySize, EMULATED_SHARED + 4);
      TOMBOLA_LAUNCH(fill, 1, 32, EMULATED_SHARED + 4, nullptr);
      break;
    case UNASKED_SHARED:
      TOMBOLA_LAUNCH(fill, 1, 32, (size_t)much, nullptr);
      break;
    default:
      TOMBOLA_LAUNCH(add_one, 2, 3, 0, nullptr, memory + 15);
      TOMBOLA_LAUNCH(copy, 1, 1, 0, nullptr, (vector *)memory, (vector *)(memory + 4));
      TOMBOLA_LAUNCH(fill, 1, 32, 128, nullptr);
  }
}

int main() {
  for (int f = NONE; f < FAULTS; f++) {
    const pid_t child = fork();
    if (child == 0) {
      commit((fault)f);
      _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    const bool ended = WIFSIGNALED(status), wanted = f != NONE && f != ASKED_SHARED;
    if (child < 0 || ended != wanted || (!ended && WEXITSTATUS(status) != 0)) {
      fprintf(stderr, "fault %d: status %d, wanted %s\n", f, status, wanted ? "its end" : "none");
      return 1;
    }
  }
  printf("reach: %d faults end a program\n", FAULTS - 2);
  return 0;
}
