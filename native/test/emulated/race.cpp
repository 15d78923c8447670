/* Blocks run one after another and threads take turns, so a race spoils no number here: it is found by what is
 * remembered of every place, which is when it was written and read, and by whom. Between two threads of a block a
 * barrier of both must lie, shuffles being none; between blocks of a launch nothing can. What the compiler does not
 * tell stays unseen: places in shared memory that it knows without an index. */
#include "race.h"

#include <stdio.h>
#include <stdlib.h>

#include <memory>
#include <unordered_map>

namespace {

enum {
  GRAIN = 2, /* bytes that are remembered together: kernels write nothing smaller */
  PAGE = 1 << 12,
  NEAR = 1 << 8,     /* pages that are found without a search */
  THREADS = 1 << 10, /* of a block, at most */
  SEVERAL = 0xffff,  /* threads */
  ATOMIC = 0xfffe,   /* any of them, by an atomic access */
  GROUP = 0x8000,    /* several of a group, plus its first */
};

/* Times count launches, blocks and barriers alike. */
struct place {
  uint32_t written = 0, read = 0, read_first = 0 /* of its launch */;
  uint16_t writer = 0, reader = 0;
};

struct page {
  uintptr_t from;
  place places[PAGE / GRAIN];
};

/* Threads of a block that met at a barrier of theirs, and when they did last. */
struct group {
  uint16_t first = 0, threads = 0;
  uint32_t met = 0;
};

struct memory {
  uint32_t now = 1, launch = 1, block = 1; /* the two began then */
  uint32_t met = 1;                        /* all threads of the block, last */
  group groups[THREADS];                   /* of each thread */
  std::unordered_map<uintptr_t, std::unique_ptr<page>> pages;
  page *near[NEAR] = {};

  place *at(uintptr_t address) {
    const uintptr_t from = address / PAGE * PAGE;
    page *&found = near[address / PAGE % NEAR];
    if (found == nullptr || found->from != from) {
      std::unique_ptr<page> &kept = pages[from];
      if (kept == nullptr) {
        kept.reset(new page{from, {}});
      }
      found = kept.get();
    }
    return &found->places[address % PAGE / GRAIN];
  }

  bool by_another_block(uint32_t time) const {
    return time >= launch && time < block;
  }

  bool in_a_group(unsigned thread, uint16_t other) const {
    const group &g = groups[thread];
    return g.threads != 0 && (other == GROUP + g.first || (other >= g.first && other < g.first + g.threads));
  }

  /* Whether no barrier of a thread and of who was there at a time lies between. */
  bool collides(unsigned thread, uint16_t other, uint32_t time) const {
    return other != thread && time >= met && !(in_a_group(thread, other) && time < groups[thread].met);
  }

  uint16_t both(unsigned thread, uint16_t other) const {
    return in_a_group(thread, other) ? (uint16_t)(GROUP + groups[thread].first) : (uint16_t)SEVERAL;
  }
};

thread_local std::unique_ptr<memory> remembered; /* of a launch, which one processor thread emulates */

/* Calls a function with every place of some bytes. */
template <typename F>
void each_place(memory &m, uintptr_t from, size_t bytes, const F &function) {
  place *p = nullptr;
  for (uintptr_t at = from / GRAIN * GRAIN; at < from + bytes; at += GRAIN) {
    p = p == nullptr || at % PAGE == 0 ? m.at(at) : p + 1;
    function(*p, at);
  }
}

[[noreturn]] void end(uintptr_t at, const char *does, const char *who, unsigned thread) {
  fprintf(stderr, "an emulated thread, %u, %s %#zx, which %s\n", thread, does, (size_t)at, who);
  abort();
}

}  // namespace

void race_launch() {
  if (remembered == nullptr) {
    remembered.reset(new memory);
  }
  memory &m = *remembered;
  m.launch = ++m.now;
}

void race_block() {
  memory &m = *remembered;
  m.block = ++m.now;
  m.met = ++m.now;
  for (group &g : m.groups) {
    g = {};
  }
}

void race_given(const void *given, size_t bytes) {
  memory &m = *remembered;
  each_place(m, (uintptr_t)given, bytes, [&](place &p, uintptr_t) { p.written = m.block; });
}

void race_barrier() {
  memory &m = *remembered;
  m.met = ++m.now;
}

void race_group(unsigned first, unsigned threads) {
  memory &m = *remembered;
  m.now++;
  for (unsigned t = first; t < first + threads; t++) {
    m.groups[t] = {(uint16_t)first, (uint16_t)threads, m.now};
  }
}

void race_read(uintptr_t from, size_t bytes, unsigned thread, bool shared) {
  memory &m = *remembered;
  each_place(m, from, bytes, [&](place &p, uintptr_t at) {
    if (m.collides(thread, p.writer, p.written)) {
      end(at, "reads", "another thread wrote since the last barrier", thread);
    }
    if (shared && p.written < m.block) {
      end(at, "reads", "is shared memory that its block did not write", thread);
    }
    if (!shared && m.by_another_block(p.written)) {
      end(at, "reads", "another block of the launch wrote", thread);
    }
    p.read_first = p.read_first < m.launch ? m.now : p.read_first;
    p.reader = m.collides(thread, p.reader, p.read) ? m.both(thread, p.reader) : (uint16_t)thread;
    p.read = m.now;
  });
}

/* `atomic` accesses do not collide with one another. */
void race_write(uintptr_t from, size_t bytes, unsigned thread, bool shared, bool atomic) {
  memory &m = *remembered;
  each_place(m, from, bytes, [&](place &p, uintptr_t at) {
    const bool alike = atomic && p.writer == ATOMIC;
    if (m.collides(thread, p.writer, p.written) && !alike) {
      end(at, "writes", "another thread wrote since the last barrier", thread);
    }
    if (shared && atomic && p.written < m.block) {
      end(at, "adds to", "is shared memory that its block did not write", thread);
    }
    if (m.collides(thread, p.reader, p.read)) {
      end(at, "writes", "another thread read since the last barrier", thread);
    }
    if (!shared && m.by_another_block(p.written) && !alike) {
      end(at, "writes", "another block of the launch wrote", thread);
    }
    if (!shared && m.by_another_block(p.read_first)) {
      end(at, "writes", "another block of the launch read", thread);
    }
    p.written = m.now;
    p.writer = atomic ? (uint16_t)ATOMIC : (uint16_t)thread;
  });
}
