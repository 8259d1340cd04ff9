#pragma once
#include "../dispatch.h"
#include <stdbool.h>
#include <string.h>

// Vectors of eight at every width, where what lies in memory is in eighths or where every width gives the same sums.

typedef float eight __attribute__((ext_vector_type(8)));
typedef float eight_there __attribute__((ext_vector_type(8), aligned(4)));
typedef double eight_doubles __attribute__((ext_vector_type(8)));
typedef double eight_doubles_there __attribute__((ext_vector_type(8), aligned(8)));

BODY eight load_eight(const float *address) { return *(const eight_there *)address; }
BODY void store_eight(float *address, eight value) { *(eight_there *)address = value; }
