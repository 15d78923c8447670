/* What comes before a measurement: work, for as long as a device's clock takes to rise from where it idles. */
#ifndef TOMBOLA_BENCH_CLOCK_H
#define TOMBOLA_BENCH_CLOCK_H

#include <chrono>

#include "check.h"

static inline void raise_clock(cudaStream_t stream) {
  const size_t bytes = (size_t)16 << 20;
  void *room = nullptr;
  CHECK(cudaMalloc(&room, bytes));
  const auto begun = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() - begun < std::chrono::milliseconds(300)) {
    for (int i = 0; i < 64; i++) {
      CHECK(cudaMemsetAsync(room, 0, bytes, stream));
    }
    CHECK(cudaStreamSynchronize(stream));
  }
  CHECK(cudaFree(room));
}

#endif
