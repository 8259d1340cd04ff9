#pragma once
#include "../dispatch.h"
#include <string.h>

// Loops that the compiler vectorizes, for the plain twins as for every width. Nothing is contracted and sums have one order:
// the same bits at every width.

// MARK: Vectors

static void adamw_update_body(
    float *value, const float *gradient, float *first, float *second, size_t count, const adamw_step *step) {
    const adamw_step s = *step;
    float size = s.learningRate / s.firstCorrection;
    for (size_t i = 0; i < count; ++i) {
        float g = gradient[i] * s.gradientScale;
        float m = first[i] + (g - first[i]) * s.firstWeight;
        float v = second[i] * s.secondDecay + g * g * s.secondWeight;
        first[i] = m;
        second[i] = v;
        float denominator = __builtin_sqrtf(v) / s.secondCorrection + s.epsilon;
        value[i] = value[i] * s.decay - size * (m / denominator);
    }
}

// Eight partial sums in double: the same order in both twins.
static double sum_of_squares_body(const float *values, size_t count) {
    double partial[8] = {0};
    size_t i = 0;
    for (; i + 8 <= count; i += 8)
        for (int k = 0; k < 8; ++k) partial[k] += (double)values[i + k] * values[i + k];
    for (; i < count; ++i) partial[0] += (double)values[i] * values[i];
    return ((partial[0] + partial[1]) + (partial[2] + partial[3])) +
           ((partial[4] + partial[5]) + (partial[6] + partial[7]));
}

static void add_to_body(float *target, const float *source, size_t count) {
    for (size_t i = 0; i < count; ++i) target[i] += source[i];
}

static void scale_into_body(float *target, const float *source, float factor, size_t count) {
    for (size_t i = 0; i < count; ++i) target[i] = source[i] * factor;
}

static size_t count_nonzero_body(const float *values, size_t count) {
    size_t total = 0;
    for (size_t block = 0; block < count; block += 4096) {
        size_t stop = block + 4096 < count ? block + 4096 : count;
        uint32_t partial = 0;
        for (size_t i = block; i < stop; ++i) partial += values[i] != 0.0f;
        total += partial;
    }
    return total;
}

// MARK: Pooling

static void average_pool_forward_body(const float *input, float *output, int height, int width, int channels) {
    int outHeight = height / 2, outWidth = width / 2;
    size_t row = (size_t)width * channels;
    for (int y = 0; y < outHeight; ++y)
        for (int x = 0; x < outWidth; ++x) {
            const float *corner = input + 2 * y * row + (size_t)2 * x * channels;
            float *target = output + ((size_t)y * outWidth + x) * channels;
            for (int c = 0; c < channels; ++c)
                target[c] =
                    ((corner[c] + corner[channels + c]) + (corner[row + c] + corner[row + channels + c])) * 0.25f;
        }
}

static void average_pool_backward_body(
    const float *outputGradient, float *inputGradient, int height, int width, int channels) {
    int outHeight = height / 2, outWidth = width / 2;
    size_t row = (size_t)width * channels;
    if (height % 2 || width % 2) memset(inputGradient, 0, sizeof(float) * height * row);
    for (int y = 0; y < outHeight; ++y)
        for (int x = 0; x < outWidth; ++x) {
            float *corner = inputGradient + 2 * y * row + (size_t)2 * x * channels;
            const float *source = outputGradient + ((size_t)y * outWidth + x) * channels;
            for (int c = 0; c < channels; ++c) {
                float share = source[c] * 0.25f;
                corner[c] = share;
                corner[channels + c] = share;
                corner[row + c] = share;
                corner[row + channels + c] = share;
            }
        }
}

// MARK: Spikes

// Eight spikes of a byte, spread to eight bytes.
#define SPREAD(b)                                                                                               \
    ((uint64_t)((b) & 1) | (uint64_t)((b) >> 1 & 1) << 8 | (uint64_t)((b) >> 2 & 1) << 16 |                      \
     (uint64_t)((b) >> 3 & 1) << 24 | (uint64_t)((b) >> 4 & 1) << 32 | (uint64_t)((b) >> 5 & 1) << 40 |          \
     (uint64_t)((b) >> 6 & 1) << 48 | (uint64_t)((b) >> 7 & 1) << 56)
#define ROW4(b) SPREAD(b), SPREAD((b) + 1), SPREAD((b) + 2), SPREAD((b) + 3)
#define ROW16(b) ROW4(b), ROW4((b) + 4), ROW4((b) + 8), ROW4((b) + 12)
#define ROW64(b) ROW16(b), ROW16((b) + 16), ROW16((b) + 32), ROW16((b) + 48)
static const uint64_t spread[256] = {ROW64(0), ROW64(64), ROW64(128), ROW64(192)};

static size_t pool_spikes_body(const uint8_t *spikes, uint8_t *counts, int height, int width, int channels) {
    int bytes = (channels + 7) / 8;
    size_t row = (size_t)width * bytes, active = 0;
    for (int y = 0; y + 1 < height; y += 2)
        for (int x = 0; x + 1 < width; x += 2) {
            const uint8_t *corner = spikes + y * row + (size_t)x * bytes;
            for (int b = 0; b < bytes; ++b, ++corner) {
                uint8_t first = corner[0], second = corner[bytes], third = corner[row], fourth = corner[row + bytes];
                uint64_t sum = spread[first] + spread[second] + spread[third] + spread[fourth];
                int left = channels - 8 * b;
                if (left >= 8) memcpy(counts, &sum, 8);
                else memcpy(counts, &sum, left);
                counts += left >= 8 ? 8 : left;
                active += __builtin_popcount(first | second | third | fourth);
            }
        }
    return active;
}

static void expand_spikes_body(const uint8_t *spikes, float *values, size_t positions, int channels) {
    int bytes = (channels + 7) / 8;
    for (size_t n = 0; n < positions; ++n, spikes += bytes, values += channels)
        for (int c = 0; c < channels; ++c) values[c] = (float)(spikes[c / 8] >> c % 8 & 1);
}

static void expand_counts_body(const uint8_t *counts, float *values, size_t count) {
    for (size_t i = 0; i < count; ++i) values[i] = counts[i] * 0.25f;
}

static size_t count_spikes_body(const uint8_t *spikes, size_t bytes) {
    size_t total = 0, i = 0;
    for (; i + 8 <= bytes; i += 8) {
        uint64_t word;
        memcpy(&word, spikes + i, 8);
        total += __builtin_popcountll(word);
    }
    for (; i < bytes; ++i) total += __builtin_popcount(spikes[i]);
    return total;
}

static void spike_kernel_body(const uint8_t *const *images, int count, size_t bytes, uint32_t *kernel) {
    for (int i = 0; i < count; ++i)
        for (int j = 0; j <= i; ++j) {
            const uint8_t *one = images[i], *other = images[j];
            uint64_t total = 0;
            size_t n = 0;
            for (; n + 8 <= bytes; n += 8) {
                uint64_t left, right;
                memcpy(&left, one + n, 8);
                memcpy(&right, other + n, 8);
                total += __builtin_popcountll(left & right);
            }
            for (; n < bytes; ++n) total += __builtin_popcount(one[n] & other[n]);
            kernel[i * count + j] = kernel[j * count + i] = (uint32_t)total;
        }
}
