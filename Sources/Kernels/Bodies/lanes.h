#pragma once
#include "../dispatch.h"
#include <stdbool.h>
#include <string.h>

// Vectors of LANES floats, by the compiler's own vector types: operators act on each lane, `mask ? a : b` chooses by lane,
// and what differs between processors is left to the compiler. A file of `Widths` says LANES and for which processor; the
// bodies beside this header are written once.
//
// Products and sums are contracted only where `plus_times` says so.

typedef float floats __attribute__((ext_vector_type(LANES)));
typedef double doubles __attribute__((ext_vector_type(LANES)));
typedef int32_t ints __attribute__((ext_vector_type(LANES)));
typedef uint8_t bytes __attribute__((ext_vector_type(LANES)));
typedef bool flags __attribute__((ext_vector_type(LANES)));
/// Anywhere in memory.
typedef float floats_there __attribute__((ext_vector_type(LANES), aligned(4)));
typedef double doubles_there __attribute__((ext_vector_type(LANES), aligned(8)));
typedef uint8_t bytes_there __attribute__((ext_vector_type(LANES), aligned(1)));

BODY floats load(const float *address) { return *(const floats_there *)address; }
BODY void store(float *address, floats value) { *(floats_there *)address = value; }
BODY floats splat(float value) { return (floats)value; }
// Macros, for compilers warn of functions whose arguments no register holds.
#define WIDENED(value) __builtin_convertvector(value, doubles)
#define DOUBLES(address) (*(doubles_there *)(address))
/// a + b · c, rounded once.
BODY floats plus_times(floats a, floats b, floats c) { return __builtin_elementwise_fma(b, c, a); }
BODY floats plus_scaled(floats a, floats b, float c) { return __builtin_elementwise_fma(b, splat(c), a); }
BODY floats absolute(floats value) { return __builtin_elementwise_abs(value); }

/// The lanes' choice as bits, the first lane's lowest.
BODY unsigned bits_of(ints chosen) {
#if LANES == 4 && defined(__aarch64__)
    const ints place = {1, 2, 4, 8};
    return (unsigned)__builtin_reduce_add(chosen & place);
#else
    flags chosenFlags = __builtin_convertvector(chosen, flags);
#if LANES == 16
    uint16_t bits;
#else
    uint8_t bits;
#endif
    memcpy(&bits, &chosenFlags, sizeof bits);
    return bits;
#endif
}

#if LANES == 4
#define LANE_BITS {1, 2, 4, 8}
#elif LANES == 8
#define LANE_BITS {1, 2, 4, 8, 16, 32, 64, 128}
#else
#define LANE_BITS {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768}
#endif

/// Spikes whose channels are a multiple of 32: four bytes are read at once.
#define ACTIVATION_WIDE_SPIKES 3

/// Channels `channel` ..< `channel` + LANES of one position of an activation of this kind, as floats. For counts the value is
/// four times too large.
BODY floats load_activation(int kind, const void *position, int channel) {
    const uint8_t *start = (const uint8_t *)position;
    if (kind == ACTIVATION_DENSE) return load((const float *)position + channel);
    if (kind == ACTIVATION_COUNTS)
        return __builtin_convertvector(__builtin_convertvector(*(const bytes_there *)(start + channel), ints), floats);
    const ints lanes = LANE_BITS;
    ints word, bit;
    if (kind == ACTIVATION_WIDE_SPIKES) {
        int32_t four;
        memcpy(&four, start + (channel >> 5) * 4, 4);
        word = (ints)four;
        bit = lanes << (channel & 31);
    } else if (LANES == 16) {
        uint16_t two;
        memcpy(&two, start + (channel >> 3), 2);
        word = (ints)two;
        bit = lanes;
    } else {
        word = (ints)start[channel >> 3];
        bit = lanes << (channel & 7);
    }
    return (word & bit) != 0 ? splat(1.0f) : splat(0.0f);
}

/// Asks for an address before it is read.
BODY void read_ahead(const float *address) { __builtin_prefetch(address); }
