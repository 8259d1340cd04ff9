#include "neuron_inline.h"

#if defined(__x86_64__)

FAST_INLINE size_t fire_vectors(
    const neuron_currents *n, size_t begin, size_t end, uint8_t *const *spikes, float *const *membranes, int dynamics) {
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
                const float *scale = n->scale + (size_t)t * channels + c0;
                const float *shift = n->shift + (size_t)t * channels + c0;
                __m256 *m = state;
                for (size_t position = first; position < last; ++position) {
                    const float *x = n->inputs[t] + position * channels + c0;
                    uint8_t *bits = spikes[t] + position * bytes + c0 / 8;
                    for (int k = 0; k < vectors; ++k, ++m) {
                        read_ahead(x + (size_t)positions * channels + 8 * k);
                        __m256 current = _mm256_add_ps(
                            _mm256_mul_ps(_mm256_loadu_ps(x + 8 * k), _mm256_loadu_ps(scale + 8 * k)),
                            _mm256_loadu_ps(shift + 8 * k));
                        __m256 u = integrate_vector(*m, current, &v, dynamics);
                        __m256 fires = is_firing(u, &v);
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
    if (dynamics != NEURON_LEAKY) return fire_vectors(n, begin, end, spikes, membranes, dynamics);
    return membranes ? fire_vectors(n, begin, end, spikes, membranes, NEURON_LEAKY)
                     : fire_vectors(n, begin, end, spikes, 0, NEURON_LEAKY);
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
                    float current = n->inputs[t][at + c] * n->scale[row + c] + n->shift[row + c];
                    float u = integrate(m[c], current, &n->parameters);
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
