#include "dispatch.h"

// 0 not asked yet, 1 plain, 2 AVX2. Written with the same value by whoever asks first: a race is harmless, and the access is
// atomic.
static int state = 0;

// Of the thread, so that whoever compares the twins changes nothing for anybody else.
static _Thread_local int plain_here = 0;

int kernels_vectorized_state(void) {
    if (plain_here) return 0;
    int known = __atomic_load_n(&state, __ATOMIC_RELAXED);
    if (known == 0) {
#if defined(__x86_64__)
        __builtin_cpu_init();
        known = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt") ? 2 : 1;
#else
        known = 1;
#endif
        __atomic_store_n(&state, known, __ATOMIC_RELAXED);
    }
    return known == 2;
}

void kernels_use_plain(int plain) { plain_here = plain != 0; }

int kernels_are_vectorized(void) { return kernels_vectorized_state(); }

int kernels_have_fma(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("popcnt");
#else
    return 0;
#endif
}

int kernels_fast_twins(void) { return kernels_vectorized_state() && kernels_have_fma(); }
