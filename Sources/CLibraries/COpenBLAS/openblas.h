#include <cblas.h>
#include <stddef.h>

/// LAPACK's eigenvalues and vectors of a symmetric matrix, which the library has and its header does not declare. The last three
/// numbers are the lengths of the texts, as Fortran passes them.
void dsyevr_(
    const char *job, const char *range, const char *half, const int *order, double *matrix, const int *rows,
    const double *low, const double *high, const int *first, const int *last, const double *tolerance, int *found,
    double *values, double *vectors, const int *vectorRows, int *support, double *work, const int *workSize,
    int *integers, const int *integerSize, int *status, size_t jobLength, size_t rangeLength, size_t halfLength);
