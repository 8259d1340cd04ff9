#pragma once
#include <png.h>
#include <setjmp.h>
#include <string.h>

// Macros that Swift does not import.
static inline png_uint_32 saccade_png_version(void) { return PNG_IMAGE_VERSION; }

#define SACCADE_PNG_MESSAGE 160

/// A picture being read from memory, and what libpng said of it. libpng reports errors by a jump, which must not cross
/// Swift: everything from the first call to the last is in here.
typedef struct {
    const unsigned char *bytes;
    size_t count;
    size_t place;
    /// Why it was given up; empty if it was not.
    char error[SACCADE_PNG_MESSAGE];
    /// The first thing that is not as it should be, and how many there were.
    char warning[SACCADE_PNG_MESSAGE];
    int warnings;
} saccade_png_reading;

static void saccade_png_copy(char *target, const char *message) {
    strncpy(target, message, SACCADE_PNG_MESSAGE - 1);
    target[SACCADE_PNG_MESSAGE - 1] = 0;
}

static void saccade_png_error(png_structp png, png_const_charp message) {
    saccade_png_copy(((saccade_png_reading *)png_get_error_ptr(png))->error, message);
    png_longjmp(png, 1);
}

static void saccade_png_warning(png_structp png, png_const_charp message) {
    saccade_png_reading *reading = (saccade_png_reading *)png_get_error_ptr(png);
    if (reading->warnings++ == 0) saccade_png_copy(reading->warning, message);
}

static void saccade_png_take(png_structp png, png_bytep target, size_t count) {
    saccade_png_reading *reading = (saccade_png_reading *)png_get_io_ptr(png);
    if (count > reading->count - reading->place) png_error(png, "the file ends too soon");
    memcpy(target, reading->bytes + reading->place, count);
    reading->place += count;
}

/// Reads samples as they are stored: no gamma, no background. 16 bits become 8 by leaving out the lower byte; 1, 2 and 4
/// bits of gray are spread over 0…255; palettes become colors; alpha is left out.
///
/// `pixels` holds `width * height * channels` bytes, channels 1 or 3. Returns 0 if the picture cannot be had, 1 if all
/// pixels could be read but not what follows them, 2 if everything was read.
static inline int saccade_png_read(
    saccade_png_reading *reading, png_uint_32 width, png_uint_32 height, int channels, unsigned char *pixels) {
    png_structp png =
        png_create_read_struct(PNG_LIBPNG_VER_STRING, reading, saccade_png_error, saccade_png_warning);
    if (!png) return 0;
    volatile int stage = 0;
    // Kept outside of the registers that a jump may spoil.
    png_infop volatile info = png_create_info_struct(png);
    if (info && setjmp(png_jmpbuf(png)) == 0) {
        png_set_read_fn(png, reading, saccade_png_take);
        png_set_user_limits(png, 0x7FFFFFFF, 0x7FFFFFFF);
        // Nothing but the header, palette, transparency and pixels: texts and color profiles may unpack to gigabytes.
        png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
        png_read_info(png, info);
        // A wrong checksum of the header or the palette is the end. That of pixels which unpack is worth a warning: Pillow
        // does not even look at it.
        png_set_crc_action(png, PNG_CRC_WARN_USE, PNG_CRC_NO_CHANGE);
        int depth = png_get_bit_depth(png, info), type = png_get_color_type(png, info);
        if (depth == 16) png_set_strip_16(png);
        if (type == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png);
        if (type == PNG_COLOR_TYPE_GRAY && depth < 8) png_set_expand_gray_1_2_4_to_8(png);
        png_set_strip_alpha(png);
        int passes = png_set_interlace_handling(png);
        png_read_update_info(png, info);
        size_t stride = (size_t)width * (size_t)channels;
        if (png_get_image_width(png, info) != width || png_get_image_height(png, info) != height ||
            png_get_rowbytes(png, info) != stride)
            png_error(png, "a second header that differs from the first");
        for (int pass = 0; pass < passes; pass++)
            for (png_uint_32 row = 0; row < height; row++) png_read_row(png, pixels + row * stride, NULL);
        stage = 1;
        png_read_end(png, NULL);
        stage = 2;
    }
    png_infop last = info;
    png_destroy_read_struct(&png, &last, NULL);
    return stage;
}
