#pragma once
#include "kernels.h"

// KERNEL(name, (declaration), (call)) makes the exported `name` from the always-inlined `name##_body`: once as it is, once
// for AVX2, chosen at run time.

#define BODY static inline __attribute__((always_inline))

int kernels_vectorized_state(void);
/// Whether hand-written twins that give the same bits as the plain ones run.
int kernels_fast_twins(void);

#if defined(__x86_64__)
#define KERNEL_RETURNING(type, name, declaration, call)                                    \
    static type name##_plain declaration { return name##_body call; }                      \
    __attribute__((target("avx2,popcnt"))) static type name##_avx2 declaration { return name##_body call; } \
    type name declaration { return kernels_vectorized_state() ? name##_avx2 call : name##_plain call; }
#else
#define KERNEL_RETURNING(type, name, declaration, call) \
    type name declaration { return name##_body call; }
#endif

#define KERNEL(name, declaration, call) KERNEL_RETURNING(void, name, declaration, call)
