// Every kernel that is made for each width, for whoever defines KERNEL(type, name, parameters, arguments), FUSED_KERNEL
// and, except in the plain table, CONVOLUTION_KERNEL.
//
// Included more than once: for the table's fields, for the tables, and for the functions that callers see.

// Of the convolutions of convolution.h, which have no plain twin here.
#ifdef CONVOLUTION_KERNEL
CONVOLUTION_KERNEL(
    void, winograd_transform_weight, (const winograd_convolution *convolution, int panelBegin, int panelEnd),
    (convolution, panelBegin, panelEnd))
CONVOLUTION_KERNEL(
    void, winograd_run, (const winograd_convolution *convolution, int imageBegin, int imageEnd, float *workspace),
    (convolution, imageBegin, imageEnd, workspace))
CONVOLUTION_KERNEL(
    void, winograd_gradient_gather, (const winograd_gradient *gradient, int block, int imageBegin, int imageEnd),
    (gradient, block, imageBegin, imageEnd))
CONVOLUTION_KERNEL(
    void, winograd_gradient_multiply, (const winograd_gradient *gradient, int component, int adds),
    (gradient, component, adds))
CONVOLUTION_KERNEL(
    void, winograd_gradient_finish, (const winograd_gradient *gradient, int panel), (gradient, panel))
CONVOLUTION_KERNEL(
    void, sparse_build_lists,
    (const sparse_layout *layout, int unit, uint16_t *offsets, float *values, int32_t *counts),
    (layout, unit, offsets, values, counts))
CONVOLUTION_KERNEL(
    void, sparse_weight_gradient,
    (const sparse_layout *layout, const uint16_t *offsets, const float *values, const int32_t *counts,
     const float *gradient, int outChannels, int blockBegin, int blockEnd, int unitBegin, int unitEnd, float *plane,
     float *weightGradient),
    (layout, offsets, values, counts, gradient, outChannels, blockBegin, blockEnd, unitBegin, unitEnd, plane,
     weightGradient))
CONVOLUTION_KERNEL(
    void, sparse_forward,
    (const sparse_layout *layout, const uint16_t *offsets, const float *values, const int32_t *counts,
     const float *weight, float *output, int outChannels, int blockBegin, int blockEnd, int unitBegin, int unitEnd,
     float *plane, double *sums, double *squares),
    (layout, offsets, values, counts, weight, output, outChannels, blockBegin, blockEnd, unitBegin, unitEnd, plane,
     sums, squares))
#endif

// Of neurons and normalization: the plain twin is another body, and gives the same bits.
KERNEL(
    size_t, neuron_fire,
    (const neuron_currents *currents, size_t begin, size_t end, uint8_t *const *spikes, float *const *membranes),
    (currents, begin, end, spikes, membranes))
KERNEL(
    void, neuron_backward,
    (const neuron_backward_pass *pass, size_t begin, size_t end, double *sums, double *products,
     const neuron_input_gradient *result),
    (pass, begin, end, sums, products, result))
KERNEL(
    void, channel_moments,
    (const float *values, size_t positions, int channels, double *sums, double *squares),
    (values, positions, channels, sums, squares))

// Of one body that the compiler vectorizes, the plain twin included.
KERNEL(
    void, adamw_update,
    (float *value, const float *gradient, float *first, float *second, size_t count, const adamw_step *step),
    (value, gradient, first, second, count, step))
KERNEL(double, sum_of_squares, (const float *values, size_t count), (values, count))
KERNEL(void, add_to, (float *target, const float *source, size_t count), (target, source, count))
KERNEL(
    void, scale_into, (float *target, const float *source, float factor, size_t count),
    (target, source, factor, count))
KERNEL(size_t, count_nonzero, (const float *values, size_t count), (values, count))
KERNEL(
    void, average_pool_forward, (const float *input, float *output, int height, int width, int channels),
    (input, output, height, width, channels))
KERNEL(
    void, average_pool_backward,
    (const float *outputGradient, float *inputGradient, int height, int width, int channels),
    (outputGradient, inputGradient, height, width, channels))
KERNEL(
    size_t, pool_spikes, (const uint8_t *spikes, uint8_t *counts, int height, int width, int channels),
    (spikes, counts, height, width, channels))
KERNEL(
    void, expand_spikes, (const uint8_t *spikes, float *values, size_t positions, int channels),
    (spikes, values, positions, channels))
KERNEL(void, expand_counts, (const uint8_t *counts, float *values, size_t count), (counts, values, count))
KERNEL(size_t, count_spikes, (const uint8_t *spikes, size_t bytes), (spikes, bytes))
KERNEL(
    void, spike_kernel, (const uint8_t *const *images, int count, size_t bytes, uint32_t *kernel),
    (images, count, bytes, kernel))

// Of features' products: one body, contracted where the processor fuses.
FUSED_KERNEL(
    void, centered_gram, (const float *values, int rows, size_t width, double *gram), (values, rows, width, gram))
FUSED_KERNEL(
    void, centered_gram_rows,
    (const float *values, int rows, size_t width, int begin, int count, double *gram),
    (values, rows, width, begin, count, gram))
FUSED_KERNEL(
    void, centered_product,
    (const float *matrix, int count, const float *values, int rows, size_t width, float *result),
    (matrix, count, values, rows, width, result))
