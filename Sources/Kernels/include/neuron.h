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
    NEURON_LINEAR = 4,      // u = memory * m + gain * I + bias
} neuron_dynamics;

typedef struct {
    int dynamics;
    float timeConstant;
    float gain;
    float memory;
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
    SURROGATE_STEP = 4,        // height where x > center
    SURROGATE_SIGMOID = 5,     // height · σ(slope · x) · (1 - σ(slope · x))
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
    // What is added to dL/dspike at every time step: a number, and one a neuron [P, C], or null.
    float spikeSlope;
    const float *spikeSlopes;
} neuron_backward_pass;

/// Where the gradient of the input goes, and what the normalization adds to it:
/// constant[t, c] + slope[t, c] · input + scale[t, c] · dL/dI.
typedef struct {
    float *const *gradients;      // [T] of [P, C]; may be the inputs, where no image is another job's input, too
    const uint8_t *accumulates;   // [T]: adds to what is there, for images that several time steps share
    const float *slope, *constant;  // [T, C]
} neuron_input_gradient;

/// Backward through time for positions begin..<end. Adds to sums[t, c] that of dL/dI and to products[t, c] that of
/// dL/dI · (input - mean) · inverseDeviation.
void neuron_backward_sums(
    const neuron_backward_pass *pass, size_t begin, size_t end, double *sums, double *products);

/// The same again, with the sums known: writes the gradient of the input.
void neuron_backward_write(
    const neuron_backward_pass *pass, size_t begin, size_t end, const neuron_input_gradient *result);
