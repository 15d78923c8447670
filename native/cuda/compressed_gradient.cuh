/* Gradients of the survivors of a compressed matrix: four threads for an entry, each with four of its partials. */
#ifndef TOMBOLA_COMPRESSED_GRADIENT_CUH
#define TOMBOLA_COMPRESSED_GRADIENT_CUH

#include "optimizer.cuh"

enum {
  TEAM = PARTIALS / FOUR,   /* threads of an entry */
  TEAMS = WARP / TEAM,      /* of a warp */
  COMPRESSED_THREADS = 640, /* at most */
};

/* Joins what a team holds of so many entries: partial 4 * member + i of entry e in sum[e * 4 + i]. Member i ends with
 * the sum of entry i; of a single entry each of them does. */
template <int ENTRIES>
__device__ inline float join_team(float sum[ENTRIES * FOUR], int32_t member) {
  int count = ENTRIES * FOUR;
#pragma unroll
  for (int bit = TEAM / 2; bit > 0; bit /= 2) {
    const bool halved = count > FOUR, upper = halved && (member & bit) != 0;
    count = halved ? count / 2 : count;
#pragma unroll
    for (int i = 0; i < ENTRIES * FOUR; i++) {
      if (i < count) {
        const float other = halved ? sum[(i + count) % (ENTRIES * FOUR)] : sum[i];
        sum[i] = (upper ? other : sum[i]) + __shfl_xor_sync(0xffffffffu, upper ? sum[i] : other, bit);
      }
    }
  }
  return (sum[0] + sum[2]) + (sum[1] + sum[3]) + 0.0f;
}

/* A step of several entries' sums, four partials of each: an output's factor by those of the inputs. */
template <int ENTRIES, class S>
__device__ inline void add_step(const S &s, const four &a, const typename S::source source[ENTRIES],
                                const typename S::spot &spot, float sum[ENTRIES * FOUR]) {
#pragma unroll
  for (int i = 0; i < ENTRIES; i++) {
    const four b = s.right(source[i], spot);
#pragma unroll
    for (int j = 0; j < FOUR; j++) {
      sum[i * FOUR + j] = fmaf(a.value[j], b.value[j], sum[i * FOUR + j]);
    }
  }
}

/* The gradient of an output's bias, if biases are wanted: the sum of its factors, made by a team that may deliver it.
 */
template <class S>
__device__ inline void deliver_bias(const S &s, const delivering &d, int32_t output, bool delivers) {
  if (d.to.db == nullptr) {
    return;
  }
  const int32_t member = (int32_t)threadIdx.x % TEAM;
  four sum = {};
  const typename S::source makes = s.makes(output);
  typename S::spot spot = s.at(0, member);
#pragma unroll 4
  for (int32_t step = 0; step < s.steps; step++) {
    const four a = s.left(makes, spot);
#pragma unroll
    for (int j = 0; j < FOUR; j++) {
      sum.value[j] = sum.value[j] + a.value[j];
    }
    s.advance(spot, s.one);
  }
  const float bias = join_team<1>(sum.value, member);
  if (delivers && member == 0) {
    d.to.db[output] = bias;
  }
}

/* One of `all` warps takes neighbouring lines, each an output's entries of one block, and so many of a line's entries
 * at a time; each of `sharers` takes some of a line. */
template <class S, int ENTRIES>
__device__ inline void compressed_lines(const S &s, const tombola_index &index, const delivering &d, int64_t warp,
                                        int64_t all, int32_t sharer, int32_t sharers) {
  const int32_t lane = (int32_t)threadIdx.x % WARP, member = lane % TEAM, team = lane / TEAM;
  const int64_t lines = (int64_t)s.outputs * index.blocks;
  const int32_t last = (int32_t)(lines * (warp + 1) / all), turn = ENTRIES * TEAMS;
  for (int32_t line = (int32_t)(lines * warp / all); line < last; line++) {
    const int32_t output = line % s.outputs, block = line / s.outputs * index.block, end = index.start[line + 1];
    const typename S::source makes = s.makes(output);
    if (block == 0 && sharer == 0) {
      deliver_bias(s, d, output, team == 0);
    }
    for (int32_t first = index.start[line] + sharer * turn; first < end; first += sharers * turn) {
      const int32_t next = first + turn + lane; /* of this line or the one after it */
      if (next < index.start[last]) {
        prefetch(index.across + next);
        ask(d, next);
      }
      const int32_t mine = first + team + (ENTRIES == 1 ? 0 : member * TEAMS);
      const bool delivers = mine < end && (ENTRIES > 1 || member == 0);
      state<1> before;
      if (delivers) {
        before = state_at<1>(d, mine);
      }
      typename S::source source[ENTRIES];
#pragma unroll
      for (int i = 0; i < ENTRIES; i++) {
        const int32_t e = first + team + i * TEAMS; /* past the end the last one again, whose sum goes nowhere */
        source[i] = s.reads(block + index.across[e < end ? e : end - 1]);
      }
      float sum[ENTRIES * FOUR] = {};
      typename S::spot spot = s.at(0, member);
#pragma unroll(ENTRIES == 1 ? 4 : 2) /* places are found once for all; a single entry waits for memory most */
      for (int32_t step = 0; step < s.steps; step++) {
        add_step<ENTRIES>(s, s.left(makes, spot), source, spot, sum);
        s.advance(spot, s.one);
      }
      const float gradient = join_team<ENTRIES>(sum, member);
      if (delivers) {
        deliver<1>(d, {{gradient}}, before, mine);
      }
    }
  }
}

/* Many warps of a block read the same inputs, which then stay near them; the grid's second axis shares lines. */
template <class S, int ENTRIES>
__global__ void __launch_bounds__(COMPRESSED_THREADS, 1)
    compressed_gradient_kernel(home home, S shared, tombola_index rows, delivery to) {
  compressed_lines<S, ENTRIES>(own(shared, home), own(rows, home), own(to, home), thread_index() / WARP,
                               (int64_t)gridDim.x * (blockDim.x / WARP), (int32_t)blockIdx.y, (int32_t)gridDim.y);
}

#endif
