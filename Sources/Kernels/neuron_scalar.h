#pragma once
#include "dispatch.h"
#include <string.h>

// One neuron at a time: what the plain kernels are made of, and what the vector kernels give to the bit.

BODY float integrate(float m, float current, const neuron_parameters *p) {
    switch (p->dynamics) {
    case NEURON_INTEGRATE: return m + current;
    case NEURON_PARAMETRIC: return m + (current - m) * p->gain;
    case NEURON_LINEAR: return m * p->memory + current * p->gain + p->bias;
    case NEURON_BIASED: return m + (current - m) / p->timeConstant + p->bias;
    default: return m + (current - m) / p->timeConstant;
    }
}

BODY float fire(float u, const neuron_parameters *p) {
    float x = u - p->threshold;
    if (p->isSigned) return (x > 0.0f ? 1.0f : 0.0f) - (x < 0.0f ? 1.0f : 0.0f);
    return p->equalityFires ? (x >= p->firingOffset ? 1.0f : 0.0f) : (x > p->firingOffset ? 1.0f : 0.0f);
}

// Sums run in float32 over so many positions, then in double.
#define SUMMED 128

typedef struct {
    float inputFactor, memoryFactor;
} backward_factors;

BODY backward_factors factors_of(const neuron_backward_pass *pass) {
    const neuron_parameters *p = &pass->currents.parameters;
    backward_factors f = {1.0f, 1.0f};
    if (p->dynamics == NEURON_LEAKY || p->dynamics == NEURON_BIASED) {
        f.inputFactor = 1.0f / p->timeConstant;
        f.memoryFactor = 1.0f - f.inputFactor;
    } else if (p->dynamics == NEURON_PARAMETRIC) {
        f.inputFactor = p->gain;
        f.memoryFactor = 1.0f - p->gain;
    } else if (p->dynamics == NEURON_LINEAR) {
        f.inputFactor = p->gain;
        f.memoryFactor = p->memory;
    }
    if (pass->detachesMembrane) f.memoryFactor = 0.0f;
    return f;
}

/// Where the gradient of each position's output lies, or -1 where pooling drops it.
BODY void gradient_positions(const neuron_backward_pass *pass, size_t first, size_t last, ptrdiff_t *sources) {
    if (!pass->pooledWidth) {
        for (size_t position = first; position < last; ++position) sources[position - first] = (ptrdiff_t)position;
        return;
    }
    int width = pass->pooledWidth, halfWidth = width / 2, halfHeight = pass->pooledHeight / 2;
    int y = (int)(first / width), x = (int)(first % width);
    for (size_t position = first; position < last; ++position) {
        sources[position - first] =
            x / 2 < halfWidth && y / 2 < halfHeight ? (ptrdiff_t)(y / 2) * halfWidth + x / 2 : -1;
        if (++x == width) {
            x = 0;
            ++y;
        }
    }
}

/// eˣ as the vector kernels make it, to the bit: 2ⁿ · eʳ with |r| ≤ ln 2 / 2, and a polynomial for eʳ (within 2 units of the
/// last place).
BODY float exponential(float x) {
    x = x < -87.0f ? -87.0f : x > 88.0f ? 88.0f : x;
    const float whole = (x * 1.44269504f + 12582912.0f) - 12582912.0f;
    const float r = (x - whole * 0.693359375f) - whole * -2.12194440e-4f;
    float sum = r * 1.9875691500e-4f + 1.3981999507e-3f;
    sum = sum * r + 8.3334519073e-3f;
    sum = sum * r + 4.1665795894e-2f;
    sum = sum * r + 1.6666665459e-1f;
    sum = sum * r + 5.0000001201e-1f;
    const int32_t power = ((int32_t)whole + 127) << 23;
    float scale;
    memcpy(&scale, &power, 4);
    return (sum * (r * r) + r + 1.0f) * scale;
}

BODY float derivative(const surrogate_shape *s, float x) {
    float distance;
    switch (s->kind) {
    case SURROGATE_TRIANGLE:
        distance = __builtin_fabsf(x);
        return distance <= s->width ? s->height - s->slope * distance : 0.0f;
    case SURROGATE_WINDOW: return __builtin_fabsf(x - s->center) < s->width ? s->height : 0.0f;
    case SURROGATE_STEP: return x > s->center ? s->height : 0.0f;
    case SURROGATE_SIGMOID:
        distance = 1.0f / (1.0f + exponential(-s->slope * x));
        return s->height * distance * (1.0f - distance);
    default: distance = s->slope * x; return s->height / (1.0f + distance * distance);
    }
}

/// A quarter of the derivative, to the bit: a pixel's share of the gradient of the mean of four.
BODY surrogate_shape quarter_of(surrogate_shape s) {
    s.height *= 0.25f;
    if (s.kind == SURROGATE_TRIANGLE) s.slope *= 0.25f;
    return s;
}

/// Whether something is added to dL/dspike.
BODY int has_spike_slopes(const neuron_backward_pass *pass) {
    return pass->spikeSlope != 0.0f || pass->spikeSlopes != 0;
}

/// Adds local [2][steps][width], of dL/du and of dL/du · (input - mean), to channels first ..< first + width of the sums
/// and products of dL/dI, and clears it.
BODY void flush(
    const neuron_backward_pass *pass, float *local, int width, int first, double *sums, double *products) {
    int steps = pass->currents.timeSteps, channels = pass->currents.channels;
    double factor = factors_of(pass).inputFactor;
    for (int t = 0; t < steps; ++t)
        for (int c = 0; c < width; ++c) {
            size_t at = (size_t)t * channels + first + c;
            sums[at] += factor * local[(size_t)t * width + c];
            products[at] += factor * pass->inverseDeviation[at] * local[(size_t)(steps + t) * width + c];
        }
    memset(local, 0, sizeof(float) * 2 * steps * width);
}
