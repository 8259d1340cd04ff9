#pragma once
#include "activations.h"

// Fast convolutions 3×3 with padding 1, for processors whose vectors fuse product and sum (`kernels_have_convolutions`).
// Channels are multiples of eight. The plain twin is the product of image columns and weight.

/// 1 if these kernels may be called: on x86 with AVX2 and FMA, on ARM with NEON, where nobody has asked for the plain ones.
int kernels_have_convolutions(void);

// MARK: Winograd

typedef struct {
    const void *input;          // [images, height, width, inChannels] of `inputKind`
    float *output;              // [images, height, width, outStride]: the first of outChannels
    const float *weight;        // [9, inChannels, outStride], or [9, outStride, inChannels] where it rotates
    float *transformedWeight;   // winograd_weight_size floats
    size_t inputPositionBytes;  // from one position of the input to the next
    float weightFactor;         // 0.25 for counts
    int inputKind;
    int height, width, inChannels;
    int outChannels, outStride;  // those made at once, and all that there are
    int tile;                   // 4 or 6
    int rotates;                // 1: gradient of the input of a convolution with this weight
} winograd_convolution;

/// Fills panels (of 16 output channels) of the transformed weight.
void winograd_transform_weight(const winograd_convolution *convolution, int panelBegin, int panelEnd);
size_t winograd_weight_size(const winograd_convolution *convolution);
/// Floats that `winograd_run` works in for so many images.
size_t winograd_workspace(const winograd_convolution *convolution, int images);
/// Convolves images begin..<end.
void winograd_run(const winograd_convolution *convolution, int imageBegin, int imageEnd, float *workspace);

typedef struct {
    const void *input;          // as of the convolution
    const float *gradient;      // [images, height, width, outStride] of its output: the first of outChannels
    float *weightGradient;      // [9, inChannels, outStride], added to
    float *in, *out, *sums;     // room for inSize, outSize and sumSize floats
    size_t inputPositionBytes;
    float inputFactor;          // 0.25 for counts
    int inputKind;
    int images, height, width, inChannels;
    int outChannels, outStride;  // those made at once, and all that there are
    int tile;                   // 4 or 6
    int imagesPerBlock;         // transformed at once
    // Set by `winograd_gradient_layout`, in floats.
    size_t inRow, inComponent, outComponent, sumComponent, inSize, outSize, sumSize;
} winograd_gradient;

/// Fills the sizes from the other fields.
void winograd_gradient_layout(winograd_gradient *gradient);
/// Transforms images begin..<end of a block; those beyond the last image are zeros.
void winograd_gradient_gather(const winograd_gradient *gradient, int block, int imageBegin, int imageEnd);
/// Adds up one of the (tile + 2)² components over the block at hand; `adds` to the blocks before.
void winograd_gradient_multiply(const winograd_gradient *gradient, int component, int adds);
/// Adds to sixteen output channels of the weight's gradient, after all blocks.
void winograd_gradient_finish(const winograd_gradient *gradient, int panel);

// MARK: Lists of active inputs

/// An activation cut into units: some whole images, or some rows of one image, so that a padded plane of eight channels of
/// a unit stays in the first-level cache.
///
/// A plane is [images in the unit][rows + 2 · halo + 2][width + 2][8]. Entry e of a list says where in it the 3×3 window of
/// an active input begins, in eighths of a byte offset: window pixel (2 - ky, 2 - kx) meets tap (ky, kx).
typedef struct {
    const void *input;          // [images, height, width, channels] of `inputKind`
    size_t inputPositionBytes;
    int inputKind;
    int images, height, width, channels;
    int unitImages;             // whole images of a unit; 1 where it is rows
    int unitRows;               // rows of a unit; `height` where it is whole images
    int halo;                   // 1: rows above and below belong to the unit, too
} sparse_layout;

/// Chooses units for a layout whose other fields are set.
void sparse_choose_units(sparse_layout *layout);
int sparse_unit_count(const sparse_layout *layout);
/// Room that a list of one unit and channel takes, in entries.
size_t sparse_list_capacity(const sparse_layout *layout);
/// Floats of a plane of eight channels.
size_t sparse_plane_size(const sparse_layout *layout);

/// Lists the active inputs of one unit, by channel: offsets and (except for spikes) values [channels, capacity].
void sparse_build_lists(
    const sparse_layout *layout, int unit, uint16_t *offsets, float *values, int32_t *counts);

/// Adds to weightGradient [blocks, channels, 9, 8], for blocks begin..<end of eight output channels each and units
/// begin..<end, what gradient [images, height, width, outChannels] and the lists say. Lists follow each other by unit; their
/// layout has no halo.
void sparse_weight_gradient(
    const sparse_layout *layout, const uint16_t *offsets, const float *values, const int32_t *counts,
    const float *gradient, int outChannels, int blockBegin, int blockEnd, int unitBegin, int unitEnd, float *plane,
    float *weightGradient);

/// Writes blocks begin..<end of eight output channels of the units' images: weight is [all blocks, channels, 9, 8]. Adds the
/// outputs' sums and squares to those of each image, [images, outChannels], unless null. The lists' layout has a halo where
/// units are rows.
void sparse_forward(
    const sparse_layout *layout, const uint16_t *offsets, const float *values, const int32_t *counts,
    const float *weight, float *output, int outChannels, int blockBegin, int blockEnd, int unitBegin, int unitEnd,
    float *plane, double *sums, double *squares);
