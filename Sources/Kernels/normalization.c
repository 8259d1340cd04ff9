#include "dispatch.h"

#define TILE 256
#define BLOCK 64

// Float32 sums of at most BLOCK positions, then double: exact enough for any batch, and the inner loop stays in float32.
BODY void channel_sums_body(const float *values, size_t begin, size_t end, int channels, double *sums) {
    for (int c0 = 0; c0 < channels; c0 += TILE) {
        int count = channels - c0 < TILE ? channels - c0 : TILE;
        for (size_t block = begin; block < end; block += BLOCK) {
            size_t stop = block + BLOCK < end ? block + BLOCK : end;
            float partial[TILE];
            for (int c = 0; c < count; ++c) partial[c] = 0.0f;
            for (size_t n = block; n < stop; ++n) {
                const float *row = values + n * channels + c0;
                for (int c = 0; c < count; ++c) partial[c] += row[c];
            }
            for (int c = 0; c < count; ++c) sums[c0 + c] += partial[c];
        }
    }
}

KERNEL(
    channel_sums, (const float *values, size_t begin, size_t end, int channels, double *sums),
    (values, begin, end, channels, sums))

BODY void channel_squares_body(
    const float *values, size_t begin, size_t end, int channels, const float *mean, double *squares) {
    for (int c0 = 0; c0 < channels; c0 += TILE) {
        int count = channels - c0 < TILE ? channels - c0 : TILE;
        for (size_t block = begin; block < end; block += BLOCK) {
            size_t stop = block + BLOCK < end ? block + BLOCK : end;
            float partial[TILE];
            for (int c = 0; c < count; ++c) partial[c] = 0.0f;
            for (size_t n = block; n < stop; ++n) {
                const float *row = values + n * channels + c0;
                for (int c = 0; c < count; ++c) {
                    float centered = row[c] - mean[c0 + c];
                    partial[c] += centered * centered;
                }
            }
            for (int c = 0; c < count; ++c) squares[c0 + c] += partial[c];
        }
    }
}

KERNEL(
    channel_squares,
    (const float *values, size_t begin, size_t end, int channels, const float *mean, double *squares),
    (values, begin, end, channels, mean, squares))

BODY void batch_normalization_backward_body(
    float *gradient, const float *input, size_t begin, size_t end, int channels, const float *mean,
    const float *inverseDeviation, const float *scale, const float *meanGradient, const float *meanProduct) {
    for (size_t n = begin; n < end; ++n) {
        float *g = gradient + n * channels;
        const float *x = input + n * channels;
        for (int c = 0; c < channels; ++c) {
            float normalized = (x[c] - mean[c]) * inverseDeviation[c];
            g[c] = scale[c] * (g[c] - meanGradient[c] - normalized * meanProduct[c]);
        }
    }
}

KERNEL(
    batch_normalization_backward,
    (float *gradient, const float *input, size_t begin, size_t end, int channels, const float *mean,
     const float *inverseDeviation, const float *scale, const float *meanGradient, const float *meanProduct),
    (gradient, input, begin, end, channels, mean, inverseDeviation, scale, meanGradient, meanProduct))
