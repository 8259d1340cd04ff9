#pragma once
#include <png.h>

// Macros that Swift does not import.
static inline png_uint_32 saccade_png_version(void) { return PNG_IMAGE_VERSION; }
static inline png_uint_32 saccade_png_gray_alpha(void) { return PNG_FORMAT_GA; }
static inline png_uint_32 saccade_png_color_alpha(void) { return PNG_FORMAT_RGBA; }
static inline int saccade_png_has_color(png_uint_32 format) { return (format & PNG_FORMAT_FLAG_COLOR) != 0; }
