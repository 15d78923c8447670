/* Fibers for the threads of a block: made once for each processor thread, then switched between without the system. */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "emulation.h"
#include "race.h"
#include "reach.h"

thread_local dim3 threadIdx, blockIdx, blockDim, gridDim;

namespace {

enum { STACK = 64 << 10, LANES = 32, SHARED_ALIGNMENT = 16, NOT_A_NUMBER = 0xff, BARRIERS = 16 /* of a block */ };

struct fiber {
  std::unique_ptr<char[]> stack;
  ucontext_t context;
  jmp_buf at;
  bool begun = false, done = true, in_kernel = false;
};

/* Where the threads of a block, a group or a warp meet. */
struct meeting {
  unsigned wanted, arrived, round;
  int line;              /* where those stand who have arrived to share */
  lent shared[2][LANES]; /* the last may still be read when the next is written */
};

struct machine {
  std::vector<std::unique_ptr<fiber>> fibers;
  std::vector<meeting> warps;
  meeting groups[BARRIERS]; /* the first is the whole block */
  unsigned of_a_group;      /* threads; all groups of a block are alike */
  jmp_buf scheduler;
  unsigned running, blocks;
  const std::function<void()> *body;
  std::unique_ptr<void, decltype(&free)> shared = {nullptr, free};
  size_t shared_bytes;
  reach reached; /* by the thread that runs */
};

thread_local machine emulated;

/* A thread of the block is itself, or the processor's again. */
void run_as(const fiber *f) {
  if (f == nullptr || !f->in_kernel) {
    emulated_run(nullptr);
    return;
  }
  emulated.reached = {f->stack.get(), emulated.shared.get(), STACK, emulated.shared_bytes, emulated.running};
  emulated_run(&emulated.reached);
}

/* Bytes of shared memory that kernels were allowed. */
std::mutex allowing;
std::map<const void *, size_t> allowed;

struct launch_of_kernel {
  const void *kernel;
  dim3 grid, block;
  size_t shared, own;
  std::function<void()> body;
};

typedef std::vector<launch_of_kernel> recording;

thread_local std::unique_ptr<recording> recorded; /* null unless launches are recorded */

void give_way() {
  if (_setjmp(emulated.fibers[emulated.running]->at) == 0) {
    _longjmp(emulated.scheduler, 1);
  }
}

void live() {
  for (;;) {
    (*emulated.body)();
    emulated.fibers[emulated.running]->done = true;
    give_way();
  }
}

void resume(unsigned thread) {
  fiber &f = *emulated.fibers[thread];
  emulated.running = thread;
  threadIdx = dim3(thread);
  if (_setjmp(emulated.scheduler) != 0) {
    run_as(nullptr);
    return;
  }
  run_as(&f);
  if (f.begun) {
    _longjmp(f.at, 1);
  }
  f.begun = true;
  f.stack.reset(new char[STACK]);
  getcontext(&f.context);
  f.context.uc_stack.ss_sp = f.stack.get();
  f.context.uc_stack.ss_size = STACK;
  f.context.uc_link = nullptr;
  makecontext(&f.context, live, 0);
  setcontext(&f.context);
}

/* Whether this thread was the last to come. */
bool meet(meeting &m) {
  const unsigned round = m.round;
  if (++m.arrived == m.wanted) {
    m.arrived = 0;
    m.round++;
    return true;
  }
  while (m.round == round) {
    give_way();
  }
  return false;
}

/* Goes on as long as its threads meet, for no warp's shuffle waits for other warps. Returns how many threads end. */
unsigned run_warp(unsigned warp, unsigned threads, bool backwards) {
  const unsigned first = warp * LANES, count = threads - first < LANES ? threads - first : (unsigned)LANES;
  unsigned round, ended = 0;
  do {
    round = emulated.warps[warp].round;
    for (unsigned i = 0; i < count; i++) {
      const unsigned t = first + (backwards ? count - 1 - i : i);
      if (!emulated.fibers[t]->done) {
        resume(t);
        ended += emulated.fibers[t]->done;
      }
    }
  } while (emulated.warps[warp].round != round);
  return ended;
}

void run_block(unsigned threads) {
  emulated.of_a_group = 0;
  for (meeting &group : emulated.groups) {
    group = {threads, 0, 0, 0, {}};
  }
  emulated.warps.assign((threads + LANES - 1) / LANES, {LANES, 0, 0, 0, {}});
  if (threads % LANES != 0) {
    emulated.warps.back().wanted = threads % LANES;
  }
  while (emulated.fibers.size() < threads) {
    emulated.fibers.emplace_back(new fiber);
  }
  for (unsigned t = 0; t < threads; t++) {
    emulated.fibers[t]->done = false;
  }
  const bool backwards = emulated.blocks++ % 2 != 0; /* who needs a barrier that is not there misses it either way */
  for (unsigned left = threads, stuck = 0; left > 0; stuck++) {
    if (stuck > 1000000) {
      fprintf(stderr, "emulated threads of a block wait for others that have ended\n");
      abort();
    }
    const unsigned warps = (unsigned)emulated.warps.size();
    for (unsigned i = 0; i < warps; i++) {
      left -= run_warp(backwards ? warps - 1 - i : i, threads, backwards);
    }
  }
}

}  // namespace

void emulated_allow(const void *kernel, size_t shared) {
  std::lock_guard<std::mutex> locked(allowing);
  allowed[kernel] = shared;
}

static size_t allowed_to(const void *kernel) {
  std::lock_guard<std::mutex> locked(allowing);
  return allowed.count(kernel) == 0 ? (size_t)EMULATED_UNASKED : allowed[kernel];
}

/* What no device launches. */
static void refuse_impossible(const void *kernel, dim3 grid, dim3 block, size_t shared) {
  const unsigned most_wide = INT32_MAX, most = 65535, most_threads = 1024;
  if (grid.x - 1 >= most_wide || grid.y - 1 >= most || grid.z - 1 >= most || block.x - 1 >= most_threads ||
      block.y != 1 || block.z != 1 || shared > allowed_to(kernel)) {
    fprintf(stderr, "emulated launch of %u x %u x %u blocks of %u threads with %zu bytes\n", grid.x, grid.y, grid.z,
            block.x, shared);
    abort();
  }
}

void emulate(const void *kernel, dim3 grid, dim3 block, size_t shared, const std::function<void()> &body, size_t own) {
  refuse_impossible(kernel, grid, block, shared);
  if (recorded != nullptr) {
    recorded->push_back({kernel, grid, block, shared, own, body});
    return;
  }
  gridDim = grid;
  blockDim = block;
  emulated.body = &body;
  const size_t bytes = own + shared;
  race_launch();
  for (unsigned z = 0; z < grid.z; z++) {
    for (unsigned y = 0; y < grid.y; y++) {
      for (unsigned x = 0; x < grid.x; x++) {
        blockIdx = dim3(x, y, z);
        emulated.shared_bytes = bytes;
        emulated.shared.reset(bytes == 0 ? nullptr : aligned_alloc(SHARED_ALIGNMENT, bytes));
        memset(emulated.shared.get(), NOT_A_NUMBER, bytes);
        race_block();
        for (const dim3 *given : {&threadIdx, &blockIdx, &blockDim, &gridDim}) {
          race_given(given, sizeof *given);
        }
        run_block(block.x);
      }
    }
  }
}

void emulated_record(void) {
  recorded.reset(new recording);
}

void *emulated_recorded(void) {
  return recorded.release();
}

void emulated_play(const void *played) {
  for (const launch_of_kernel &one : *(const recording *)played) {
    emulate(one.kernel, one.grid, one.block, one.shared, one.body, one.own);
  }
}

void emulated_forget(const void *played) {
  delete (const recording *)played;
}

int emulated_refused(int error) {
  const char *refusal = getenv("EMULATED_REFUSAL");
  return refusal != nullptr && atoi(refusal) == error ? error : 0;
}

int emulated_full(int error) {
  static std::atomic<int> asked;
  const char *full = getenv("EMULATED_FULL");
  return full != nullptr && ++asked == atoi(full) ? error : 0;
}

void emulated_in_kernel(bool in) {
  fiber &f = *emulated.fibers[emulated.running];
  f.in_kernel = in;
  run_as(&f);
}

void *emulated_shared() {
  return emulated.shared.get();
}

void __syncthreads() {
  if (meet(emulated.groups[0])) {
    race_barrier();
  }
}

void __barrier_sync_count(unsigned barrier, unsigned threads) {
  const unsigned group = barrier - 1, block = emulated.groups[0].wanted;
  emulated.of_a_group = emulated.of_a_group == 0 ? threads : emulated.of_a_group;
  if (group >= BARRIERS - 1 || threads == 0 || threads % LANES != 0 || threads != emulated.of_a_group ||
      emulated.running / threads != group || (group + 1) * threads > block) {
    fprintf(stderr, "emulated thread %u of %u waits at barrier %u for %u\n", emulated.running, block, barrier, threads);
    abort();
  }
  meeting &m = emulated.groups[barrier];
  m.wanted = threads;
  if (meet(m)) {
    race_group(group * threads, threads);
  }
}

const lent *share(const lent &mine, int line) {
  const unsigned thread = emulated.running;
  meeting &warp = emulated.warps[thread / LANES];
  if (warp.arrived > 0 && warp.line != line) {
    fprintf(stderr, "emulated threads of a warp shuffle at lines %d and %d\n", warp.line, line);
    abort();
  }
  warp.line = line;
  lent *shared = warp.shared[warp.round % 2];
  shared[thread % LANES] = mine;
  meet(warp);
  return shared;
}

uint64_t exchange(uint64_t word, int mask, int line) {
  const unsigned lane = emulated.running % LANES;
  lent mine = {};
  memcpy(&mine, &word, sizeof word);
  memcpy(&word, &share(mine, line)[lane ^ (unsigned)mask], sizeof word);
  return word;
}
