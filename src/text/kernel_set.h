/* The kernels by name, for kernel*.c alone; kernel_get chooses. */
#ifndef TEXT_KERNEL_SET_H
#define TEXT_KERNEL_SET_H

#include "text/kernel.h"

extern const kernel kernel_portable;
/* The places of the bits of each byte, lowest first, as eight numbers of 16 bits: two words of four each. */
extern const uint64_t kernel_byte_places[256][2];

#ifdef __x86_64__
extern const kernel kernel_avx2;   /* AVX2, BMI2, AES */
extern const kernel kernel_avx512; /* AVX-512 F, BW, VL, VBMI, VBMI2; VAES */
#endif

#endif
