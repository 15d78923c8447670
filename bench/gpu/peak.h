/* What a GPU could do at most in a second: arithmetic in fp32, and bytes from and to its memory. */
#ifndef TOMBOLA_BENCH_PEAK_H
#define TOMBOLA_BENCH_PEAK_H

#include "check.h"

struct peak {
  double flop, bytes, clock;
};

static inline int attribute(cudaDeviceAttr which) {
  int value = 0;
  CHECK(cudaDeviceGetAttribute(&value, which, 0));
  return value;
}

static inline peak peak_of(const cudaDeviceProp &device) {
  const int cores = device.major == 8 && device.minor == 0 ? 64 : 128; /* of a multiprocessor, for fp32 */
  const double clock = 1e3 * attribute(cudaDevAttrClockRate);
  const double transfers = 2e3 * attribute(cudaDevAttrMemoryClockRate); /* of each line of the bus */
  return {2.0 * cores * attribute(cudaDevAttrMultiProcessorCount) * clock,
          transfers * attribute(cudaDevAttrGlobalMemoryBusWidth) / 8, clock};
}

#endif
