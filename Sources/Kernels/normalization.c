#include "vector.h"

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

static void channel_moments_plain(
    const float *values, size_t positions, int channels, double *sums, double *squares) {
    channel_moments_body(values, positions, channels, sums, squares);
}

#if defined(__x86_64__)
// The same sums in the same order, with the partial ones in registers.
FAST static void channel_moments_fast(
    const float *values, size_t positions, int channels, double *sums, double *squares) {
    for (size_t block = 0; block < positions; block += BLOCK) {
        size_t stop = block + BLOCK < positions ? block + BLOCK : positions;
        __m256d n = _mm256_set1_pd((double)(stop - block));
        for (int c = 0; c < channels; c += 8) {
            const float *row = values + block * channels + c;
            __m256 origin = _mm256_loadu_ps(row), sum = _mm256_setzero_ps(), square = sum;
            for (size_t position = block + 1; position < stop; ++position) {
                row += channels;
                __m256 difference = _mm256_sub_ps(_mm256_loadu_ps(row), origin);
                sum = _mm256_add_ps(sum, difference);
                square = _mm256_add_ps(square, _mm256_mul_ps(difference, difference));
            }
            for (int half = 0; half < 2; ++half) {
                __m256d k = _mm256_cvtps_pd(half ? _mm256_extractf128_ps(origin, 1) : _mm256_castps256_ps128(origin));
                __m256d s = _mm256_cvtps_pd(half ? _mm256_extractf128_ps(sum, 1) : _mm256_castps256_ps128(sum));
                __m256d q = _mm256_cvtps_pd(half ? _mm256_extractf128_ps(square, 1) : _mm256_castps256_ps128(square));
                __m256d nk = _mm256_mul_pd(n, k);
                double *toSum = sums + c + 4 * half, *toSquare = squares + c + 4 * half;
                _mm256_storeu_pd(toSum, _mm256_add_pd(_mm256_loadu_pd(toSum), _mm256_add_pd(s, nk)));
                __m256d mixed = _mm256_mul_pd(k, _mm256_add_pd(_mm256_mul_pd(_mm256_set1_pd(2.0), s), nk));
                _mm256_storeu_pd(toSquare, _mm256_add_pd(_mm256_loadu_pd(toSquare), _mm256_add_pd(q, mixed)));
            }
        }
    }
}
#endif

void channel_moments(const float *values, size_t positions, int channels, double *sums, double *squares) {
#if defined(__x86_64__)
    if (kernels_fast_twins() && channels % 8 == 0) {
        channel_moments_fast(values, positions, channels, sums, squares);
        return;
    }
#endif
    channel_moments_plain(values, positions, channels, sums, squares);
}
