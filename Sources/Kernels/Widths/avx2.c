#if defined(__x86_64__)
#include "../dispatch.h"
#include <immintrin.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx2,fma,popcnt"))), apply_to = function)
#define LANES 8
#define WIDTH avx2
#define NARROWER(name) kernels_plain.name
#include "../Bodies/all.h"
#pragma clang attribute pop
#endif
