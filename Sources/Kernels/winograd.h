#pragma once
#include "vector.h"
#include <string.h>

// Convolution 3×3 with padding 1 by Winograd's minimal filtering (Lavin and Gray 2016): the output is cut into tiles of m×m
// pixels; with the input tile d of (m+2)², the weight g, and the constant matrices A, B, G of F(m×m, 3×3):
//
//     Y = Aᵀ [ (G g Gᵀ) ⊙ (Bᵀ d B) ] A
//
// The products ⊙ of all tiles and channels are (m+2)² matrix products, one a component:
//
//     V [component][tile][in]  ×  U [component][out / 16][in][16]  =  M [component][tile][out, padded to 16]
//
// m = 4 needs 36 multiplications for 144 of the plain sum, m = 6 needs 64 for 324, and is less exact (about 1e-5 of the
// largest output against 1e-6).

#if defined(__x86_64__)

#define LARGEST_SIDE 8

// MARK: One-dimensional transforms, of vectors of eight channels

FAST_INLINE __m256 times(__m256 a, float b) { return _mm256_mul_ps(a, _mm256_set1_ps(b)); }
FAST_INLINE __m256 plus(__m256 a, __m256 b) { return _mm256_add_ps(a, b); }
FAST_INLINE __m256 minus(__m256 a, __m256 b) { return _mm256_sub_ps(a, b); }
/// a + b · c
FAST_INLINE __m256 plus_times(__m256 a, __m256 b, float c) { return _mm256_fmadd_ps(b, _mm256_set1_ps(c), a); }

/// Bᵀ d; in place, elements `s` apart.
FAST_INLINE void input_transform(int m, __m256 *d, int s) {
    if (m == 4) {
        __m256 d0 = d[0], d1 = d[s], d2 = d[2 * s], d3 = d[3 * s], d4 = d[4 * s], d5 = d[5 * s];
        __m256 even = plus_times(d4, d2, -4.0f), odd = plus_times(d3, d1, -4.0f);
        __m256 evenHalf = minus(d4, d2), oddHalf = times(minus(d3, d1), 2.0f);
        d[0] = plus_times(plus_times(d4, d2, -5.0f), d0, 4.0f);
        d[s] = plus(even, odd);
        d[2 * s] = minus(even, odd);
        d[3 * s] = plus(evenHalf, oddHalf);
        d[4 * s] = minus(evenHalf, oddHalf);
        d[5 * s] = plus_times(plus_times(d5, d3, -5.0f), d1, 4.0f);
    } else {
        __m256 d0 = d[0], d1 = d[s], d2 = d[2 * s], d3 = d[3 * s];
        __m256 d4 = d[4 * s], d5 = d[5 * s], d6 = d[6 * s], d7 = d[7 * s];
        __m256 even = plus_times(plus(d2, d6), d4, -4.25f), odd = plus_times(plus(d1, d5), d3, -4.25f);
        __m256 even2 = plus_times(plus_times(d6, d2, 0.25f), d4, -1.25f);
        __m256 odd2 = plus_times(plus_times(times(d1, 0.5f), d3, -2.5f), d5, 2.0f);
        __m256 even3 = plus_times(d6, plus_times(d2, d4, -1.25f), 4.0f);
        __m256 odd3 = plus_times(plus_times(times(d1, 2.0f), d3, -2.5f), d5, 0.5f);
        d[0] = plus_times(minus(d0, d6), minus(d4, d2), 5.25f);
        d[s] = plus(even, odd);
        d[2 * s] = minus(even, odd);
        d[3 * s] = plus(even2, odd2);
        d[4 * s] = minus(even2, odd2);
        d[5 * s] = plus(even3, odd3);
        d[6 * s] = minus(even3, odd3);
        d[7 * s] = plus_times(minus(d7, d1), minus(d3, d5), 5.25f);
    }
}

/// Aᵀ v, m values from m + 2; elements `s` apart.
FAST_INLINE void output_transform(int m, const __m256 *v, int s, __m256 *y, int ys) {
    __m256 v0 = v[0], v1 = v[s], v2 = v[2 * s], v3 = v[3 * s], v4 = v[4 * s], v5 = v[5 * s];
    __m256 a = plus(v1, v2), b = minus(v1, v2), c = plus(v3, v4), d = minus(v3, v4);
    if (m == 4) {
        y[0] = plus(plus(v0, a), c);
        y[ys] = plus_times(b, d, 2.0f);
        y[2 * ys] = plus_times(a, c, 4.0f);
        y[3 * ys] = plus(plus_times(b, d, 8.0f), v5);
    } else {
        __m256 v6 = v[6 * s], v7 = v[7 * s];
        __m256 e = plus(v5, v6), f = minus(v5, v6);
        y[0] = plus_times(plus(plus(v0, a), c), e, 32.0f);
        y[ys] = plus_times(plus_times(b, d, 2.0f), f, 16.0f);
        y[2 * ys] = plus_times(plus_times(a, c, 4.0f), e, 8.0f);
        y[3 * ys] = plus_times(plus_times(b, d, 8.0f), f, 4.0f);
        y[4 * ys] = plus_times(plus_times(a, c, 16.0f), e, 2.0f);
        y[5 * ys] = plus(plus_times(plus_times(b, d, 32.0f), f, 1.0f), v7);
    }
}

/// G g, m + 2 values from 3; elements `s` apart.
FAST_INLINE void weight_transform(int m, __m256 g0, __m256 g1, __m256 g2, __m256 *u, int s) {
    if (m == 4) {
        __m256 outer = times(plus(g0, g2), -1.0f / 6), middle = times(g1, 1.0f / 6);
        __m256 far = plus_times(times(g0, 1.0f / 24), g2, 1.0f / 6), near = times(g1, 1.0f / 12);
        u[0] = times(g0, 0.25f);
        u[s] = minus(outer, middle);
        u[2 * s] = plus(outer, middle);
        u[3 * s] = plus(far, near);
        u[4 * s] = minus(far, near);
        u[5 * s] = g2;
    } else {
        __m256 outer = times(plus(g0, g2), -2.0f / 9), middle = times(g1, 2.0f / 9);
        __m256 far = plus_times(times(g0, 1.0f / 90), g2, 2.0f / 45), near = times(g1, 1.0f / 45);
        __m256 far2 = plus_times(times(g0, 1.0f / 45), g2, 1.0f / 180), near2 = times(g1, 1.0f / 90);
        u[0] = g0;
        u[s] = minus(outer, middle);
        u[2 * s] = plus(outer, middle);
        u[3 * s] = plus(far, near);
        u[4 * s] = minus(far, near);
        u[5 * s] = plus(far2, near2);
        u[6 * s] = minus(far2, near2);
        u[7 * s] = g2;
    }
}

/// One line more than it holds: components a power of two apart would compete for the same place in the cache.
static inline size_t component_size(size_t rows, size_t channels) { return rows * channels + 16; }

// MARK: Tiles

static const float zeros[4096] __attribute__((unused));

/// Asks for the memory of the m×m pixels of the tile after (ty, tx) before its turn comes: tiles lie in rows far apart, too
/// short for the processor to see how they go on. What follows an image's last tile is taken for the next image's first.
FAST_INLINE void expect_next_tile(
    const void *image, size_t pixelBytes, int width, int across, int ty, int tx, const int m) {
    const int nextX = tx + 1 < across ? tx + 1 : 0, nextY = nextX ? ty : ty + 1;
    const size_t row = pixelBytes * width;
    const uint8_t *corner = (const uint8_t *)image + (size_t)nextY * m * row + (size_t)nextX * m * pixelBytes;
    for (int y = 0; y < m; ++y)
        for (size_t at = 0; at < m * pixelBytes; at += 64) __builtin_prefetch(corner + y * row + at, 1);
}

/// Calls run(m, kind), both constants, for the tile and the input of a `winograd_convolution` or `winograd_gradient`.
#define WITH_CONSTANTS(p, run)                                                                    \
    switch ((p)->inputKind == ACTIVATION_SPIKES && (p)->inChannels % 32 == 0 ? ACTIVATION_WIDE_SPIKES \
                                                                             : (p)->inputKind) {  \
    case ACTIVATION_WIDE_SPIKES: WITH_TILE(p, run, ACTIVATION_WIDE_SPIKES); break;                \
    case ACTIVATION_SPIKES: WITH_TILE(p, run, ACTIVATION_SPIKES); break;                          \
    case ACTIVATION_COUNTS: WITH_TILE(p, run, ACTIVATION_COUNTS); break;                          \
    default: WITH_TILE(p, run, ACTIVATION_DENSE); break;                                          \
    }
#define WITH_TILE(p, run, kind)        \
    if ((p)->tile == 4) run(4, kind);  \
    else run(6, kind)

FAST_INLINE void gather_tile(
    const winograd_convolution *p, const uint8_t *image, int ty, int tx, float *v, size_t component, int m, int kind) {
    int n = m + 2, top = ty * m - 1, left = tx * m - 1;
    size_t bytes = p->inputPositionBytes, row = bytes * p->width;
    if (top >= 0 && left >= 0 && top + n <= p->height && left + n <= p->width) {
        const uint8_t *corner = image + top * row + left * bytes;
        for (int c = 0; c < p->inChannels; c += 8) {
            __m256 d[LARGEST_SIDE * LARGEST_SIDE];
            for (int x = 0; x < n; ++x) {
                for (int y = 0; y < n; ++y) d[y * n + x] = load_activation(kind, corner + y * row + x * bytes, c);
                input_transform(m, d + x, n);
            }
            for (int y = 0; y < n; ++y) {
                input_transform(m, d + y * n, 1);
                for (int x = 0; x < n; ++x) _mm256_storeu_ps(v + (size_t)(y * n + x) * component + c, d[y * n + x]);
            }
        }
        return;
    }
    const void *pixels[LARGEST_SIDE * LARGEST_SIDE];
    for (int y = 0; y < n; ++y)
        for (int x = 0; x < n; ++x) {
            int sourceY = top + y, sourceX = left + x;
            int isInside = sourceY >= 0 && sourceY < p->height && sourceX >= 0 && sourceX < p->width;
            pixels[y * n + x] =
                isInside ? (const void *)(image + sourceY * row + sourceX * bytes) : (const void *)zeros;
        }
    for (int c = 0; c < p->inChannels; c += 8) {
        __m256 d[LARGEST_SIDE * LARGEST_SIDE];
        for (int x = 0; x < n; ++x) {
            for (int y = 0; y < n; ++y) d[y * n + x] = load_activation(kind, pixels[y * n + x], c);
            input_transform(m, d + x, n);
        }
        for (int y = 0; y < n; ++y) {
            input_transform(m, d + y * n, 1);
            for (int x = 0; x < n; ++x) _mm256_storeu_ps(v + (size_t)(y * n + x) * component + c, d[y * n + x]);
        }
    }
}

#endif
