/* AVX2 with FMA: eight floats. */
#define ISA "avx2"
#define TABLE tombola_avx2
#define WIDTH 8
#include "body/table.inc"
