#pragma once
#include "kernels.h"

// How the memory is divided that kernels of every width work in.

/// One line more than it holds: components a power of two apart would compete for the same place in the cache.
static inline size_t component_size(size_t rows, size_t channels) { return rows * channels + 16; }

static inline int padded_to_panel(int channels) { return (channels + 15) / 16 * 16; }

static inline int tiles_per_image(int height, int width, int m) {
    return ((height + m - 1) / m) * ((width + m - 1) / m);
}

/// Tiles that `winograd_run` transforms, multiplies and transforms back before the next.
int winograd_tiles_at_once(const winograd_convolution *convolution, int tiles);
