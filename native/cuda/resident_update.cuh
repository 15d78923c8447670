/* Gradients of a resident network's survivors, and the optimizer's step with them: as gathered_gradient.cuh has it, for
 * a matrix whose inputs lie in shared memory and whose weights are near. */
#ifndef TOMBOLA_RESIDENT_UPDATE_CUH
#define TOMBOLA_RESIDENT_UPDATE_CUH

#include "gathered_gradient.cuh"
#include "linear.cuh"
#include "resident.cuh"

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

/* Sums of the products of an output with several inputs. Steps go two at a time, and every other team reads the second
 * first: in shared memory all lines begin in the same bank, where teams that are at the same step would meet. */
template <int ENTRIES>
__device__ inline void add_steps(const linear_gradient &s, int32_t output,
                                 const linear_gradient::source source[ENTRIES], int32_t member, bool second_first,
                                 float sum[ENTRIES * FOUR]) {
  linear_gradient::spot spot = s.at(0, member);
  int32_t step = 0;
#pragma unroll 1
  for (; step + 2 <= s.steps; step += 2) {
    linear_gradient::spot after = spot, first = spot, second = spot;
    s.advance(after, 1);
    s.advance(first, second_first ? 1 : 0);
    s.advance(second, second_first ? 0 : 1);
    const four a = s.left(output, spot), a_after = s.left(output, after);
#pragma unroll
    for (int i = 0; i < ENTRIES; i++) {
      const four b = s.right(source[i], first), other = s.right(source[i], second);
#pragma unroll
      for (int j = 0; j < FOUR; j++) {
        float &to_add = sum[i * FOUR + j];
        to_add = fmaf(a.value[j], second_first ? other.value[j] : b.value[j], to_add);
        to_add = fmaf(a_after.value[j], second_first ? b.value[j] : other.value[j], to_add);
      }
    }
    s.advance(spot, 2);
  }
  if (step < s.steps) {
    add_step<ENTRIES>(s, output, source, spot, sum);
  }
}

/* Warps of a block take neighbouring lines, and a team so many entries at a time. What the next entries are multiplied
 * with is on its way while these are added up: lines follow one another without gaps, so it is known where that stands
 * before the next line is. */
template <int ENTRIES, bool SHARED>
__device__ inline void update_lines(const linear_gradient &s, const tombola_index &index, const delivering &d,
                                    waiting *all) {
  const int32_t lane = (int32_t)threadIdx.x % WARP, member = lane % TEAM, team = lane / TEAM;
  const int64_t warp = threadIdx.x / WARP, warps = blockDim.x / WARP, lines = (int64_t)s.outputs * index.blocks;
  const int32_t last = (int32_t)(lines * (warp + 1) / warps), turn = ENTRIES * TEAMS;
  int32_t line = (int32_t)(lines * warp / warps);
  const int32_t end_of_all = index.start[last], mine = team + (ENTRIES == 1 ? 0 : member * TEAMS);
  const auto across_at = [&](int32_t from) -> int32_t {
    const int32_t entry = from + mine < end_of_all ? from + mine : end_of_all - 1;
    return from < end_of_all ? index.across[entry] : 0;
  };
  int32_t first = index.start[line], next = across_at(first);
  for (; line < last; line++) {
    const int32_t output = line % s.outputs, block = line / s.outputs * index.block, end = index.start[line + 1];
    if (block == 0) {
      deliver_bias(s, d, output);
    }
    while (first < end) {
      const bool delivers = first + mine < end && (ENTRIES > 1 || member == 0);
      if (delivers) {
        all->ask_state(d, first + mine);
      }
      linear_gradient::source source[ENTRIES];
#pragma unroll
      for (int i = 0; i < ENTRIES; i++) { /* past a line's end those of the next one, whose sums go nowhere */
        source[i] = s.reads(block + (ENTRIES == 1 ? next : __shfl_xor_sync(0xffffffffu, next, member ^ i)));
      }
      const int32_t following = first + turn < end ? first + turn : end;
      next = across_at(following);
      float sum[ENTRIES * FOUR] = {};
      add_steps<ENTRIES>(s, output, source, member, SHARED && team % 2 != 0, sum);
      const float gradient = join_team<ENTRIES>(sum, member);
      if (delivers) {
        deliver<1>(d, {{gradient}}, all->get_state(d), first + mine);
      }
      first = following;
    }
  }
}

#endif
