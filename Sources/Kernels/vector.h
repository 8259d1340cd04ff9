#pragma once
#include "dispatch.h"

// What the kernels for AVX2 and FMA share. They use intrinsics, because products and sums are contracted on purpose here;
// each has a plain twin elsewhere that tests compare it with.

#if defined(__x86_64__)
#include <immintrin.h>

#define FAST __attribute__((target("avx2,fma,popcnt")))
#define FAST_INLINE static inline __attribute__((always_inline, target("avx2,fma,popcnt")))

/// Spikes whose channels are a multiple of 32: four bytes are read at once.
#define ACTIVATION_WIDE_SPIKES 3

/// Eight channels of one position of an activation of this kind, as floats. For counts the value is four times too large.
FAST_INLINE __m256 load_activation(int kind, const void *position, int channel) {
    switch (kind) {
    case ACTIVATION_WIDE_SPIKES: {
        __m256i bit = _mm256_slli_epi32(_mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128), channel & 24);
        __m256i word = _mm256_castps_si256(_mm256_broadcast_ss((const float *)position + (channel >> 5)));
        __m256i isSet = _mm256_cmpeq_epi32(_mm256_and_si256(word, bit), bit);
        return _mm256_and_ps(_mm256_castsi256_ps(isSet), _mm256_set1_ps(1.0f));
    }
    case ACTIVATION_SPIKES: {
        __m256i bit = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
        __m256i byte = _mm256_set1_epi32(((const uint8_t *)position)[channel >> 3]);
        __m256i isSet = _mm256_cmpeq_epi32(_mm256_and_si256(byte, bit), bit);
        return _mm256_and_ps(_mm256_castsi256_ps(isSet), _mm256_set1_ps(1.0f));
    }
    case ACTIVATION_COUNTS:
        return _mm256_cvtepi32_ps(
            _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)((const uint8_t *)position + channel))));
    default: return _mm256_loadu_ps((const float *)position + channel);
    }
}
#endif
