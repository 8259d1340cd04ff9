// Neurons one by one: what the vector kernels of `Bodies/neuron.h` are compared with.
#include "../neuron_scalar.h"

static size_t neuron_fire_body(
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

static void neuron_backward_body(
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
