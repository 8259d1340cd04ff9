#pragma once
#include "../sparse_units.h"
#include "eight.h"

// Convolutions that visit active inputs only. What is listed is where an input is active, channel by channel; the work of
// an entry is nine vectors of eight output channels.

#define NINE(work) work(0) work(1) work(2) work(3) work(4) work(5) work(6) work(7) work(8)
// Tap t = 3 · ky + kx meets window pixel (2 - ky, 2 - kx).
#define AT(base, row, t) ((base) + (2 - (t) / 3) * (row) + (2 - (t) % 3) * 8)

/// Copies eight channels of a unit's gradient into a plane, zero around.
BODY void pack_plane(
    const sparse_layout *l, unit_extent e, const float *gradient, int outChannels, int channel, float *plane) {
    size_t row = (size_t)(l->width + 2) * 8;
    for (int i = e.imageBegin; i < e.imageEnd; ++i) {
        float *target = plane + (size_t)(i - e.imageBegin) * plane_pixels(l, l->unitRows) * 8;
        for (int y = e.rowBegin - 1; y <= e.rowEnd; ++y, target += row) {
            if (y < 0 || y >= l->height) {
                memset(target, 0, row * sizeof(float));
                continue;
            }
            store_eight(target, (eight)0.0f);
            const float *source = gradient + ((size_t)i * l->height + y) * l->width * outChannels + channel;
            for (int x = 0; x < l->width; ++x)
                store_eight(target + 8 + 8 * x, load_eight(source + (size_t)x * outChannels));
            store_eight(target + row - 8, (eight)0.0f);
        }
    }
}

BODY void gather_list(
    const uint16_t *offsets, const float *values, int count, const float *plane, size_t row, float *sums,
    int isValued) {
#define LOAD(t) eight s##t = load_eight(sums + 8 * t);
    NINE(LOAD)
#undef LOAD
    for (int n = 0; n < count; ++n) {
        const float *window = plane + (size_t)offsets[n] * 2;
        if (isValued) {
            eight value = (eight)values[n];
#define ADD(t) s##t = __builtin_elementwise_fma(value, load_eight(AT(window, row, t)), s##t);
            NINE(ADD)
#undef ADD
        } else {
#define ADD(t) s##t = s##t + load_eight(AT(window, row, t));
            NINE(ADD)
#undef ADD
        }
    }
#define STORE(t) store_eight(sums + 8 * t, s##t);
    NINE(STORE)
#undef STORE
}

static void sparse_weight_gradient_body(
    const sparse_layout *l, const uint16_t *offsets, const float *values, const int32_t *counts,
    const float *gradient, int outChannels, int blockBegin, int blockEnd, int unitBegin, int unitEnd, float *plane,
    float *weightGradient) {
    size_t capacity = sparse_list_capacity(l), row = (size_t)(l->width + 2) * 8;
    for (int unit = unitBegin; unit < unitEnd; ++unit)
        for (int block = blockBegin; block < blockEnd; ++block) {
            pack_plane(l, extent_of(l, unit), gradient, outChannels, block * 8, plane);
            size_t first = (size_t)unit * l->channels;
            for (int c = 0; c < l->channels; ++c) {
                int count = counts[first + c];
                size_t list = (first + c) * capacity;
                float *sums = weightGradient + ((size_t)(block - blockBegin) * l->channels + c) * 72;
                if (count == 0) continue;
                if (l->inputKind == ACTIVATION_SPIKES) gather_list(offsets + list, 0, count, plane, row, sums, 0);
                else gather_list(offsets + list, values + list, count, plane, row, sums, 1);
            }
        }
}

BODY void scatter_list(
    const uint16_t *offsets, const float *values, int count, const float *weight, float *plane, size_t row,
    int isValued) {
#define LOAD(t) eight w##t = load_eight(weight + 8 * t);
    NINE(LOAD)
#undef LOAD
    for (int n = 0; n < count; ++n) {
        float *window = plane + (size_t)offsets[n] * 2;
        if (isValued) {
            eight value = (eight)values[n];
#define ADD(t) \
    store_eight(AT(window, row, t), __builtin_elementwise_fma(value, w##t, load_eight(AT(window, row, t))));
            NINE(ADD)
#undef ADD
        } else {
#define ADD(t) store_eight(AT(window, row, t), w##t + load_eight(AT(window, row, t)));
            NINE(ADD)
#undef ADD
        }
    }
}

/// Copies a plane's inner pixels out, and adds up their sums and squares.
BODY void unpack_plane(
    const sparse_layout *l, unit_extent e, const float *plane, float *output, int outChannels, int channel,
    double *sums, double *squares) {
    size_t row = (size_t)(l->width + 2) * 8;
    for (int i = e.imageBegin; i < e.imageEnd; ++i) {
        const float *source = plane + (size_t)(i - e.imageBegin) * plane_pixels(l, l->unitRows) * 8 +
                              (size_t)(l->halo + 1) * row + 8;
        // Sums of differences to the first pixel, in float32 along a row: exact enough where the mean is far from zero.
        eight origin = load_eight(source);
        eight_doubles total = 0.0, square = 0.0;
        for (int y = e.rowBegin; y < e.rowEnd; ++y, source += row) {
            float *target = output + ((size_t)i * l->height + y) * l->width * outChannels + channel;
            eight s = (eight)0.0f, q = s;
            for (int x = 0; x < l->width; ++x) {
                eight value = load_eight(source + 8 * x), difference = value - origin;
                store_eight(target + (size_t)x * outChannels, value);
                s += difference;
                q = __builtin_elementwise_fma(difference, difference, q);
            }
            total += __builtin_convertvector(s, eight_doubles);
            square += __builtin_convertvector(q, eight_doubles);
        }
        if (!sums) continue;
        const double n = (double)(e.rowEnd - e.rowBegin) * l->width;
        eight_doubles_there *sum = (eight_doubles_there *)(sums + (size_t)i * outChannels + channel);
        eight_doubles_there *squareSum = (eight_doubles_there *)(squares + (size_t)i * outChannels + channel);
        // Σx = Σ(x−k) + nk,  Σx² = Σ(x−k)² + 2kΣ(x−k) + nk²
        const eight_doubles k = __builtin_convertvector(origin, eight_doubles), nk = n * k;
        *sum = *sum + (total + nk);
        *squareSum = *squareSum + (square + k * ((total + total) + nk));
    }
}

static void sparse_forward_body(
    const sparse_layout *l, const uint16_t *offsets, const float *values, const int32_t *counts,
    const float *weight, float *output, int outChannels, int blockBegin, int blockEnd, int unitBegin, int unitEnd,
    float *plane, double *sums, double *squares) {
    size_t capacity = sparse_list_capacity(l), row = (size_t)(l->width + 2) * 8, size = sparse_plane_size(l);
    for (int unit = unitBegin; unit < unitEnd; ++unit)
        for (int block = blockBegin; block < blockEnd; ++block) {
            memset(plane, 0, size * sizeof(float));
            size_t first = (size_t)unit * l->channels;
            for (int c = 0; c < l->channels; ++c) {
                int count = counts[first + c];
                size_t list = (first + c) * capacity;
                if (count == 0) continue;
                const float *w = weight + ((size_t)block * l->channels + c) * 72;
                if (l->inputKind == ACTIVATION_SPIKES) scatter_list(offsets + list, 0, count, w, plane, row, 0);
                else scatter_list(offsets + list, values + list, count, w, plane, row, 1);
            }
            unpack_plane(l, extent_of(l, unit), plane, output, outChannels, block * 8, sums, squares);
        }
}
