// Every body, and the table of the width that the including file defines.
#include "winograd.h"
#include "winograd_gradient.h"
#include "sparse.h"
#include "sparse_lists.h"
#include "neuron.h"
#include "neuron_backward.h"
#include "normalization.h"
#include "loops.h"
#include "alignment.h"

#define JOINED_(one, other) one##other
#define JOINED(one, other) JOINED_(one, other)
#define TEXT_(name) #name
#define TEXT(name) TEXT_(name)
const kernel_table JOINED(kernels_, WIDTH) = {
    .name = TEXT(WIDTH),
    .fusesProducts = 1,
#define KERNEL(type, name, parameters, arguments) .name = name##_body,
#define FUSED_KERNEL KERNEL
#define CONVOLUTION_KERNEL KERNEL
#include "../kernel_list.h"
#undef CONVOLUTION_KERNEL
#undef FUSED_KERNEL
#undef KERNEL
};
