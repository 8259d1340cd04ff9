#include "dispatch.h"
#include <math.h>

BODY void adamw_update_body(
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

KERNEL(
    adamw_update,
    (float *value, const float *gradient, float *first, float *second, size_t count, const adamw_step *step),
    (value, gradient, first, second, count, step))

// Eight partial sums in double: the same order in both twins.
BODY double sum_of_squares_body(const float *values, size_t count) {
    double partial[8] = {0};
    size_t i = 0;
    for (; i + 8 <= count; i += 8)
        for (int k = 0; k < 8; ++k) partial[k] += (double)values[i + k] * values[i + k];
    for (; i < count; ++i) partial[0] += (double)values[i] * values[i];
    return ((partial[0] + partial[1]) + (partial[2] + partial[3])) +
           ((partial[4] + partial[5]) + (partial[6] + partial[7]));
}

KERNEL_RETURNING(double, sum_of_squares, (const float *values, size_t count), (values, count))

BODY void add_to_body(float *target, const float *source, size_t count) {
    for (size_t i = 0; i < count; ++i) target[i] += source[i];
}

KERNEL(add_to, (float *target, const float *source, size_t count), (target, source, count))

BODY void scale_into_body(float *target, const float *source, float factor, size_t count) {
    for (size_t i = 0; i < count; ++i) target[i] = source[i] * factor;
}

KERNEL(
    scale_into, (float *target, const float *source, float factor, size_t count), (target, source, factor, count))

BODY size_t count_nonzero_body(const float *values, size_t count) {
    size_t total = 0;
    for (size_t block = 0; block < count; block += 4096) {
        size_t stop = block + 4096 < count ? block + 4096 : count;
        uint32_t partial = 0;
        for (size_t i = block; i < stop; ++i) partial += values[i] != 0.0f;
        total += partial;
    }
    return total;
}

KERNEL_RETURNING(size_t, count_nonzero, (const float *values, size_t count), (values, count))
