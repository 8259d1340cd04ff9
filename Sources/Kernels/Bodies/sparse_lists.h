#pragma once
#include "../sparse_units.h"
#include "eight.h"

// Eight pixels of a channel make a mask of those that are active; a table says which they are, so that nothing is decided
// pixel by pixel.

typedef uint8_t eight_bytes __attribute__((ext_vector_type(8)));
typedef uint16_t eight_offsets __attribute__((ext_vector_type(8)));
typedef uint16_t eight_offsets_there __attribute__((ext_vector_type(8), aligned(2)));
typedef int32_t eight_ints __attribute__((ext_vector_type(8)));
typedef bool eight_flags __attribute__((ext_vector_type(8)));
typedef uint8_t sixteen_bytes __attribute__((ext_vector_type(16)));

BODY int mask_of(eight_flags active) {
    uint8_t mask;
    memcpy(&mask, &active, 1);
    return mask;
}

/// Where the pixels of a mask lie among the eight, one after the other.
BODY eight_bytes places_of(int mask) {
    eight_bytes places;
    memcpy(&places, &sparse_places[mask], 8);
    return places;
}

/// Appends to a channel's list the pixels of a mask, of which the first has this offset.
BODY void append_offsets(int mask, int offset, uint16_t *offsets, int32_t *count) {
    const eight_offsets place = __builtin_convertvector(places_of(mask), eight_offsets);
    *(eight_offsets_there *)(offsets + *count) = (place << 2) + (uint16_t)offset;
    *count += __builtin_popcount((unsigned)mask);
}

/// The same with the pixels' values.
BODY void append(int mask, eight pixels, int offset, uint16_t *offsets, float *values, int32_t *count) {
#if defined(__x86_64__)
    const eight_ints place = __builtin_convertvector(places_of(mask), eight_ints);
    store_eight(values + *count, (eight)_mm256_permutevar8x32_ps((__m256)pixels, (__m256i)place));
#else
    float kept[8];
    memcpy(kept, &pixels, sizeof kept);
    for (int i = 0; mask >> i; ++i) values[*count + i] = kept[(sparse_places[mask] >> 8 * i) & 7];
#endif
    append_offsets(mask, offset, offsets, count);
}

BODY void list_spikes(
    const uint8_t *pixels, size_t stride, int channel, int channels, int offset, size_t capacity, uint16_t *offsets,
    int32_t *counts) {
    uint64_t bits = 0;
    for (int x = 0; x < 8; ++x) bits |= (uint64_t)pixels[x * stride + channel / 8] << 8 * x;
    if (bits == 0) return;
    // [pixel][channel] → [channel][pixel]: squares of 1, 2 and 4 bits change places.
    uint64_t changed = (bits ^ bits >> 7) & 0x00aa00aa00aa00aaull;
    bits ^= changed ^ changed << 7;
    changed = (bits ^ bits >> 14) & 0x0000cccc0000ccccull;
    bits ^= changed ^ changed << 14;
    changed = (bits ^ bits >> 28) & 0x00000000f0f0f0f0ull;
    bits ^= changed ^ changed << 28;
    const int width = channels - channel < 8 ? channels - channel : 8;
    for (int c = 0; c < width; ++c)
        append_offsets(
            (int)(bits >> 8 * c & 255), offset, offsets + (channel + c) * capacity, counts + channel + c);
}

BODY void list_counts(
    const uint8_t *pixels, size_t stride, int channel, int channels, int offset, size_t capacity, uint16_t *offsets,
    float *values, int32_t *counts) {
    sixteen_bytes a[8], b[8];
    const int width = channels - channel < 8 ? channels - channel : 8;
    for (int x = 0; x < 8; ++x) {
        a[x] = (sixteen_bytes)0;
        memcpy(&a[x], pixels + x * stride + channel, width == 8 ? 8 : width);
    }
    // [pixel][channel] → [channel][pixel]
#define PAIRS(one, other, half)                                                                                \
    (half ? __builtin_shufflevector(one, other, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)          \
          : __builtin_shufflevector(one, other, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23))
    for (int i = 0; i < 4; ++i) b[i] = PAIRS(a[i], a[i + 4], 0);
    for (int i = 0; i < 2; ++i) {
        a[2 * i] = PAIRS(b[i], b[i + 2], 0);
        a[2 * i + 1] = PAIRS(b[i], b[i + 2], 1);
    }
    for (int i = 0; i < 2; ++i) {
        b[2 * i] = PAIRS(a[i], a[i + 2], 0);
        b[2 * i + 1] = PAIRS(a[i], a[i + 2], 1);
    }
#undef PAIRS
    for (int c = 0; c < width; ++c) {
        eight_bytes row;
        memcpy(&row, (const uint8_t *)b + 8 * c, 8);
        const int mask = mask_of(__builtin_convertvector(row, eight_flags));
        const size_t list = (channel + c) * capacity;
        append(
            mask, __builtin_convertvector(__builtin_convertvector(row, eight_ints), eight) * 0.25f, offset,
            offsets + list, values + list, counts + channel + c);
    }
}

BODY void list_dense(
    const float *pixels, size_t stride, int channel, int offset, size_t capacity, uint16_t *offsets, float *values,
    int32_t *counts) {
    eight row;
    for (int x = 0; x < 8; ++x) row[x] = pixels[x * stride + channel];
    const int mask = mask_of(__builtin_convertvector(row != (eight)0.0f, eight_flags));
    append(mask, row, offset, offsets + channel * capacity, values + channel * capacity, counts + channel);
}

/// Two channels: the polarities of event frames.
BODY void list_pairs(
    const float *pixels, int offset, size_t capacity, uint16_t *offsets, float *values, int32_t *counts) {
    const eight low = load_eight(pixels), high = load_eight(pixels + 8);
    const eight rows[2] = {
        __builtin_shufflevector(low, high, 0, 2, 4, 6, 8, 10, 12, 14),
        __builtin_shufflevector(low, high, 1, 3, 5, 7, 9, 11, 13, 15),
    };
    for (int c = 0; c < 2; ++c) {
        const int mask = mask_of(__builtin_convertvector(rows[c] != (eight)0.0f, eight_flags));
        append(mask, rows[c], offset, offsets + c * capacity, values + c * capacity, counts + c);
    }
}

static void sparse_build_lists_body(const sparse_layout *l, int unit, uint16_t *offsets, float *values, int32_t *counts) {
    unit_extent e = extent_of(l, unit);
    size_t capacity = sparse_list_capacity(l), planeRow = l->width + 2, stride = l->inputPositionBytes;
    uint8_t tail[8 * 4 * 4096] __attribute__((aligned(32)));
    for (int c = 0; c < l->channels; ++c) counts[c] = 0;
    for (int i = e.imageBegin; i < e.imageEnd; ++i)
        for (int y = e.rowBegin - l->halo; y < e.rowEnd + l->halo; ++y) {
            if (y < 0 || y >= l->height) continue;
            size_t first =
                (size_t)(i - e.imageBegin) * plane_pixels(l, l->unitRows) + (y - e.rowBegin + l->halo) * planeRow;
            const uint8_t *row = (const uint8_t *)l->input + ((size_t)i * l->height + y) * l->width * stride;
            for (int x = 0; x < l->width; x += 8) {
                const uint8_t *pixels = row + x * stride;
                if (x + 8 > l->width) {
                    // Nothing is read beyond the row, and pixels that are not there are not active.
                    memset(tail, 0, 8 * stride);
                    memcpy(tail, pixels, (l->width - x) * stride);
                    pixels = tail;
                }
                int offset = (int)(first + x) * 4;
                if (l->inputKind == ACTIVATION_SPIKES)
                    for (int c = 0; c < l->channels; c += 8)
                        list_spikes(pixels, stride, c, l->channels, offset, capacity, offsets, counts);
                else if (l->inputKind == ACTIVATION_COUNTS)
                    for (int c = 0; c < l->channels; c += 8)
                        list_counts(pixels, stride, c, l->channels, offset, capacity, offsets, values, counts);
                else if (l->channels == 2)
                    list_pairs((const float *)pixels, offset, capacity, offsets, values, counts);
                else
                    for (int c = 0; c < l->channels; ++c)
                        list_dense((const float *)pixels, stride / 4, c, offset, capacity, offsets, values, counts);
            }
        }
}
