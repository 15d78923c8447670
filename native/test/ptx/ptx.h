/* What PTX's instructions do, for kernels that translate.cpp made C++ of: op_add_rn<f32> is add.rn.f32. A register is
 * an unsigned word; operations take and give values of the instruction's type. What is here is exact,
 * or approximate and off by as much as division.cuh bears, which of a root is more than the manual allows. */
#ifndef TOMBOLA_PTX_H
#define TOMBOLA_PTX_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <array>
#include <cmath>
#include <type_traits>
#include <vector>

#include "emulation.h"

typedef bool pred;
typedef uint8_t u8;
typedef uint16_t u16, b16;
typedef uint32_t u32, b32;
typedef uint64_t u64, b64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;
typedef float f32;
typedef double f64;

/* What registers hold that nothing was put in: no number, and no address. */
enum : u64 { UNSET_16 = 0x7fa5, UNSET_32 = 0x7fa5a5a5, UNSET_64 = 0x7ffa5a5a5a5a5a5a };

/* A kernel, the bytes of shared memory that are its own, and those of its parameters. */
struct ptx_kernel {
  enum { PARAMETERS_MOST = 8 };

  const char *name;
  void (*run)(const char *const *given);
  unsigned threads; /* of a block, at most; 0: nobody said */
  size_t shared, given[PARAMETERS_MOST];
};

/* Makes kernels known to the runtime (runtime.cpp). */
struct ptx_module {
  ptx_module(const ptx_kernel *kernels, size_t count);
};

template <size_t BYTES>
using word =
    std::conditional_t<BYTES == 1, u8, std::conditional_t<BYTES == 2, u16, std::conditional_t<BYTES == 4, u32, u64>>>;
template <typename T>
using bits = word<sizeof(T)>;
template <typename T>
constexpr bool is_real = std::is_floating_point<T>::value;

template <typename TO, typename FROM>
inline TO same_bits(FROM from) {
  static_assert(sizeof(TO) == sizeof(FROM), "as many bits");
  TO to;
  memcpy(&to, &from, sizeof to);
  return to;
}

/* What a register or a number in the text is to an instruction of a type. */
template <typename T, typename W>
inline T of(W word) {
  if constexpr (is_real<T>) {
    return same_bits<T>((bits<T>)word);
  } else {
    return (T)word;
  }
}

/* A register takes a value; a whole one grows to its width by its sign. */
template <typename R, typename T>
inline void put(R &to, T value) {
  if constexpr (is_real<T>) {
    to = same_bits<R>(value);
  } else {
    to = (R)value;
  }
}

[[noreturn]] inline void impossible(const char *what) {
  fprintf(stderr, "an emulated kernel %s\n", what);
  abort();
}

#define TOMBOLA_WHOLE(name, expression)                                   \
  template <typename T>                                                   \
  inline T name(T a, T b) {                                               \
    static_assert(!is_real<T>, #name " of reals says not how it rounds"); \
    return (T)(expression);                                               \
  }
TOMBOLA_WHOLE(op_add, (bits<T>)a + (bits<T>)b)
TOMBOLA_WHOLE(op_sub, (bits<T>)a - (bits<T>)b)
TOMBOLA_WHOLE(op_mul_lo, (u64)a *(u64)b)
TOMBOLA_WHOLE(op_and, a &b)
TOMBOLA_WHOLE(op_or, a | b)
TOMBOLA_WHOLE(op_xor, a ^ b)
TOMBOLA_WHOLE(op_div, b != 0 ? a / b : (impossible("divides by zero"), 0))
TOMBOLA_WHOLE(op_rem, b != 0 ? a % b : (impossible("divides by zero"), 0))
TOMBOLA_WHOLE(op_min, a < b ? a : b)
TOMBOLA_WHOLE(op_max, a > b ? a : b)

/* Of a number and what is none it is the number. */
template <>
inline f32 op_max(f32 a, f32 b) {
  return a > b || b != b ? a : b;
}

/* What is not a number has one form. */
template <typename T>
inline T result(T value) {
  return value == value ? value : same_bits<T>((bits<T>)(sizeof(T) == 4 ? 0x7fffffffu : 0x7fffffffffffffffull));
}

#define TOMBOLA_REAL(name, expression)                                      \
  template <typename T>                                                     \
  inline T name(T a, T b) {                                                 \
    static_assert(is_real<T>, #name " rounds, which whole numbers do not"); \
    return result<T>(expression);                                           \
  }
TOMBOLA_REAL(op_add_rn, a + b)
TOMBOLA_REAL(op_sub_rn, a - b)
TOMBOLA_REAL(op_mul_rn, a *b)
TOMBOLA_REAL(op_div_rn, a / b)

template <typename T>
inline T op_fma_rn(T a, T b, T c) {
  return result(std::fma(a, b, c));
}
template <typename T>
inline T op_rcp_rn(T a) {
  return result((T)1 / a);
}
template <typename T>
inline T op_sqrt_rn(T a) {
  return result(std::sqrt(a));
}

/* An approximation, one or several floats beside what it should be, as its argument decides. */
inline f32 beside(f64 value, f32 a, int ulps) {
  const u32 at =
      same_bits<u32>((f32)value) + (u32)((int)(same_bits<u32>(a) * 2654435761u >> 16) % (2 * ulps + 1) - ulps);
  return same_bits<f32>(at);
}
/* Of normal numbers: at most 1 ulp off, and rounded where division.cuh asks for that. */
template <typename T>
inline T op_rcp_approx_ftz(T a) {
  const f64 exact = 1 / (f64)a;
  const f32 found = beside(exact, a, 1);
  const bool close = std::fabs(found - exact) <= std::ldexp(1.0, std::ilogb(found) - 23);
  return close && (same_bits<u32>(a) & 0x7fffff) != 0x7fffff ? found : (f32)exact;
}
template <typename T>
inline T op_rsqrt_approx_ftz(T a) {
  return a > 0 && std::isfinite(a) ? beside(1 / std::sqrt((f64)a), a, 2) : (f32)(1 / std::sqrt((f64)a));
}

template <typename T>
inline T op_mov(T a) {
  return a;
}
template <typename T>
inline T op_not(T a) {
  if constexpr (std::is_same<T, pred>::value) {
    return !a;
  } else {
    return (T)~a;
  }
}
template <typename T>
inline T op_neg(T a) {
  if constexpr (is_real<T>) {
    return -a;
  } else {
    return op_sub<T>(0, a);
  }
}
template <typename T>
inline T op_abs(T a) {
  static_assert(is_real<T>, "abs of reals");
  return std::fabs(a);
}
template <typename T>
inline T op_mad_lo(T a, T b, T c) {
  return op_add<T>(op_mul_lo<T>(a, b), c);
}
template <typename T>
inline auto op_mul_wide(T a, T b) {
  typedef std::conditional_t<std::is_signed<T>::value, s64, u64> most;
  typedef word<2 * sizeof(T)> wide;
  return (wide)((most)a * (most)b);
}
template <typename T>
inline T op_mul_hi(T a, T b) {
  static_assert(sizeof(T) <= 4, "a product has 64 bits at most");
  return (T)(op_mul_wide<T>(a, b) >> 8 * sizeof(T));
}
template <typename T>
inline T op_selp(T a, T b, pred which) {
  return which ? a : b;
}
template <typename T>
inline T op_shl(T a, u32 by) {
  return by < 8 * sizeof(T) ? (T)((bits<T>)a << by) : 0;
}
template <typename T>
inline T op_shr(T a, u32 by) {
  return by < 8 * sizeof(T) ? (T)(a >> by) : a < 0 ? (T)-1 : 0;
}
template <typename T>
inline T mask_of(u32 count) {
  return count < 8 * sizeof(T) ? (T)(((T)1 << count) - 1) : (T) ~(T)0;
}
template <typename T>
inline T op_bfe(T a, T from, T count) {
  static_assert(!std::is_signed<T>::value, "bits without a sign");
  return op_shr<T>(a, (u8)from) & mask_of<T>((u8)count);
}
template <typename T>
inline T op_bfi(T a, T b, T from, T count) {
  const T mask = mask_of<T>((u8)count);
  return (T)((b & ~op_shl<T>(mask, (u8)from)) | op_shl<T>(a & mask, (u8)from));
}
template <typename T>
inline T op_prmt(T a, T b, T selector) {
  static_assert(sizeof(T) == 4, "bytes of two words of 32 bits");
  const u64 both = (u64)b << 32 | a;
  T made = 0;
  for (int i = 0; i < 4; i++) {
    const u32 which = selector >> 4 * i & 15, byte = (u32)(both >> 8 * (which & 7)) & 0xff;
    made |= (which & 8 ? (byte & 0x80 ? 0xffu : 0u) : byte) << 8 * i;
  }
  return made;
}

/* Comparisons, and those that hold, too, where one is not a number. */
#define TOMBOLA_COMPARISON(name, comparison)      \
  template <typename T>                           \
  inline pred op_setp_##name(T a, T b) {          \
    return a comparison b;                        \
  }                                               \
  template <typename T>                           \
  inline pred op_setp_##name##u(T a, T b) {       \
    static_assert(is_real<T>, "unordered reals"); \
    return a comparison b || a != a || b != b;    \
  }
TOMBOLA_COMPARISON(eq, ==)
TOMBOLA_COMPARISON(lt, <)
TOMBOLA_COMPARISON(le, <=)
TOMBOLA_COMPARISON(gt, >)
TOMBOLA_COMPARISON(ge, >=)
template <typename T>
inline pred op_setp_ne(T a, T b) {
  return a != b && a == a && b == b;
}
template <typename T>
inline pred op_setp_neu(T a, T b) {
  return a != b;
}

template <typename TO, typename FROM>
inline TO op_cvt(FROM a) {
  static_assert(is_real<TO> == is_real<FROM> && (!is_real<TO> || sizeof(TO) >= sizeof(FROM)), "nothing is lost");
  return (TO)a;
}
template <typename TO, typename FROM>
inline TO op_cvt_rn(FROM a) {
  static_assert(is_real<TO>, "to the nearest real");
  return (TO)a;
}
/* Of TF32's 10 bits after the point. */
inline u32 op_cvt_rn_tf32(f32 a) {
  const u32 all = same_bits<u32>(a), odd = all >> 13 & 1;
  return std::isfinite(a) ? (all + 0xfff + odd) & ~0x1fffu : all;
}

/* A register as narrower ones, from the lowest bits, and back. */
template <size_t N, typename W>
inline auto cut(W wide) {
  std::array<word<sizeof(W) / N>, N> parts;
  memcpy(parts.data(), &wide, sizeof wide);
  return parts;
}
template <typename W, typename... MORE>
inline auto together(W first, MORE... more) {
  const W parts[] = {first, more...};
  word<sizeof parts> wide;
  memcpy(&wide, parts, sizeof wide);
  return wide;
}

template <typename T, int N>
inline std::array<T, N> op_ld_param(u64 at) {
  if (at % sizeof(std::array<T, N>) != 0) {
    impossible("reads a parameter that is not aligned");
  }
  std::array<T, N> values;
  memcpy(&values, (const void *)at, sizeof values);
  return values;
}
template <typename T, int N>
inline std::array<T, N> op_ld(u64 at) {
  std::array<T, N> values;
  emulated_read((const void *)at, sizeof values);
  memcpy(&values, (const void *)at, sizeof values);
  return values;
}
template <typename T, typename... MORE>
inline void op_st(u64 at, T first, MORE... more) {
  const T values[] = {first, more...};
  emulated_write((const void *)at, sizeof values);
  memcpy((void *)at, values, sizeof values);
}
template <typename T>
inline T op_atom_add(u64 at, T more) {
  static_assert(!is_real<T> && sizeof(T) == sizeof(int32_t), "whole numbers of 32 bits");
  return (T)atomicAdd((int32_t *)at, (int32_t)more);
}
template <typename T>
inline void op_red_add(u64 at, T more) {
  op_atom_add<T>(at, more);
}

/* Words that were asked for and are there once they are waited for. */
class async_copies {
 public:
  void op_cp_async_ca_shared_global(u64 to, u64 from, size_t bytes) {
    emulated_read((const void *)from, bytes);
    copies.push_back({to, from, bytes});
  }
  void op_cp_async_wait_all() {
    for (const copy &c : copies) {
      emulated_write((const void *)c.to, c.bytes);
      memcpy((void *)c.to, (const void *)c.from, c.bytes);
    }
    copies.clear();
  }

 private:
  struct copy {
    u64 to, from;
    size_t bytes;
  };
  std::vector<copy> copies;
};

inline void op_bar_sync(int which) {
  if (which != 0) {
    impossible("waits for the block at a barrier that is not the first");
  }
  __syncthreads();
}
inline void op_barrier_sync(u32 which, u32 threads) {
  __barrier_sync_count(which, threads);
}
inline u32 op_shfl_sync_bfly(int line, u32 value, int mask, int clamp, u32 members) {
  if (clamp != 31 || members != 0xffffffffu) {
    impossible("shuffles within a part of a warp");
  }
  return (u32)exchange(value, mask, line);
}
inline std::array<f32, 4> op_mma_tf32(int line, std::array<f32, 4> left, std::array<f32, 2> right,
                                      std::array<f32, 4> sum) {
  emulated_tensor_core(sum.data(), left.data(), right.data(), line);
  return sum;
}

#endif
