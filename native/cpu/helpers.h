/* Threads that help: what is called may be cut into parts, which they and the caller take one after another. */
#ifndef TOMBOLA_HELPERS_H
#define TOMBOLA_HELPERS_H

#include <stdint.h>

/* Does one of so many parts of a task. */
typedef void part_body(const void *task, int32_t part, int32_t parts);

/* Does a task of so many multiply-adds, in as many parts as there are threads that have nothing else to do, but `most`
 * at most. Returns when all of it is done. */
void do_in_parts(part_body *body, const void *task, int64_t work, int64_t most);

#endif
