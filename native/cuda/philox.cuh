/* Philox4x32-10 (Salmon et al., 2011). */
#ifndef TOMBOLA_PHILOX_CUH
#define TOMBOLA_PHILOX_CUH

#include "device.cuh"

struct philox_block {
  uint32_t word[4];
};

/* Draws as they were given, those of this replica where replicas have identities, and the iteration that comes to
 * pass. */
struct drawing {
  tombola_draws draws;
  const tombola_identity *identities; /* or null */
  clocked_iteration when;

  __device__ tombola_draws own() const {
    tombola_draws mine = draws;
    if (identities != nullptr) {
      mine.seed = identities[blockIdx.z].seed;
      mine.stream = identities[blockIdx.z].stream;
    }
    return mine;
  }
};

inline drawing drawing_of(const tombola_context *context, const tombola_draws &draws, int32_t iteration) {
  return {draws, context->group.identities, {iteration, context->group.clock}};
}

/* Draws 4 * block ... of an iteration; blocks are counted modulo 2^30. */
__device__ inline philox_block philox(const drawing &drawn, uint32_t block) {
  const tombola_draws draws = drawn.own();
  uint32_t key0 = (uint32_t)draws.seed, key1 = (uint32_t)(draws.seed >> 32);
  uint32_t x0 = block & UINT32_MAX / 4, x1 = (uint32_t)drawn.when.now(), x2 = draws.purpose, x3 = draws.stream;
  for (int round = 0; round < 10; round++) {
    const uint64_t p0 = (uint64_t)x0 * 0xD2511F53u, p1 = (uint64_t)x2 * 0xCD9E8D57u;
    x0 = (uint32_t)(p1 >> 32) ^ x1 ^ key0;
    x1 = (uint32_t)p1;
    x2 = (uint32_t)(p0 >> 32) ^ x3 ^ key1;
    x3 = (uint32_t)p0;
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  return {{x0, x1, x2, x3}};
}

/* Draw `index` of an iteration. */
__device__ inline uint32_t philox_draw(const drawing &drawn, uint32_t index) {
  return philox(drawn, index / 4).word[index % 4];
}

#endif
