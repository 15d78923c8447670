/* Which instruction set runs: chosen once, by name or as the widest that processor and operating system
 * both support. */
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

_Thread_local float thread_room[ROOM] __attribute__((aligned(64)));

int64_t near_room(void) {
  static _Atomic int64_t floats; /* whoever asks first finds the same */
  if (floats == 0) {
    int64_t cache = 0;
#ifdef _SC_LEVEL2_CACHE_SIZE
    cache = sysconf(_SC_LEVEL2_CACHE_SIZE);
#endif
    floats = cache >= 2 << 20 ? ROOM : ROOM / 2;
  }
  return floats;
}

typedef struct {
  const tombola_context *context;
  int (*supported)(void);
} candidate;

static int always(void) {
  return 1;
}

#if defined(__x86_64__)
static int has_avx2(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

static int has_avx512(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
}
#endif

/* Widest first. */
static const candidate candidates[] = {
#if defined(__x86_64__)
    {&tombola_avx512, has_avx512},
    {&tombola_avx2, has_avx2},
#elif defined(__aarch64__)
    {&tombola_neon, always},
#endif
    {&tombola_scalar, always},
};

/* Flush-to-zero, denormals-are-zero and directed rounding all change bits; and a trap would take what vectors compute
 * in lanes that nobody uses for an error. */
static int float_mode_is_ieee(void) {
#if defined(__x86_64__)
  const unsigned flush_to_zero = 1u << 15, denormals_are_zero = 1u << 6, rounding = 3u << 13, masked = 63u << 7;
  return (_mm_getcsr() & (flush_to_zero | denormals_are_zero | rounding | masked)) == masked;
#elif defined(__aarch64__)
  uint64_t control;
  __asm__ volatile("mrs %0, fpcr" : "=r"(control));
  const uint64_t flush_to_zero = 1u << 24 | 1u << 0 /* of inputs */, rounding = 3u << 22, traps = 31u << 8 | 1u << 15;
  return (control & (flush_to_zero | rounding | traps)) == 0;
#else
#error "Tombola's native kernels are written for x86-64 and aarch64"
#endif
}

int32_t tombola_abi_version(void) {
  return TOMBOLA_ABI_VERSION;
}

int32_t tombola_open(const char *isa, const tombola_context **context) {
  if (isa == NULL || context == NULL) {
    return TOMBOLA_NULL;
  }
  if (!float_mode_is_ieee()) {
    return TOMBOLA_FLOAT_MODE;
  }
  const int best = strcmp(isa, "best") == 0;
  for (size_t i = 0; i < sizeof candidates / sizeof *candidates; i++) {
    const candidate *c = &candidates[i];
    const int named = strcmp(isa, c->context->isa) == 0;
    if ((best || named) && c->supported()) {
      *context = c->context;
      return TOMBOLA_OK;
    }
    if (named) {
      return TOMBOLA_ISA_UNSUPPORTED;
    }
  }
  return TOMBOLA_ISA_UNKNOWN;
}

const char *tombola_isa(const tombola_context *context) {
  return context == NULL ? "none" : context->isa;
}
