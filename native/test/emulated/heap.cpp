/* Lets the C tests' kernels reach what they will on a device (device/managed.cpp): heap and stack of the test, and
 * nothing else. Linked with --wrap for main and the heap. */
#include <pthread.h>
#include <stdlib.h>

#include "reach.h"

extern "C" {
int __real_main(void);
void *__real_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t bytes);
void __real_free(void *memory);

static void *allocated(void *memory, size_t bytes) {
  if (memory != nullptr) {
    emulated_allocated(memory, bytes);
  }
  return memory;
}

void *__wrap_malloc(size_t bytes) {
  return allocated(__real_malloc(bytes), bytes);
}

void *__wrap_calloc(size_t count, size_t size) {
  return allocated(__real_calloc(count, size), count * size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t bytes) {
  return allocated(__real_aligned_alloc(alignment, bytes), bytes);
}

void __wrap_free(void *memory) {
  emulated_freed(memory);
  __real_free(memory);
}

int __wrap_main(void) {
  pthread_attr_t attributes;
  void *stack = nullptr;
  size_t bytes = 0;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0 || pthread_attr_getstack(&attributes, &stack, &bytes) != 0) {
    return 1;
  }
  pthread_attr_destroy(&attributes);
  emulated_allocated(stack, bytes);
  return __real_main();
}
}
