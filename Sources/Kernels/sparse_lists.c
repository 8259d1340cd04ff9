#include "sparse_units.h"
#include <string.h>

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

#if defined(__x86_64__)

// Eight pixels of a channel make a mask of those that are active; a table says which they are, so that nothing is decided
// pixel by pixel.

/// Byte i of entry m: place of the i-th bit that is set in m.
static uint64_t places[256];

__attribute__((constructor)) static void fill_places(void) {
    for (int mask = 0; mask < 256; ++mask) {
        int count = 0;
        for (int bit = 0; bit < 8; ++bit)
            if (mask >> bit & 1) places[mask] |= (uint64_t)bit << 8 * count++;
    }
}

/// Appends to a channel's list the pixels of a mask, of which the first has this offset.
FAST_INLINE void append_offsets(int mask, int offset, uint16_t *offsets, int32_t *count) {
    __m128i place = _mm_cvtepu8_epi16(_mm_loadl_epi64((const __m128i *)&places[mask]));
    __m128i entries = _mm_add_epi16(_mm_slli_epi16(place, 2), _mm_set1_epi16((short)offset));
    _mm_storeu_si128((__m128i *)(offsets + *count), entries);
    *count += __builtin_popcount(mask);
}

/// The same with the pixels' values.
FAST_INLINE void append(
    int mask, __m256 pixels, int offset, uint16_t *offsets, float *values, int32_t *count) {
    __m256i place = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)&places[mask]));
    _mm256_storeu_ps(values + *count, _mm256_permutevar8x32_ps(pixels, place));
    append_offsets(mask, offset, offsets, count);
}

FAST_INLINE void list_spikes(
    const uint8_t *pixels, size_t stride, int channel, int channels, int offset, size_t capacity, uint16_t *offsets,
    int32_t *counts) {
    uint64_t bits = 0;
    for (int x = 0; x < 8; ++x) bits |= (uint64_t)pixels[x * stride + channel / 8] << 8 * x;
    if (bits == 0) return;
    __m128i word = _mm_cvtsi64_si128((long long)bits);
    for (int c = 7; c >= 0; --c) {
        // The highest bit of each byte is channel c's.
        if (channel + c < channels)
            append_offsets(
                _mm_movemask_epi8(word), offset, offsets + (channel + c) * capacity, counts + channel + c);
        word = _mm_slli_epi16(word, 1);
    }
}

FAST_INLINE void list_counts(
    const uint8_t *pixels, size_t stride, int channel, int channels, int offset, size_t capacity, uint16_t *offsets,
    float *values, int32_t *counts) {
    __m128i a[8], b[8];
    int width = channels - channel < 8 ? channels - channel : 8;
    for (int x = 0; x < 8; ++x) {
        uint64_t bytes = 0;
        memcpy(&bytes, pixels + x * stride + channel, width == 8 ? 8 : width);
        a[x] = _mm_cvtsi64_si128((long long)bytes);
    }
    // [pixel][channel] → [channel][pixel]
    for (int i = 0; i < 4; ++i) b[i] = _mm_unpacklo_epi8(a[2 * i], a[2 * i + 1]);
    for (int i = 0; i < 2; ++i) {
        a[2 * i] = _mm_unpacklo_epi16(b[2 * i], b[2 * i + 1]);
        a[2 * i + 1] = _mm_unpackhi_epi16(b[2 * i], b[2 * i + 1]);
    }
    for (int i = 0; i < 2; ++i) {
        b[2 * i] = _mm_unpacklo_epi32(a[i], a[2 + i]);
        b[2 * i + 1] = _mm_unpackhi_epi32(a[i], a[2 + i]);
    }
    __m256 quarter = _mm256_set1_ps(0.25f);
    for (int c = 0; c < width; ++c) {
        __m128i row = c % 2 ? _mm_unpackhi_epi64(b[c / 2], b[c / 2]) : b[c / 2];
        int mask = ~_mm_movemask_epi8(_mm_cmpeq_epi8(row, _mm_setzero_si128())) & 255;
        size_t list = (channel + c) * capacity;
        append(
            mask, _mm256_mul_ps(_mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(row)), quarter), offset, offsets + list,
            values + list, counts + channel + c);
    }
}

FAST_INLINE void list_dense(
    const float *pixels, size_t stride, int channel, int offset, size_t capacity, uint16_t *offsets, float *values,
    int32_t *counts) {
    __m256 row = _mm256_i32gather_ps(
        pixels + channel, _mm256_mullo_epi32(_mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7), _mm256_set1_epi32((int)stride)),
        4);
    int mask = _mm256_movemask_ps(_mm256_cmp_ps(row, _mm256_setzero_ps(), _CMP_NEQ_UQ));
    append(mask, row, offset, offsets + channel * capacity, values + channel * capacity, counts + channel);
}

/// Two channels: the polarities of event frames.
FAST_INLINE void list_pairs(
    const float *pixels, int offset, size_t capacity, uint16_t *offsets, float *values, int32_t *counts) {
    __m256 low = _mm256_loadu_ps(pixels), high = _mm256_loadu_ps(pixels + 8), zero = _mm256_setzero_ps();
    const __m256i order = _mm256_setr_epi32(0, 1, 4, 5, 2, 3, 6, 7);
    for (int c = 0; c < 2; ++c) {
        __m256 row = c ? _mm256_shuffle_ps(low, high, 0xdd) : _mm256_shuffle_ps(low, high, 0x88);
        row = _mm256_permutevar8x32_ps(row, order);
        int mask = _mm256_movemask_ps(_mm256_cmp_ps(row, zero, _CMP_NEQ_UQ));
        append(mask, row, offset, offsets + c * capacity, values + c * capacity, counts + c);
    }
}

FAST void sparse_build_lists(const sparse_layout *l, int unit, uint16_t *offsets, float *values, int32_t *counts) {
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

#else

// Never called: without AVX2 the plain kernels run.
void sparse_build_lists(const sparse_layout *l, int unit, uint16_t *offsets, float *values, int32_t *counts) {}

#endif
