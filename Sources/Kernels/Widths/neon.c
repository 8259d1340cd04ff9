#if defined(__aarch64__)
#include "../dispatch.h"
#include <arm_neon.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#define LANES 4
#define WIDTH neon
#define NARROWER(name) kernels_plain.name
#include "../Bodies/all.h"
#endif
