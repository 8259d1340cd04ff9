#include "kernels.h"
#include <string.h>

void image_columns(
    const float *image, float *columns, int height, int width, int channels, int kernel, int padding, int strideLength,
    int outWidth, int rowBegin, int rowEnd) {
    size_t span = (size_t)kernel * channels;
    for (int y = rowBegin; y < rowEnd; ++y)
        for (int x = 0; x < outWidth; ++x) {
            int left = x * strideLength - padding;
            for (int ky = 0; ky < kernel; ++ky) {
                int sourceRow = y * strideLength + ky - padding;
                float *target = columns + ((size_t)(y - rowBegin) * outWidth + x) * span * kernel + ky * span;
                if (sourceRow < 0 || sourceRow >= height) {
                    memset(target, 0, sizeof(float) * span);
                    continue;
                }
                int first = left < 0 ? -left : 0;
                int last = left + kernel > width ? width - left : kernel;
                if (first > 0) memset(target, 0, sizeof(float) * first * channels);
                if (last > first)
                    memcpy(
                        target + (size_t)first * channels,
                        image + ((size_t)sourceRow * width + left + first) * channels,
                        sizeof(float) * (last - first) * channels);
                if (last < kernel) memset(target + (size_t)last * channels, 0, sizeof(float) * (kernel - last) * channels);
            }
        }
}
