#pragma once
#include "product.h"
#include "winograd_transforms.h"

// MARK: Weights

/// Rows become columns: each stage turns the place of every element, in bits [row | column], by one bit.
BODY void transpose(floats *r) {
    for (int stage = 1; stage < LANES; stage *= 2) {
        floats turned[LANES];
        for (int i = 0; i < LANES / 2; ++i) {
#if LANES == 4
#define LOW 0, 4, 1, 5
#define HIGH 2, 6, 3, 7
#elif LANES == 8
#define LOW 0, 8, 1, 9, 2, 10, 3, 11
#define HIGH 4, 12, 5, 13, 6, 14, 7, 15
#else
#define LOW 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define HIGH 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#endif
            turned[2 * i] = __builtin_shufflevector(r[i], r[i + LANES / 2], LOW);
            turned[2 * i + 1] = __builtin_shufflevector(r[i], r[i + LANES / 2], HIGH);
        }
        for (int i = 0; i < LANES; ++i) r[i] = turned[i];
    }
}

/// The transformed weight of output channels panel·16 ..< panel·16 + 16, LANES input channels at a time.
BODY void transform_panel(const winograd_convolution *p, int panel, const int m) {
    const int n = m + 2, out = p->outChannels, in = p->inChannels;
    const size_t component = component_size(in, padded_to_panel(out)), stride = p->outStride;
    for (int ci = 0; ci < in; ci += LANES)
        for (int part = 0; part < PANEL; part += LANES) {
            const int co = panel * PANEL + part;
            floats taps[9][LANES], columns[LARGEST_SIDE * 3], u[LARGEST_SIDE * LARGEST_SIDE];
            for (int tap = 0; tap < 9; ++tap) {
                for (int i = 0; i < LANES; ++i)
                    // dL/dinput: taps reversed, input and output exchanged; weight is [tap][out][in] for this pass.
                    taps[tap][i] = co >= out      ? splat(0.0f)
                                   : p->rotates ? load(p->weight + ((8 - tap) * stride + co + i) * in + ci)
                                                : load(p->weight + ((size_t)tap * in + ci + i) * stride + co);
                if (p->rotates) transpose(taps[tap]);
            }
            for (int i = 0; i < LANES; ++i) {
                float *target = p->transformedWeight + ((size_t)panel * in + ci + i) * PANEL + part;
                for (int x = 0; x < 3; ++x)
                    weight_transform(
                        m, taps[x][i] * p->weightFactor, taps[3 + x][i] * p->weightFactor,
                        taps[6 + x][i] * p->weightFactor, columns + x, 3);
                for (int y = 0; y < n; ++y)
                    weight_transform(m, columns[3 * y], columns[3 * y + 1], columns[3 * y + 2], u + y * n, 1);
                for (int k = 0; k < n * n; ++k) store(target + k * component, u[k]);
            }
        }
}

static void winograd_transform_weight_body(const winograd_convolution *p, int panelBegin, int panelEnd) {
    if ((p->inChannels | p->outChannels) % LANES) {
        NARROWER(winograd_transform_weight)(p, panelBegin, panelEnd);
        return;
    }
    for (int panel = panelBegin; panel < panelEnd; ++panel) {
        if (p->tile == 4) transform_panel(p, panel, 4);
        else transform_panel(p, panel, 6);
    }
}

// MARK: Tiles

/// Aᵀ M A of LANES channels; m is a constant, so that everything unrolls.
BODY void output_tile(const float *products, size_t component, floats *y, const int m) {
    const int n = m + 2;
    floats half[LARGEST_SIDE * LARGEST_SIDE];
#pragma unroll
    for (int x = 0; x < n; ++x) {
        floats v[LARGEST_SIDE];
#pragma unroll
        for (int k = 0; k < n; ++k) v[k] = load(products + (size_t)(k * n + x) * component);
        output_transform(m, v, 1, half + x, n);
    }
#pragma unroll
    for (int row = 0; row < m; ++row) output_transform(m, half + row * n, 1, y + row * m, 1);
}

BODY void scatter_tile(
    const winograd_convolution *p, const float *products, size_t component, int ty, int tx, float *image, const int m) {
    const int rows = p->height - ty * m < m ? p->height - ty * m : m;
    const int columns = p->width - tx * m < m ? p->width - tx * m : m;
    const size_t stride = p->outStride, rowStride = stride * p->width;
    const int channels = p->outChannels;
    float *corner = image + (size_t)ty * m * rowStride + tx * m * stride;
    for (int c = 0; c < channels; c += LANES) {
        floats y[LARGEST_SIDE * LARGEST_SIDE];
        output_tile(products + c, component, y, m);
        float *target = corner + c;
        if (rows == m && columns == m) {
#pragma unroll
            for (int row = 0; row < m; ++row)
#pragma unroll
                for (int x = 0; x < m; ++x) store(target + row * rowStride + x * stride, y[row * m + x]);
        } else {
            for (int row = 0; row < rows; ++row)
                for (int x = 0; x < columns; ++x) store(target + row * rowStride + x * stride, y[row * m + x]);
        }
    }
}

/// Some tiles at a time, so few that what they become stays in the second-level cache from transform to product to transform.
BODY void convolve(
    const winograd_convolution *p, int imageBegin, int imageEnd, float *workspace, const int m, const int kind) {
    const int n = m + 2, paddedOut = padded_to_panel(p->outChannels);
    const int across = (p->width + m - 1) / m, perImage = tiles_per_image(p->height, p->width, m);
    const int last = imageEnd * perImage;
    const size_t pixels = (size_t)p->height * p->width;
    const int atOnce = winograd_tiles_at_once(p, last - imageBegin * perImage);
    const size_t inComponent = component_size(atOnce, p->inChannels), outComponent = component_size(atOnce, paddedOut);
    float *v = workspace, *products = workspace + (size_t)n * n * inComponent;
    for (int begin = imageBegin * perImage; begin < last; begin += atOnce) {
        const int tiles = last - begin < atOnce ? last - begin : atOnce;
        for (int tile = 0; tile < tiles; ++tile) {
            const int image = (begin + tile) / perImage, place = (begin + tile) % perImage;
            const uint8_t *input = (const uint8_t *)p->input + image * pixels * p->inputPositionBytes;
            if (kind == ACTIVATION_DENSE)
                expect_next_tile(input, p->inputPositionBytes, p->width, across, place / across, place % across, m);
            gather_tile(
                p, input, place / across, place % across, v + (size_t)tile * p->inChannels, inComponent, m, kind);
        }
        panel_product product = {0};
        product.leftStride = p->inChannels;
        product.resultRow = paddedOut;
        product.resultPanel = PANEL;
        product.rows = tiles;
        product.inner = p->inChannels;
        product.panels = paddedOut / PANEL;
        for (int k = 0; k < n * n; ++k) {
            product.left = v + k * inComponent;
            product.right = p->transformedWeight + k * component_size(p->inChannels, paddedOut);
            product.result = products + k * outComponent;
            multiply(&product);
        }
        for (int tile = 0; tile < tiles; ++tile) {
            const int image = (begin + tile) / perImage, place = (begin + tile) % perImage;
            float *output = p->output + image * pixels * p->outStride;
            expect_next_tile(
                output, p->outStride * sizeof(float), p->width, across, place / across, place % across, m);
            scatter_tile(
                p, products + (size_t)tile * paddedOut, outComponent, place / across, place % across, output, m);
        }
    }
}

static void winograd_run_body(const winograd_convolution *p, int imageBegin, int imageEnd, float *workspace) {
    if ((p->inChannels | p->outChannels) % LANES) {
        NARROWER(winograd_run)(p, imageBegin, imageEnd, workspace);
        return;
    }
#define RUN(m, kind) convolve(p, imageBegin, imageEnd, workspace, m, kind)
    WITH_CONSTANTS(p, RUN)
#undef RUN
}
