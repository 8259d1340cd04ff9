#include "dispatch.h"
#include <string.h>

// Eight spikes of a byte, spread to eight bytes.
#define SPREAD(b)                                                                                               \
    ((uint64_t)((b) & 1) | (uint64_t)((b) >> 1 & 1) << 8 | (uint64_t)((b) >> 2 & 1) << 16 |                      \
     (uint64_t)((b) >> 3 & 1) << 24 | (uint64_t)((b) >> 4 & 1) << 32 | (uint64_t)((b) >> 5 & 1) << 40 |          \
     (uint64_t)((b) >> 6 & 1) << 48 | (uint64_t)((b) >> 7 & 1) << 56)
#define ROW4(b) SPREAD(b), SPREAD((b) + 1), SPREAD((b) + 2), SPREAD((b) + 3)
#define ROW16(b) ROW4(b), ROW4((b) + 4), ROW4((b) + 8), ROW4((b) + 12)
#define ROW64(b) ROW16(b), ROW16((b) + 16), ROW16((b) + 32), ROW16((b) + 48)
static const uint64_t spread[256] = {ROW64(0), ROW64(64), ROW64(128), ROW64(192)};

BODY size_t pool_spikes_body(const uint8_t *spikes, uint8_t *counts, int height, int width, int channels) {
    int bytes = (channels + 7) / 8;
    size_t row = (size_t)width * bytes, active = 0;
    for (int y = 0; y + 1 < height; y += 2)
        for (int x = 0; x + 1 < width; x += 2) {
            const uint8_t *corner = spikes + y * row + (size_t)x * bytes;
            for (int b = 0; b < bytes; ++b, ++corner) {
                uint8_t first = corner[0], second = corner[bytes], third = corner[row], fourth = corner[row + bytes];
                uint64_t sum = spread[first] + spread[second] + spread[third] + spread[fourth];
                int left = channels - 8 * b;
                if (left >= 8) memcpy(counts, &sum, 8);
                else memcpy(counts, &sum, left);
                counts += left >= 8 ? 8 : left;
                active += __builtin_popcount(first | second | third | fourth);
            }
        }
    return active;
}

KERNEL_RETURNING(
    size_t, pool_spikes, (const uint8_t *spikes, uint8_t *counts, int height, int width, int channels),
    (spikes, counts, height, width, channels))

BODY void expand_spikes_body(const uint8_t *spikes, float *values, size_t positions, int channels) {
    int bytes = (channels + 7) / 8;
    for (size_t n = 0; n < positions; ++n, spikes += bytes, values += channels)
        for (int c = 0; c < channels; ++c) values[c] = (float)(spikes[c / 8] >> c % 8 & 1);
}

KERNEL(
    expand_spikes, (const uint8_t *spikes, float *values, size_t positions, int channels),
    (spikes, values, positions, channels))

BODY void expand_counts_body(const uint8_t *counts, float *values, size_t count) {
    for (size_t i = 0; i < count; ++i) values[i] = counts[i] * 0.25f;
}

KERNEL(expand_counts, (const uint8_t *counts, float *values, size_t count), (counts, values, count))

BODY size_t count_spikes_body(const uint8_t *spikes, size_t bytes) {
    size_t total = 0, i = 0;
    for (; i + 8 <= bytes; i += 8) {
        uint64_t word;
        memcpy(&word, spikes + i, 8);
        total += __builtin_popcountll(word);
    }
    for (; i < bytes; ++i) total += __builtin_popcount(spikes[i]);
    return total;
}

KERNEL_RETURNING(size_t, count_spikes, (const uint8_t *spikes, size_t bytes), (spikes, bytes))

void summarize_spikes(
    const uint8_t *const *steps, int timeSteps, size_t bytes, uint8_t *any, uint8_t *all, uint64_t *histogram) {
    int planes = 1;
    while (timeSteps >> planes) ++planes;
    for (size_t i = 0; i < bytes; i += 8) {
        size_t size = bytes - i < 8 ? bytes - i : 8;
        uint64_t some = 0, every = ~0ull;
        uint64_t digits[32] = {0};  // bit k of the number of spikes of each of 64 neurons
        for (int t = 0; t < timeSteps; ++t) {
            uint64_t word = 0;
            memcpy(&word, steps[t] + i, size);
            some |= word;
            every &= word;
            for (int k = 0; k < planes && word; ++k) {
                uint64_t carry = digits[k] & word;
                digits[k] ^= word;
                word = carry;
            }
        }
        memcpy(any + i, &some, size);
        memcpy(all + i, &every, size);
        uint64_t valid = size == 8 ? ~0ull : (1ull << 8 * size) - 1;
        for (int count = 0; count <= timeSteps; ++count) {
            uint64_t match = valid;
            for (int k = 0; k < planes; ++k) match &= count >> k & 1 ? digits[k] : ~digits[k];
            histogram[count] += __builtin_popcountll(match);
        }
    }
}
