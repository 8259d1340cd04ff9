#pragma once
#include "kernels.h"

// Every kernel is compiled once for each vector width (`Widths`), from bodies that do not know the processor (`Bodies`), and
// once plain. A width's kernels stand in a table; the processor decides at run time which table is used.

typedef struct {
    const char *name;
    int fusesProducts;  // and so has the convolutions of convolution.h
#define KERNEL(type, name, parameters, arguments) type(*name) parameters;
#define FUSED_KERNEL KERNEL
#define CONVOLUTION_KERNEL KERNEL
#include "kernel_list.h"
#undef CONVOLUTION_KERNEL
#undef FUSED_KERNEL
#undef KERNEL
} kernel_table;

extern const kernel_table kernels_plain;
#if defined(__x86_64__)
extern const kernel_table kernels_avx2, kernels_avx512;
#elif defined(__aarch64__)
extern const kernel_table kernels_neon;
#endif

/// The table of this thread.
const kernel_table *kernels_here(void);
/// That of the processor, where a thread asks for the plain twins, too.
const kernel_table *kernels_of_processor(void);

#define BODY static inline __attribute__((always_inline))
