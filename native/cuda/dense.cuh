/* The dense form of sums.cuh: tiles of the two pass through shared memory, where one waits while another is multiplied.
 */
#ifndef TOMBOLA_DENSE_CUH
#define TOMBOLA_DENSE_CUH

#include "chains.cuh"
#include "tensors.cuh"

/* A says how sums are made of factors that lie in shared memory: chains, or tensors (tensors.cuh). */
template <class S, class A>
__global__ void __launch_bounds__(A::tile::THREADS, A::tile::RESIDENT) dense_kernel(home home, S shared) {
  typedef typename A::tile T;
  alignas(16) __shared__ typename A::factors factors[2];
  const S s = own(shared, home);
  const int32_t row = (int32_t)blockIdx.y * T::HIGH;
  const int64_t column = (int64_t)blockIdx.x * T::WIDE;
  const bool busy = row + T::warp_down() < s.rows && column + T::warp_across() < s.columns;
  A sum(s, row);
  const int64_t from = column + T::column();
  const bool inside = from < s.columns;
  const typename S::place place = s.at(inside ? from : 0);
  fetched<S, T> next;
  next.fetch(s, place, inside, row, 0);
  A::put(next, factors[0]);
  __syncthreads();
  int turn = 0;
  for (int32_t i = T::DEPTH; i - T::DEPTH < s.inner; i += T::DEPTH) {
    if (i < s.inner) {
      next.fetch(s, place, inside, row, i);
    }
    if (busy) {
      sum.add(factors[turn]);
    }
    turn = 1 - turn;
    if (i < s.inner) {
      A::put(next, factors[turn]);
    }
    __syncthreads();
  }
  sum.finish(s, row, column);
}

template <class T, class S>
dim3 blocks_in(const S &s) {
  return dim3(blocks_of(s.columns, T::WIDE), blocks_of(s.rows, T::HIGH));
}

/* Whether tiles of such a size are so many. */
template <class A, class S>
bool fills(const tombola_context *context, const S &s, int64_t enough) {
  const dim3 blocks = blocks_in<typename A::tile>(s);
  return (int64_t)blocks.x * blocks.y * context->group.replicas >= enough;
}

template <class A, class S>
int32_t dense_of(const tombola_context *context, const S &s) {
  typedef typename A::tile T;
  return launch(context, dense_kernel<S, A>, blocks_in<T>(s), T::THREADS, s);
}

/* In the largest tiles that give every multiprocessor two; which they are changes no sum. */
template <class S>
int32_t dense(const tombola_context *context, const S &s) {
  const int64_t enough = 2 * multiprocessors();
  if (context->group.precision == TOMBOLA_TF32) {
    const bool broad = s.columns > low_tensors::tile::WIDE;
    if (broad && s.rows > wide_tensors::tile::HIGH && fills<large_tensors>(context, s, enough)) {
      return dense_of<large_tensors>(context, s);
    }
    if (broad && s.rows > few_tensors::tile::HIGH && fills<wide_tensors>(context, s, enough)) {
      return dense_of<wide_tensors>(context, s);
    }
    return s.rows > few_tensors::tile::HIGH && fills<low_tensors>(context, s, enough)
               ? dense_of<low_tensors>(context, s)
               : dense_of<few_tensors>(context, s);
  }
  const bool high = s.rows > wide_chains::tile::HIGH, broad = s.columns > tall_chains::tile::WIDE;
  if (high && broad && fills<large_chains>(context, s, enough)) {
    return dense_of<large_chains>(context, s);
  }
  if (high && fills<tall_chains>(context, s, enough)) {
    return dense_of<tall_chains>(context, s);
  }
  if (s.rows > low_chains::tile::HIGH && s.rows <= flat_chains::tile::HIGH && broad &&
      fills<flat_chains>(context, s, enough)) {
    return dense_of<flat_chains>(context, s);
  }
  if (s.rows > low_chains::tile::HIGH && broad && fills<wide_chains>(context, s, enough)) {
    return dense_of<wide_chains>(context, s);
  }
  return fills<low_chains>(context, s, enough) ? dense_of<low_chains>(context, s) : dense_of<few_chains>(context, s);
}

#endif
