/* AVX-512 F, DQ, BW, VL: sixteen floats. */
#define ISA "avx512"
#define TABLE tombola_avx512
#define WIDTH 16
#include "body/table.inc"
