/* Gradients of a resident network's survivors, and the optimizer's step with them: as compressed_gradient.cuh has it,
 * for a matrix whose inputs lie in shared memory and whose weights are near. */
#ifndef TOMBOLA_RESIDENT_UPDATE_CUH
#define TOMBOLA_RESIDENT_UPDATE_CUH

#include "compressed_gradient.cuh"
#include "linear.cuh"
#include "resident.cuh"

enum { TURNS_LEAST = 3 /* of a line's sharers, on the average */ };

/* What each thread asked far memory for, on its way to shared memory while others are added up: registers are short. */
struct waiting {
  float w[RESIDENT_THREADS], m[RESIDENT_THREADS], v[RESIDENT_THREADS];

  __device__ void ask_state(const delivering &d, int32_t at) {
    if (d.to.kind != KEEP) {
      ask(w, d.to.w + at);
      ask(m, d.to.m + at);
    }
    if (d.to.kind == ADAM) {
      ask(v, d.to.v + at);
    }
  }

  __device__ state<1> get_state(const delivering &d) const {
    state<1> s = {};
    if (d.to.kind != KEEP) {
      s.w.value[0] = get(w);
      s.m.value[0] = get(m);
    }
    if (d.to.kind == ADAM) {
      s.v.value[0] = get(v);
    }
    return s;
  }

  __device__ static void ask(float *waiting, const float *from) {
#ifdef __CUDA_ARCH__
    const uint32_t to = (uint32_t)__cvta_generic_to_shared(waiting + threadIdx.x);
    asm volatile("cp.async.ca.shared.global [%0], [%1], 4;" ::"r"(to), "l"(from) : "memory");
#else
    waiting[threadIdx.x] = *from;
#endif
  }

  __device__ static float get(const float *waiting) {
#ifdef __CUDA_ARCH__
    asm volatile("cp.async.wait_all;" ::: "memory");
#endif
    return waiting[threadIdx.x];
  }
};

/* The largest of what a warp's threads have. */
__device__ inline int32_t largest(int32_t of_thread) {
  for (int bit = WARP / 2; bit > 0; bit /= 2) {
    const int32_t other = __shfl_xor_sync(0xffffffffu, of_thread, bit);
    of_thread = other > of_thread ? other : of_thread;
  }
  return of_thread;
}

/* How many teams share a line: several where lines are few, or so long that each takes several turns even so; then one
 * read of an output's factors does for all of them. */
__device__ inline int32_t sharers_of(int32_t lines, int32_t entries, int32_t teams) {
  int32_t sharers = lines < teams ? teams / lines : 1;
  while (sharers < TEAMS && entries >= (int64_t)lines * 2 * sharers * TEAM * TURNS_LEAST) {
    sharers *= 2;
  }
  return sharers;
}

/* A team takes lines of its own, or some of a line's entries, four at a time. In shared memory all lines begin in the
 * same bank: every other team is a step behind, or two would meet there. The output's next factor is on its way while
 * this one is multiplied. */
template <bool SHARED>
__device__ inline void update_lines(const linear_gradient &s, const tombola_index &index, const delivering &d,
                                    waiting *all) {
  const int32_t member = (int32_t)threadIdx.x % TEAM, team = (int32_t)threadIdx.x / TEAM, late = SHARED ? team % 2 : 0;
  const int32_t teams = (int32_t)blockDim.x / TEAM, lines = s.outputs * index.blocks;
  const int32_t sharers = sharers_of(lines, index.start[lines], teams), together = teams / sharers;
  const int32_t first = team / sharers, first_of_warp = (team - team % TEAMS) / sharers, turn = sharers * TEAM;
  for (int32_t from = 0; from + first_of_warp < lines; from += together) {
    const bool has = first < together && from + first < lines; /* a line; who has none goes along for the shuffles */
    const int32_t line = has ? from + first : 0, output = line % s.outputs, block = line / s.outputs * index.block;
    const int32_t end = has ? index.start[line + 1] : 0;
    const int32_t begins = has ? index.start[line] + team % sharers * TEAM : 0;
    int32_t mine = begins + member;
    int32_t next = mine < end ? index.across[mine] : 0;
    const linear_gradient::source makes = s.makes(output);
    deliver_bias(s, d, output, has && block == 0 && team % sharers == 0);
    const linear_gradient::spot begin = s.at(0, member);
    four factor = s.left(makes, begin);
    for (int32_t left = largest(end - begins); left > 0; left -= turn) {
      const bool delivers = mine < end;
      if (delivers) {
        all->ask_state(d, mine);
      }
      linear_gradient::source source[TEAM];
#pragma unroll
      for (int i = 0; i < TEAM; i++) { /* past the end the first input, whose sum goes nowhere */
        source[i] = s.reads(block + __shfl_xor_sync(0xffffffffu, next, member ^ i));
      }
      next = mine + turn < end ? index.across[mine + turn] : 0;
      float sum[TEAM * FOUR] = {};
      linear_gradient::spot spot = begin;
#pragma unroll 1
      for (int32_t step = -late; step < s.steps + (SHARED ? 1 : 0) - late; step++) {
        if (!SHARED || (step >= 0 && step < s.steps)) {
          const linear_gradient::spot here = spot;
          const four now = factor;
          s.advance(spot, s.one);
          factor = s.left(makes, step + 1 < s.steps ? spot : begin);
          add_step<TEAM>(s, now, source, here, sum);
        }
      }
      const float gradient = join_team<TEAM>(sum, member);
      if (delivers) {
        deliver<1>(d, {{gradient}}, all->get_state(d), mine);
      }
      mine += turn;
    }
  }
}

#endif
