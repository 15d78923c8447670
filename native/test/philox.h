/* Philox4x32-10 as its paper has it, one block at a time, held to the published answers. */
#ifndef TOMBOLA_TEST_PHILOX_H
#define TOMBOLA_TEST_PHILOX_H

#include "test.h"

static inline void philox_block(uint64_t seed, const uint32_t counter[4], uint32_t out[4]) {
  uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)}, x[4];
  memcpy(x, counter, sizeof x);
  for (int round = 0; round < 10; round++) {
    const uint64_t a = (uint64_t)0xD2511F53 * x[0], b = (uint64_t)0xCD9E8D57 * x[2];
    const uint32_t next[4] = {(uint32_t)(b >> 32) ^ x[1] ^ key[0], (uint32_t)b, (uint32_t)(a >> 32) ^ x[3] ^ key[1],
                              (uint32_t)a};
    memcpy(x, next, sizeof x);
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  memcpy(out, x, sizeof x);
}

static inline uint32_t philox_draw(const tombola_draws *draws, int32_t iteration, uint32_t index) {
  const uint32_t counter[4] = {index / 4, (uint32_t)iteration, draws->purpose, draws->stream};
  uint32_t out[4];
  philox_block(draws->seed, counter, out);
  return out[index % 4];
}

/* The known answers published with Random123. */
static inline void philox_check(void) {
  const struct {
    uint64_t seed;
    uint32_t counter[4], answer[4];
  } known[] = {
      {0, {0, 0, 0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
      {UINT64_MAX, {UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX}, {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
      {0x299f31d0a4093822,
       {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
       {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}}};
  for (int i = 0; i < COUNT(known); i++) {
    uint32_t out[4];
    philox_block(known[i].seed, known[i].counter, out);
    if (memcmp(out, known[i].answer, sizeof out) != 0) {
      FAIL("philox: known answer %d is not met", i);
    }
  }
}

#endif
