#include "winograd.h"

// The gradient of the weight of a convolution by Winograd's minimal filtering (winograd.h).
//
// The derivative of the same formula: with the gradient e of a tile of the output,
//
//     dL/dg = Gᵀ [ Σ over tiles of (Bᵀ d B) ⊙ (A e Aᵀ) ] G

#if defined(__x86_64__)

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
    const winograd_gradient *p, const float *image, int ty, int tx, int tile, int tiles, const int m) {
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
        const int isWhole = rows == m && columns == m;
        for (int x = 0; x < m; ++x) {
            for (int y = 0; y < m; ++y)
                e[y * m + x] = isWhole || (y < rows && x < columns)
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

FAST_INLINE void gather_images(
    const winograd_gradient *p, int block, int begin, int end, const int m, const int kind) {
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
                const float *gradient = p->gradient + pixels * p->outStride;
                expect_next_tile(gradient, p->outStride * sizeof(float), p->width, across, ty, tx, m);
                gather_tile(
                    &source, (const uint8_t *)p->input + pixels * p->inputPositionBytes, ty, tx,
                    p->in + (size_t)tile * p->inRow, p->inComponent, m, kind);
                spread_tile(p, gradient, ty, tx, tile, tiles, m);
            }
    }
}

FAST void winograd_gradient_gather(const winograd_gradient *p, int block, int imageBegin, int imageEnd) {
#define RUN(m, kind) gather_images(p, block, imageBegin, imageEnd, m, kind)
    WITH_CONSTANTS(p, RUN)
#undef RUN
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
void winograd_gradient_layout(winograd_gradient *p) {}
void winograd_gradient_gather(const winograd_gradient *p, int block, int imageBegin, int imageEnd) {}
void winograd_gradient_multiply(const winograd_gradient *p, int component, int adds) {}
void winograd_gradient_finish(const winograd_gradient *p, int panel) {}

#endif
