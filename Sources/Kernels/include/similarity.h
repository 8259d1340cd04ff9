#pragma once
#include "activations.h"

/// The linear kernel of N images of spikes: kernel[i, j] is the number of spikes that i and j have in common. Symmetric.
void spike_kernel(const uint8_t *const *images, int count, size_t bytes, uint32_t *kernel);
