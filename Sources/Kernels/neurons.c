#include "neuron_scalar.h"

// Neurons whose spikes are floats, and potentials for surrogates and gradients that are asked for one by one.

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
