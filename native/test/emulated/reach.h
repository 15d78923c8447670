/* Whom kernels that are emulated ask before every access (reach.cpp). */
#ifndef TOMBOLA_EMULATED_REACH_H
#define TOMBOLA_EMULATED_REACH_H

#include <stddef.h>
#include <stdint.h>

/* What a thread of a block has besides what is allocated. */
struct reach {
  const void *stack, *shared;
  size_t stack_bytes, shared_bytes;
  unsigned thread;
};

/* From here on this processor thread is a thread of a block; null: it is itself again. */
void emulated_run(const reach *of);

/* A thread of a block is about to read memory, write it, or add to it atomically, as so many bytes at once. */
void emulated_read(const void *at, size_t bytes);
void emulated_write(const void *at, size_t bytes);
void emulated_add(const void *at, size_t bytes);

/* Memory that kernels may read and write, and no longer. */
void emulated_allocated(const void *block, size_t bytes);
void emulated_freed(const void *block);

#endif
