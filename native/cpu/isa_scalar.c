/* The portable bodies: one float at a time. Without a hardware fma, fmaf is a library call: slow, equal. */
#define ISA "scalar"
#define TABLE tombola_scalar
#define WIDTH 1
#include "body/table.inc"
