/* Helpers wait for tasks, at first awake, and take parts until none is left. Nobody waits for one that has not begun: a
 * caller that has done all parts itself takes its task back. */
#define _GNU_SOURCE /* names of threads */
#include "helpers.h"

#include <fenv.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

#include "tombola.h"

enum {
  AWAKE = 4000,   /* looks for a task before a helper sleeps: some 100 us */
  PATIENCE = 256, /* looks at a helper that still works before the core is left to others */
  STACK = 4 << 20 /* bytes: kernels need less than half a MiB, but several where a sanitizer is at work */
};

typedef struct {
  part_body *body;
  const void *task;
  int32_t parts;
  atomic_int next;
  atomic_llong helped; /* ns that helpers took for their parts */
} assignment;

/* What a helper does, in the lowest bits of its state; those above count its claims, so that nobody takes another's
 * claim for his own. */
enum { IDLE, CLAIMED, POSTED, AT_WORK, CLAIM };

typedef struct {
  _Alignas(64) atomic_uint state;
  atomic_int asleep;
  assignment *assignment; /* while posted or at work */
  pthread_mutex_t mutex;
  pthread_cond_t posted;
} helper;

typedef struct {
  helper *helper;
  unsigned turn;
} claim;

static helper *helpers[TOMBOLA_HELPERS_MOST];
static atomic_int willing;        /* helpers that may be asked */
static atomic_llong least_of = 1; /* multiply-adds of a part */
static pthread_mutex_t starting = PTHREAD_MUTEX_INITIALIZER;
static int32_t started;
static _Thread_local int64_t saved; /* ns that helpers have worked for this thread, less what it waited for them */

static int64_t now(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static void pause_briefly(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#else
  __asm__ volatile("isb");
#endif
}

static unsigned doing(unsigned state) {
  return state % CLAIM;
}

static void take_parts(assignment *a) {
  for (int32_t part; (part = atomic_fetch_add(&a->next, 1)) < a->parts;) {
    a->body(a->task, part, a->parts);
  }
}

static void sleep_until_posted(helper *h) {
  pthread_mutex_lock(&h->mutex);
  atomic_store(&h->asleep, 1);
  while (doing(atomic_load(&h->state)) != POSTED) {
    pthread_cond_wait(&h->posted, &h->mutex);
  }
  atomic_store(&h->asleep, 0);
  pthread_mutex_unlock(&h->mutex);
}

static void *help(void *given) {
  helper *h = given;
  fesetenv(FE_DFL_ENV); /* whoever started this thread may round otherwise */
  pthread_setname_np(pthread_self(), "tombola-helper");
  for (int looks = 0;; looks++) {
    if (looks == AWAKE) {
      sleep_until_posted(h);
      looks = 0;
    }
    unsigned state = atomic_load_explicit(&h->state, memory_order_relaxed);
    if (doing(state) != POSTED) {
      pause_briefly();
    } else if (atomic_compare_exchange_strong(&h->state, &state, state - POSTED + AT_WORK)) {
      const int64_t begun = now(CLOCK_THREAD_CPUTIME_ID);
      take_parts(h->assignment);
      atomic_fetch_add(&h->assignment->helped, now(CLOCK_THREAD_CPUTIME_ID) - begun);
      atomic_store(&h->state, state - POSTED + IDLE);
      looks = 0;
    }
  }
  return NULL;
}

/* Whether a helper had nothing to do, and is now the caller's. */
static int claimed(helper *h, claim *c) {
  unsigned state = atomic_load_explicit(&h->state, memory_order_relaxed);
  if (doing(state) != IDLE || !atomic_compare_exchange_strong(&h->state, &state, state + CLAIM + CLAIMED)) {
    return 0;
  }
  *c = (claim){h, state + CLAIM};
  return 1;
}

static void post(const claim *c, assignment *a) {
  helper *h = c->helper;
  h->assignment = a;
  atomic_store(&h->state, c->turn + POSTED);
  if (atomic_load(&h->asleep)) {
    pthread_mutex_lock(&h->mutex);
    pthread_cond_signal(&h->posted);
    pthread_mutex_unlock(&h->mutex);
  }
}

static void take_back_or_wait(const claim *c) {
  unsigned posted = c->turn + POSTED;
  if (atomic_compare_exchange_strong(&c->helper->state, &posted, c->turn + IDLE)) {
    return;
  }
  for (int looks = 0; atomic_load(&c->helper->state) == c->turn + AT_WORK; looks++) {
    if (looks < PATIENCE) {
      pause_briefly();
    } else {
      sched_yield();
    }
  }
}

void do_in_parts(part_body *body, const void *task, int64_t work, int64_t most) {
  const int32_t ready = atomic_load_explicit(&willing, memory_order_acquire);
  const int64_t worth = ready == 0 ? 1 : work / atomic_load_explicit(&least_of, memory_order_relaxed);
  const int64_t wanted = worth < most ? worth : most;
  claim mine[TOMBOLA_HELPERS_MOST];
  int32_t count = 0;
  for (int32_t i = 0; i < ready && count + 1 < wanted; i++) {
    count += claimed(helpers[i], &mine[count]);
  }
  if (count == 0) {
    body(task, 0, 1);
    return;
  }
  assignment a = {.body = body, .task = task, .parts = count + 1};
  for (int32_t i = 0; i < count; i++) {
    post(&mine[i], &a);
  }
  take_parts(&a);
  const int64_t done = now(CLOCK_MONOTONIC);
  for (int32_t i = 0; i < count; i++) {
    take_back_or_wait(&mine[i]);
  }
  saved += atomic_load(&a.helped) - (now(CLOCK_MONOTONIC) - done);
}

int64_t tombola_helped(void) {
  return saved;
}

/* Signals are for the program's own threads. */
static int start_thread(helper *h) {
  pthread_attr_t attributes;
  pthread_t thread;
  sigset_t all, before;
  if (pthread_attr_init(&attributes) != 0) {
    return 0;
  }
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, STACK);
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const int failed = pthread_create(&thread, &attributes, help, h);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  return !failed;
}

static helper *start(void) {
  helper *h = aligned_alloc(_Alignof(helper), sizeof *h);
  if (h != NULL) {
    atomic_init(&h->state, IDLE);
    atomic_init(&h->asleep, 0);
    pthread_mutex_init(&h->mutex, NULL);
    pthread_cond_init(&h->posted, NULL);
  }
  if (h != NULL && !start_thread(h)) {
    free(h);
    h = NULL;
  }
  return h;
}

int32_t tombola_help(int32_t count, int64_t least) {
  if (count < 0 || count > TOMBOLA_HELPERS_MOST || least < 1) {
    return TOMBOLA_RANGE;
  }
  pthread_mutex_lock(&starting);
  while (started < count && (helpers[started] = start()) != NULL) {
    started++;
  }
  const int32_t ready = started < count ? started : count;
  atomic_store(&least_of, least);
  atomic_store(&willing, ready);
  pthread_mutex_unlock(&starting);
  return ready < count ? TOMBOLA_THREADS : TOMBOLA_OK;
}
