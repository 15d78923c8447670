/* Finds memory that two threads of a launch reach, one of them writing, with no barrier between (race.cpp). */
#ifndef TOMBOLA_EMULATED_RACE_H
#define TOMBOLA_EMULATED_RACE_H

#include <stddef.h>
#include <stdint.h>

/* How far a launch that this processor thread emulates has come. */
void race_launch(void);
void race_block(void);
void race_barrier(void);                           /* all threads of the block have met */
void race_group(unsigned first, unsigned threads); /* so many of them have, from this one on */

/* What a block begins with. */
void race_given(const void *at, size_t bytes);

/* A thread of the block is about to read or write memory that all blocks of a launch have, or each block has its own of
 * (shared). */
void race_read(uintptr_t at, size_t bytes, unsigned thread, bool shared);
void race_write(uintptr_t at, size_t bytes, unsigned thread, bool shared, bool atomic);

#endif
