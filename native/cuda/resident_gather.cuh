/* A resident network's batch: images are read in runs of pixels, and tables in shared memory say what becomes of each.
 */
#ifndef TOMBOLA_RESIDENT_GATHER_CUH
#define TOMBOLA_RESIDENT_GATHER_CUH

#include <type_traits>

#include "resident.cuh"

enum {
  MANY_PIXELS = 16, /* that are read at once */
  PREFETCHED = 64,  /* bytes that a second-level cache brings at once */
};

/* Where the line of the batch begins that each pixel of an image becomes, in bytes after the first, or -1; and padding,
 * which nothing writes again. */
__device__ inline void begin_gather(const gather_operands &o, const tables &at, char *shared) {
  float *scale = (float *)(shared + at.scale);
  int32_t *line_of = (int32_t *)(shared + at.line_of);
  const int32_t me = (int32_t)threadIdx.x, all = (int32_t)blockDim.x, line = o.x.lanes * (int32_t)sizeof(float);
  for (int32_t i = me; i < o.images.channels * SHADES; i += all) {
    scale[i] = o.images.scale[i];
  }
  for (int32_t i = me; i < o.images.features; i += all) {
    line_of[i] = o.feature == nullptr && i < o.x.features ? i * line : -1;
  }
  for (int32_t i = me; i < o.x.features * o.x.lanes; i += all) {
    o.x.data[i] = 0.0f;
  }
  __syncthreads();
  for (int32_t l = me; o.feature != nullptr && l < o.x.features; l += all) {
    const uint32_t asked = (uint32_t)o.feature[l];
    line_of[asked < (uint32_t)o.images.features ? asked : 0] = l * line;
  }
}

/* Where the scale of one of the pixels lies that a word holds, in bytes after the first. */
__device__ inline uint32_t scale_at(uint32_t word, int pixel) {
  const int from = 8 * pixel - 2; /* bits */
  return (from < 0 ? word << -from : word >> from) & (SHADES - 1) * (uint32_t)sizeof(float);
}

/* A thread takes neighbouring pixels of an image and channel, those beside it the same pixels of the next images. What
 * it takes next is on its way while it puts these where they belong. */
template <int PIXELS>
__device__ inline void gather_images(const gather_operands &o, const tables &at, const char *shared,
                                     int32_t channel_size) {
  constexpr int TOGETHER = PIXELS < FOUR ? PIXELS : FOUR; /* in a word */
  typedef std::conditional_t<TOGETHER == FOUR, uint32_t, uint8_t> word;
  const float *scales = (const float *)(shared + at.scale);
  const int32_t *line_of = (const int32_t *)(shared + at.line_of);
  const int32_t lanes = o.x.lanes, rows = (int32_t)blockDim.x / lanes, rest = (int32_t)blockDim.x % lanes;
  int32_t n = (int32_t)threadIdx.x % lanes, first = (int32_t)threadIdx.x / lanes * PIXELS, asked = -1, image = 0;
  pack<word, PIXELS / TOGETHER> next = {};
  const auto ask = [&]() {
    if (first < o.images.features && n < o.x.size) {
      if (n != asked) { /* mostly a thread stays with an image */
        asked = n;
        image = image_of(o, n);
      }
      const uint8_t *pixels = o.images.pixels + (int64_t)image * o.images.features + first;
      next = pack_at<PIXELS / TOGETHER>((const word *)pixels);
    }
  };
  ask();
  while (first < o.images.features) {
    const int32_t here = first, example = n, its_image = image;
    const pack<word, PIXELS / TOGETHER> words = next;
    n += rest;
    first += (rows + (n >= lanes ? 1 : 0)) * PIXELS;
    n -= n >= lanes ? lanes : 0;
    ask();
    if (example < o.x.size) {
      const float *scale = scales + (o.images.channels == 1 ? 0 : here / channel_size * SHADES);
      char *column = (char *)(o.x.data + example);
#pragma unroll
      for (int w = 0; w < PIXELS / TOGETHER; w++) {
        const pack<int32_t, TOGETHER> lines = pack_at<TOGETHER>(line_of + here + w * TOGETHER);
#pragma unroll
        for (int i = 0; i < TOGETHER; i++) {
          const float value = *(const float *)((const char *)scale + scale_at(words.value[w], i));
          if (lines.value[i] >= 0) {
            *(float *)(column + lines.value[i]) = value;
          }
        }
      }
      if (here == 0) {
        o.labels[example] = o.images.labels[its_image];
      }
    }
  }
}

/* Brings the images of another batch nearer, for which `order` is read. */
__device__ inline void prefetch_images(gather_operands o, const int32_t *order) {
  o.order = order;
  const int32_t parts = (o.images.features + PREFETCHED - 1) / PREFETCHED + 1;
  for (int32_t i = (int32_t)threadIdx.x; i < o.x.size * parts; i += (int32_t)blockDim.x) {
    const int32_t from = i % parts * PREFETCHED, last = o.images.features - 1;
    prefetch(o.images.pixels + (int64_t)image_of(o, i / parts) * o.images.features + (from < last ? from : last));
  }
}

__device__ inline void gather_batch(const gather_operands &o, const tables &at, const char *shared) {
  const int32_t channel_size = o.images.features / o.images.channels;
  if (((uintptr_t)o.images.pixels | (uintptr_t)channel_size) % MANY_PIXELS == 0) {
    gather_images<MANY_PIXELS>(o, at, shared, channel_size);
  } else {
    gather_images<1>(o, at, shared, channel_size);
  }
}

#endif
