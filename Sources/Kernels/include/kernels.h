#pragma once
#include <stddef.h>
#include <stdint.h>

// Hot loops. Every kernel exists twice from one body: built for the machine's base instruction set (the plain twin) and
// for AVX2; `kernels_use_plain(1)` forces the plain one. Products and sums are never contracted, so both give the same
// bits.
//
// Legend: T time steps of one stream, N positions (batch · height · width), C channels. Activations are [T, N, C].

/// Forces the plain twins (1) or lets the processor decide (0).
void kernels_use_plain(int plain);
/// 1 if the AVX2 twins run.
int kernels_are_vectorized(void);

// MARK: Neuron

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

/// Current I = input · scale[t, c] + shift[t, c]; integrate, fire, reset to zero.
///
/// Works on elements begin..<end of the N·C plane (multiples of C) at all time steps; consecutive time steps lie `stride`
/// elements apart. `membrane` (after reset) and `potential` (before reset) may be null.
void neuron_forward(
    const float *input, float *spikes, float *membrane, float *potential, size_t stride, int timeSteps, size_t begin,
    size_t end, int channels, const float *scale, const float *shift, const neuron_parameters *parameters);

/// The potentials before reset of elements begin..<end, into scratch [T, end - begin].
void neuron_potentials(
    const float *input, float *scratch, size_t stride, int timeSteps, size_t begin, size_t end, int channels,
    const float *scale, const float *shift, const neuron_parameters *parameters);

/// Backward through time for elements begin..<end.
///
/// `gradient` holds dL/dspike on entry and dL/dI on exit. `membraneGradient` (dL/dm after reset) may be null.
/// `potentials` and `derivatives` are scratch [T, end - begin]: u - threshold is recomputed by the caller, and the
/// surrogate's derivative at it. With `detachesMembrane` no gradient passes from one time step to the one before.
/// Adds to sums[t, c] the sum of dL/dI and to products[t, c] that of dL/dI · (input - mean[t, c]) · inverseDeviation[t, c].
void neuron_backward(
    float *gradient, const float *membraneGradient, const float *input, const float *potentials,
    const float *derivatives, size_t stride, int timeSteps, size_t begin, size_t end, int channels, const float *mean,
    const float *inverseDeviation, int detachesMembrane, const neuron_parameters *parameters, double *sums,
    double *products);

// MARK: Batch normalization

/// Adds to sums[c] the sum over positions begin..<end of values[n, c].
void channel_sums(const float *values, size_t begin, size_t end, int channels, double *sums);
/// Adds to squares[c] the sum of (values[n, c] - mean[c])².
void channel_squares(const float *values, size_t begin, size_t end, int channels, const float *mean, double *squares);
/// gradient = scale[c] · (gradient - meanGradient[c] - normalized · meanProduct[c]), normalized = (input - mean) · inverseDeviation.
void batch_normalization_backward(
    float *gradient, const float *input, size_t begin, size_t end, int channels, const float *mean,
    const float *inverseDeviation, const float *scale, const float *meanGradient, const float *meanProduct);

// MARK: Pooling and columns

/// Mean of 2×2 pixels; an odd last row or column is dropped. One image [H, W, C] → [H/2, W/2, C].
void average_pool_forward(const float *input, float *output, int height, int width, int channels);
void average_pool_backward(const float *outputGradient, float *inputGradient, int height, int width, int channels);

/// Rows y begin..<end of one image [H, W, C] as columns [rows · outW, k · k · C], zero outside the image.
void image_columns(
    const float *image, float *columns, int height, int width, int channels, int kernel, int padding, int strideLength,
    int outWidth, int rowBegin, int rowEnd);

// MARK: Vectors

/// Decoupled-decay Adam (Loshchilov and Hutter 2019) on one parameter.
typedef struct {
    float learningRate;
    float decay;             // 1 - learningRate · weightDecay
    float firstWeight;       // 1 - β1
    float secondDecay;       // β2
    float secondWeight;      // 1 - β2
    float firstCorrection;   // 1 - β1^t
    float secondCorrection;  // sqrt(1 - β2^t)
    float epsilon;
    float gradientScale;     // from clipping; 1 where the gradient is not clipped
} adamw_step;
void adamw_update(
    float *value, const float *gradient, float *first, float *second, size_t count, const adamw_step *step);
double sum_of_squares(const float *values, size_t count);
/// target += source
void add_to(float *target, const float *source, size_t count);
/// target = source · factor
void scale_into(float *target, const float *source, float factor, size_t count);
/// Number of elements that are not zero.
size_t count_nonzero(const float *values, size_t count);
