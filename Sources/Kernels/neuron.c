#include "vector.h"
#include <string.h>

// The twins give the same bits: the vector kernels contract nothing and add in the same order.

BODY float integrate(float m, float current, const neuron_parameters *p) {
    switch (p->dynamics) {
    case NEURON_INTEGRATE: return m + current;
    case NEURON_PARAMETRIC: return m + (current - m) * p->gain;
    case NEURON_BIASED: return m + (current - m) / p->timeConstant + p->bias;
    default: return m + (current - m) / p->timeConstant;
    }
}

BODY float fire(float u, const neuron_parameters *p) {
    float x = u - p->threshold;
    if (p->isSigned) return (x > 0.0f ? 1.0f : 0.0f) - (x < 0.0f ? 1.0f : 0.0f);
    return p->equalityFires ? (x >= p->firingOffset ? 1.0f : 0.0f) : (x > p->firingOffset ? 1.0f : 0.0f);
}

#if defined(__x86_64__)

// Time steps lie a power of two apart, so that as many lines as there are time steps would compete for one place in the
// cache: some vectors of one time step are read after each other, and what they leave behind is kept close.
#define TILE_VECTORS 32
#define CHUNK 128

typedef struct {
    __m256 threshold, offset, factor, bias;
    int divides;
} vector_parameters;

FAST_INLINE vector_parameters vector_parameters_of(const neuron_parameters *p) {
    vector_parameters v;
    v.threshold = _mm256_set1_ps(p->threshold);
    v.offset = _mm256_set1_ps(p->firingOffset);
    v.bias = _mm256_set1_ps(p->bias);
    // A division by a power of two is a multiplication, to the bit.
    int exponent = 0;
    float reciprocal = 1.0f / p->timeConstant;
    v.divides = p->dynamics != NEURON_PARAMETRIC && __builtin_frexpf(p->timeConstant, &exponent) != 0.5f;
    v.factor = _mm256_set1_ps(
        p->dynamics == NEURON_PARAMETRIC ? p->gain : v.divides ? p->timeConstant : reciprocal);
    return v;
}

FAST_INLINE __m256 integrate_vector(__m256 m, __m256 current, const vector_parameters *v, int dynamics) {
    if (dynamics == NEURON_INTEGRATE) return _mm256_add_ps(m, current);
    __m256 difference = _mm256_sub_ps(current, m);
    __m256 step = v->divides ? _mm256_div_ps(difference, v->factor) : _mm256_mul_ps(difference, v->factor);
    __m256 u = _mm256_add_ps(m, step);
    return dynamics == NEURON_BIASED ? _mm256_add_ps(u, v->bias) : u;
}

FAST_INLINE __m256 is_firing(__m256 u, const vector_parameters *v, int equalityFires) {
    __m256 x = _mm256_sub_ps(u, v->threshold);
    return equalityFires ? _mm256_cmp_ps(x, v->offset, _CMP_GE_OQ) : _mm256_cmp_ps(x, v->offset, _CMP_GT_OQ);
}

FAST_INLINE size_t fire_vectors(
    const neuron_currents *n, size_t begin, size_t end, uint8_t *const *spikes, float *const *membranes, int dynamics,
    int equalityFires) {
    vector_parameters v = vector_parameters_of(&n->parameters);
    int channels = n->channels, bytes = channels / 8, steps = n->timeSteps;
    size_t total = 0;
    for (int c0 = 0; c0 < channels; c0 += CHUNK) {
        int vectors = (channels - c0 < CHUNK ? channels - c0 : CHUNK) / 8, positions = TILE_VECTORS / vectors;
        for (size_t first = begin; first < end; first += positions) {
            size_t last = first + positions < end ? first + positions : end;
            __m256 state[TILE_VECTORS];
            for (int k = 0; k < TILE_VECTORS; ++k) state[k] = _mm256_setzero_ps();
            for (int t = 0; t < steps; ++t) {
                const float *scale = n->scale + (size_t)t * channels + c0, *shift = n->shift + (size_t)t * channels + c0;
                __m256 *m = state;
                for (size_t position = first; position < last; ++position) {
                    const float *x = n->inputs[t] + position * channels + c0;
                    uint8_t *bits = spikes[t] + position * bytes + c0 / 8;
                    for (int k = 0; k < vectors; ++k, ++m) {
                        __m256 current = _mm256_add_ps(
                            _mm256_mul_ps(_mm256_loadu_ps(x + 8 * k), _mm256_loadu_ps(scale + 8 * k)),
                            _mm256_loadu_ps(shift + 8 * k));
                        __m256 u = integrate_vector(*m, current, &v, dynamics);
                        __m256 fires = is_firing(u, &v, equalityFires);
                        *m = _mm256_andnot_ps(fires, u);
                        int mask = _mm256_movemask_ps(fires);
                        bits[k] = (uint8_t)mask;
                        total += __builtin_popcount(mask);
                        if (membranes) _mm256_storeu_ps(membranes[t] + position * channels + c0 + 8 * k, *m);
                    }
                }
            }
        }
    }
    return total;
}

FAST static size_t neuron_fire_fast(
    const neuron_currents *n, size_t begin, size_t end, uint8_t *const *spikes, float *const *membranes) {
    int dynamics = n->parameters.dynamics;
    if (n->parameters.equalityFires) return fire_vectors(n, begin, end, spikes, membranes, dynamics, 1);
    if (dynamics != NEURON_LEAKY) return fire_vectors(n, begin, end, spikes, membranes, dynamics, 0);
    return membranes ? fire_vectors(n, begin, end, spikes, membranes, NEURON_LEAKY, 0)
                     : fire_vectors(n, begin, end, spikes, 0, NEURON_LEAKY, 0);
}

#endif

static size_t neuron_fire_plain(
    const neuron_currents *n, size_t begin, size_t end, uint8_t *const *spikes, float *const *membranes) {
    int channels = n->channels, bytes = (channels + 7) / 8;
    size_t total = 0;
    for (size_t position = begin; position < end; ++position)
        for (int b = 0; b < bytes; ++b) {
            int count = channels - 8 * b < 8 ? channels - 8 * b : 8;
            float m[8] = {0};
            for (int t = 0; t < n->timeSteps; ++t) {
                size_t at = position * channels + 8 * b, row = (size_t)t * channels + 8 * b;
                int mask = 0;
                for (int c = 0; c < count; ++c) {
                    float u = integrate(m[c], n->inputs[t][at + c] * n->scale[row + c] + n->shift[row + c], &n->parameters);
                    int fires = fire(u, &n->parameters) != 0.0f;
                    mask |= fires << c;
                    m[c] = fires ? 0.0f : u;
                    if (membranes) membranes[t][at + c] = m[c];
                }
                spikes[t][position * bytes + b] = (uint8_t)mask;
                total += __builtin_popcount(mask);
            }
        }
    return total;
}

size_t neuron_fire(
    const neuron_currents *n, size_t begin, size_t end, uint8_t *const *spikes, float *const *membranes) {
#if defined(__x86_64__)
    if (kernels_fast_twins() && n->channels % 8 == 0) return neuron_fire_fast(n, begin, end, spikes, membranes);
#endif
    return neuron_fire_plain(n, begin, end, spikes, membranes);
}

void neuron_fire_dense(
    const neuron_currents *n, size_t begin, size_t end, float *const *spikes, float *const *membranes) {
    int channels = n->channels;
    for (size_t at = begin * channels; at < end * channels; ++at) {
        float m = 0.0f;
        for (int t = 0; t < n->timeSteps; ++t) {
            size_t row = (size_t)t * channels + at % channels;
            float u = integrate(m, n->inputs[t][at] * n->scale[row] + n->shift[row], &n->parameters);
            float spike = fire(u, &n->parameters);
            m = u * (1.0f - spike);
            spikes[t][at] = spike;
            if (membranes) membranes[t][at] = m;
        }
    }
}

void neuron_potentials(const neuron_currents *n, size_t begin, size_t end, float *potentials) {
    int channels = n->channels;
    size_t width = (end - begin) * channels;
    for (size_t i = 0; i < width; ++i) {
        float m = 0.0f;
        for (int t = 0; t < n->timeSteps; ++t) {
            size_t row = (size_t)t * channels + i % channels;
            float u = integrate(
                m, n->inputs[t][begin * channels + i] * n->scale[row] + n->shift[row], &n->parameters);
            m = u * (1.0f - fire(u, &n->parameters));
            potentials[t * width + i] = u;
        }
    }
}

// MARK: Backward

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

/// Adds local [2][steps][width] to channels first ..< first + width of the sums and products, and clears it.
static void flush(float *local, int steps, int width, int channels, int first, double *sums, double *products) {
    for (int t = 0; t < steps; ++t)
        for (int c = 0; c < width; ++c) {
            sums[(size_t)t * channels + first + c] += local[(size_t)t * width + c];
            products[(size_t)t * channels + first + c] += local[(size_t)(steps + t) * width + c];
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
    const neuron_input_gradient *result, int dynamics, int kind, int hasMembrane, int writes) {
    const neuron_currents *n = &pass->currents;
    vector_parameters v = vector_parameters_of(&n->parameters);
    backward_factors f = factors_of(pass);
    int channels = n->channels, steps = n->timeSteps;
    __m256 inputFactor = _mm256_set1_ps(f.inputFactor), memoryFactor = _mm256_set1_ps(f.memoryFactor);
    __m256 quarter = _mm256_set1_ps(0.25f);
    __m256 inputs[steps * TILE_VECTORS], potentials[steps * TILE_VECTORS], state[TILE_VECTORS];
    float local[2 * steps * CHUNK];
    for (int c0 = 0; c0 < channels; c0 += CHUNK) {
        int width = channels - c0 < CHUNK ? channels - c0 : CHUNK, vectors = width / 8;
        int positions = TILE_VECTORS / vectors, sinceFlush = 0;
        memset(local, 0, sizeof(float) * 2 * steps * width);
        for (size_t first = begin; first < end; first += positions) {
            size_t last = first + positions < end ? first + positions : end;
            ptrdiff_t sources[TILE_VECTORS];
            gradient_positions(pass, first, last, sources);
            for (int k = 0; k < TILE_VECTORS; ++k) state[k] = _mm256_setzero_ps();
            for (int t = 0; t < steps; ++t) {
                const float *scale = n->scale + (size_t)t * channels + c0, *shift = n->shift + (size_t)t * channels + c0;
                __m256 *m = state, *u = potentials + t * TILE_VECTORS, *x = inputs + t * TILE_VECTORS;
                for (size_t position = first; position < last; ++position) {
                    const float *input = n->inputs[t] + position * channels + c0;
                    for (int k = 0; k < vectors; ++k, ++m, ++u, ++x) {
                        *x = _mm256_loadu_ps(input + 8 * k);
                        __m256 current = _mm256_add_ps(
                            _mm256_mul_ps(*x, _mm256_loadu_ps(scale + 8 * k)), _mm256_loadu_ps(shift + 8 * k));
                        *u = integrate_vector(*m, current, &v, dynamics);
                        *m = _mm256_andnot_ps(is_firing(*u, &v, n->parameters.equalityFires), *u);
                    }
                }
            }
            for (int k = 0; k < TILE_VECTORS; ++k) state[k] = _mm256_setzero_ps();
            for (int t = steps - 1; t >= 0; --t) {
                size_t row = (size_t)t * channels + c0;
                for (int k = 0; k < vectors; ++k) {
                    float *sum = local + (size_t)t * width + 8 * k, *product = sum + (size_t)steps * width;
                    __m256 a = _mm256_setzero_ps(), b = a, mean = a, inverse = a;
                    if (writes) {
                        a = _mm256_loadu_ps(n->scale + row + 8 * k);
                        b = _mm256_loadu_ps(result->slope + row + 8 * k);
                        mean = _mm256_loadu_ps(result->constant + row + 8 * k);
                    } else {
                        a = _mm256_loadu_ps(sum);
                        b = _mm256_loadu_ps(product);
                        mean = _mm256_loadu_ps(pass->mean + row + 8 * k);
                        inverse = _mm256_loadu_ps(pass->inverseDeviation + row + 8 * k);
                    }
                    for (size_t position = first; position < last; ++position) {
                        int at = (int)(position - first) * vectors + k;
                        ptrdiff_t source = sources[position - first];
                        __m256 g = _mm256_setzero_ps();
                        if (source >= 0) {
                            g = _mm256_loadu_ps(pass->outputGradients[t] + (size_t)source * channels + c0 + 8 * k);
                            if (pass->pooledWidth) g = _mm256_mul_ps(g, quarter);
                        }
                        __m256 afterReset = state[at];
                        if (hasMembrane)
                            afterReset = _mm256_add_ps(
                                afterReset,
                                _mm256_loadu_ps(pass->membraneGradients[t] + position * channels + c0 + 8 * k));
                        __m256 u = potentials[t * TILE_VECTORS + at], x = inputs[t * TILE_VECTORS + at];
                        __m256 fires = is_firing(u, &v, n->parameters.equalityFires);
                        __m256 slope = derivative_vector(&pass->surrogate, _mm256_sub_ps(u, v.threshold), kind);
                        __m256 toPotential =
                            _mm256_add_ps(_mm256_mul_ps(g, slope), _mm256_andnot_ps(fires, afterReset));
                        __m256 toCurrent = _mm256_mul_ps(toPotential, inputFactor);
                        state[at] = _mm256_mul_ps(toPotential, memoryFactor);
                        if (writes) {
                            float *target = result->gradients[t] + position * channels + c0 + 8 * k;
                            __m256 value = _mm256_add_ps(
                                _mm256_add_ps(mean, _mm256_mul_ps(b, x)), _mm256_mul_ps(a, toCurrent));
                            if (result->accumulates[t]) value = _mm256_add_ps(value, _mm256_loadu_ps(target));
                            _mm256_storeu_ps(target, value);
                        } else {
                            a = _mm256_add_ps(a, toCurrent);
                            b = _mm256_add_ps(
                                b, _mm256_mul_ps(toCurrent, _mm256_mul_ps(_mm256_sub_ps(x, mean), inverse)));
                        }
                    }
                    if (!writes) {
                        _mm256_storeu_ps(sum, a);
                        _mm256_storeu_ps(product, b);
                    }
                }
            }
            sinceFlush += (int)(last - first);
            if (!writes && sinceFlush >= SUMMED) {
                flush(local, steps, width, channels, c0, sums, products);
                sinceFlush = 0;
            }
        }
        if (!writes) flush(local, steps, width, channels, c0, sums, products);
    }
}

FAST static void neuron_backward_fast(
    const neuron_backward_pass *pass, size_t begin, size_t end, double *sums, double *products,
    const neuron_input_gradient *result) {
    int dynamics = pass->currents.parameters.dynamics, kind = pass->surrogate.kind;
    int hasMembrane = pass->membraneGradients != 0, writes = result != 0;
#define RUN(dynamics, kind, hasMembrane, writes) \
    backward_vectors(pass, begin, end, sums, products, result, dynamics, kind, hasMembrane, writes)
    if (dynamics == NEURON_LEAKY && kind == SURROGATE_TRIANGLE && !hasMembrane) {
        if (writes) RUN(NEURON_LEAKY, SURROGATE_TRIANGLE, 0, 1);
        else RUN(NEURON_LEAKY, SURROGATE_TRIANGLE, 0, 0);
    } else if (kind == SURROGATE_TRIANGLE) {
        RUN(dynamics, SURROGATE_TRIANGLE, hasMembrane, writes);
    } else if (kind == SURROGATE_WINDOW) {
        RUN(dynamics, SURROGATE_WINDOW, hasMembrane, writes);
    } else {
        RUN(dynamics, SURROGATE_ARCTANGENT, hasMembrane, writes);
    }
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
                    if (pass->pooledWidth) g *= 0.25f;
                    float afterReset = carried;
                    if (pass->membraneGradients) afterReset += pass->membraneGradients[t][at];
                    float slope = pass->surrogate.kind == SURROGATE_GIVEN
                                      ? pass->derivatives[((size_t)t * (end - begin) + position - begin) * channels + c]
                                      : derivative(&pass->surrogate, potentials[t] - p->threshold);
                    float toPotential = g * slope + afterReset * (1.0f - fire(potentials[t], p));
                    float toCurrent = toPotential * f.inputFactor;
                    carried = toPotential * f.memoryFactor;
                    if (result) {
                        float *target = result->gradients[t] + at;
                        float value = (result->constant[row] + result->slope[row] * values[t]) + n->scale[row] * toCurrent;
                        *target = result->accumulates[t] ? value + *target : value;
                    } else {
                        local[(size_t)t * width + c - c0] += toCurrent;
                        local[(size_t)(steps + t) * width + c - c0] +=
                            toCurrent * ((values[t] - pass->mean[row]) * pass->inverseDeviation[row]);
                    }
                }
            }
            if (!result && (position - begin) % SUMMED == SUMMED - 1)
                flush(local, steps, width, channels, c0, sums, products);
        }
        if (!result) flush(local, steps, width, channels, c0, sums, products);
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
