/* What a device reaches: what was allocated for it, shared memory, and a thread's own stack. Kernels are compiled so
 * that they ask here before every access; what lies elsewhere, or not at a multiple of its size, ends the program, as a
 * device ends a kernel. Asked for once something has been named as reachable. */
#include <link.h>
#include <stdio.h>
#include <stdlib.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>

#include "race.h"
#include "reach.h"

namespace {

struct range {
  uintptr_t from = 0, end = 0;

  bool holds(uintptr_t at, size_t bytes) const {
    return at >= from && at < end && bytes <= end - at;
  }
};

struct memory {
  std::mutex mutex;
  std::map<uintptr_t, uintptr_t> blocks; /* ends by beginnings */
};

/* Never destroyed, for memory is freed until the very end. */
memory &all() {
  static memory &made = *new memory;
  return made;
}

std::atomic<unsigned> version; /* of the blocks; 0 while nothing was named */

enum { FOUND = 64, NEIGHBOURS = 1 << 10 /* bytes */ };

/* What this processor thread knows. */
struct knowledge {
  bool asked = false;
  range found[FOUND]; /* blocks that were reached, by a part of the address */
  unsigned found_version = 0;
  range stack, shared, own;
  unsigned thread = 0;
};

thread_local knowledge known;

/* Variables of this thread in this library, static shared memory among them. */
int find_own(dl_phdr_info *info, size_t, void *) {
  const uintptr_t here = (uintptr_t)&find_own;
  bool mine = false;
  size_t bytes = 0;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) &part = info->dlpi_phdr[i];
    mine = mine || (part.p_type == PT_LOAD && here - info->dlpi_addr - part.p_vaddr < part.p_memsz);
    bytes = part.p_type == PT_TLS ? part.p_memsz : bytes;
  }
  if (mine) {
    known.own = {(uintptr_t)info->dlpi_tls_data, (uintptr_t)info->dlpi_tls_data + bytes};
  }
  return mine;
}

enum access { READ, WRITE, ADD /* atomically */ };

range &found_at(uintptr_t at) {
  return known.found[at / NEIGHBOURS % FOUND];
}

bool is_allocated(uintptr_t at, size_t bytes) {
  memory &m = all();
  std::lock_guard<std::mutex> locked(m.mutex);
  if (known.found_version != version) {
    std::fill(known.found, known.found + FOUND, range());
    known.found_version = version;
  }
  auto next = m.blocks.upper_bound(at);
  if (next == m.blocks.begin()) {
    return false;
  }
  --next;
  found_at(at) = {next->first, next->second};
  return found_at(at).holds(at, bytes);
}

/* Whether that is shared memory. */
bool look(uintptr_t at, size_t bytes, size_t alignment, const char *what) {
  if (known.own.end == 0) {
    dl_iterate_phdr(find_own, nullptr);
  }
  const bool shared = known.own.holds(at, bytes) || known.shared.holds(at, bytes);
  const bool reachable = shared || known.stack.holds(at, bytes) || is_allocated(at, bytes);
  if (!reachable || at % alignment != 0) {
    fprintf(stderr, "an emulated kernel %s %zu bytes at %#zx, %s\n", what, bytes, (size_t)at,
            reachable ? "which is not aligned" : "which no device reaches");
    abort();
  }
  return shared;
}

__attribute__((always_inline)) inline void ask(uintptr_t at, size_t bytes, size_t alignment, access how) {
  const knowledge &k = known;
  if (!k.asked || bytes == 0) {
    return;
  }
  const bool mine = k.stack.holds(at, bytes);
  bool shared = !mine && (k.own.holds(at, bytes) || k.shared.holds(at, bytes));
  const bool known_well = mine || shared || (k.found_version == version && found_at(at).holds(at, bytes));
  if (at % alignment != 0 || !known_well) {
    shared = look(at, bytes, alignment, how == READ ? "reads" : "writes");
  }
  if (!mine && how == READ) {
    race_read(at, bytes, k.thread, shared);
  } else if (!mine) {
    race_write(at, bytes, k.thread, shared, how == ADD);
  }
}

}  // namespace

void emulated_run(const reach *of) {
  known.asked = of != nullptr && version != 0;
  if (known.asked) {
    known.stack = {(uintptr_t)of->stack, (uintptr_t)of->stack + of->stack_bytes};
    known.shared = {(uintptr_t)of->shared, (uintptr_t)of->shared + of->shared_bytes};
    known.thread = of->thread;
  }
}

void emulated_allocated(const void *block, size_t bytes) {
  memory &m = all();
  std::lock_guard<std::mutex> locked(m.mutex);
  m.blocks[(uintptr_t)block] = (uintptr_t)block + bytes;
  version++;
}

void emulated_freed(const void *block) {
  memory &m = all();
  std::lock_guard<std::mutex> locked(m.mutex);
  m.blocks.erase((uintptr_t)block);
  version++;
}

void emulated_read(const void *at, size_t bytes) {
  ask((uintptr_t)at, bytes, bytes, READ);
}

void emulated_write(const void *at, size_t bytes) {
  ask((uintptr_t)at, bytes, bytes, WRITE);
}

void emulated_add(const void *at, size_t bytes) {
  ask((uintptr_t)at, bytes, bytes, ADD);
}

/* What the compiler calls. */
#define ASKED(bytes)                                 \
  void __asan_load##bytes##_noabort(uintptr_t at) {  \
    ask(at, bytes, bytes, READ);                     \
  }                                                  \
  void __asan_store##bytes##_noabort(uintptr_t at) { \
    ask(at, bytes, bytes, WRITE);                    \
  }

extern "C" {
ASKED(1)
ASKED(2)
ASKED(4)
ASKED(8)
ASKED(16)

void __asan_loadN_noabort(uintptr_t at, size_t bytes) {
  ask(at, bytes, 1, READ);
}

void __asan_storeN_noabort(uintptr_t at, size_t bytes) {
  ask(at, bytes, 1, WRITE);
}

void __asan_handle_no_return(void) {}
}
