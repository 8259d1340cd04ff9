// The plain twin of every kernel but the convolutions', and its table.
#include "../Bodies/loops.h"
#include "neuron.h"
#include "normalization.h"
#include "../Bodies/alignment.h"

const kernel_table kernels_plain = {
    .name = "plain",
#define KERNEL(type, name, parameters, arguments) .name = name##_body,
#define FUSED_KERNEL KERNEL
#include "../kernel_list.h"
};
