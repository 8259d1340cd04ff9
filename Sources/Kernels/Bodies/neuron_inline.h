#pragma once
#include "../neuron_scalar.h"
#include "lanes.h"

// What the forward and the backward pass of a neuron share.
//
// The twins give the same bits: nothing is contracted, and sums have the same order.

// Time steps lie a power of two apart, so that as many lines as there are time steps would compete for one place in the
// cache: some vectors of one time step are read after each other, and what they leave behind is kept close.
#define TILE_VECTORS (256 / LANES)
// Channels at a time.
#define CHUNK 64

/// Positions of so many channels that a tile holds: SUMMED is a multiple of them.
BODY int positions_of_tile(int width) {
    int positions = SUMMED;
    while (positions * width > TILE_VECTORS * LANES) positions /= 2;
    return positions;
}

typedef struct {
    floats threshold, offset, factor, memory, bias;
    int divides;
} vector_parameters;

BODY vector_parameters vector_parameters_of(const neuron_parameters *p) {
    vector_parameters v;
    v.threshold = splat(p->threshold);
    // At least the offset is more than the float before it.
    v.offset = splat(
        p->equalityFires ? __builtin_nextafterf(p->firingOffset, -__builtin_inff()) : p->firingOffset);
    v.bias = splat(p->bias);
    // A division by a power of two is a multiplication, to the bit.
    int exponent = 0;
    float reciprocal = 1.0f / p->timeConstant;
    int hasGain = p->dynamics == NEURON_PARAMETRIC || p->dynamics == NEURON_LINEAR;
    v.divides = !hasGain && __builtin_frexpf(p->timeConstant, &exponent) != 0.5f;
    v.factor = splat(hasGain ? p->gain : v.divides ? p->timeConstant : reciprocal);
    v.memory = splat(p->memory);
    return v;
}

BODY floats integrate_vector(floats m, floats current, const vector_parameters *v, int dynamics) {
    if (dynamics == NEURON_INTEGRATE) return m + current;
    if (dynamics == NEURON_LINEAR)
        return m * v->memory + current * v->factor + v->bias;
    floats difference = current - m;
    floats step = v->divides ? difference / v->factor : difference * v->factor;
    floats u = m + step;
    return dynamics == NEURON_BIASED ? u + v->bias : u;
}

BODY ints is_firing(floats u, const vector_parameters *v) {
    return u - v->threshold > v->offset;
}

/// The membrane potential after reset: zero where it fires, u · (1 - s) where spikes are signed.
BODY floats after_reset(floats value, floats u, const vector_parameters *v, int isSigned) {
    if (isSigned) {
        const floats x = u - v->threshold, zero = splat(0.0f), one = splat(1.0f);
        return value * (one - ((x > zero ? one : zero) - (x < zero ? one : zero)));
    }
    return is_firing(u, v) ? splat(0.0f) : value;
}
