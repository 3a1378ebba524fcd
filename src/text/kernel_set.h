/* The kernels by name, for kernel*.c alone; kernel_get chooses. */
#ifndef TEXT_KERNEL_SET_H
#define TEXT_KERNEL_SET_H

#include "text/kernel.h"

extern const kernel kernel_portable;
/* Its edges. */
size_t kernel_portable_edges(uint16_t *edges, const uint64_t *masks, size_t from, size_t to);

#ifdef __x86_64__
extern const kernel kernel_avx2;   /* AVX2, BMI2, AES */
extern const kernel kernel_avx512; /* AVX-512 F, BW, VL, VBMI, VBMI2; VAES */
#endif

#endif
