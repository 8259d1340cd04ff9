#include "sparse_units.h"
#include <string.h>

// Convolutions that visit active inputs only. What is listed is where an input is active, channel by channel; the work of
// an entry is nine vectors of eight output channels.

#if defined(__x86_64__)

#define NINE(work) work(0) work(1) work(2) work(3) work(4) work(5) work(6) work(7) work(8)
// Tap t = 3 · ky + kx meets window pixel (2 - ky, 2 - kx).
#define AT(base, row, t) ((base) + (2 - (t) / 3) * (row) + (2 - (t) % 3) * 8)

/// Copies eight channels of a unit's gradient into a plane, zero around.
FAST_INLINE void pack_plane(
    const sparse_layout *l, unit_extent e, const float *gradient, int outChannels, int channel, float *plane) {
    size_t row = (size_t)(l->width + 2) * 8;
    for (int i = e.imageBegin; i < e.imageEnd; ++i) {
        float *target = plane + (size_t)(i - e.imageBegin) * plane_pixels(l, l->unitRows) * 8;
        for (int y = e.rowBegin - 1; y <= e.rowEnd; ++y, target += row) {
            if (y < 0 || y >= l->height) {
                memset(target, 0, row * sizeof(float));
                continue;
            }
            _mm256_storeu_ps(target, _mm256_setzero_ps());
            const float *source = gradient + ((size_t)i * l->height + y) * l->width * outChannels + channel;
            for (int x = 0; x < l->width; ++x)
                _mm256_storeu_ps(target + 8 + 8 * x, _mm256_loadu_ps(source + (size_t)x * outChannels));
            _mm256_storeu_ps(target + row - 8, _mm256_setzero_ps());
        }
    }
}

FAST_INLINE void gather_list(
    const uint16_t *offsets, const float *values, int count, const float *plane, size_t row, float *sums,
    int isValued) {
#define LOAD(t) __m256 s##t = _mm256_loadu_ps(sums + 8 * t);
    NINE(LOAD)
#undef LOAD
    for (int n = 0; n < count; ++n) {
        const float *window = plane + (size_t)offsets[n] * 2;
        if (isValued) {
            __m256 value = _mm256_broadcast_ss(values + n);
#define ADD(t) s##t = _mm256_fmadd_ps(value, _mm256_loadu_ps(AT(window, row, t)), s##t);
            NINE(ADD)
#undef ADD
        } else {
#define ADD(t) s##t = _mm256_add_ps(s##t, _mm256_loadu_ps(AT(window, row, t)));
            NINE(ADD)
#undef ADD
        }
    }
#define STORE(t) _mm256_storeu_ps(sums + 8 * t, s##t);
    NINE(STORE)
#undef STORE
}

FAST void sparse_weight_gradient(
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

FAST_INLINE void scatter_list(
    const uint16_t *offsets, const float *values, int count, const float *weight, float *plane, size_t row,
    int isValued) {
#define LOAD(t) __m256 w##t = _mm256_loadu_ps(weight + 8 * t);
    NINE(LOAD)
#undef LOAD
    for (int n = 0; n < count; ++n) {
        float *window = plane + (size_t)offsets[n] * 2;
        if (isValued) {
            __m256 value = _mm256_broadcast_ss(values + n);
#define ADD(t) \
    _mm256_storeu_ps(AT(window, row, t), _mm256_fmadd_ps(value, w##t, _mm256_loadu_ps(AT(window, row, t))));
            NINE(ADD)
#undef ADD
        } else {
#define ADD(t) _mm256_storeu_ps(AT(window, row, t), _mm256_add_ps(w##t, _mm256_loadu_ps(AT(window, row, t))));
            NINE(ADD)
#undef ADD
        }
    }
}

/// Copies a plane's inner pixels out, and adds up their sums and squares.
FAST_INLINE void unpack_plane(
    const sparse_layout *l, unit_extent e, const float *plane, float *output, int outChannels, int channel,
    double *sums, double *squares) {
    size_t row = (size_t)(l->width + 2) * 8;
    for (int i = e.imageBegin; i < e.imageEnd; ++i) {
        const float *source = plane + (size_t)(i - e.imageBegin) * plane_pixels(l, l->unitRows) * 8 +
                              (size_t)(l->halo + 1) * row + 8;
        // Sums of differences to the first pixel, in float32 along a row: exact enough where the mean is far from zero.
        __m256 origin = _mm256_loadu_ps(source);
        __m256d total[2] = {_mm256_setzero_pd(), _mm256_setzero_pd()}, square[2] = {total[0], total[0]};
        for (int y = e.rowBegin; y < e.rowEnd; ++y, source += row) {
            float *target = output + ((size_t)i * l->height + y) * l->width * outChannels + channel;
            __m256 s = _mm256_setzero_ps(), q = s;
            for (int x = 0; x < l->width; ++x) {
                __m256 value = _mm256_loadu_ps(source + 8 * x), difference = _mm256_sub_ps(value, origin);
                _mm256_storeu_ps(target + (size_t)x * outChannels, value);
                s = _mm256_add_ps(s, difference);
                q = _mm256_fmadd_ps(difference, difference, q);
            }
            total[0] = _mm256_add_pd(total[0], _mm256_cvtps_pd(_mm256_castps256_ps128(s)));
            total[1] = _mm256_add_pd(total[1], _mm256_cvtps_pd(_mm256_extractf128_ps(s, 1)));
            square[0] = _mm256_add_pd(square[0], _mm256_cvtps_pd(_mm256_castps256_ps128(q)));
            square[1] = _mm256_add_pd(square[1], _mm256_cvtps_pd(_mm256_extractf128_ps(q, 1)));
        }
        if (!sums) continue;
        __m256d n = _mm256_set1_pd((double)(e.rowEnd - e.rowBegin) * l->width);
        for (int half = 0; half < 2; ++half) {
            __m256d k = _mm256_cvtps_pd(half ? _mm256_extractf128_ps(origin, 1) : _mm256_castps256_ps128(origin));
            double *sum = sums + (size_t)i * outChannels + channel + 4 * half;
            double *squareSum = squares + (size_t)i * outChannels + channel + 4 * half;
            __m256d nk = _mm256_mul_pd(n, k);
            // Σx = Σ(x−k) + nk,  Σx² = Σ(x−k)² + 2kΣ(x−k) + nk²
            _mm256_storeu_pd(sum, _mm256_add_pd(_mm256_loadu_pd(sum), _mm256_add_pd(total[half], nk)));
            __m256d mixed = _mm256_mul_pd(k, _mm256_add_pd(_mm256_add_pd(total[half], total[half]), nk));
            _mm256_storeu_pd(
                squareSum, _mm256_add_pd(_mm256_loadu_pd(squareSum), _mm256_add_pd(square[half], mixed)));
        }
    }
}

FAST void sparse_forward(
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

#else

// Never called: without AVX2 the plain kernels run.
void sparse_weight_gradient(
    const sparse_layout *l, const uint16_t *offsets, const float *values, const int32_t *counts,
    const float *gradient, int outChannels, int blockBegin, int blockEnd, int unitBegin, int unitEnd, float *plane,
    float *weightGradient) {}
void sparse_forward(
    const sparse_layout *l, const uint16_t *offsets, const float *values, const int32_t *counts,
    const float *weight, float *output, int outChannels, int blockBegin, int blockEnd, int unitBegin, int unitEnd,
    float *plane, double *sums, double *squares) {}

#endif
