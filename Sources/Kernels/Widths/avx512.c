#if defined(__x86_64__)
#include "../dispatch.h"
#include <immintrin.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,popcnt"))), apply_to = function)
#define LANES 16
#define WIDTH avx512
#define NARROWER(name) kernels_avx2.name
#include "../Bodies/all.h"
#pragma clang attribute pop
#endif
