#pragma once
#include "neuron_inline.h"

/// As `exponential`.
BODY floats exponentials(floats x) {
    x = x < splat(-87.0f) ? splat(-87.0f) : x > splat(88.0f) ? splat(88.0f) : x;
    const floats whole = (x * 1.44269504f + 12582912.0f) - 12582912.0f;
    const floats r = (x - whole * 0.693359375f) - whole * -2.12194440e-4f;
    floats sum = r * 1.9875691500e-4f + 1.3981999507e-3f;
    sum = sum * r + 8.3334519073e-3f;
    sum = sum * r + 4.1665795894e-2f;
    sum = sum * r + 1.6666665459e-1f;
    sum = sum * r + 5.0000001201e-1f;
    const ints power = (__builtin_convertvector(whole, ints) + 127) << 23;
    return (sum * (r * r) + r + 1.0f) * (floats)power;
}

/// As `derivative`.
BODY floats derivatives(const surrogate_shape *s, floats x, int kind) {
    const floats zero = splat(0.0f), height = splat(s->height);
    switch (kind) {
    case SURROGATE_TRIANGLE: {
        const floats distance = absolute(x);
        return distance <= splat(s->width) ? height - s->slope * distance : zero;
    }
    case SURROGATE_WINDOW: return absolute(x - s->center) < splat(s->width) ? height : zero;
    case SURROGATE_STEP: return x > splat(s->center) ? height : zero;
    case SURROGATE_SIGMOID: {
        const floats value = 1.0f / (1.0f + exponentials(-s->slope * x));
        return height * value * (1.0f - value);
    }
    default: {
        const floats scaled = s->slope * x;
        return height / (1.0f + scaled * scaled);
    }
    }
}

BODY void backward_vectors(
    const neuron_backward_pass *pass, size_t begin, size_t end, double *sums, double *products,
    const neuron_input_gradient *result, const int dynamics, const int kind, const int hasMembrane,
    const int pooled, const int hasSlopes, const int isSigned, const int writes) {
    const neuron_currents n = pass->currents;
    const surrogate_shape shape = pooled ? quarter_of(pass->surrogate) : pass->surrogate;
    const vector_parameters v = vector_parameters_of(&n.parameters);
    const backward_factors f = factors_of(pass);
    const int channels = n.channels, steps = n.timeSteps;
    const floats memoryFactor = splat(f.memoryFactor);
    floats inputs[steps * TILE_VECTORS], potentials[steps * TILE_VECTORS], state[TILE_VECTORS];
    float local[2 * steps * CHUNK], zeros[CHUNK];
    memset(zeros, 0, sizeof zeros);
    for (int c0 = 0; c0 < channels; c0 += CHUNK) {
        const int width = channels - c0 < CHUNK ? channels - c0 : CHUNK, vectors = width / LANES;
        const int positions = positions_of_tile(width);
        int sinceFlush = 0;
        memset(local, 0, sizeof(float) * 2 * steps * width);
        for (size_t first = begin; first < end; first += positions) {
            const int count = (int)(first + positions < end ? positions : end - first);
            ptrdiff_t sources[SUMMED];
            gradient_positions(pass, first, first + count, sources);
            for (int k = 0; k < TILE_VECTORS; ++k) state[k] = splat(0.0f);
            for (int t = 0; t < steps; ++t) {
                const float *scale = n.scale + (size_t)t * channels + c0;
                const float *shift = n.shift + (size_t)t * channels + c0;
                const float *input = n.inputs[t] + first * channels + c0;
                floats *us = potentials + t * TILE_VECTORS, *xs = inputs + t * TILE_VECTORS;
                for (int k = 0; k < vectors; ++k) {
                    const floats scales = load(scale + LANES * k), shifts = load(shift + LANES * k);
                    for (int p = 0, at = k; p < count; ++p, at += vectors) {
                        const floats x = load(input + (size_t)p * channels + LANES * k);
                        read_ahead(input + (size_t)(p + positions) * channels + LANES * k);
                        const floats u = integrate_vector(state[at], x * scales + shifts, &v, dynamics);
                        xs[at] = x;
                        us[at] = u;
                        state[at] = after_reset(u, u, &v, isSigned);
                    }
                }
            }
            for (int k = 0; k < TILE_VECTORS; ++k) state[k] = splat(0.0f);
            for (int t = steps - 1; t >= 0; --t) {
                const size_t row = (size_t)t * channels + c0;
                const floats *us = potentials + t * TILE_VECTORS, *xs = inputs + t * TILE_VECTORS;
                const float *gradients = pass->outputGradients[t] + c0;
                const float *membranes = hasMembrane ? pass->membraneGradients[t] + first * channels + c0 : 0;
                float *targets = writes ? result->gradients[t] + first * channels + c0 : 0;
                const int accumulates = writes && result->accumulates[t];
                for (int k = 0; k < vectors; ++k) {
                    float *sum = local + (size_t)t * width + LANES * k, *product = sum + (size_t)steps * width;
                    floats summed = splat(0.0f), summedProduct = summed, mean = summed;
                    floats scale = summed, slope = summed, constant = summed;
                    if (writes) {
                        scale = load(n.scale + row + LANES * k) * f.inputFactor;
                        slope = load(result->slope + row + LANES * k);
                        constant = load(result->constant + row + LANES * k);
                    } else {
                        summed = load(sum);
                        summedProduct = load(product);
                        mean = load(pass->mean + row + LANES * k);
                    }
                    for (int p = 0, at = k; p < count; ++p, at += vectors) {
                        const ptrdiff_t source = sources[p];
                        const float *from = source < 0 ? zeros : gradients + source * channels;
                        floats g = load(from + LANES * k);
                        if (hasSlopes) {
                            floats more = splat(pass->spikeSlope);
                            if (pass->spikeSlopes)
                                more = more + load(pass->spikeSlopes + (first + p) * channels + c0 + LANES * k);
                            g = g + more * splat(pooled ? 4.0f : 1.0f);
                        }
                        floats afterReset = state[at];
                        if (hasMembrane)
                            afterReset = afterReset + load(membranes + (size_t)p * channels + LANES * k);
                        const floats x = xs[at], u = us[at];
                        const floats toPotential =
                            g * derivatives(&shape, u - v.threshold, kind) + after_reset(afterReset, u, &v, isSigned);
                        state[at] = toPotential * memoryFactor;
                        if (writes) {
                            float *target = targets + (size_t)p * channels + LANES * k;
                            floats value = constant + slope * x + scale * toPotential;
                            if (accumulates) value = value + load(target);
                            store(target, value);
                        } else {
                            summed += toPotential;
                            summedProduct += toPotential * (x - mean);
                        }
                    }
                    if (!writes) {
                        store(sum, summed);
                        store(product, summedProduct);
                    }
                }
            }
            sinceFlush += count;
            if (!writes && sinceFlush >= SUMMED) {
                flush(pass, local, width, c0, sums, products);
                sinceFlush = 0;
            }
        }
        if (!writes) flush(pass, local, width, c0, sums, products);
    }
}

static void neuron_backward_body(
    const neuron_backward_pass *pass, size_t begin, size_t end, double *sums, double *products,
    const neuron_input_gradient *result) {
    if (pass->surrogate.kind == SURROGATE_GIVEN || pass->currents.channels % (LANES < 8 ? 8 : LANES)) {
        NARROWER(neuron_backward)(pass, begin, end, sums, products, result);
        return;
    }
    int dynamics = pass->currents.parameters.dynamics, kind = pass->surrogate.kind;
    int hasMembrane = pass->membraneGradients != 0, pooled = pass->pooledWidth != 0;
#define RUN(dynamics, kind, hasMembrane, pooled, hasSlopes, isSigned, writes) \
    backward_vectors( \
        pass, begin, end, sums, products, result, dynamics, kind, hasMembrane, pooled, hasSlopes, isSigned, writes)
#define RUN_ALL(dynamics, kind, hasMembrane, pooled, hasSlopes, isSigned) \
    { \
        if (result) RUN(dynamics, kind, hasMembrane, pooled, hasSlopes, isSigned, 1); \
        else RUN(dynamics, kind, hasMembrane, pooled, hasSlopes, isSigned, 0); \
    }
#define RUN_BOTH(dynamics, kind, hasMembrane, pooled) RUN_ALL(dynamics, kind, hasMembrane, pooled, 0, 0)
    const int isSigned = pass->currents.parameters.isSigned;
    if (has_spike_slopes(pass) || isSigned) {
        // Few losses and one surrogate do: one body for all kinds.
        RUN_ALL(dynamics, kind, hasMembrane, pooled, has_spike_slopes(pass), isSigned)
    } else if (dynamics == NEURON_LEAKY && kind == SURROGATE_TRIANGLE && !hasMembrane && pooled) {
        RUN_BOTH(NEURON_LEAKY, SURROGATE_TRIANGLE, 0, 1)
    } else if (dynamics == NEURON_LEAKY && kind == SURROGATE_TRIANGLE && !hasMembrane) {
        RUN_BOTH(NEURON_LEAKY, SURROGATE_TRIANGLE, 0, 0)
    } else if (dynamics == NEURON_LEAKY && kind == SURROGATE_TRIANGLE) {
        RUN_BOTH(NEURON_LEAKY, SURROGATE_TRIANGLE, 1, pooled)
    } else if (kind == SURROGATE_TRIANGLE) {
        RUN_BOTH(dynamics, SURROGATE_TRIANGLE, hasMembrane, pooled)
    } else if (kind == SURROGATE_WINDOW) {
        RUN_BOTH(dynamics, SURROGATE_WINDOW, hasMembrane, pooled)
    } else if (kind == SURROGATE_SIGMOID) {
        RUN_BOTH(dynamics, SURROGATE_SIGMOID, hasMembrane, pooled)
    } else if (kind == SURROGATE_STEP) {
        RUN_BOTH(dynamics, SURROGATE_STEP, hasMembrane, pooled)
    } else {
        RUN_BOTH(dynamics, SURROGATE_ARCTANGENT, hasMembrane, pooled)
    }
#undef RUN_BOTH
#undef RUN_ALL
#undef RUN
}
