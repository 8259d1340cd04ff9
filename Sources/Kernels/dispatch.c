#include "dispatch.h"
#include <stdlib.h>
#include <string.h>

// Not asked yet: null. Written with the same value by whoever asks first: a race is harmless, and the access is atomic.
static const kernel_table *chosen = 0;

// Of the thread, so that whoever compares the twins changes nothing for anybody else.
static _Thread_local int plain_here = 0;

/// The widths that this processor has, the widest first, and plain at the end.
static int usable_tables(const kernel_table *tables[4]) {
    int count = 0;
#if defined(__x86_64__)
    __builtin_cpu_init();
    int hasAvx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("popcnt");
    if (hasAvx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        tables[count++] = &kernels_avx512;
    if (hasAvx2) tables[count++] = &kernels_avx2;
#elif defined(__aarch64__)
    tables[count++] = &kernels_neon;
#endif
    tables[count++] = &kernels_plain;
    return count;
}

const kernel_table *kernels_of_processor(void) {
    const kernel_table *known = __atomic_load_n(&chosen, __ATOMIC_RELAXED);
    if (known) return known;
    const kernel_table *tables[4];
    int count = usable_tables(tables);
    known = tables[0];
    const char *wanted = getenv("SACCADE_KERNELS");
    for (int i = 0; wanted && i < count; ++i)
        if (strcmp(tables[i]->name, wanted) == 0) known = tables[i];
    __atomic_store_n(&chosen, known, __ATOMIC_RELAXED);
    return known;
}

const kernel_table *kernels_here(void) { return plain_here ? &kernels_plain : kernels_of_processor(); }

void kernels_use_plain(int plain) { plain_here = plain != 0; }

int kernels_are_vectorized(void) { return kernels_here() != &kernels_plain; }

int kernels_have_convolutions(void) { return kernels_of_processor()->fusesProducts; }

const char *kernels_width(void) { return kernels_of_processor()->name; }

const char *kernels_usable_width(int place) {
    const kernel_table *tables[4];
    return place >= 0 && place < usable_tables(tables) ? tables[place]->name : 0;
}

// Convolutions and products of features are chosen by their caller: they agree within rounding only, so that a thread that
// asks for the plain twins gets those of the processor, as every other thread does.
#define FUSED_KERNEL(type, name, parameters, arguments) \
    type name parameters { return kernels_of_processor()->name arguments; }
#define CONVOLUTION_KERNEL FUSED_KERNEL
#define KERNEL(type, name, parameters, arguments) \
    type name parameters { return kernels_here()->name arguments; }
#include "kernel_list.h"

void neuron_backward_sums(
    const neuron_backward_pass *pass, size_t begin, size_t end, double *sums, double *products) {
    neuron_backward(pass, begin, end, sums, products, 0);
}

void neuron_backward_write(
    const neuron_backward_pass *pass, size_t begin, size_t end, const neuron_input_gradient *result) {
    neuron_backward(pass, begin, end, 0, 0, result);
}
