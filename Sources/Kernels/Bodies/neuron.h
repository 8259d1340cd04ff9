#pragma once
#include "neuron_inline.h"

/// Spikes of the k-th vector of a position.
BODY void write_bits(uint8_t *position, int k, unsigned bits) {
#if LANES == 4
    position[k / 2] = (uint8_t)(k % 2 ? position[k / 2] | bits << 4 : bits);
#elif LANES == 8
    position[k] = (uint8_t)bits;
#else
    uint16_t two = (uint16_t)bits;
    memcpy(position + 2 * k, &two, 2);
#endif
}

BODY size_t fire_vectors(
    const neuron_currents *n, size_t begin, size_t end, uint8_t *const *spikes, float *const *membranes, int dynamics) {
    vector_parameters v = vector_parameters_of(&n->parameters);
    int channels = n->channels, bytes = channels / 8, steps = n->timeSteps;
    size_t total = 0;
    for (int c0 = 0; c0 < channels; c0 += CHUNK) {
        int width = channels - c0 < CHUNK ? channels - c0 : CHUNK, vectors = width / LANES;
        int positions = positions_of_tile(width);
        for (size_t first = begin; first < end; first += positions) {
            size_t last = first + positions < end ? first + positions : end;
            floats state[TILE_VECTORS];
            for (int k = 0; k < TILE_VECTORS; ++k) state[k] = splat(0.0f);
            for (int t = 0; t < steps; ++t) {
                const float *scale = n->scale + (size_t)t * channels + c0;
                const float *shift = n->shift + (size_t)t * channels + c0;
                floats *m = state;
                for (size_t position = first; position < last; ++position) {
                    const float *x = n->inputs[t] + position * channels + c0;
                    uint8_t *bits = spikes[t] + position * bytes + c0 / 8;
                    for (int k = 0; k < vectors; ++k, ++m) {
                        read_ahead(x + (size_t)positions * channels + LANES * k);
                        floats current = load(x + LANES * k) * load(scale + LANES * k) + load(shift + LANES * k);
                        floats u = integrate_vector(*m, current, &v, dynamics);
                        ints fires = is_firing(u, &v);
                        *m = fires ? splat(0.0f) : u;
                        unsigned mask = bits_of(fires);
                        write_bits(bits, k, mask);
                        total += __builtin_popcount(mask);
                        if (membranes) store(membranes[t] + position * channels + c0 + LANES * k, *m);
                    }
                }
            }
        }
    }
    return total;
}

static size_t neuron_fire_body(
    const neuron_currents *n, size_t begin, size_t end, uint8_t *const *spikes, float *const *membranes) {
    int dynamics = n->parameters.dynamics;
    if (n->channels % (LANES < 8 ? 8 : LANES)) return NARROWER(neuron_fire)(n, begin, end, spikes, membranes);
    if (dynamics != NEURON_LEAKY) return fire_vectors(n, begin, end, spikes, membranes, dynamics);
    return membranes ? fire_vectors(n, begin, end, spikes, membranes, NEURON_LEAKY)
                     : fire_vectors(n, begin, end, spikes, 0, NEURON_LEAKY);
}
