#pragma once
#include "dispatch.h"

// Float32 sums of differences to the block's first position, at most MOMENT_BLOCK of them, then double: exact enough for any
// batch and any mean, and the inner loop stays in float32.
#define MOMENT_BLOCK 32
