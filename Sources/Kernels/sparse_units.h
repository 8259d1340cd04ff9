#pragma once
#include "kernels.h"

// How an activation is cut into units whose planes stay in the first-level cache.

static inline size_t plane_pixels(const sparse_layout *l, int rows) {
    return (size_t)(rows + 2 * l->halo + 2) * (l->width + 2);
}

static inline int strips_of(const sparse_layout *l) { return (l->height + l->unitRows - 1) / l->unitRows; }

typedef struct {
    int imageBegin, imageEnd;
    int rowBegin, rowEnd;  // of the unit itself, without halo
} unit_extent;

static inline unit_extent extent_of(const sparse_layout *l, int unit) {
    int strips = strips_of(l), group = unit / strips, strip = unit % strips;
    unit_extent e;
    e.imageBegin = group * l->unitImages;
    e.imageEnd = e.imageBegin + l->unitImages < l->images ? e.imageBegin + l->unitImages : l->images;
    e.rowBegin = strip * l->unitRows;
    e.rowEnd = e.rowBegin + l->unitRows < l->height ? e.rowBegin + l->unitRows : l->height;
    return e;
}

/// Byte i of entry m: place of the i-th bit that is set in m.
extern uint64_t sparse_places[256];
