/* Which pixels of which images a batch has. */
#ifndef TOMBOLA_GATHER_CUH
#define TOMBOLA_GATHER_CUH

#include "device.cuh"

enum { SHADES = 256 /* of a pixel */ };

struct gather_operands {
  tombola_images images; /* shared by all replicas */
  const int32_t *feature, *order;
  const tombola_clock *clock; /* or null; shared too */
  tombola_batch x;
  int32_t *labels;
};

__device__ inline gather_operands own(gather_operands o, home home) {
  o.feature = own(o.feature, home);
  o.order = own(o.order, home);
  o.x.data = own(o.x.data, home.of(o.x.common));
  o.labels = own(o.labels, home);
  return o;
}

/* Example n's image; what is none of them is taken for the first: it leads nowhere outside. */
__device__ inline int32_t image_of(const gather_operands &o, int32_t n) {
  const int64_t from = o.clock == nullptr ? 0 : (int64_t)o.clock->batch * o.x.size;
  const uint32_t asked = (uint32_t)o.order[from + n];
  return asked < (uint32_t)o.images.count ? (int32_t)asked : 0;
}

__device__ inline float scaled(const tombola_images &images, int32_t channel, uint8_t pixel) {
  return images.scale[channel * SHADES + pixel];
}

#endif
