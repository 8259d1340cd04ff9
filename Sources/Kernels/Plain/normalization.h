#include "../moments.h"

#define TILE 64

static void channel_moments_body(const float *values, size_t positions, int channels, double *sums, double *squares) {
    for (int c0 = 0; c0 < channels; c0 += TILE) {
        int count = channels - c0 < TILE ? channels - c0 : TILE;
        for (size_t block = 0; block < positions; block += MOMENT_BLOCK) {
            size_t stop = block + MOMENT_BLOCK < positions ? block + MOMENT_BLOCK : positions;
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
