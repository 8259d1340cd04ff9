#include "kernels.h"
int saccade_kernels_version(void) { return 1; }
