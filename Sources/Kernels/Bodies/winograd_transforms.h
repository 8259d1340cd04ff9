#pragma once
#include "../layouts.h"
#include "lanes.h"

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

#define LARGEST_SIDE 8

// MARK: One-dimensional transforms, of vectors of channels

/// Bᵀ d; in place, elements `s` apart.
BODY void input_transform(int m, floats *d, int s) {
    if (m == 4) {
        floats d0 = d[0], d1 = d[s], d2 = d[2 * s], d3 = d[3 * s], d4 = d[4 * s], d5 = d[5 * s];
        floats even = plus_scaled(d4, d2, -4.0f), odd = plus_scaled(d3, d1, -4.0f);
        floats evenHalf = d4 - d2, oddHalf = (d3 - d1) * 2.0f;
        d[0] = plus_scaled(plus_scaled(d4, d2, -5.0f), d0, 4.0f);
        d[s] = even + odd;
        d[2 * s] = even - odd;
        d[3 * s] = evenHalf + oddHalf;
        d[4 * s] = evenHalf - oddHalf;
        d[5 * s] = plus_scaled(plus_scaled(d5, d3, -5.0f), d1, 4.0f);
    } else {
        floats d0 = d[0], d1 = d[s], d2 = d[2 * s], d3 = d[3 * s];
        floats d4 = d[4 * s], d5 = d[5 * s], d6 = d[6 * s], d7 = d[7 * s];
        floats even = plus_scaled(d2 + d6, d4, -4.25f), odd = plus_scaled(d1 + d5, d3, -4.25f);
        floats even2 = plus_scaled(plus_scaled(d6, d2, 0.25f), d4, -1.25f);
        floats odd2 = plus_scaled(plus_scaled(d1 * 0.5f, d3, -2.5f), d5, 2.0f);
        floats even3 = plus_scaled(d6, plus_scaled(d2, d4, -1.25f), 4.0f);
        floats odd3 = plus_scaled(plus_scaled(d1 * 2.0f, d3, -2.5f), d5, 0.5f);
        d[0] = plus_scaled(d0 - d6, d4 - d2, 5.25f);
        d[s] = even + odd;
        d[2 * s] = even - odd;
        d[3 * s] = even2 + odd2;
        d[4 * s] = even2 - odd2;
        d[5 * s] = even3 + odd3;
        d[6 * s] = even3 - odd3;
        d[7 * s] = plus_scaled(d7 - d1, d3 - d5, 5.25f);
    }
}

/// Aᵀ v, m values from m + 2; elements `s` apart.
BODY void output_transform(int m, const floats *v, int s, floats *y, int ys) {
    floats v0 = v[0], v1 = v[s], v2 = v[2 * s], v3 = v[3 * s], v4 = v[4 * s], v5 = v[5 * s];
    floats a = v1 + v2, b = v1 - v2, c = v3 + v4, d = v3 - v4;
    if (m == 4) {
        y[0] = v0 + a + c;
        y[ys] = plus_scaled(b, d, 2.0f);
        y[2 * ys] = plus_scaled(a, c, 4.0f);
        y[3 * ys] = plus_scaled(b, d, 8.0f) + v5;
    } else {
        floats v6 = v[6 * s], v7 = v[7 * s];
        floats e = v5 + v6, f = v5 - v6;
        y[0] = plus_scaled(v0 + a + c, e, 32.0f);
        y[ys] = plus_scaled(plus_scaled(b, d, 2.0f), f, 16.0f);
        y[2 * ys] = plus_scaled(plus_scaled(a, c, 4.0f), e, 8.0f);
        y[3 * ys] = plus_scaled(plus_scaled(b, d, 8.0f), f, 4.0f);
        y[4 * ys] = plus_scaled(plus_scaled(a, c, 16.0f), e, 2.0f);
        y[5 * ys] = plus_scaled(plus_scaled(b, d, 32.0f), f, 1.0f) + v7;
    }
}

/// G g, m + 2 values from 3; elements `s` apart.
BODY void weight_transform(int m, floats g0, floats g1, floats g2, floats *u, int s) {
    if (m == 4) {
        floats outer = (g0 + g2) * (-1.0f / 6), middle = g1 * (1.0f / 6);
        floats far = plus_scaled(g0 * (1.0f / 24), g2, 1.0f / 6), near = g1 * (1.0f / 12);
        u[0] = g0 * 0.25f;
        u[s] = outer - middle;
        u[2 * s] = outer + middle;
        u[3 * s] = far + near;
        u[4 * s] = far - near;
        u[5 * s] = g2;
    } else {
        floats outer = (g0 + g2) * (-2.0f / 9), middle = g1 * (2.0f / 9);
        floats far = plus_scaled(g0 * (1.0f / 90), g2, 2.0f / 45), near = g1 * (1.0f / 45);
        floats far2 = plus_scaled(g0 * (1.0f / 45), g2, 1.0f / 180), near2 = g1 * (1.0f / 90);
        u[0] = g0;
        u[s] = outer - middle;
        u[2 * s] = outer + middle;
        u[3 * s] = far + near;
        u[4 * s] = far - near;
        u[5 * s] = far2 + near2;
        u[6 * s] = far2 - near2;
        u[7 * s] = g2;
    }
}

// MARK: Tiles

static const float zeros[4096] __attribute__((unused));

/// Asks for the memory of the m×m pixels of the tile after (ty, tx) before its turn comes: tiles lie in rows far apart, too
/// short for the processor to see how they go on. What follows an image's last tile is taken for the next image's first.
BODY void expect_next_tile(
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

/// Bᵀ d B of a tile into [component][channel]; m and kind are constants.
BODY void transform_input(
    const void *const *pixels, size_t step, size_t row, int channels, float *v, size_t component, const int m,
    const int kind) {
    const int n = m + 2;
    for (int c = 0; c < channels; c += LANES) {
        floats d[LARGEST_SIDE * LARGEST_SIDE];
        for (int x = 0; x < n; ++x) {
            for (int y = 0; y < n; ++y) {
                const void *pixel = row ? (const uint8_t *)pixels[0] + y * row + x * step : pixels[y * n + x];
                d[y * n + x] = load_activation(kind, pixel, c);
            }
            input_transform(m, d + x, n);
        }
        for (int y = 0; y < n; ++y) {
            input_transform(m, d + y * n, 1);
            for (int x = 0; x < n; ++x) store(v + (size_t)(y * n + x) * component + c, d[y * n + x]);
        }
    }
}

BODY void gather_tile(
    const winograd_convolution *p, const uint8_t *image, int ty, int tx, float *v, size_t component, const int m,
    const int kind) {
    const int n = m + 2, top = ty * m - 1, left = tx * m - 1;
    const size_t step = p->inputPositionBytes, row = step * p->width;
    if (top >= 0 && left >= 0 && top + n <= p->height && left + n <= p->width) {
        const void *corner = image + top * row + left * step;
        transform_input(&corner, step, row, p->inChannels, v, component, m, kind);
        return;
    }
    const void *pixels[LARGEST_SIDE * LARGEST_SIDE];
    for (int y = 0; y < n; ++y)
        for (int x = 0; x < n; ++x) {
            int sourceY = top + y, sourceX = left + x;
            int isInside = sourceY >= 0 && sourceY < p->height && sourceX >= 0 && sourceX < p->width;
            pixels[y * n + x] =
                isInside ? (const void *)(image + sourceY * row + sourceX * step) : (const void *)zeros;
        }
    transform_input(pixels, 0, 0, p->inChannels, v, component, m, kind);
}
