#pragma once
#include "vector.h"

// What the forward and the backward pass of a neuron share.
//
// The twins give the same bits: the vector kernels contract nothing and add in the same order.

BODY float integrate(float m, float current, const neuron_parameters *p) {
    switch (p->dynamics) {
    case NEURON_INTEGRATE: return m + current;
    case NEURON_PARAMETRIC: return m + (current - m) * p->gain;
    case NEURON_LINEAR: return m * p->memory + current * p->gain + p->bias;
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
// Channels at a time.
#define CHUNK 64

typedef struct {
    __m256 threshold, offset, factor, memory, bias;
    int divides;
} vector_parameters;

FAST_INLINE vector_parameters vector_parameters_of(const neuron_parameters *p) {
    vector_parameters v;
    v.threshold = _mm256_set1_ps(p->threshold);
    // At least the offset is more than the float before it.
    v.offset = _mm256_set1_ps(
        p->equalityFires ? __builtin_nextafterf(p->firingOffset, -__builtin_inff()) : p->firingOffset);
    v.bias = _mm256_set1_ps(p->bias);
    // A division by a power of two is a multiplication, to the bit.
    int exponent = 0;
    float reciprocal = 1.0f / p->timeConstant;
    int hasGain = p->dynamics == NEURON_PARAMETRIC || p->dynamics == NEURON_LINEAR;
    v.divides = !hasGain && __builtin_frexpf(p->timeConstant, &exponent) != 0.5f;
    v.factor = _mm256_set1_ps(hasGain ? p->gain : v.divides ? p->timeConstant : reciprocal);
    v.memory = _mm256_set1_ps(p->memory);
    return v;
}

FAST_INLINE __m256 integrate_vector(__m256 m, __m256 current, const vector_parameters *v, int dynamics) {
    if (dynamics == NEURON_INTEGRATE) return _mm256_add_ps(m, current);
    if (dynamics == NEURON_LINEAR)
        return _mm256_add_ps(
            _mm256_add_ps(_mm256_mul_ps(m, v->memory), _mm256_mul_ps(current, v->factor)), v->bias);
    __m256 difference = _mm256_sub_ps(current, m);
    __m256 step = v->divides ? _mm256_div_ps(difference, v->factor) : _mm256_mul_ps(difference, v->factor);
    __m256 u = _mm256_add_ps(m, step);
    return dynamics == NEURON_BIASED ? _mm256_add_ps(u, v->bias) : u;
}

FAST_INLINE __m256 is_firing(__m256 u, const vector_parameters *v) {
    return _mm256_cmp_ps(_mm256_sub_ps(u, v->threshold), v->offset, _CMP_GT_OQ);
}

/// Asks for an address that the next tile reads. Time steps are visited in turns, too few lines at a time for the processor
/// to see how it goes on.
FAST_INLINE void read_ahead(const float *address) { _mm_prefetch((const char *)address, _MM_HINT_T0); }

#endif
