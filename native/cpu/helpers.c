/* Helpers wait for tasks, at first awake, and take parts until none is left. Nobody waits for one that has not begun: a
 * caller that has done all parts itself takes its task back. */
#include "helpers.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>

#include "tombola.h"

enum {
  AWAKE = 4000,   /* looks for a task before a helper sleeps: some 100 us */
  PATIENCE = 256, /* looks at a helper that still works before the core is left to others */
  STACK = 1 << 20 /* bytes: kernels need less than half */
};

typedef struct {
  part_body *body;
  const void *task;
  int32_t parts;
  atomic_int next;
} assignment;

enum { IDLE, CLAIMED, POSTED, AT_WORK };

typedef struct {
  _Alignas(64) atomic_int state;
  atomic_int asleep;
  assignment *assignment; /* while posted or at work */
  pthread_mutex_t mutex;
  pthread_cond_t posted;
} helper;

static helper *helpers[TOMBOLA_HELPERS_MOST];
static atomic_int willing;        /* helpers that may be asked */
static atomic_llong least_of = 1; /* multiply-adds of a part */
static pthread_mutex_t starting = PTHREAD_MUTEX_INITIALIZER;
static int32_t started;

static void pause_briefly(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#else
  __asm__ volatile("yield");
#endif
}

static void take_parts(assignment *a) {
  for (int32_t part; (part = atomic_fetch_add(&a->next, 1)) < a->parts;) {
    a->body(a->task, part, a->parts);
  }
}

static void sleep_until_posted(helper *h) {
  pthread_mutex_lock(&h->mutex);
  atomic_store(&h->asleep, 1);
  while (atomic_load(&h->state) != POSTED) {
    pthread_cond_wait(&h->posted, &h->mutex);
  }
  atomic_store(&h->asleep, 0);
  pthread_mutex_unlock(&h->mutex);
}

static void *help(void *given) {
  helper *h = given;
  for (int looks = 0;; looks++) {
    int posted = POSTED;
    if (looks == AWAKE) {
      sleep_until_posted(h);
      looks = 0;
    }
    if (atomic_load_explicit(&h->state, memory_order_relaxed) != POSTED) {
      pause_briefly();
    } else if (atomic_compare_exchange_strong(&h->state, &posted, AT_WORK)) {
      take_parts(h->assignment);
      atomic_store(&h->state, IDLE);
      looks = 0;
    }
  }
  return NULL;
}

static void post(helper *h, assignment *a) {
  h->assignment = a;
  atomic_store(&h->state, POSTED);
  if (atomic_load(&h->asleep)) {
    pthread_mutex_lock(&h->mutex);
    pthread_cond_signal(&h->posted);
    pthread_mutex_unlock(&h->mutex);
  }
}

static void take_back_or_wait(helper *h) {
  int posted = POSTED;
  if (atomic_compare_exchange_strong(&h->state, &posted, IDLE)) {
    return;
  }
  for (int looks = 0; atomic_load(&h->state) == AT_WORK; looks++) {
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
  helper *mine[TOMBOLA_HELPERS_MOST];
  int32_t count = 0;
  for (int32_t i = 0; i < ready && count + 1 < wanted; i++) {
    int idle = IDLE;
    if (atomic_load_explicit(&helpers[i]->state, memory_order_relaxed) == IDLE &&
        atomic_compare_exchange_strong(&helpers[i]->state, &idle, CLAIMED)) {
      mine[count++] = helpers[i];
    }
  }
  if (count == 0) {
    body(task, 0, 1);
    return;
  }
  assignment a = {.body = body, .task = task, .parts = count + 1};
  for (int32_t i = 0; i < count; i++) {
    post(mine[i], &a);
  }
  take_parts(&a);
  for (int32_t i = 0; i < count; i++) {
    take_back_or_wait(mine[i]);
  }
}

static int start(helper **started_helper) {
  pthread_attr_t attributes;
  pthread_t thread;
  helper *h = aligned_alloc(_Alignof(helper), sizeof *h);
  if (h == NULL || pthread_attr_init(&attributes) != 0) {
    free(h);
    return 0;
  }
  atomic_init(&h->state, IDLE);
  atomic_init(&h->asleep, 0);
  pthread_mutex_init(&h->mutex, NULL);
  pthread_cond_init(&h->posted, NULL);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, STACK);
  const int failed = pthread_create(&thread, &attributes, help, h);
  pthread_attr_destroy(&attributes);
  if (failed) {
    free(h);
    return 0;
  }
  *started_helper = h;
  return 1;
}

int32_t tombola_help(int32_t count, int64_t least) {
  if (count < 0 || count > TOMBOLA_HELPERS_MOST || least < 1) {
    return TOMBOLA_RANGE;
  }
  pthread_mutex_lock(&starting);
  while (started < count && start(&helpers[started])) {
    started++;
  }
  const int32_t ready = started < count ? started : count;
  atomic_store(&least_of, least);
  atomic_store(&willing, ready);
  pthread_mutex_unlock(&starting);
  return ready < count ? TOMBOLA_THREADS : TOMBOLA_OK;
}
