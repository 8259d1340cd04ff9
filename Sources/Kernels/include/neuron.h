#pragma once
#include "activations.h"

// Neurons of one sample of one stream. P positions (height · width), C channels, T time steps; what has a time step is
// given as one pointer a time step.

/// How a neuron integrates its input current.
typedef enum {
    NEURON_LEAKY = 0,       // u = m + (I - m) / timeConstant
    NEURON_INTEGRATE = 1,   // u = m + I
    NEURON_PARAMETRIC = 2,  // u = m + (I - m) * gain
    NEURON_BIASED = 3,      // u = m + (I - m) / timeConstant + bias
} neuron_dynamics;

typedef struct {
    int dynamics;
    float timeConstant;
    float gain;
    float bias;
    float threshold;
    /// Fires where u - threshold > firingOffset (or >=, where equality fires).
    float firingOffset;
    int equalityFires;
    /// The spike is the sign of u - threshold: -1, 0 or 1.
    int isSigned;
} neuron_parameters;

/// The input current I = input · scale[t, c] + shift[t, c].
typedef struct {
    const float *const *inputs;  // [T] of [P, C]
    const float *scale, *shift;  // [T, C]
    int timeSteps, channels;
    neuron_parameters parameters;
} neuron_currents;

/// Integrates, fires and resets at positions begin..<end. Writes spikes as bits, and the membrane potential after reset
/// where `membranes` is given. Returns the number of spikes. The spikes must not be signed.
size_t neuron_fire(
    const neuron_currents *currents, size_t begin, size_t end, uint8_t *const *spikes, float *const *membranes);

/// The same with spikes as floats, signed or not.
void neuron_fire_dense(
    const neuron_currents *currents, size_t begin, size_t end, float *const *spikes, float *const *membranes);

/// Potentials before reset of positions begin..<end: [T, end - begin, C].
void neuron_potentials(const neuron_currents *currents, size_t begin, size_t end, float *potentials);

/// The surrogate's derivative at x = u - threshold.
typedef enum {
    SURROGATE_GIVEN = 0,       // as in `derivatives`
    SURROGATE_TRIANGLE = 1,    // height - slope · |x| where |x| <= width, else 0
    SURROGATE_WINDOW = 2,      // height where |x - center| < width, else 0
    SURROGATE_ARCTANGENT = 3,  // height / (1 + (slope · x)²)
} surrogate_kind;

typedef struct {
    int kind;
    float center, width, height, slope;
} surrogate_shape;

typedef struct {
    neuron_currents currents;
    const float *const *outputGradients;    // [T] of dL/dspike [P, C]; pooled: of dL/dcount-mean [P / 4, C]
    int pooledHeight, pooledWidth;          // size before pooling 2×2; 0 where the output is not pooled
    const float *const *membraneGradients;  // [T] of dL/dm after reset; or null
    const float *mean, *inverseDeviation;   // [T, C]
    surrogate_shape surrogate;
    const float *derivatives;               // [T, end - begin, C], where the surrogate is given
    int detachesMembrane;                   // no gradient passes from one time step to the one before
} neuron_backward_pass;

/// Backward through time for positions begin..<end and channels channelBegin..<channelEnd.
///
/// Writes dL/dI · scale, what the input's image gets of it but for the normalization's means, to gradients [T] of
/// [P, channelEnd - channelBegin]; adds it where accumulates[t], for images that several time steps share. Adds to
/// sums[t, c] that of dL/dI and to products[t, c] that of dL/dI · (input - mean) · inverseDeviation.
void neuron_backward(
    const neuron_backward_pass *pass, size_t begin, size_t end, int channelBegin, int channelEnd,
    float *const *gradients, const uint8_t *accumulates, double *sums, double *products);

/// The rest of the normalization's backward pass, in place or not: output = constant[c] + slope[c] · input + gradients, for
/// channels channelBegin..<channelEnd of one image. The gradients are [P, channelEnd - channelBegin], input and output [P, C].
void normalization_backward(
    const float *input, float *output, const float *gradients, const float *constant, const float *slope,
    size_t positions, int channels, int channelBegin, int channelEnd);
