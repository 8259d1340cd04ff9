#pragma once
#include "lanes.h"

// Products of matrices whose right side lies in panels of sixteen columns, [columns / 16][inner][16].
//
// ROWS rows meet as many panels at once as the registers hold sums for; a row's sums do not depend on the rows beside it.

#define PANEL 16
#define VECTORS_A_PANEL (PANEL / LANES)
#define ROWS 6

/// Two matrices and where their product goes.
typedef struct {
    const float *left;
    size_t leftStride;   // from one row of the left one to the next, or from one column where it is turned
    const float *right;  // [panels][inner][16]
    float *result;
    size_t resultRow, resultPanel;
    int rows, inner, panels;
    int adds;  // to the result
} panel_product;

/// `rows` and `panels` are constants, so that all sums stay in registers; so is `isTurned`: element (r, k) of the left side
/// lies at left[r · leftStride + k], or turned at left[r + k · leftStride].
BODY void block_product(
    const panel_product *p, const float *left, const float *right, float *result, const int rows, const int panels,
    const int isTurned) {
    floats sums[ROWS][4];
    const int vectors = panels * VECTORS_A_PANEL;
    const size_t leftRow = isTurned ? 1 : p->leftStride, leftInner = isTurned ? p->leftStride : 1;
    const size_t panel = (size_t)p->inner * PANEL;
#define RESULT(r, v) (result + (r) * p->resultRow + (v) / VECTORS_A_PANEL * p->resultPanel + (v) % VECTORS_A_PANEL * LANES)
    for (int r = 0; r < rows; ++r)
        for (int v = 0; v < vectors; ++v) sums[r][v] = p->adds ? load(RESULT(r, v)) : splat(0.0f);
    for (int k = p->inner; k > 0; --k, left += leftInner, right += PANEL) {
        floats columns[4];
        for (int v = 0; v < vectors; ++v)
            columns[v] = load(right + v / VECTORS_A_PANEL * panel + v % VECTORS_A_PANEL * LANES);
        for (int r = 0; r < rows; ++r)
            for (int v = 0; v < vectors; ++v) sums[r][v] = plus_times(sums[r][v], splat(left[r * leftRow]), columns[v]);
    }
    for (int r = 0; r < rows; ++r)
        for (int v = 0; v < vectors; ++v) store(RESULT(r, v), sums[r][v]);
#undef RESULT
}

BODY void panels_product(const panel_product *p, int panel, const int panels, const int isTurned) {
    const float *right = p->right + (size_t)panel * p->inner * PANEL;
    int row = 0;
#define BLOCK(count)                                                                                     \
    block_product(                                                                                       \
        p, p->left + row * (isTurned ? 1 : p->leftStride), right,                                        \
        p->result + row * p->resultRow + panel * p->resultPanel, count, panels, isTurned)
    for (; row + ROWS <= p->rows; row += ROWS) BLOCK(ROWS);
    switch (p->rows - row) {
    case 5: BLOCK(5); break;
    case 4: BLOCK(4); break;
    case 3: BLOCK(3); break;
    case 2: BLOCK(2); break;
    case 1: BLOCK(1); break;
    }
#undef BLOCK
}

BODY void all_panels_product(const panel_product *given, const int isTurned) {
    // A copy that no store can change.
    const panel_product own = *given, *p = &own;
    int panel = 0;
#if LANES == 16
    for (; panel + 4 <= p->panels; panel += 4) panels_product(p, panel, 4, isTurned);
    for (; panel + 2 <= p->panels; panel += 2) panels_product(p, panel, 2, isTurned);
#endif
    for (; panel < p->panels; ++panel) panels_product(p, panel, 1, isTurned);
}

// Each once in the program's text for each width: they are large.

/// result = left · right
static __attribute__((noinline)) void multiply(const panel_product *p) { all_panels_product(p, 0); }

/// result = leftᵀ · right
static __attribute__((noinline)) void multiply_turned(const panel_product *p) { all_panels_product(p, 1); }
