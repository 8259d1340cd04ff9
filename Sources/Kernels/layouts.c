#include "layouts.h"
#include "sparse_units.h"

// MARK: Winograd

// What tiles become should stay in a second-level cache of this size, beside the weight that passes by.
#define TILE_BYTES (1 << 20)
// A weight larger than that cache is fetched from beyond it each time, and must be used by so many tiles.
#define LEAST_TILES 24
#define LEAST_TILES_OF_LARGE_WEIGHT 96

int winograd_tiles_at_once(const winograd_convolution *p, int tiles) {
    const size_t components = (size_t)(p->tile + 2) * (p->tile + 2) * sizeof(float);
    const size_t in = p->inChannels, out = padded_to_panel(p->outChannels);
    const int least = components * in * out > 2 * TILE_BYTES ? LEAST_TILES_OF_LARGE_WEIGHT : LEAST_TILES;
    int most = (int)(TILE_BYTES / (components * (in + out)));
    if (most < least) most = least;
    if (tiles <= most) return tiles;
    // Parts of the same size, of whole blocks of rows.
    const int parts = (tiles + most - 1) / most;
    return ((tiles + parts - 1) / parts + 5) / 6 * 6;
}

size_t winograd_weight_size(const winograd_convolution *p) {
    return (p->tile + 2) * (p->tile + 2) * component_size(p->inChannels, padded_to_panel(p->outChannels));
}

size_t winograd_workspace(const winograd_convolution *p, int images) {
    int n = p->tile + 2, tiles = winograd_tiles_at_once(p, images * tiles_per_image(p->height, p->width, p->tile));
    return n * n * (component_size(tiles, p->inChannels) + component_size(tiles, padded_to_panel(p->outChannels)));
}

void winograd_gradient_layout(winograd_gradient *p) {
    int n = p->tile + 2, tiles = p->imagesPerBlock * tiles_per_image(p->height, p->width, p->tile);
    int panels = padded_to_panel(p->outChannels) / 16;
    p->inRow = p->inChannels + 16;
    p->inComponent = (size_t)tiles * p->inRow;
    p->outComponent = (size_t)panels * tiles * 16 + 16;
    p->sumComponent = (size_t)panels * p->inChannels * 16 + 16;
    p->inSize = n * n * p->inComponent;
    p->outSize = n * n * p->outComponent;
    p->sumSize = n * n * p->sumComponent;
}

// MARK: Lists of active inputs

#define PLANE_BYTES (25 * 1024)

void sparse_choose_units(sparse_layout *l) {
    size_t whole = plane_pixels(l, l->height) * 32;
    int halo = l->halo;
    l->halo = 0;
    if (plane_pixels(l, l->height) * 32 <= PLANE_BYTES) {
        whole = plane_pixels(l, l->height) * 32;
        int images = (int)(PLANE_BYTES / whole);
        l->unitImages = images < 1 ? 1 : images > l->images ? l->images : images;
        l->unitRows = l->height;
        return;
    }
    l->halo = halo;
    int rows = l->height;
    while (rows > 1 && plane_pixels(l, rows) * 32 > PLANE_BYTES) --rows;
    int strips = (l->height + rows - 1) / rows;
    l->unitImages = 1;
    l->unitRows = (l->height + strips - 1) / strips;
}

int sparse_unit_count(const sparse_layout *l) {
    return (l->images + l->unitImages - 1) / l->unitImages * strips_of(l);
}

size_t sparse_list_capacity(const sparse_layout *l) {
    // Eight more, for entries are written eight at once.
    return (size_t)l->unitImages * (l->unitRows + 2 * l->halo) * l->width + 8;
}

size_t sparse_plane_size(const sparse_layout *l) { return l->unitImages * plane_pixels(l, l->unitRows) * 8; }

uint64_t sparse_places[256];

__attribute__((constructor)) static void fill_places(void) {
    for (int mask = 0; mask < 256; ++mask) {
        int count = 0;
        for (int bit = 0; bit < 8; ++bit)
            if (mask >> bit & 1) sparse_places[mask] |= (uint64_t)bit << 8 * count++;
    }
}
