#pragma once
#include "../moments.h"
#include "lanes.h"

/// The same sums in the same order as the plain twin's, with the partial ones in registers.
static void channel_moments_body(
    const float *values, size_t positions, int channels, double *sums, double *squares) {
    if (channels % LANES) {
        NARROWER(channel_moments)(values, positions, channels, sums, squares);
        return;
    }
    for (size_t block = 0; block < positions; block += MOMENT_BLOCK) {
        const size_t stop = block + MOMENT_BLOCK < positions ? block + MOMENT_BLOCK : positions;
        const double n = (double)(stop - block);
        for (int c = 0; c < channels; c += LANES) {
            const float *row = values + block * channels + c;
            const floats origin = load(row);
            floats sum = splat(0.0f), square = sum;
            for (size_t position = block + 1; position < stop; ++position) {
                row += channels;
                const floats difference = load(row) - origin;
                sum += difference;
                square += difference * difference;
            }
            const doubles k = WIDENED(origin), s = WIDENED(sum), nk = n * k;
            DOUBLES(sums + c) += s + nk;
            DOUBLES(squares + c) += WIDENED(square) + k * (2.0 * s + nk);
        }
    }
}
