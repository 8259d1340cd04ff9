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

// MARK: Weights

/// One line more than it holds: components a power of two apart would compete for the same place in the cache.
static size_t component_size(size_t rows, size_t channels) { return rows * channels + 16; }

FAST_INLINE void transpose(__m256 *r) {
    __m256 a[8], b[8];
    for (int i = 0; i < 8; i += 2) {
        a[i] = _mm256_unpacklo_ps(r[i], r[i + 1]);
        a[i + 1] = _mm256_unpackhi_ps(r[i], r[i + 1]);
    }
    for (int i = 0; i < 8; i += 4) {
        b[i] = _mm256_shuffle_ps(a[i], a[i + 2], 0x44);
        b[i + 1] = _mm256_shuffle_ps(a[i], a[i + 2], 0xee);
        b[i + 2] = _mm256_shuffle_ps(a[i + 1], a[i + 3], 0x44);
        b[i + 3] = _mm256_shuffle_ps(a[i + 1], a[i + 3], 0xee);
    }
    for (int i = 0; i < 4; ++i) {
        r[i] = _mm256_permute2f128_ps(b[i], b[i + 4], 0x20);
        r[i + 4] = _mm256_permute2f128_ps(b[i], b[i + 4], 0x31);
    }
}

/// The transformed weight of output channels panel·16 ..< panel·16 + 16, eight input channels at a time.
FAST_INLINE void transform_panel(const winograd_convolution *p, int panel, int m) {
    int n = m + 2, out = p->outChannels, in = p->inChannels;
    size_t component = component_size(in, (out + 15) / 16 * 16), stride = p->outStride;
    for (int ci = 0; ci < in; ci += 8)
        for (int half = 0; half < 2; ++half) {
            int co = panel * 16 + half * 8;
            __m256 taps[9][8], columns[LARGEST_SIDE * 3], u[LARGEST_SIDE * LARGEST_SIDE];
            for (int tap = 0; tap < 9; ++tap) {
                for (int i = 0; i < 8; ++i)
                    // dL/dinput: taps reversed, input and output exchanged; weight is [tap][out][in] for this pass.
                    taps[tap][i] = co >= out      ? _mm256_setzero_ps()
                                   : p->rotates ? _mm256_loadu_ps(p->weight + ((8 - tap) * stride + co + i) * in + ci)
                                                : _mm256_loadu_ps(p->weight + ((size_t)tap * in + ci + i) * stride + co);
                if (p->rotates) transpose(taps[tap]);
            }
            for (int i = 0; i < 8; ++i) {
                float *target = p->transformedWeight + ((size_t)panel * in + ci + i) * 16 + half * 8;
                for (int x = 0; x < 3; ++x)
                    weight_transform(
                        m, times(taps[x][i], p->weightFactor), times(taps[3 + x][i], p->weightFactor),
                        times(taps[6 + x][i], p->weightFactor), columns + x, 3);
                for (int y = 0; y < n; ++y)
                    weight_transform(m, columns[3 * y], columns[3 * y + 1], columns[3 * y + 2], u + y * n, 1);
                for (int k = 0; k < n * n; ++k) _mm256_storeu_ps(target + k * component, u[k]);
            }
        }
}

FAST void winograd_transform_weight(const winograd_convolution *p, int panelBegin, int panelEnd) {
    for (int panel = panelBegin; panel < panelEnd; ++panel) {
        if (p->tile == 4) transform_panel(p, panel, 4);
        else transform_panel(p, panel, 6);
    }
}

// MARK: Tiles

static const float zeros[4096];

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

FAST_INLINE void scatter_tile(
    const winograd_convolution *p, const float *products, size_t component, int ty, int tx, float *image, int m) {
    int n = m + 2;
    int rows = p->height - ty * m < m ? p->height - ty * m : m, columns = p->width - tx * m < m ? p->width - tx * m : m;
    for (int c = 0; c < p->outChannels; c += 8) {
        __m256 v[LARGEST_SIDE], half[LARGEST_SIDE * LARGEST_SIDE], y[LARGEST_SIDE];
        for (int x = 0; x < n; ++x) {
            for (int k = 0; k < n; ++k) v[k] = _mm256_loadu_ps(products + (size_t)(k * n + x) * component + c);
            output_transform(m, v, 1, half + x, n);
        }
        float *corner = image + ((size_t)ty * m * p->width + tx * m) * p->outStride + c;
        for (int row = 0; row < rows; ++row) {
            output_transform(m, half + row * n, 1, y, 1);
            float *target = corner + (size_t)row * p->width * p->outStride;
            for (int x = 0; x < columns; ++x) _mm256_storeu_ps(target + (size_t)x * p->outStride, y[x]);
        }
    }
}

// MARK: Products

/// c[rows, 16] = a[rows, inner] · b[inner, 16]
FAST_INLINE void panel_product(
    const float *a, size_t stride, const float *b, float *c, size_t resultStride, int inner, const int rows) {
    __m256 left[6], right[6];
    for (int r = 0; r < rows; ++r) left[r] = right[r] = _mm256_setzero_ps();
    for (int k = 0; k < inner; ++k, b += 16) {
        __m256 b0 = _mm256_loadu_ps(b), b1 = _mm256_loadu_ps(b + 8);
        for (int r = 0; r < rows; ++r) {
            __m256 value = _mm256_broadcast_ss(a + r * stride + k);
            left[r] = _mm256_fmadd_ps(value, b0, left[r]);
            right[r] = _mm256_fmadd_ps(value, b1, right[r]);
        }
    }
    for (int r = 0; r < rows; ++r) {
        _mm256_storeu_ps(c + r * resultStride, left[r]);
        _mm256_storeu_ps(c + r * resultStride + 8, right[r]);
    }
}

FAST_INLINE void component_product(
    const float *a, const float *b, float *c, int tiles, int inner, int paddedOut) {
    for (int panel = 0; panel < paddedOut; panel += 16, b += (size_t)inner * 16) {
        int row = 0;
#define ROWS(count) \
    panel_product(a + (size_t)row * inner, inner, b, c + (size_t)row * paddedOut + panel, paddedOut, inner, count)
        for (; row + 6 <= tiles; row += 6) ROWS(6);
        switch (tiles - row) {
        case 5: ROWS(5); break;
        case 4: ROWS(4); break;
        case 3: ROWS(3); break;
        case 2: ROWS(2); break;
        case 1: ROWS(1); break;
        }
#undef ROWS
    }
}

size_t winograd_weight_size(const winograd_convolution *p) {
    return (p->tile + 2) * (p->tile + 2) * component_size(p->inChannels, (p->outChannels + 15) / 16 * 16);
}

size_t winograd_workspace(const winograd_convolution *p, int images) {
    int m = p->tile, n = m + 2;
    size_t tiles = (size_t)images * ((p->height + m - 1) / m) * ((p->width + m - 1) / m);
    return n * n * (component_size(tiles, p->inChannels) + component_size(tiles, (p->outChannels + 15) / 16 * 16));
}

FAST_INLINE void run(const winograd_convolution *p, int imageBegin, int imageEnd, float *workspace, int m, int kind) {
    int n = m + 2, paddedOut = (p->outChannels + 15) / 16 * 16;
    int tilesDown = (p->height + m - 1) / m, tilesAcross = (p->width + m - 1) / m;
    int tiles = (imageEnd - imageBegin) * tilesDown * tilesAcross;
    size_t inComponent = component_size(tiles, p->inChannels), outComponent = component_size(tiles, paddedOut);
    float *v = workspace, *products = workspace + (size_t)n * n * inComponent;
    int tile = 0;
    for (int i = imageBegin; i < imageEnd; ++i) {
        const uint8_t *image = (const uint8_t *)p->input + (size_t)i * p->height * p->width * p->inputPositionBytes;
        for (int ty = 0; ty < tilesDown; ++ty)
            for (int tx = 0; tx < tilesAcross; ++tx, ++tile)
                gather_tile(p, image, ty, tx, v + (size_t)tile * p->inChannels, inComponent, m, kind);
    }
    for (int k = 0; k < n * n; ++k)
        component_product(
            v + k * inComponent, p->transformedWeight + k * component_size(p->inChannels, paddedOut),
            products + k * outComponent, tiles, p->inChannels, paddedOut);
    tile = 0;
    for (int i = imageBegin; i < imageEnd; ++i) {
        float *image = p->output + (size_t)i * p->height * p->width * p->outStride;
        for (int ty = 0; ty < tilesDown; ++ty)
            for (int tx = 0; tx < tilesAcross; ++tx, ++tile)
                scatter_tile(p, products + (size_t)tile * paddedOut, outComponent, ty, tx, image, m);
    }
}

FAST void winograd_run(const winograd_convolution *p, int imageBegin, int imageEnd, float *workspace) {
#define KIND(kind)                                                      \
    if (p->tile == 4) run(p, imageBegin, imageEnd, workspace, 4, kind); \
    else run(p, imageBegin, imageEnd, workspace, 6, kind)
    switch (p->inputKind) {
    case ACTIVATION_SPIKES:
        if (p->inChannels % 32 == 0) {
            KIND(ACTIVATION_WIDE_SPIKES);
        } else {
            KIND(ACTIVATION_SPIKES);
        }
        break;
    case ACTIVATION_COUNTS: KIND(ACTIVATION_COUNTS); break;
    default: KIND(ACTIVATION_DENSE); break;
    }
#undef KIND
}

// MARK: Gradient of the weight
//
// The derivative of the same formula: with the gradient e of a tile of the output,
//
//     dL/dg = Gᵀ [ Σ over tiles of (Bᵀ d B) ⊙ (A e Aᵀ) ] G

/// A v, m + 2 values from m; the transpose of `output_transform`.
FAST_INLINE void spread_transform(int m, const __m256 *e, int s, __m256 *z, int zs) {
    __m256 e0 = e[0], e1 = e[s], e2 = e[2 * s], e3 = e[3 * s];
    if (m == 4) {
        __m256 even = plus(e0, e2), odd = plus(e1, e3);
        __m256 even2 = plus_times(e0, e2, 4.0f), odd2 = plus_times(times(e1, 2.0f), e3, 8.0f);
        z[0] = e0;
        z[zs] = plus(even, odd);
        z[2 * zs] = minus(even, odd);
        z[3 * zs] = plus(even2, odd2);
        z[4 * zs] = minus(even2, odd2);
        z[5 * zs] = e3;
    } else {
        __m256 e4 = e[4 * s], e5 = e[5 * s];
        __m256 even = plus(plus(e0, e2), e4), odd = plus(plus(e1, e3), e5);
        __m256 even2 = plus_times(plus_times(e0, e2, 4.0f), e4, 16.0f);
        __m256 odd2 = plus_times(plus_times(times(e1, 2.0f), e3, 8.0f), e5, 32.0f);
        __m256 even3 = plus_times(plus_times(times(e0, 32.0f), e2, 8.0f), e4, 2.0f);
        __m256 odd3 = plus_times(plus_times(times(e1, 16.0f), e3, 4.0f), e5, 1.0f);
        z[0] = e0;
        z[zs] = plus(even, odd);
        z[2 * zs] = minus(even, odd);
        z[3 * zs] = plus(even2, odd2);
        z[4 * zs] = minus(even2, odd2);
        z[5 * zs] = plus(even3, odd3);
        z[6 * zs] = minus(even3, odd3);
        z[7 * zs] = e5;
    }
}

/// Gᵀ u, 3 values from m + 2; the transpose of `weight_transform`.
FAST_INLINE void collect_transform(int m, const __m256 *u, int s, __m256 *g, int gs) {
    __m256 u0 = u[0], u1 = u[s], u2 = u[2 * s], u3 = u[3 * s], u4 = u[4 * s], u5 = u[5 * s];
    __m256 a = plus(u1, u2), b = minus(u2, u1), c = plus(u3, u4), d = minus(u3, u4);
    if (m == 4) {
        g[0] = plus_times(plus_times(times(u0, 0.25f), a, -1.0f / 6), c, 1.0f / 24);
        g[gs] = plus_times(times(b, 1.0f / 6), d, 1.0f / 12);
        g[2 * gs] = plus_times(plus_times(u5, a, -1.0f / 6), c, 1.0f / 6);
    } else {
        __m256 u6 = u[6 * s], u7 = u[7 * s], e = plus(u5, u6), f = minus(u5, u6);
        g[0] = plus_times(plus_times(plus_times(u0, a, -2.0f / 9), c, 1.0f / 90), e, 1.0f / 45);
        g[gs] = plus_times(plus_times(times(b, 2.0f / 9), d, 1.0f / 45), f, 1.0f / 90);
        g[2 * gs] = plus_times(plus_times(plus_times(u7, a, -2.0f / 9), c, 2.0f / 45), e, 1.0f / 180);
    }
}

static int tiles_per_image(int height, int width, int m) { return ((height + m - 1) / m) * ((width + m - 1) / m); }

void winograd_gradient_layout(winograd_gradient *p) {
    int n = p->tile + 2, tiles = p->imagesPerBlock * tiles_per_image(p->height, p->width, p->tile);
    int panels = (p->outChannels + 15) / 16;
    p->inRow = p->inChannels + 16;
    p->inComponent = (size_t)tiles * p->inRow;
    p->outComponent = (size_t)panels * tiles * 16 + 16;
    p->sumComponent = (size_t)panels * p->inChannels * 16 + 16;
    p->inSize = n * n * p->inComponent;
    p->outSize = n * n * p->outComponent;
    p->sumSize = n * n * p->sumComponent;
}

FAST_INLINE void spread_tile(
    const winograd_gradient *p, const float *image, int ty, int tx, int tile, int tiles, int m) {
    int n = m + 2;
    int rows = p->height - ty * m < m ? p->height - ty * m : m, columns = p->width - tx * m < m ? p->width - tx * m : m;
    const float *corner = image + ((size_t)ty * m * p->width + tx * m) * p->outStride;
    int padded = (p->outChannels + 15) / 16 * 16;
    for (int c = 0; c < padded; c += 8) {
        float *target = p->out + ((size_t)(c / 16) * tiles + tile) * 16 + c % 16;
        __m256 e[LARGEST_SIDE * LARGEST_SIDE], half[LARGEST_SIDE * LARGEST_SIDE], z[LARGEST_SIDE];
        if (c >= p->outChannels) {
            for (int k = 0; k < n * n; ++k) _mm256_storeu_ps(target + k * p->outComponent, _mm256_setzero_ps());
            continue;
        }
        for (int x = 0; x < m; ++x) {
            for (int y = 0; y < m; ++y)
                e[y * m + x] = y < rows && x < columns
                                   ? _mm256_loadu_ps(corner + ((size_t)y * p->width + x) * p->outStride + c)
                                   : _mm256_setzero_ps();
            spread_transform(m, e + x, m, half + x, m);
        }
        for (int y = 0; y < n; ++y) {
            spread_transform(m, half + y * m, 1, z, 1);
            for (int x = 0; x < n; ++x) _mm256_storeu_ps(target + (size_t)(y * n + x) * p->outComponent, z[x]);
        }
    }
}

FAST_INLINE void gather_images(const winograd_gradient *p, int block, int begin, int end, int m, int kind) {
    winograd_convolution source = {0};
    source.inputPositionBytes = p->inputPositionBytes;
    source.height = p->height;
    source.width = p->width;
    source.inChannels = p->inChannels;
    int down = (p->height + m - 1) / m, across = (p->width + m - 1) / m;
    int first = block * p->imagesPerBlock, tiles = p->imagesPerBlock * down * across;
    for (int i = begin; i < end; ++i) {
        size_t pixels = (size_t)(first + i) * p->height * p->width;
        int isThere = first + i < p->images;
        for (int ty = 0; ty < down; ++ty)
            for (int tx = 0; tx < across; ++tx) {
                int tile = (i * down + ty) * across + tx;
                if (!isThere) {
                    // The last block is filled up with nothing.
                    for (int k = 0; k < (m + 2) * (m + 2); ++k) {
                        memset(p->in + k * p->inComponent + (size_t)tile * p->inRow, 0, sizeof(float) * p->inChannels);
                        for (int panel = 0; panel < (p->outChannels + 15) / 16; ++panel)
                            memset(
                                p->out + k * p->outComponent + ((size_t)panel * tiles + tile) * 16, 0,
                                sizeof(float) * 16);
                    }
                    continue;
                }
                gather_tile(
                    &source, (const uint8_t *)p->input + pixels * p->inputPositionBytes, ty, tx,
                    p->in + (size_t)tile * p->inRow, p->inComponent, m, kind);
                spread_tile(p, p->gradient + pixels * p->outStride, ty, tx, tile, tiles, m);
            }
    }
}

FAST void winograd_gradient_gather(const winograd_gradient *p, int block, int imageBegin, int imageEnd) {
#define KIND(kind)                                                                 \
    if (p->tile == 4) gather_images(p, block, imageBegin, imageEnd, 4, kind);      \
    else gather_images(p, block, imageBegin, imageEnd, 6, kind)
    switch (p->inputKind) {
    case ACTIVATION_SPIKES:
        if (p->inChannels % 32 == 0) {
            KIND(ACTIVATION_WIDE_SPIKES);
        } else {
            KIND(ACTIVATION_SPIKES);
        }
        break;
    case ACTIVATION_COUNTS: KIND(ACTIVATION_COUNTS); break;
    default: KIND(ACTIVATION_DENSE); break;
    }
#undef KIND
}

/// c[rows, 16] = a[inner, rows]ᵀ · b[inner, 16] + (adds ? c : 0)
FAST_INLINE void transposed_product(
    const float *a, size_t stride, const float *b, float *c, int inner, int adds, const int rows) {
    __m256 left[6], right[6];
    for (int r = 0; r < rows; ++r) left[r] = right[r] = _mm256_setzero_ps();
    for (int k = 0; k < inner; ++k, a += stride, b += 16) {
        __m256 b0 = _mm256_loadu_ps(b), b1 = _mm256_loadu_ps(b + 8);
        for (int r = 0; r < rows; ++r) {
            __m256 value = _mm256_broadcast_ss(a + r);
            left[r] = _mm256_fmadd_ps(value, b0, left[r]);
            right[r] = _mm256_fmadd_ps(value, b1, right[r]);
        }
    }
    for (int r = 0; r < rows; ++r) {
        if (adds) {
            left[r] = _mm256_add_ps(left[r], _mm256_loadu_ps(c + r * 16));
            right[r] = _mm256_add_ps(right[r], _mm256_loadu_ps(c + r * 16 + 8));
        }
        _mm256_storeu_ps(c + r * 16, left[r]);
        _mm256_storeu_ps(c + r * 16 + 8, right[r]);
    }
}

FAST void winograd_gradient_multiply(const winograd_gradient *p, int component, int adds) {
    int tiles = p->imagesPerBlock * tiles_per_image(p->height, p->width, p->tile);
    const float *a = p->in + component * p->inComponent;
    for (int panel = 0; panel < (p->outChannels + 15) / 16; ++panel) {
        const float *b = p->out + component * p->outComponent + (size_t)panel * tiles * 16;
        float *c = p->sums + component * p->sumComponent + (size_t)panel * p->inChannels * 16;
        int row = 0;
#define ROWS(count) transposed_product(a + row, p->inRow, b, c + (size_t)row * 16, tiles, adds, count)
        for (; row + 6 <= p->inChannels; row += 6) ROWS(6);
        switch (p->inChannels - row) {
        case 5: ROWS(5); break;
        case 4: ROWS(4); break;
        case 3: ROWS(3); break;
        case 2: ROWS(2); break;
        case 1: ROWS(1); break;
        }
#undef ROWS
    }
}

FAST_INLINE void finish_panel(const winograd_gradient *p, int panel, int m) {
    int n = m + 2;
    for (int ci = 0; ci < p->inChannels; ++ci)
        for (int half = 0; half < 2; ++half) {
            int co = panel * 16 + half * 8;
            if (co >= p->outChannels) continue;
            const float *source = p->sums + ((size_t)panel * p->inChannels + ci) * 16 + half * 8;
            __m256 u[LARGEST_SIDE], columns[3 * LARGEST_SIDE], taps[3];
            for (int x = 0; x < n; ++x) {
                for (int y = 0; y < n; ++y) u[y] = _mm256_loadu_ps(source + (size_t)(y * n + x) * p->sumComponent);
                collect_transform(m, u, 1, columns + x, n);
            }
            for (int y = 0; y < 3; ++y) {
                collect_transform(m, columns + y * n, 1, taps, 1);
                for (int x = 0; x < 3; ++x) {
                    float *target = p->weightGradient + ((size_t)(3 * y + x) * p->inChannels + ci) * p->outStride + co;
                    _mm256_storeu_ps(target, plus_times(_mm256_loadu_ps(target), taps[x], p->inputFactor));
                }
            }
        }
}

FAST void winograd_gradient_finish(const winograd_gradient *p, int panel) {
    if (p->tile == 4) finish_panel(p, panel, 4);
    else finish_panel(p, panel, 6);
}

#else

// Never called: without AVX2 the plain kernels run.
size_t winograd_workspace(const winograd_convolution *p, int images) { return 0; }
size_t winograd_weight_size(const winograd_convolution *p) { return 0; }
void winograd_transform_weight(const winograd_convolution *p, int panelBegin, int panelEnd) {}
void winograd_run(const winograd_convolution *p, int imageBegin, int imageEnd, float *workspace) {}
void winograd_gradient_layout(winograd_gradient *p) {}
void winograd_gradient_gather(const winograd_gradient *p, int block, int imageBegin, int imageEnd) {}
void winograd_gradient_multiply(const winograd_gradient *p, int component, int adds) {}
void winograd_gradient_finish(const winograd_gradient *p, int panel) {}

#endif
