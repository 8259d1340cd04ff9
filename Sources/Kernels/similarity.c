#include "dispatch.h"
#include "similarity.h"
#include <string.h>

BODY void spike_kernel_body(const uint8_t *const *images, int count, size_t bytes, uint32_t *kernel) {
    for (int i = 0; i < count; ++i)
        for (int j = 0; j <= i; ++j) {
            const uint8_t *one = images[i], *other = images[j];
            uint64_t total = 0;
            size_t n = 0;
            for (; n + 8 <= bytes; n += 8) {
                uint64_t left, right;
                memcpy(&left, one + n, 8);
                memcpy(&right, other + n, 8);
                total += __builtin_popcountll(left & right);
            }
            for (; n < bytes; ++n) total += __builtin_popcount(one[n] & other[n]);
            kernel[i * count + j] = kernel[j * count + i] = (uint32_t)total;
        }
}

KERNEL(
    spike_kernel, (const uint8_t *const *images, int count, size_t bytes, uint32_t *kernel),
    (images, count, bytes, kernel))
