#pragma once
#include <stddef.h>
#include <stdint.h>
#include "activations.h"
#include "convolution.h"
#include "neuron.h"
#include "similarity.h"
#include "spikes.h"

// Hot loops. Every kernel is written once over a vector's width and compiled for AVX2, AVX-512 and NEON; the processor decides
// at run time which of them runs, or `SACCADE_KERNELS` does (avx512, avx2, neon, plain). Every kernel has a plain twin, too;
// `kernels_use_plain(1)` forces the plain ones.
//
// Neurons, normalization, pooling, spikes and vectors contract no products and sums and keep their order: all widths and the
// plain twins give the same bits. The convolutions of convolution.h and the alignment's products use fused multiply-add and
// other sums: widths agree with each other, and with the plain twin, within rounding. At one width the same input gives the
// same bits on any number of threads.
//
// Legend: T time steps of one stream, N positions (batch · height · width), C channels. Activations are [T, N, C].

/// Forces the plain twins (1) or lets the processor decide (0) on this thread, where both give the same bits; convolutions are
/// chosen by their caller. Whoever gives work to other threads takes the choice along.
void kernels_use_plain(int plain);
/// 1 if other than the plain twins run on this thread.
int kernels_are_vectorized(void);
/// The width in use: avx512, avx2, neon or plain.
const char *kernels_width(void);
/// The widths that this processor has, the widest first, plain last; null behind it.
const char *kernels_usable_width(int place);
/// Keeps the calling thread on one of the processors that the process may use: the `place`-th, counted round and round.
void kernels_pin_thread(int32_t place);

/// Tells the processor that a loop waits for another thread.
static inline void kernels_relax(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

// MARK: Batch normalization

/// Adds to sums[c] and squares[c] those of values [positions, C].
void channel_moments(const float *values, size_t positions, int channels, double *sums, double *squares);

// MARK: Alignment

/// gram [rows, rows]: the products of the rows of values [rows, width], of which the mean of each column is taken away.
void centered_gram(const float *values, int rows, size_t width, double *gram);
/// gram [count, rows]: of the rows from `begin` with all rows.
void centered_gram_rows(const float *values, int rows, size_t width, int begin, int count, double *gram);
/// result [count, width] = matrix [count, rows] · the centered values.
void centered_product(
    const float *matrix, int count, const float *values, int rows, size_t width, float *result);

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
