#pragma once
#include "eight.h"

// Products of features with themselves, centered as they are read. Where the processor fuses products and sums, they are
// fused: as with the convolutions, the plain twin agrees within rounding. The pragma holds to the end of the file that includes
// this one: it comes last.
#pragma clang fp contract(fast)


// Columns of a tile are as many as keep it in the first-level cache.
#define TILE_FLOATS 4096
#define GRAM_ROWS 4

/// Columns first ..< first + width of the values less their means, [rows, padded to a multiple of GRAM_ROWS][columns]; zero
/// beyond. The mean is that of differences to the first row, which keeps float32 exact enough for any offset.
BODY void center_tile(
    const float *values, int rows, size_t stride, size_t first, int width, float *tile, int columns) {
    int padded = (rows + GRAM_ROWS - 1) / GRAM_ROWS * GRAM_ROWS;
    for (int row = 0; row < padded; ++row) {
        float *target = tile + (size_t)row * columns;
        int kept = row < rows ? width : 0;
        // Rows lie far apart: the next tile's part of this one is asked for ahead.
        for (int c = 0; c < kept; c += 16) __builtin_prefetch(values + row * stride + first + columns + c);
        if (kept < columns) memset(target + kept, 0, sizeof(float) * (columns - kept));
        if (kept) memcpy(target, values + row * stride + first, sizeof(float) * kept);
    }
    float share = 1.0f / (float)rows;
    for (int c = 0; c < columns; c += 8) {
        eight origin = *(const eight_there *)(tile + c), sum = {0};
        for (int row = 1; row < rows; ++row) sum += *(const eight_there *)(tile + (size_t)row * columns + c) - origin;
        eight mean = sum * share;
        for (int row = 0; row < rows; ++row) {
            eight_there *at = (eight_there *)(tile + (size_t)row * columns + c);
            *at = (*at - origin) - mean;
        }
    }
}

BODY float total(const eight *sum) {
    eight v = *sum;
    return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}

static void centered_gram_body(const float *values, int rows, size_t width, double *gram) {
    int padded = (rows + GRAM_ROWS - 1) / GRAM_ROWS * GRAM_ROWS;
    int columns = TILE_FLOATS / padded / 8 * 8;
    if (columns < 8) columns = 8;
    float tile[(size_t)padded * columns];
    memset(gram, 0, sizeof(double) * rows * rows);
    for (size_t first = 0; first < width; first += columns) {
        int kept = width - first < (size_t)columns ? (int)(width - first) : columns;
        center_tile(values, rows, width, first, kept, tile, columns);
        for (int i = 0; i < padded; i += GRAM_ROWS)
            for (int j = 0; j < i + GRAM_ROWS; j += 2) {
                eight sums[GRAM_ROWS][2] = {{{0}}};
                const float *a = tile + (size_t)i * columns, *b = tile + (size_t)j * columns;
                for (int c = 0; c < columns; c += 8) {
                    eight b0 = *(const eight_there *)(b + c), b1 = *(const eight_there *)(b + columns + c);
#pragma unroll
                    for (int r = 0; r < GRAM_ROWS; ++r) {
                        eight x = *(const eight_there *)(a + (size_t)r * columns + c);
                        sums[r][0] += x * b0;
                        sums[r][1] += x * b1;
                    }
                }
                for (int r = 0; r < GRAM_ROWS; ++r)
                    for (int s = 0; s < 2; ++s)
                        if (i + r < rows && j + s <= i + r) gram[(size_t)(i + r) * rows + j + s] += total(&sums[r][s]);
            }
    }
    for (int i = 0; i < rows; ++i)
        for (int j = i + 1; j < rows; ++j) gram[(size_t)i * rows + j] = gram[(size_t)j * rows + i];
}

/// As centered_gram_body, of some rows with all: nothing is mirrored.
static void centered_gram_rows_body(
    const float *values, int rows, size_t width, int begin, int count, double *gram) {
    int padded = (rows + GRAM_ROWS - 1) / GRAM_ROWS * GRAM_ROWS;
    int columns = TILE_FLOATS / padded / 8 * 8;
    if (columns < 8) columns = 8;
    float tile[(size_t)padded * columns];
    memset(gram, 0, sizeof(double) * count * rows);
    for (size_t first = 0; first < width; first += columns) {
        int kept = width - first < (size_t)columns ? (int)(width - first) : columns;
        center_tile(values, rows, width, first, kept, tile, columns);
        for (int i = 0; i < count; i += GRAM_ROWS) {
            const float *a[GRAM_ROWS];
            for (int r = 0; r < GRAM_ROWS; ++r) a[r] = tile + (size_t)(begin + (i + r < count ? i + r : i)) * columns;
            for (int j = 0; j < padded; j += 2) {
                eight sums[GRAM_ROWS][2] = {{{0}}};
                const float *b = tile + (size_t)j * columns;
                for (int c = 0; c < columns; c += 8) {
                    eight b0 = *(const eight_there *)(b + c), b1 = *(const eight_there *)(b + columns + c);
#pragma unroll
                    for (int r = 0; r < GRAM_ROWS; ++r) {
                        eight x = *(const eight_there *)(a[r] + c);
                        sums[r][0] += x * b0;
                        sums[r][1] += x * b1;
                    }
                }
                for (int r = 0; r < GRAM_ROWS && i + r < count; ++r)
                    for (int s = 0; s < 2 && j + s < rows; ++s)
                        gram[(size_t)(i + r) * rows + j + s] += total(&sums[r][s]);
            }
        }
    }
}

static void centered_product_body(
    const float *matrix, int count, const float *values, int rows, size_t width, float *result) {
    int padded = (rows + GRAM_ROWS - 1) / GRAM_ROWS * GRAM_ROWS;
    int columns = TILE_FLOATS / padded / 16 * 16;
    if (columns < 16) columns = 16;
    float tile[(size_t)padded * columns];
    for (size_t first = 0; first < width; first += columns) {
        int kept = width - first < (size_t)columns ? (int)(width - first) : columns;
        center_tile(values, rows, width, first, kept, tile, columns);
        for (int row = 0; row < count; ++row)
            for (int c = 0; c < kept; c += 16) __builtin_prefetch(result + row * width + first + c, 1);
        for (int i = 0; i < count; i += GRAM_ROWS) {
            const float *factors[GRAM_ROWS];
            for (int r = 0; r < GRAM_ROWS; ++r) factors[r] = matrix + (size_t)(i + r < count ? i + r : i) * rows;
            for (int c = 0; c < kept; c += 16) {
                eight sums[GRAM_ROWS][2] = {{{0}}};
                const float *b = tile + c;
                for (int k = 0; k < rows; ++k, b += columns) {
                    eight b0 = *(const eight_there *)b, b1 = *(const eight_there *)(b + 8);
#pragma unroll
                    for (int r = 0; r < GRAM_ROWS; ++r) {
                        sums[r][0] += factors[r][k] * b0;
                        sums[r][1] += factors[r][k] * b1;
                    }
                }
                int written = kept - c < 16 ? kept - c : 16;
                for (int r = 0; r < GRAM_ROWS && i + r < count; ++r) {
                    float *target = result + (i + r) * width + first + c;
                    if (written == 16) {
                        *(eight_there *)target = sums[r][0];
                        *(eight_there *)(target + 8) = sums[r][1];
                    } else {
                        memcpy(target, sums[r], sizeof(float) * written);
                    }
                }
            }
        }
    }
}
