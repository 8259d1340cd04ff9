#include "dispatch.h"
#include <string.h>

BODY void average_pool_forward_body(const float *input, float *output, int height, int width, int channels) {
    int outHeight = height / 2, outWidth = width / 2;
    size_t row = (size_t)width * channels;
    for (int y = 0; y < outHeight; ++y)
        for (int x = 0; x < outWidth; ++x) {
            const float *corner = input + 2 * y * row + (size_t)2 * x * channels;
            float *target = output + ((size_t)y * outWidth + x) * channels;
            for (int c = 0; c < channels; ++c)
                target[c] =
                    ((corner[c] + corner[channels + c]) + (corner[row + c] + corner[row + channels + c])) * 0.25f;
        }
}

KERNEL(
    average_pool_forward, (const float *input, float *output, int height, int width, int channels),
    (input, output, height, width, channels))

BODY void average_pool_backward_body(
    const float *outputGradient, float *inputGradient, int height, int width, int channels) {
    int outHeight = height / 2, outWidth = width / 2;
    size_t row = (size_t)width * channels;
    if (height % 2 || width % 2) memset(inputGradient, 0, sizeof(float) * height * row);
    for (int y = 0; y < outHeight; ++y)
        for (int x = 0; x < outWidth; ++x) {
            float *corner = inputGradient + 2 * y * row + (size_t)2 * x * channels;
            const float *source = outputGradient + ((size_t)y * outWidth + x) * channels;
            for (int c = 0; c < channels; ++c) {
                float share = source[c] * 0.25f;
                corner[c] = share;
                corner[channels + c] = share;
                corner[row + c] = share;
                corner[row + channels + c] = share;
            }
        }
}

KERNEL(
    average_pool_backward, (const float *outputGradient, float *inputGradient, int height, int width, int channels),
    (outputGradient, inputGradient, height, width, channels))

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
