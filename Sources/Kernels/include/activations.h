#pragma once
#include <stddef.h>
#include <stdint.h>

/// How the numbers of an activation lie in memory; channels last in all of them.
typedef enum {
    ACTIVATION_DENSE = 0,   // float32 [N, C]
    ACTIVATION_SPIKES = 1,  // bits [N, ⌈C / 8⌉ bytes], channel c is bit c % 8 of byte c / 8
    ACTIVATION_COUNTS = 2,  // bytes [N, C]: spikes of 2×2 pixels, 0…4; the value is a quarter of it
} activation_kind;
