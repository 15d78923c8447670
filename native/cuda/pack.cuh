/* Neighbours that are read and written at once. */
#ifndef TOMBOLA_PACK_CUH
#define TOMBOLA_PACK_CUH

#include "device.cuh"

template <typename T, int COUNT>
struct alignas(COUNT * sizeof(T)) pack {
  T value[COUNT];
};

enum { FOUR = 4 };
typedef pack<float, FOUR> four;

template <int COUNT, typename T>
__device__ inline pack<T, COUNT> pack_at(const T *first) {
  return *(const pack<T, COUNT> *)first;
}

template <int COUNT, typename T>
__device__ inline void put(const pack<T, COUNT> &values, T *first) {
  *(pack<T, COUNT> *)first = values;
}

#endif
