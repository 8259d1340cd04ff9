#include "winograd.h"

#if defined(__x86_64__)

// MARK: Weights

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

/// Aᵀ M A of eight channels; m is a constant, so that everything unrolls.
FAST_INLINE void output_tile(const float *products, size_t component, __m256 *y, const int m) {
    const int n = m + 2;
    __m256 half[LARGEST_SIDE * LARGEST_SIDE];
#pragma unroll
    for (int x = 0; x < n; ++x) {
        __m256 v[LARGEST_SIDE];
#pragma unroll
        for (int k = 0; k < n; ++k) v[k] = _mm256_loadu_ps(products + (size_t)(k * n + x) * component);
        output_transform(m, v, 1, half + x, n);
    }
#pragma unroll
    for (int row = 0; row < m; ++row) output_transform(m, half + row * n, 1, y + row * m, 1);
}

FAST_INLINE void scatter_tile(
    const winograd_convolution *p, const float *products, size_t component, int ty, int tx, float *image, const int m) {
    const int rows = p->height - ty * m < m ? p->height - ty * m : m;
    const int columns = p->width - tx * m < m ? p->width - tx * m : m;
    const size_t stride = p->outStride, rowStride = stride * p->width;
    const int channels = p->outChannels;
    float *corner = image + (size_t)ty * m * rowStride + tx * m * stride;
    for (int c = 0; c < channels; c += 8) {
        __m256 y[LARGEST_SIDE * LARGEST_SIDE];
        output_tile(products + c, component, y, m);
        float *target = corner + c;
        if (rows == m && columns == m) {
#pragma unroll
            for (int row = 0; row < m; ++row)
#pragma unroll
                for (int x = 0; x < m; ++x) _mm256_storeu_ps(target + row * rowStride + x * stride, y[row * m + x]);
        } else {
            for (int row = 0; row < rows; ++row)
                for (int x = 0; x < columns; ++x)
                    _mm256_storeu_ps(target + row * rowStride + x * stride, y[row * m + x]);
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

FAST_INLINE void run(
    const winograd_convolution *p, int imageBegin, int imageEnd, float *workspace, const int m, const int kind) {
    int n = m + 2, paddedOut = (p->outChannels + 15) / 16 * 16;
    int tilesDown = (p->height + m - 1) / m, tilesAcross = (p->width + m - 1) / m;
    int tiles = (imageEnd - imageBegin) * tilesDown * tilesAcross;
    size_t inComponent = component_size(tiles, p->inChannels), outComponent = component_size(tiles, paddedOut);
    float *v = workspace, *products = workspace + (size_t)n * n * inComponent;
    int tile = 0;
    for (int i = imageBegin; i < imageEnd; ++i) {
        const uint8_t *image = (const uint8_t *)p->input + (size_t)i * p->height * p->width * p->inputPositionBytes;
        for (int ty = 0; ty < tilesDown; ++ty)
            for (int tx = 0; tx < tilesAcross; ++tx, ++tile) {
                if (kind == ACTIVATION_DENSE)
                    expect_next_tile(image, p->inputPositionBytes, p->width, tilesAcross, ty, tx, m);
                gather_tile(p, image, ty, tx, v + (size_t)tile * p->inChannels, inComponent, m, kind);
            }
    }
    for (int k = 0; k < n * n; ++k)
        component_product(
            v + k * inComponent, p->transformedWeight + k * component_size(p->inChannels, paddedOut),
            products + k * outComponent, tiles, p->inChannels, paddedOut);
    tile = 0;
    for (int i = imageBegin; i < imageEnd; ++i) {
        float *image = p->output + (size_t)i * p->height * p->width * p->outStride;
        for (int ty = 0; ty < tilesDown; ++ty)
            for (int tx = 0; tx < tilesAcross; ++tx, ++tile) {
                expect_next_tile(image, p->outStride * sizeof(float), p->width, tilesAcross, ty, tx, m);
                scatter_tile(p, products + (size_t)tile * paddedOut, outComponent, ty, tx, image, m);
            }
    }
}

FAST void winograd_run(const winograd_convolution *p, int imageBegin, int imageEnd, float *workspace) {
#define RUN(m, kind) run(p, imageBegin, imageEnd, workspace, m, kind)
    WITH_CONSTANTS(p, RUN)
#undef RUN
}

#else

// Never called: without AVX2 the plain kernels run.
size_t winograd_workspace(const winograd_convolution *p, int images) { return 0; }
size_t winograd_weight_size(const winograd_convolution *p) { return 0; }
void winograd_transform_weight(const winograd_convolution *p, int panelBegin, int panelEnd) {}
void winograd_run(const winograd_convolution *p, int imageBegin, int imageEnd, float *workspace) {}

#endif
