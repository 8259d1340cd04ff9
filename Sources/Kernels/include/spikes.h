#pragma once
#include "activations.h"

/// Spikes of one image [H, W, ⌈C/8⌉ bytes] summed over 2×2 pixels: counts [H/2, W/2, C]. An odd last row or column is dropped.
/// Returns how many counts are not zero.
size_t pool_spikes(const uint8_t *spikes, uint8_t *counts, int height, int width, int channels);
/// Spikes of N positions as floats [N, C].
void expand_spikes(const uint8_t *spikes, float *values, size_t positions, int channels);
/// Counts as floats, a quarter each.
void expand_counts(const uint8_t *counts, float *values, size_t count);
/// Number of spikes.
size_t count_spikes(const uint8_t *spikes, size_t bytes);
/// Bits of T time steps: or and and of all, and histogram[n] += bits set at n time steps. Bits that pad channels count, too.
void summarize_spikes(
    const uint8_t *const *steps, int timeSteps, size_t bytes, uint8_t *any, uint8_t *all, uint64_t *histogram);
