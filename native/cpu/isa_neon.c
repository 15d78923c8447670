/* NEON: four floats. */
#define ISA "neon"
#define TABLE tombola_neon
#define WIDTH 4
#include "body/table.inc"
