#include "dispatch.h"

#define TILE 64
#define BLOCK 32

// Float32 sums of differences to the block's first position, at most BLOCK of them, then double: exact enough for any
// batch and any mean, and the inner loop stays in float32.
BODY void channel_moments_body(const float *values, size_t positions, int channels, double *sums, double *squares) {
    for (int c0 = 0; c0 < channels; c0 += TILE) {
        int count = channels - c0 < TILE ? channels - c0 : TILE;
        for (size_t block = 0; block < positions; block += BLOCK) {
            size_t stop = block + BLOCK < positions ? block + BLOCK : positions;
            const float *origin = values + block * channels + c0;
            float sum[TILE], square[TILE];
            for (int c = 0; c < count; ++c) sum[c] = square[c] = 0.0f;
            for (size_t n = block + 1; n < stop; ++n) {
                const float *row = values + n * channels + c0;
                for (int c = 0; c < count; ++c) {
                    float difference = row[c] - origin[c];
                    sum[c] += difference;
                    square[c] += difference * difference;
                }
            }
            double n = (double)(stop - block);
            for (int c = 0; c < count; ++c) {
                double k = origin[c];
                sums[c0 + c] += sum[c] + n * k;
                squares[c0 + c] += square[c] + k * (2.0 * sum[c] + n * k);
            }
        }
    }
}

KERNEL(
    channel_moments, (const float *values, size_t positions, int channels, double *sums, double *squares),
    (values, positions, channels, sums, squares))

BODY void center_rows_body(const float *values, float *centered, int rows, size_t width) {
    for (size_t c0 = 0; c0 < width; c0 += TILE) {
        int count = width - c0 < TILE ? (int)(width - c0) : TILE;
        double mean[TILE];
        for (int c = 0; c < count; ++c) mean[c] = 0.0;
        for (int row = 0; row < rows; ++row)
            for (int c = 0; c < count; ++c) mean[c] += values[row * width + c0 + c];
        for (int c = 0; c < count; ++c) mean[c] /= rows;
        for (int row = 0; row < rows; ++row)
            for (int c = 0; c < count; ++c)
                centered[row * width + c0 + c] = (float)(values[row * width + c0 + c] - mean[c]);
    }
}

KERNEL(center_rows, (const float *values, float *centered, int rows, size_t width), (values, centered, rows, width))
