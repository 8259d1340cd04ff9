#include "neuron_inline.h"
#include <string.h>

// Sums run in float32 over so many positions, then in double.
#define SUMMED 128

typedef struct {
    float inputFactor, memoryFactor;
} backward_factors;

static backward_factors factors_of(const neuron_backward_pass *pass) {
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

BODY float derivative(const surrogate_shape *s, float x) {
    float distance;
    switch (s->kind) {
    case SURROGATE_TRIANGLE:
        distance = __builtin_fabsf(x);
        return distance <= s->width ? s->height - s->slope * distance : 0.0f;
    case SURROGATE_WINDOW: return __builtin_fabsf(x - s->center) < s->width ? s->height : 0.0f;
    default: distance = s->slope * x; return s->height / (1.0f + distance * distance);
    }
}

/// A quarter of the derivative, to the bit: a pixel's share of the gradient of the mean of four.
static surrogate_shape quarter_of(surrogate_shape s) {
    s.height *= 0.25f;
    if (s.kind == SURROGATE_TRIANGLE) s.slope *= 0.25f;
    return s;
}

/// Whether something is added to dL/dspike.
static int has_spike_slopes(const neuron_backward_pass *pass) {
    return pass->spikeSlope != 0.0f || pass->spikeSlopes != 0;
}

/// Adds local [2][steps][width], of dL/du and of dL/du · (input - mean), to channels first ..< first + width of the sums
/// and products of dL/dI, and clears it.
static void flush(
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

#if defined(__x86_64__)

FAST_INLINE __m256 derivative_vector(const surrogate_shape *s, __m256 x, int kind) {
    __m256 sign = _mm256_set1_ps(-0.0f), height = _mm256_set1_ps(s->height), width = _mm256_set1_ps(s->width);
    if (kind == SURROGATE_TRIANGLE) {
        __m256 distance = _mm256_andnot_ps(sign, x);
        __m256 value = _mm256_sub_ps(height, _mm256_mul_ps(_mm256_set1_ps(s->slope), distance));
        return _mm256_and_ps(value, _mm256_cmp_ps(distance, width, _CMP_LE_OQ));
    }
    if (kind == SURROGATE_WINDOW) {
        __m256 distance = _mm256_andnot_ps(sign, _mm256_sub_ps(x, _mm256_set1_ps(s->center)));
        return _mm256_and_ps(height, _mm256_cmp_ps(distance, width, _CMP_LT_OQ));
    }
    __m256 scaled = _mm256_mul_ps(_mm256_set1_ps(s->slope), x);
    return _mm256_div_ps(height, _mm256_add_ps(_mm256_set1_ps(1.0f), _mm256_mul_ps(scaled, scaled)));
}

FAST_INLINE void backward_vectors(
    const neuron_backward_pass *pass, size_t begin, size_t end, double *sums, double *products,
    const neuron_input_gradient *result, int dynamics, int kind, int hasMembrane, int pooled, int hasSlopes,
    int writes) {
    const neuron_currents n = pass->currents;
    const surrogate_shape shape = pooled ? quarter_of(pass->surrogate) : pass->surrogate;
    const vector_parameters v = vector_parameters_of(&n.parameters);
    const backward_factors f = factors_of(pass);
    const int channels = n.channels, steps = n.timeSteps;
    const __m256 memoryFactor = _mm256_set1_ps(f.memoryFactor);
    __m256 inputs[steps * TILE_VECTORS], potentials[steps * TILE_VECTORS], state[TILE_VECTORS];
    float local[2 * steps * CHUNK], zeros[CHUNK];
    memset(zeros, 0, sizeof zeros);
    for (int c0 = 0; c0 < channels; c0 += CHUNK) {
        const int width = channels - c0 < CHUNK ? channels - c0 : CHUNK, vectors = width / 8;
        const int positions = TILE_VECTORS / vectors;
        int sinceFlush = 0;
        memset(local, 0, sizeof(float) * 2 * steps * width);
        for (size_t first = begin; first < end; first += positions) {
            const int count = (int)(first + positions < end ? positions : end - first);
            ptrdiff_t sources[TILE_VECTORS];
            gradient_positions(pass, first, first + count, sources);
            for (int k = 0; k < TILE_VECTORS; ++k) state[k] = _mm256_setzero_ps();
            for (int t = 0; t < steps; ++t) {
                const float *scale = n.scale + (size_t)t * channels + c0;
                const float *shift = n.shift + (size_t)t * channels + c0;
                const float *input = n.inputs[t] + first * channels + c0;
                __m256 *us = potentials + t * TILE_VECTORS, *xs = inputs + t * TILE_VECTORS;
                for (int k = 0; k < vectors; ++k) {
                    const __m256 a = _mm256_loadu_ps(scale + 8 * k), b = _mm256_loadu_ps(shift + 8 * k);
                    for (int p = 0, at = k; p < count; ++p, at += vectors) {
                        const __m256 x = _mm256_loadu_ps(input + (size_t)p * channels + 8 * k);
                        read_ahead(input + (size_t)(p + positions) * channels + 8 * k);
                        const __m256 u = integrate_vector(
                            state[at], _mm256_add_ps(_mm256_mul_ps(x, a), b), &v, dynamics);
                        xs[at] = x;
                        us[at] = u;
                        state[at] = _mm256_andnot_ps(is_firing(u, &v), u);
                    }
                }
            }
            for (int k = 0; k < TILE_VECTORS; ++k) state[k] = _mm256_setzero_ps();
            for (int t = steps - 1; t >= 0; --t) {
                const size_t row = (size_t)t * channels + c0;
                const __m256 *us = potentials + t * TILE_VECTORS, *xs = inputs + t * TILE_VECTORS;
                const float *gradients = pass->outputGradients[t] + c0;
                const float *membranes = hasMembrane ? pass->membraneGradients[t] + first * channels + c0 : 0;
                float *targets = writes ? result->gradients[t] + first * channels + c0 : 0;
                const int accumulates = writes && result->accumulates[t];
                for (int k = 0; k < vectors; ++k) {
                    float *sum = local + (size_t)t * width + 8 * k, *product = sum + (size_t)steps * width;
                    __m256 a = _mm256_loadu_ps(writes ? n.scale + row + 8 * k : sum);
                    __m256 b = _mm256_loadu_ps(writes ? result->slope + row + 8 * k : product);
                    const __m256 mean = _mm256_loadu_ps((writes ? result->constant : pass->mean) + row + 8 * k);
                    if (writes) a = _mm256_mul_ps(a, _mm256_set1_ps(f.inputFactor));
                    for (int p = 0, at = k; p < count; ++p, at += vectors) {
                        const ptrdiff_t source = sources[p];
                        const float *from = source < 0 ? zeros : gradients + source * channels;
                        __m256 g = _mm256_loadu_ps(from + 8 * k);
                        if (hasSlopes) {
                            __m256 more = _mm256_set1_ps(pass->spikeSlope);
                            if (pass->spikeSlopes)
                                more = _mm256_add_ps(
                                    more, _mm256_loadu_ps(pass->spikeSlopes + (first + p) * channels + c0 + 8 * k));
                            g = _mm256_add_ps(g, _mm256_mul_ps(more, _mm256_set1_ps(pooled ? 4.0f : 1.0f)));
                        }
                        __m256 afterReset = state[at];
                        if (hasMembrane)
                            afterReset = _mm256_add_ps(
                                afterReset, _mm256_loadu_ps(membranes + (size_t)p * channels + 8 * k));
                        const __m256 x = xs[at], distance = _mm256_sub_ps(us[at], v.threshold);
                        const __m256 fires = _mm256_cmp_ps(distance, v.offset, _CMP_GT_OQ);
                        const __m256 slope = derivative_vector(&shape, distance, kind);
                        const __m256 toPotential =
                            _mm256_add_ps(_mm256_mul_ps(g, slope), _mm256_andnot_ps(fires, afterReset));
                        state[at] = _mm256_mul_ps(toPotential, memoryFactor);
                        if (writes) {
                            float *target = targets + (size_t)p * channels + 8 * k;
                            __m256 value = _mm256_add_ps(
                                _mm256_add_ps(mean, _mm256_mul_ps(b, x)), _mm256_mul_ps(a, toPotential));
                            if (accumulates) value = _mm256_add_ps(value, _mm256_loadu_ps(target));
                            _mm256_storeu_ps(target, value);
                        } else {
                            a = _mm256_add_ps(a, toPotential);
                            b = _mm256_add_ps(b, _mm256_mul_ps(toPotential, _mm256_sub_ps(x, mean)));
                        }
                    }
                    if (!writes) {
                        _mm256_storeu_ps(sum, a);
                        _mm256_storeu_ps(product, b);
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

FAST static void neuron_backward_fast(
    const neuron_backward_pass *pass, size_t begin, size_t end, double *sums, double *products,
    const neuron_input_gradient *result) {
    int dynamics = pass->currents.parameters.dynamics, kind = pass->surrogate.kind;
    int hasMembrane = pass->membraneGradients != 0, pooled = pass->pooledWidth != 0;
#define RUN(dynamics, kind, hasMembrane, pooled, hasSlopes, writes) \
    backward_vectors(pass, begin, end, sums, products, result, dynamics, kind, hasMembrane, pooled, hasSlopes, writes)
#define RUN_ALL(dynamics, kind, hasMembrane, pooled, hasSlopes) \
    { \
        if (result) RUN(dynamics, kind, hasMembrane, pooled, hasSlopes, 1); \
        else RUN(dynamics, kind, hasMembrane, pooled, hasSlopes, 0); \
    }
#define RUN_BOTH(dynamics, kind, hasMembrane, pooled) RUN_ALL(dynamics, kind, hasMembrane, pooled, 0)
    if (has_spike_slopes(pass)) {
        // Few losses do: one body for all kinds.
        RUN_ALL(dynamics, kind, hasMembrane, pooled, 1)
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
    } else {
        RUN_BOTH(dynamics, SURROGATE_ARCTANGENT, hasMembrane, pooled)
    }
#undef RUN_BOTH
#undef RUN_ALL
#undef RUN
}

#endif

static void neuron_backward_plain(
    const neuron_backward_pass *pass, size_t begin, size_t end, double *sums, double *products,
    const neuron_input_gradient *result) {
    const neuron_currents *n = &pass->currents;
    const neuron_parameters *p = &n->parameters;
    backward_factors f = factors_of(pass);
    int channels = n->channels, steps = n->timeSteps;
    float potentials[steps], values[steps];
    surrogate_shape shape = pass->pooledWidth ? quarter_of(pass->surrogate) : pass->surrogate;
    float share = pass->pooledWidth ? 0.25f : 1.0f;
    int hasSlopes = has_spike_slopes(pass);
    for (int c0 = 0; c0 < channels; c0 += 128) {
        int width = channels - c0 < 128 ? channels - c0 : 128;
        float local[2 * steps * width];
        memset(local, 0, sizeof(float) * 2 * steps * width);
        for (size_t position = begin; position < end; ++position) {
            ptrdiff_t source;
            gradient_positions(pass, position, position + 1, &source);
            for (int c = c0; c < c0 + width; ++c) {
                size_t at = position * channels + c;
                float m = 0.0f, carried = 0.0f;
                for (int t = 0; t < steps; ++t) {
                    size_t row = (size_t)t * channels + c;
                    values[t] = n->inputs[t][at];
                    potentials[t] = integrate(m, values[t] * n->scale[row] + n->shift[row], p);
                    m = potentials[t] * (1.0f - fire(potentials[t], p));
                }
                for (int t = steps - 1; t >= 0; --t) {
                    size_t row = (size_t)t * channels + c;
                    float g = source < 0 ? 0.0f : pass->outputGradients[t][(size_t)source * channels + c];
                    if (hasSlopes)
                        g += (pass->spikeSlope + (pass->spikeSlopes ? pass->spikeSlopes[at] : 0.0f)) / share;
                    float afterReset = carried;
                    if (pass->membraneGradients) afterReset += pass->membraneGradients[t][at];
                    size_t given = ((size_t)t * (end - begin) + position - begin) * channels + c;
                    float slope = shape.kind == SURROGATE_GIVEN ? pass->derivatives[given] * share
                                                                : derivative(&shape, potentials[t] - p->threshold);
                    float toPotential = g * slope + afterReset * (1.0f - fire(potentials[t], p));
                    carried = toPotential * f.memoryFactor;
                    if (result) {
                        float *target = result->gradients[t] + at;
                        float value = (result->constant[row] + result->slope[row] * values[t]) +
                                      n->scale[row] * f.inputFactor * toPotential;
                        *target = result->accumulates[t] ? value + *target : value;
                    } else {
                        local[(size_t)t * width + c - c0] += toPotential;
                        local[(size_t)(steps + t) * width + c - c0] += toPotential * (values[t] - pass->mean[row]);
                    }
                }
            }
            if (!result && (position - begin) % SUMMED == SUMMED - 1)
                flush(pass, local, width, c0, sums, products);
        }
        if (!result) flush(pass, local, width, c0, sums, products);
    }
}

static void backward(
    const neuron_backward_pass *pass, size_t begin, size_t end, double *sums, double *products,
    const neuron_input_gradient *result) {
#if defined(__x86_64__)
    if (kernels_fast_twins() && pass->surrogate.kind != SURROGATE_GIVEN && !pass->currents.parameters.isSigned &&
        pass->currents.channels % 8 == 0) {
        neuron_backward_fast(pass, begin, end, sums, products, result);
        return;
    }
#endif
    neuron_backward_plain(pass, begin, end, sums, products, result);
}

void neuron_backward_sums(
    const neuron_backward_pass *pass, size_t begin, size_t end, double *sums, double *products) {
    backward(pass, begin, end, sums, products, 0);
}

void neuron_backward_write(
    const neuron_backward_pass *pass, size_t begin, size_t end, const neuron_input_gradient *result) {
    backward(pass, begin, end, 0, 0, result);
}
