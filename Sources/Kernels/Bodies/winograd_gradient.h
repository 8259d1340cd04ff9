#pragma once
#include "product.h"
#include "winograd_transforms.h"

// The gradient of the weight of a convolution by Winograd's minimal filtering (winograd_transforms.h).
//
// The derivative of the same formula: with the gradient e of a tile of the output,
//
//     dL/dg = Gᵀ [ Σ over tiles of (Bᵀ d B) ⊙ (A e Aᵀ) ] G

/// A v, m + 2 values from m; the transpose of `output_transform`.
BODY void spread_transform(int m, const floats *e, int s, floats *z, int zs) {
    floats e0 = e[0], e1 = e[s], e2 = e[2 * s], e3 = e[3 * s];
    if (m == 4) {
        floats even = e0 + e2, odd = e1 + e3;
        floats even2 = plus_scaled(e0, e2, 4.0f), odd2 = plus_scaled(e1 * 2.0f, e3, 8.0f);
        z[0] = e0;
        z[zs] = even + odd;
        z[2 * zs] = even - odd;
        z[3 * zs] = even2 + odd2;
        z[4 * zs] = even2 - odd2;
        z[5 * zs] = e3;
    } else {
        floats e4 = e[4 * s], e5 = e[5 * s];
        floats even = e0 + e2 + e4, odd = e1 + e3 + e5;
        floats even2 = plus_scaled(plus_scaled(e0, e2, 4.0f), e4, 16.0f);
        floats odd2 = plus_scaled(plus_scaled(e1 * 2.0f, e3, 8.0f), e5, 32.0f);
        floats even3 = plus_scaled(plus_scaled(e0 * 32.0f, e2, 8.0f), e4, 2.0f);
        floats odd3 = plus_scaled(plus_scaled(e1 * 16.0f, e3, 4.0f), e5, 1.0f);
        z[0] = e0;
        z[zs] = even + odd;
        z[2 * zs] = even - odd;
        z[3 * zs] = even2 + odd2;
        z[4 * zs] = even2 - odd2;
        z[5 * zs] = even3 + odd3;
        z[6 * zs] = even3 - odd3;
        z[7 * zs] = e5;
    }
}

/// Gᵀ u, 3 values from m + 2; the transpose of `weight_transform`.
BODY void collect_transform(int m, const floats *u, int s, floats *g, int gs) {
    floats u0 = u[0], u1 = u[s], u2 = u[2 * s], u3 = u[3 * s], u4 = u[4 * s], u5 = u[5 * s];
    floats a = u1 + u2, b = u2 - u1, c = u3 + u4, d = u3 - u4;
    if (m == 4) {
        g[0] = plus_scaled(plus_scaled(u0 * 0.25f, a, -1.0f / 6), c, 1.0f / 24);
        g[gs] = plus_scaled(b * (1.0f / 6), d, 1.0f / 12);
        g[2 * gs] = plus_scaled(plus_scaled(u5, a, -1.0f / 6), c, 1.0f / 6);
    } else {
        floats u6 = u[6 * s], u7 = u[7 * s], e = u5 + u6, f = u5 - u6;
        g[0] = plus_scaled(plus_scaled(plus_scaled(u0, a, -2.0f / 9), c, 1.0f / 90), e, 1.0f / 45);
        g[gs] = plus_scaled(plus_scaled(b * (2.0f / 9), d, 1.0f / 45), f, 1.0f / 90);
        g[2 * gs] = plus_scaled(plus_scaled(plus_scaled(u7, a, -2.0f / 9), c, 2.0f / 45), e, 1.0f / 180);
    }
}

BODY void spread_tile(
    const winograd_gradient *p, const float *image, int ty, int tx, int tile, int tiles, const int m) {
    int n = m + 2;
    int rows = p->height - ty * m < m ? p->height - ty * m : m, columns = p->width - tx * m < m ? p->width - tx * m : m;
    const float *corner = image + ((size_t)ty * m * p->width + tx * m) * p->outStride;
    int padded = padded_to_panel(p->outChannels);
    for (int c = 0; c < padded; c += LANES) {
        float *target = p->out + ((size_t)(c / PANEL) * tiles + tile) * PANEL + c % PANEL;
        floats e[LARGEST_SIDE * LARGEST_SIDE], half[LARGEST_SIDE * LARGEST_SIDE], z[LARGEST_SIDE];
        if (c >= p->outChannels) {
            for (int k = 0; k < n * n; ++k) store(target + k * p->outComponent, splat(0.0f));
            continue;
        }
        const int isWhole = rows == m && columns == m;
        for (int x = 0; x < m; ++x) {
            for (int y = 0; y < m; ++y)
                e[y * m + x] = isWhole || (y < rows && x < columns)
                                   ? load(corner + ((size_t)y * p->width + x) * p->outStride + c)
                                   : splat(0.0f);
            spread_transform(m, e + x, m, half + x, m);
        }
        for (int y = 0; y < n; ++y) {
            spread_transform(m, half + y * m, 1, z, 1);
            for (int x = 0; x < n; ++x) store(target + (size_t)(y * n + x) * p->outComponent, z[x]);
        }
    }
}

BODY void gather_images(
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
                        for (int panel = 0; panel < padded_to_panel(p->outChannels) / PANEL; ++panel)
                            memset(
                                p->out + k * p->outComponent + ((size_t)panel * tiles + tile) * PANEL, 0,
                                sizeof(float) * PANEL);
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

static void winograd_gradient_gather_body(const winograd_gradient *p, int block, int imageBegin, int imageEnd) {
    if ((p->inChannels | p->outChannels) % LANES) {
        NARROWER(winograd_gradient_gather)(p, block, imageBegin, imageEnd);
        return;
    }
#define RUN(m, kind) gather_images(p, block, imageBegin, imageEnd, m, kind)
    WITH_CONSTANTS(p, RUN)
#undef RUN
}

static void winograd_gradient_multiply_body(const winograd_gradient *p, int component, int adds) {
    panel_product product = {0};
    product.left = p->in + component * p->inComponent;
    product.leftStride = p->inRow;
    product.right = p->out + component * p->outComponent;
    product.result = p->sums + component * p->sumComponent;
    product.resultRow = PANEL;
    product.resultPanel = (size_t)p->inChannels * PANEL;
    product.rows = p->inChannels;
    product.inner = p->imagesPerBlock * tiles_per_image(p->height, p->width, p->tile);
    product.panels = padded_to_panel(p->outChannels) / PANEL;
    product.adds = adds;
    multiply_turned(&product);
}

BODY void finish_panel(const winograd_gradient *p, int panel, int m) {
    int n = m + 2;
    for (int ci = 0; ci < p->inChannels; ++ci)
        for (int part = 0; part < PANEL; part += LANES) {
            int co = panel * PANEL + part;
            if (co >= p->outChannels) continue;
            const float *source = p->sums + ((size_t)panel * p->inChannels + ci) * PANEL + part;
            floats u[LARGEST_SIDE], columns[3 * LARGEST_SIDE], taps[3];
            for (int x = 0; x < n; ++x) {
                for (int y = 0; y < n; ++y) u[y] = load(source + (size_t)(y * n + x) * p->sumComponent);
                collect_transform(m, u, 1, columns + x, n);
            }
            for (int y = 0; y < 3; ++y) {
                collect_transform(m, columns + y * n, 1, taps, 1);
                for (int x = 0; x < 3; ++x) {
                    float *target = p->weightGradient + ((size_t)(3 * y + x) * p->inChannels + ci) * p->outStride + co;
                    store(target, plus_scaled(load(target), taps[x], p->inputFactor));
                }
            }
        }
}

static void winograd_gradient_finish_body(const winograd_gradient *p, int panel) {
    if (p->outChannels % LANES) {
        NARROWER(winograd_gradient_finish)(p, panel);
        return;
    }
    if (p->tile == 4) finish_panel(p, panel, 4);
    else finish_panel(p, panel, 6);
}
