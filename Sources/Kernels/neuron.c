#include "dispatch.h"

#define TILE 256

BODY float integrate(float m, float current, const neuron_parameters *p, int dynamics) {
    switch (dynamics) {
    case NEURON_INTEGRATE: return m + current;
    case NEURON_PARAMETRIC: return m + (current - m) * p->gain;
    case NEURON_BIASED: return m + (current - m) / p->timeConstant + p->bias;
    default: return m + (current - m) / p->timeConstant;
    }
}

BODY float fire(float u, const neuron_parameters *p, int equalityFires, int isSigned) {
    float x = u - p->threshold;
    if (isSigned) return (x > 0.0f ? 1.0f : 0.0f) - (x < 0.0f ? 1.0f : 0.0f);
    return equalityFires ? (x >= p->firingOffset ? 1.0f : 0.0f) : (x > p->firingOffset ? 1.0f : 0.0f);
}

BODY void forward_tile(
    const float *input, float *spikes, float *membrane, float *potential, size_t stride, size_t potentialStride,
    int timeSteps, int count, int channels, const float *scale, const float *shift, const neuron_parameters *p,
    int dynamics, int equalityFires, int isSigned) {
    float state[TILE];
    for (int c = 0; c < count; ++c) state[c] = 0.0f;
    for (int t = 0; t < timeSteps; ++t) {
        const float *x = input + (size_t)t * stride;
        const float *a = scale + (size_t)t * channels, *b = shift + (size_t)t * channels;
        float *s = spikes ? spikes + (size_t)t * stride : 0;
        float *m = membrane ? membrane + (size_t)t * stride : 0;
        float *u = potential ? potential + (size_t)t * potentialStride : 0;
        for (int c = 0; c < count; ++c) {
            float value = integrate(state[c], x[c] * a[c] + b[c], p, dynamics);
            float spike = fire(value, p, equalityFires, isSigned);
            state[c] = value * (1.0f - spike);
            if (s) s[c] = spike;
            if (m) m[c] = state[c];
            if (u) u[c] = value;
        }
    }
}

// Splits on what never changes inside the loops, so that the innermost one has no branch.
BODY void forward_cases(
    const float *input, float *spikes, float *membrane, float *potential, size_t stride, size_t potentialStride,
    int timeSteps, int count, int channels, const float *scale, const float *shift, const neuron_parameters *p) {
#define RUN(dynamics, equal, sign)                                                                               \
    forward_tile(                                                                                                \
        input, spikes, membrane, potential, stride, potentialStride, timeSteps, count, channels, scale, shift, p, \
        dynamics, equal, sign)
    if (p->isSigned) {
        RUN(p->dynamics, 0, 1);
    } else if (p->equalityFires) {
        RUN(p->dynamics, 1, 0);
    } else if (p->dynamics == NEURON_LEAKY) {
        if (spikes && !membrane && !potential)
            forward_tile(
                input, spikes, 0, 0, stride, potentialStride, timeSteps, count, channels, scale, shift, p,
                NEURON_LEAKY, 0, 0);
        else if (!spikes && !membrane && potential)
            forward_tile(
                input, 0, 0, potential, stride, potentialStride, timeSteps, count, channels, scale, shift, p,
                NEURON_LEAKY, 0, 0);
        else
            RUN(NEURON_LEAKY, 0, 0);
    } else {
        RUN(p->dynamics, 0, 0);
    }
#undef RUN
}

BODY void neuron_forward_body(
    const float *input, float *spikes, float *membrane, float *potential, size_t stride, int timeSteps, size_t begin,
    size_t end, int channels, const float *scale, const float *shift, const neuron_parameters *p) {
    for (size_t position = begin; position < end; position += channels)
        for (int c = 0; c < channels; c += TILE) {
            int count = channels - c < TILE ? channels - c : TILE;
            size_t at = position + c;
            forward_cases(
                input + at, spikes ? spikes + at : 0, membrane ? membrane + at : 0, potential ? potential + at : 0,
                stride, stride, timeSteps, count, channels, scale + c, shift + c, p);
        }
}

KERNEL(
    neuron_forward,
    (const float *input, float *spikes, float *membrane, float *potential, size_t stride, int timeSteps, size_t begin,
     size_t end, int channels, const float *scale, const float *shift, const neuron_parameters *p),
    (input, spikes, membrane, potential, stride, timeSteps, begin, end, channels, scale, shift, p))

BODY void neuron_potentials_body(
    const float *input, float *scratch, size_t stride, int timeSteps, size_t begin, size_t end, int channels,
    const float *scale, const float *shift, const neuron_parameters *p) {
    for (size_t position = begin; position < end; position += channels)
        for (int c = 0; c < channels; c += TILE) {
            int count = channels - c < TILE ? channels - c : TILE;
            forward_cases(
                input + position + c, 0, 0, scratch + (position - begin) + c, stride, end - begin, timeSteps, count,
                channels, scale + c, shift + c, p);
        }
}

KERNEL(
    neuron_potentials,
    (const float *input, float *scratch, size_t stride, int timeSteps, size_t begin, size_t end, int channels,
     const float *scale, const float *shift, const neuron_parameters *p),
    (input, scratch, stride, timeSteps, begin, end, channels, scale, shift, p))

BODY void backward_tile(
    float *gradient, const float *membraneGradient, const float *input, const float *potentials,
    const float *derivatives, size_t stride, size_t scratchStride, int timeSteps, int count, int channels,
    const float *mean, const float *inverseDeviation, float inputFactor, float memoryFactor,
    const neuron_parameters *p, int equalityFires, int isSigned, float *sums, float *products) {
    float carried[TILE];  // dL/dm of the step after, through its integration
    for (int c = 0; c < count; ++c) carried[c] = 0.0f;
    for (int t = timeSteps - 1; t >= 0; --t) {
        float *g = gradient + (size_t)t * stride;
        const float *dm = membraneGradient ? membraneGradient + (size_t)t * stride : 0;
        const float *x = input + (size_t)t * stride;
        const float *u = potentials + (size_t)t * scratchStride, *d = derivatives + (size_t)t * scratchStride;
        const float *mu = mean + (size_t)t * channels, *inverse = inverseDeviation + (size_t)t * channels;
        float *sum = sums + (size_t)t * channels, *product = products + (size_t)t * channels;
        for (int c = 0; c < count; ++c) {
            float spike = fire(u[c], p, equalityFires, isSigned);
            float afterReset = carried[c] + (dm ? dm[c] : 0.0f);
            float toPotential = g[c] * d[c] + afterReset * (1.0f - spike);
            float toCurrent = toPotential * inputFactor;
            carried[c] = toPotential * memoryFactor;
            g[c] = toCurrent;
            sum[c] += toCurrent;
            product[c] += toCurrent * ((x[c] - mu[c]) * inverse[c]);
        }
    }
}

BODY void neuron_backward_body(
    float *gradient, const float *membraneGradient, const float *input, const float *potentials,
    const float *derivatives, size_t stride, int timeSteps, size_t begin, size_t end, int channels, const float *mean,
    const float *inverseDeviation, int detachesMembrane, const neuron_parameters *p, float *sums, float *products) {
    float inputFactor = 1.0f, memoryFactor = 1.0f;
    if (p->dynamics == NEURON_LEAKY || p->dynamics == NEURON_BIASED) {
        inputFactor = 1.0f / p->timeConstant;
        memoryFactor = 1.0f - inputFactor;
    } else if (p->dynamics == NEURON_PARAMETRIC) {
        inputFactor = p->gain;
        memoryFactor = 1.0f - inputFactor;
    }
    if (detachesMembrane) memoryFactor = 0.0f;
    for (size_t position = begin; position < end; position += channels)
        for (int c = 0; c < channels; c += TILE) {
            int count = channels - c < TILE ? channels - c : TILE;
            size_t at = position + c, local = position - begin + c;
#define RUN(membraneGradients, equal, sign)                                                                        \
    backward_tile(                                                                                                 \
        gradient + at, membraneGradients, input + at, potentials + local, derivatives + local, stride, end - begin, \
        timeSteps, count, channels, mean + c, inverseDeviation + c, inputFactor, memoryFactor, p, equal, sign,      \
        sums + c, products + c)
            const float *dm = membraneGradient ? membraneGradient + at : 0;
            if (p->isSigned) RUN(dm, 0, 1);
            else if (p->equalityFires) RUN(dm, 1, 0);
            else if (dm) RUN(dm, 0, 0);
            else RUN(0, 0, 0);
#undef RUN
        }
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void neuron_backward_avx2(
    float *gradient, const float *membraneGradient, const float *input, const float *potentials,
    const float *derivatives, size_t stride, int timeSteps, size_t begin, size_t end, int channels, const float *mean,
    const float *inverseDeviation, int detachesMembrane, const neuron_parameters *p, float *sums, float *products) {
    neuron_backward_body(
        gradient, membraneGradient, input, potentials, derivatives, stride, timeSteps, begin, end, channels, mean,
        inverseDeviation, detachesMembrane, p, sums, products);
}
#endif

// The sums of one call run in float32 (a call covers a few hundred positions) and are added to the totals in double.
void neuron_backward(
    float *gradient, const float *membraneGradient, const float *input, const float *potentials,
    const float *derivatives, size_t stride, int timeSteps, size_t begin, size_t end, int channels, const float *mean,
    const float *inverseDeviation, int detachesMembrane, const neuron_parameters *p, double *sums, double *products) {
    size_t width = (size_t)timeSteps * channels;
    float local[2 * width];
    for (size_t i = 0; i < 2 * width; ++i) local[i] = 0.0f;
#if defined(__x86_64__)
    if (kernels_vectorized_state())
        neuron_backward_avx2(
            gradient, membraneGradient, input, potentials, derivatives, stride, timeSteps, begin, end, channels, mean,
            inverseDeviation, detachesMembrane, p, local, local + width);
    else
#endif
        neuron_backward_body(
            gradient, membraneGradient, input, potentials, derivatives, stride, timeSteps, begin, end, channels, mean,
            inverseDeviation, detachesMembrane, p, local, local + width);
    for (size_t i = 0; i < width; ++i) {
        sums[i] += local[i];
        products[i] += local[width + i];
    }
}
