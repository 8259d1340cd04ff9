#include "kernels.h"
#include <string.h>

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
