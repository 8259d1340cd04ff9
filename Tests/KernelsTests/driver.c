// Every kernel beside its plain twin over many shapes, for processors on which the Swift tests cannot run: built with C alone
// and, for another processor, run by an emulator (`.ci/kernels`).
//
//   driver check           compares; exits with 1 at the first kernel that disagrees
//   driver time            seconds of each kernel and of its plain twin on one thread, the best of many turns
//   driver run NAME TWIN   runs one kernel once, TWIN is fast or plain: for whoever counts instructions
//
// SACCADE_KERNELS chooses the width, as in the program.
#include "kernels.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint32_t drawn = 1;
static float uniform(float low, float high) {
    drawn = drawn * 1664525u + 1013904223u;
    return low + (high - low) * (float)(drawn >> 8) / 16777216.0f;
}

static void *room(size_t bytes) {
    void *memory = aligned_alloc(64, (bytes + 127) / 64 * 64);
    if (!memory) {
        fprintf(stderr, "no memory for %zu bytes\n", bytes);
        exit(2);
    }
    memset(memory, 0, (bytes + 127) / 64 * 64);
    return memory;
}

static float *numbers(size_t count, float low, float high) {
    float *values = room(count * sizeof(float));
    for (size_t i = 0; i < count; ++i) values[i] = uniform(low, high);
    return values;
}

static int failures = 0, comparisons = 0;

static void expect_near(const char *what, const float *found, const float *expected, size_t count, float tolerance) {
    float largest = 1e-3f, difference = 0;
    for (size_t i = 0; i < count; ++i) {
        largest = fmaxf(largest, fabsf(expected[i]));
        float one = fabsf(found[i] - expected[i]);
        difference = one > difference || one != one ? one : difference;
    }
    ++comparisons;
    if (difference <= tolerance * largest) return;
    printf("%s: off by %g where the largest is %g\n", what, difference, largest);
    ++failures;
}

/// Numbers that are equal: a zero may have another sign.
static void expect_same(const char *what, const float *found, const float *expected, size_t count) {
    ++comparisons;
    for (size_t i = 0; i < count; ++i)
        if (!(found[i] == expected[i])) {
            printf("%s: %.9g at %zu of %zu, expected %.9g\n", what, found[i], i, count, expected[i]);
            ++failures;
            return;
        }
}

static void expect_same_bytes(const char *what, const void *found, const void *expected, size_t count) {
    ++comparisons;
    if (memcmp(found, expected, count) == 0) return;
    printf("%s: other bytes\n", what);
    ++failures;
}

// MARK: Convolutions

typedef struct {
    int images, height, width, in, out, kind, tile;
    float density;
} shape;

typedef struct {
    shape s;
    uint8_t *input;
    float *dense;     // the same as floats
    float *weight;    // [9, in, out]
    float *gradient;  // of the output
    size_t positionBytes;
} layer;

static size_t position_bytes(int channels, int kind) {
    return kind == ACTIVATION_SPIKES ? (channels + 7) / 8 : kind == ACTIVATION_COUNTS ? channels : 4 * (size_t)channels;
}

static layer make_layer(shape s) {
    layer l = {.s = s, .positionBytes = position_bytes(s.in, s.kind)};
    size_t positions = (size_t)s.images * s.height * s.width;
    l.input = room(positions * l.positionBytes);
    l.dense = room(positions * s.in * sizeof(float));
    for (size_t p = 0; p < positions; ++p)
        for (int c = 0; c < s.in; ++c) {
            if (uniform(0, 1) >= s.density) continue;
            float *value = l.dense + p * s.in + c;
            uint8_t *at = l.input + p * l.positionBytes;
            if (s.kind == ACTIVATION_SPIKES) {
                at[c / 8] |= 1 << c % 8;
                *value = 1;
            } else if (s.kind == ACTIVATION_COUNTS) {
                at[c] = 1 + (int)uniform(0, 3.99f);
                *value = at[c] * 0.25f;
            } else {
                *value = ((float *)at)[c] = uniform(-1, 2);
            }
        }
    l.weight = numbers((size_t)9 * s.in * s.out, -1, 1);
    l.gradient = numbers(positions * s.out, -1, 1);
    return l;
}

static void free_layer(layer l) {
    free(l.input);
    free(l.dense);
    free(l.weight);
    free(l.gradient);
}

/// Plain: taps one after the other, of float32.
static void plain_forward(const layer *l, float *output) {
    shape s = l->s;
    for (int i = 0; i < s.images; ++i)
        for (int y = 0; y < s.height; ++y)
            for (int x = 0; x < s.width; ++x) {
                float *to = output + (((size_t)i * s.height + y) * s.width + x) * s.out;
                for (int o = 0; o < s.out; ++o) to[o] = 0;
                for (int tap = 0; tap < 9; ++tap) {
                    int ny = y + tap / 3 - 1, nx = x + tap % 3 - 1;
                    if (ny < 0 || ny >= s.height || nx < 0 || nx >= s.width) continue;
                    const float *from = l->dense + (((size_t)i * s.height + ny) * s.width + nx) * s.in;
                    for (int c = 0; c < s.in; ++c)
                        for (int o = 0; o < s.out; ++o) to[o] += from[c] * l->weight[((size_t)tap * s.in + c) * s.out + o];
                }
            }
}

static void plain_input_gradient(const layer *l, float *result) {
    shape s = l->s;
    for (int i = 0; i < s.images; ++i)
        for (int y = 0; y < s.height; ++y)
            for (int x = 0; x < s.width; ++x) {
                float *to = result + (((size_t)i * s.height + y) * s.width + x) * s.in;
                for (int c = 0; c < s.in; ++c) to[c] = 0;
                for (int tap = 0; tap < 9; ++tap) {
                    int ny = y - tap / 3 + 1, nx = x - tap % 3 + 1;
                    if (ny < 0 || ny >= s.height || nx < 0 || nx >= s.width) continue;
                    const float *from = l->gradient + (((size_t)i * s.height + ny) * s.width + nx) * s.out;
                    for (int c = 0; c < s.in; ++c) {
                        float sum = 0;
                        for (int o = 0; o < s.out; ++o) sum += from[o] * l->weight[((size_t)tap * s.in + c) * s.out + o];
                        to[c] += sum;
                    }
                }
            }
}

static void plain_weight_gradient(const layer *l, float *result) {
    shape s = l->s;
    for (int i = 0; i < s.images; ++i)
        for (int y = 0; y < s.height; ++y)
            for (int x = 0; x < s.width; ++x) {
                const float *g = l->gradient + (((size_t)i * s.height + y) * s.width + x) * s.out;
                for (int tap = 0; tap < 9; ++tap) {
                    int ny = y + tap / 3 - 1, nx = x + tap % 3 - 1;
                    if (ny < 0 || ny >= s.height || nx < 0 || nx >= s.width) continue;
                    const float *from = l->dense + (((size_t)i * s.height + ny) * s.width + nx) * s.in;
                    for (int c = 0; c < s.in; ++c)
                        for (int o = 0; o < s.out; ++o)
                            result[((size_t)tap * s.in + c) * s.out + o] += from[c] * g[o];
                }
            }
}

typedef struct {
    winograd_convolution convolution;
    float *workspace;
} winograd;

static winograd make_winograd(const layer *l, float *output, int rotates) {
    shape s = l->s;
    winograd w = {0};
    w.convolution = (winograd_convolution){
        .input = rotates ? (void *)l->gradient : l->input, .output = output, .weight = l->weight,
        .inputPositionBytes = rotates ? 4 * (size_t)s.out : l->positionBytes,
        .weightFactor = !rotates && s.kind == ACTIVATION_COUNTS ? 0.25f : 1,
        .inputKind = rotates ? ACTIVATION_DENSE : s.kind, .height = s.height, .width = s.width,
        .inChannels = rotates ? s.out : s.in, .outChannels = rotates ? s.in : s.out,
        .outStride = rotates ? s.in : s.out, .tile = s.tile, .rotates = rotates};
    w.convolution.transformedWeight = room(winograd_weight_size(&w.convolution) * sizeof(float));
    w.workspace = room(winograd_workspace(&w.convolution, s.images) * sizeof(float));
    return w;
}

static void run_winograd(winograd *w, int images) {
    winograd_transform_weight(&w->convolution, 0, (w->convolution.outChannels + 15) / 16);
    winograd_run(&w->convolution, 0, images, w->workspace);
}

static void free_winograd(winograd w) {
    free(w.convolution.transformedWeight);
    free(w.workspace);
}

static winograd_gradient make_gradient(const layer *l, float *result, int imagesPerBlock) {
    shape s = l->s;
    winograd_gradient g = {
        .input = l->input, .gradient = l->gradient, .weightGradient = result, .inputPositionBytes = l->positionBytes,
        .inputFactor = s.kind == ACTIVATION_COUNTS ? 0.25f : 1, .inputKind = s.kind, .images = s.images,
        .height = s.height, .width = s.width, .inChannels = s.in, .outChannels = s.out, .outStride = s.out,
        .tile = s.tile, .imagesPerBlock = imagesPerBlock};
    winograd_gradient_layout(&g);
    g.in = room(g.inSize * sizeof(float));
    g.out = room(g.outSize * sizeof(float));
    g.sums = room(g.sumSize * sizeof(float));
    return g;
}

static void run_gradient(const winograd_gradient *g) {
    for (int block = 0; block * g->imagesPerBlock < g->images; ++block) {
        winograd_gradient_gather(g, block, 0, g->imagesPerBlock);
        for (int k = 0; k < (g->tile + 2) * (g->tile + 2); ++k) winograd_gradient_multiply(g, k, block > 0);
    }
    for (int panel = 0; panel < (g->outChannels + 15) / 16; ++panel) winograd_gradient_finish(g, panel);
}

static void free_gradient(winograd_gradient g) {
    free(g.in);
    free(g.out);
    free(g.sums);
}

typedef struct {
    sparse_layout layout;
    int units;
    uint16_t *offsets;
    float *values;
    int32_t *counts;
    float *plane, *weights;
} sparse;

static sparse make_sparse(const layer *l, int halo) {
    shape s = l->s;
    sparse p = {0};
    p.layout = (sparse_layout){
        .input = l->input, .inputPositionBytes = l->positionBytes, .inputKind = s.kind, .images = s.images,
        .height = s.height, .width = s.width, .channels = s.in, .halo = halo};
    sparse_choose_units(&p.layout);
    p.units = sparse_unit_count(&p.layout);
    size_t entries = p.units * (size_t)s.in * sparse_list_capacity(&p.layout);
    p.offsets = room(entries * sizeof(uint16_t));
    p.values = room(entries * sizeof(float));
    p.counts = room(p.units * (size_t)s.in * sizeof(int32_t));
    p.plane = room(sparse_plane_size(&p.layout) * sizeof(float));
    p.weights = room((size_t)9 * s.in * s.out * sizeof(float));
    return p;
}

static void build_lists(sparse *p) {
    size_t capacity = sparse_list_capacity(&p->layout);
    for (int unit = 0; unit < p->units; ++unit) {
        size_t first = (size_t)unit * p->layout.channels;
        sparse_build_lists(
            &p->layout, unit, p->offsets + first * capacity, p->values + first * capacity, p->counts + first);
    }
}

static void free_sparse(sparse p) {
    free(p.offsets);
    free(p.values);
    free(p.counts);
    free(p.plane);
    free(p.weights);
}

/// [9, in, out] → [out / 8, in, 9, 8], or back.
static void by_blocks(float *weight, float *blocks, int in, int out, int back) {
    for (int tap = 0; tap < 9; ++tap)
        for (int c = 0; c < in; ++c)
            for (int o = 0; o < out; ++o) {
                float *one = weight + ((size_t)tap * in + c) * out + o;
                float *other = blocks + (((size_t)(o / 8) * in + c) * 9 + tap) * 8 + o % 8;
                if (back) *one = *other;
                else *other = *one;
            }
}

static void check_convolution(shape s) {
    char name[200];
    layer l = make_layer(s);
    size_t outputs = (size_t)s.images * s.height * s.width * s.out, inputs = outputs / s.out * s.in;
    size_t weights = (size_t)9 * s.in * s.out;
    float *found = room(outputs * 4), *expected = room(outputs * 4), *foundIn = room(inputs * 4);
    float *expectedIn = room(inputs * 4), *foundWeight = room(weights * 4), *expectedWeight = room(weights * 4);
    plain_forward(&l, expected);
    plain_input_gradient(&l, expectedIn);
    plain_weight_gradient(&l, expectedWeight);
#define NAME(what) (snprintf(name, sizeof name, "%s, %d images %dx%d, %d to %d channels, kind %d, tile %d", what, \
    s.images, s.height, s.width, s.in, s.out, s.kind, s.tile), name)
    if (s.in % 8 == 0) {
        winograd w = make_winograd(&l, found, 0);
        run_winograd(&w, s.images);
        expect_near(NAME("Winograd forward"), found, expected, outputs, 3e-5f);
        free_winograd(w);
        w = make_winograd(&l, foundIn, 1);
        run_winograd(&w, s.images);
        expect_near(NAME("Winograd input gradient"), foundIn, expectedIn, inputs, 3e-5f);
        free_winograd(w);
        for (int block = 1; block <= 3; block += 2) {
            winograd_gradient g = make_gradient(&l, foundWeight, block);
            run_gradient(&g);
            expect_near(NAME("Winograd weight gradient"), foundWeight, expectedWeight, weights, 3e-5f);
            memset(foundWeight, 0, weights * 4);
            free_gradient(g);
        }
    }
    sparse p = make_sparse(&l, 1);
    build_lists(&p);
    by_blocks(l.weight, p.weights, s.in, s.out, 0);
    double *sums = room(s.images * (size_t)s.out * 8), *squares = room(s.images * (size_t)s.out * 8);
    memset(found, 0, outputs * 4);
    sparse_forward(
        &p.layout, p.offsets, p.values, p.counts, p.weights, found, s.out, 0, s.out / 8, 0, p.units, p.plane, sums,
        squares);
    expect_near(NAME("sparse forward"), found, expected, outputs, 3e-6f);
    float *moments = room(s.images * (size_t)s.out * 4), *expectedMoments = room(s.images * (size_t)s.out * 4);
    for (int which = 0; which < 2; ++which) {
        for (int i = 0; i < s.images; ++i)
            for (int o = 0; o < s.out; ++o) {
                double sum = 0;
                for (int at = 0; at < s.height * s.width; ++at) {
                    double value = expected[((size_t)i * s.height * s.width + at) * s.out + o];
                    sum += which ? value * value : value;
                }
                expectedMoments[i * s.out + o] = (float)sum;
                moments[i * s.out + o] = (float)(which ? squares : sums)[i * s.out + o];
            }
        expect_near(NAME("sparse moments"), moments, expectedMoments, s.images * (size_t)s.out, 1e-5f);
    }
    free_sparse(p);
    p = make_sparse(&l, 0);
    build_lists(&p);
    sparse_weight_gradient(
        &p.layout, p.offsets, p.values, p.counts, l.gradient, s.out, 0, s.out / 8, 0, p.units, p.plane, p.weights);
    by_blocks(foundWeight, p.weights, s.in, s.out, 1);
    expect_near(NAME("sparse weight gradient"), foundWeight, expectedWeight, weights, 3e-6f);
    free_sparse(p);
    free(found), free(expected), free(foundIn), free(expectedIn), free(foundWeight), free(expectedWeight);
    free(sums), free(squares), free(moments), free(expectedMoments);
    free_layer(l);
#undef NAME
}

// MARK: Neurons

#define STEPS 3

typedef struct {
    int positions, channels, height, width;
    float *inputs[STEPS], *gradients[STEPS], *membraneGradients[STEPS], *scale, *shift, *mean, *deviation, *slopes;
    float *targets[STEPS], *slope, *constant;
    neuron_backward_pass pass;
    neuron_input_gradient result;
    uint8_t accumulates[STEPS];
} neurons;

static neurons *make_neurons(int height, int width, int channels) {
    neurons *n = room(sizeof(neurons));
    n->height = height, n->width = width, n->channels = channels, n->positions = height * width;
    size_t count = (size_t)n->positions * channels;
    for (int t = 0; t < STEPS; ++t) {
        n->inputs[t] = numbers(count, -2, 3);
        n->gradients[t] = numbers(count, -1, 1);
        n->membraneGradients[t] = numbers(count, -1, 1);
        n->targets[t] = room(count * 4);
        n->accumulates[t] = t == 1;
    }
    n->scale = numbers(STEPS * channels, 0.5f, 1.5f);
    n->shift = numbers(STEPS * channels, -0.2f, 0.2f);
    n->mean = numbers(STEPS * channels, -0.2f, 0.2f);
    n->deviation = numbers(STEPS * channels, 0.5f, 2);
    n->slope = numbers(STEPS * channels, -0.1f, 0.1f);
    n->constant = numbers(STEPS * channels, -0.1f, 0.1f);
    n->slopes = numbers(count, -0.1f, 0.1f);
    n->pass.currents = (neuron_currents){
        .inputs = (const float *const *)n->inputs, .scale = n->scale, .shift = n->shift, .timeSteps = STEPS,
        .channels = channels};
    n->pass.outputGradients = (const float *const *)n->gradients;
    n->pass.mean = n->mean;
    n->pass.inverseDeviation = n->deviation;
    n->result = (neuron_input_gradient){
        .gradients = n->targets, .accumulates = n->accumulates, .slope = n->slope, .constant = n->constant};
    return n;
}

static void free_neurons(neurons *n) {
    for (int t = 0; t < STEPS; ++t)
        free(n->inputs[t]), free(n->gradients[t]), free(n->membraneGradients[t]), free(n->targets[t]);
    free(n->scale), free(n->shift), free(n->mean), free(n->deviation), free(n->slope), free(n->constant);
    free(n->slopes), free(n);
}

static const neuron_parameters dynamics[] = {
    {.dynamics = NEURON_LEAKY, .timeConstant = 2, .threshold = 0.5f},
    {.dynamics = NEURON_LEAKY, .timeConstant = 1.7f, .threshold = 0.5f, .equalityFires = 1},
    {.dynamics = NEURON_INTEGRATE, .timeConstant = 1, .threshold = 0.5f, .firingOffset = 0.5f},
    {.dynamics = NEURON_PARAMETRIC, .timeConstant = 1, .gain = 0.6f, .threshold = 0.5f},
    {.dynamics = NEURON_BIASED, .timeConstant = 2, .bias = 0.1f, .threshold = 0.5f},
    {.dynamics = NEURON_LINEAR, .timeConstant = 1, .memory = 0.8f, .gain = 0.7f, .bias = -0.05f, .threshold = 0.5f},
};

static const surrogate_shape surrogates[] = {
    {.kind = SURROGATE_TRIANGLE, .height = 2, .slope = 4, .width = 0.5f},
    {.kind = SURROGATE_WINDOW, .center = 0.5f, .width = 0.5f, .height = 1},
    {.kind = SURROGATE_ARCTANGENT, .height = 1, .slope = 3.14159f},
#ifndef OLD
    {.kind = SURROGATE_STEP, .height = 2},
    {.kind = SURROGATE_SIGMOID, .height = 2, .slope = 2},
#endif
};

static void check_neurons(int height, int width, int channels) {
    char name[200];
    neurons *n = make_neurons(height, width, channels);
    int bytes = (channels + 7) / 8, sumCount = STEPS * channels;
    size_t count = (size_t)n->positions * channels;
    uint8_t *bits[2][STEPS];
    float *membranes[2][STEPS], *written[STEPS];
    for (int t = 0; t < STEPS; ++t) {
        written[t] = room(count * 4);
        for (int twin = 0; twin < 2; ++twin) {
            bits[twin][t] = room((size_t)n->positions * bytes);
            membranes[twin][t] = room(count * 4);
        }
    }
    double *sums[2] = {room(sumCount * 8), room(sumCount * 8)}, *products[2] = {room(sumCount * 8), room(sumCount * 8)};
    for (size_t d = 0; d < sizeof dynamics / sizeof *dynamics; ++d) {
        n->pass.currents.parameters = dynamics[d];
        size_t fired[2];
        for (int keeps = 0; keeps < 2; ++keeps) {
            for (int twin = 0; twin < 2; ++twin) {
                kernels_use_plain(twin);
                fired[twin] = neuron_fire(
                    &n->pass.currents, 0, n->positions, (uint8_t *const *)bits[twin],
                    keeps ? (float *const *)membranes[twin] : 0);
            }
            kernels_use_plain(0);
            snprintf(name, sizeof name, "firing of dynamics %zu, %d channels, %d positions", d, channels, n->positions);
            for (int t = 0; t < STEPS; ++t) {
                expect_same_bytes(name, bits[0][t], bits[1][t], (size_t)n->positions * bytes);
                if (keeps) expect_same(name, membranes[0][t], membranes[1][t], count);
            }
            expect_same_bytes(name, &fired[0], &fired[1], sizeof fired[0]);
        }
        for (size_t s = 0; s < sizeof surrogates / sizeof *surrogates; ++s)
            for (int options = 0; options < 16; ++options) {
                int hasMembrane = options & 1, pooled = options >> 1 & 1, hasSlopes = options >> 2 & 1;
                n->pass.currents.parameters.isSigned = options >> 3 & 1;
                n->pass.surrogate = surrogates[s];
                n->pass.membraneGradients = hasMembrane ? (const float *const *)n->membraneGradients : 0;
                n->pass.pooledHeight = pooled ? height : 0;
                n->pass.pooledWidth = pooled ? width : 0;
                n->pass.spikeSlope = hasSlopes ? 0.01f : 0;
                n->pass.spikeSlopes = hasSlopes ? n->slopes : 0;
                snprintf(
                    name, sizeof name, "backward of dynamics %zu, surrogate %zu, options %d, %d channels, %d positions", d,
                    s, options, channels, n->positions);
                for (int twin = 0; twin < 2; ++twin) {
                    memset(sums[twin], 0, sumCount * 8);
                    memset(products[twin], 0, sumCount * 8);
                    for (int t = 0; t < STEPS; ++t) memset(n->targets[t], 0, count * 4);
                    kernels_use_plain(twin);
                    neuron_backward_sums(&n->pass, 0, n->positions, sums[twin], products[twin]);
                    neuron_backward_write(&n->pass, 0, n->positions, &n->result);
                    kernels_use_plain(0);
                    for (int t = 0; t < STEPS; ++t) {
                        if (twin == 0) memcpy(written[t], n->targets[t], count * 4);
                        else expect_same(name, written[t], n->targets[t], count);
                    }
                }
                expect_same_bytes(name, sums[0], sums[1], sumCount * 8);
                expect_same_bytes(name, products[0], products[1], sumCount * 8);
            }
    }
    for (int t = 0; t < STEPS; ++t) {
        free(written[t]);
        for (int twin = 0; twin < 2; ++twin) free(bits[twin][t]), free(membranes[twin][t]);
    }
    for (int twin = 0; twin < 2; ++twin) free(sums[twin]), free(products[twin]);
    free_neurons(n);
}

// MARK: Loops

static void check_loops(int positions, int channels) {
    char name[100];
    size_t count = (size_t)positions * channels;
    float *values = numbers(count, -3, 4), *other = numbers(count, -1, 1), *kept[2][3];
    double *doubles[2] = {room(2 * channels * 8), room(2 * channels * 8)};
    double squares[2];
    size_t nonzero[2];
    for (int twin = 0; twin < 2; ++twin) {
        for (int k = 0; k < 3; ++k) kept[twin][k] = room(count * 4);
        kernels_use_plain(twin);
        channel_moments(values, positions, channels, doubles[twin], doubles[twin] + channels);
        adamw_step step = {1e-3f, 0.999f, 0.1f, 0.999f, 0.001f, 0.1f, 0.03f, 1e-8f, 0.7f};
        memcpy(kept[twin][0], other, count * 4);
        adamw_update(kept[twin][0], values, kept[twin][1], kept[twin][2], count, &step);
        add_to(kept[twin][1], values, count);
        scale_into(kept[twin][2], other, 0.3f, count);
        squares[twin] = sum_of_squares(values, count);
        nonzero[twin] = count_nonzero(values, count);
    }
    kernels_use_plain(0);
    snprintf(name, sizeof name, "loops over %d x %d", positions, channels);
    expect_same_bytes(name, doubles[0], doubles[1], 2 * channels * 8);
    for (int k = 0; k < 3; ++k) expect_same(name, kept[0][k], kept[1][k], count);
    expect_same_bytes(name, &squares[0], &squares[1], 8);
    expect_same_bytes(name, &nonzero[0], &nonzero[1], sizeof nonzero[0]);
    for (int twin = 0; twin < 2; ++twin) {
        for (int k = 0; k < 3; ++k) free(kept[twin][k]);
        free(doubles[twin]);
    }
    free(values), free(other);
}

static void check_images(int height, int width, int channels) {
    char name[100];
    int bytes = (channels + 7) / 8, halved = (height / 2) * (width / 2), pixels = height * width;
    float *values = numbers((size_t)pixels * channels, -1, 1);
    uint8_t *spikes = room((size_t)pixels * bytes), *counts[2];
    for (int p = 0; p < pixels; ++p)
        for (int c = 0; c < channels; ++c)
            if (uniform(0, 1) < 0.3f) spikes[p * bytes + c / 8] |= 1 << c % 8;
    size_t active[2], all[2];
    float *pooled[2], *back[2], *expanded[2], *quarters[2];
    for (int twin = 0; twin < 2; ++twin) {
        counts[twin] = room((size_t)halved * channels);
        pooled[twin] = room((size_t)halved * channels * 4);
        quarters[twin] = room((size_t)halved * channels * 4);
        back[twin] = room((size_t)pixels * channels * 4);
        expanded[twin] = room((size_t)pixels * channels * 4);
        kernels_use_plain(twin);
        active[twin] = pool_spikes(spikes, counts[twin], height, width, channels);
        all[twin] = count_spikes(spikes, (size_t)pixels * bytes);
        average_pool_forward(values, pooled[twin], height, width, channels);
        average_pool_backward(pooled[twin], back[twin], height, width, channels);
        expand_spikes(spikes, expanded[twin], pixels, channels);
        expand_counts(counts[twin], quarters[twin], (size_t)halved * channels);
    }
    kernels_use_plain(0);
    snprintf(name, sizeof name, "images %d x %d of %d channels", height, width, channels);
    expect_same_bytes(name, counts[0], counts[1], (size_t)halved * channels);
    expect_same_bytes(name, &active[0], &active[1], sizeof active[0]);
    expect_same_bytes(name, &all[0], &all[1], sizeof all[0]);
    expect_same(name, pooled[0], pooled[1], (size_t)halved * channels);
    expect_same(name, quarters[0], quarters[1], (size_t)halved * channels);
    expect_same(name, back[0], back[1], (size_t)pixels * channels);
    expect_same(name, expanded[0], expanded[1], (size_t)pixels * channels);
    for (int twin = 0; twin < 2; ++twin)
        free(counts[twin]), free(pooled[twin]), free(quarters[twin]), free(back[twin]), free(expanded[twin]);
    free(values), free(spikes);
}

static void check_alignment(int rows, size_t width) {
    char name[100];
    float *values = numbers(rows * width, 4, 6), *matrix = numbers((size_t)rows * rows, -1, 1);
    double *gram = room((size_t)rows * rows * 8), *some = room((size_t)rows * rows * 8);
    float *result = room(rows * width * 4), *expected = room(rows * width * 4), *centered = room(rows * width * 4);
    float *found = room((size_t)rows * rows * 4), *expectedGram = room((size_t)rows * rows * 4);
    for (size_t c = 0; c < width; ++c) {
        double mean = 0;
        for (int r = 0; r < rows; ++r) mean += values[r * width + c] / rows;
        for (int r = 0; r < rows; ++r) centered[r * width + c] = (float)(values[r * width + c] - mean);
    }
    for (int i = 0; i < rows; ++i) {
        for (int j = 0; j < rows; ++j) {
            double sum = 0;
            for (size_t c = 0; c < width; ++c) sum += (double)centered[i * width + c] * centered[j * width + c];
            expectedGram[i * rows + j] = (float)sum;
            for (size_t c = 0; c < width; ++c)
                expected[i * width + c] += matrix[i * rows + j] * centered[j * width + c];
        }
    }
    centered_gram(values, rows, width, gram);
    snprintf(name, sizeof name, "alignment of %d x %zu", rows, width);
    for (int i = 0; i < rows * rows; ++i) found[i] = (float)gram[i];
    expect_near(name, found, expectedGram, (size_t)rows * rows, 1e-5f);
    centered_gram_rows(values, rows, width, 0, rows, some);
    for (int i = 0; i < rows * rows; ++i) found[i] = (float)some[i];
    expect_near(name, found, expectedGram, (size_t)rows * rows, 1e-5f);
    centered_product(matrix, rows, values, rows, width, result);
    expect_near(name, result, expected, rows * width, 1e-5f);
    free(values), free(matrix), free(gram), free(some), free(result), free(expected), free(centered), free(found);
    free(expectedGram);
}

#ifndef OLD
static int check(void) {
    if (kernels_have_convolutions()) {
        const int sizes[][5] = {{12, 12, 16, 24, 3}, {8, 8, 32, 16, 2}, {7, 11, 16, 8, 3},    {2, 3, 8, 8, 5},
                                {1, 1, 8, 8, 7},     {13, 5, 8, 16, 2}, {6, 6, 64, 48, 3},    {6, 6, 40, 112, 2},
                                {40, 34, 8, 8, 2},   {9, 9, 24, 72, 1}, {14, 9, 16, 128, 3},  {5, 5, 96, 32, 5}};
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; ++i)
            for (int kind = 0; kind < 3; ++kind)
                for (int tile = 4; tile <= 6; tile += 2)
                    check_convolution((shape){
                        sizes[i][4], sizes[i][0], sizes[i][1], sizes[i][2], sizes[i][3], kind, tile,
                        i % 3 == 0 ? 0.1f : i % 3 == 1 ? 0.6f : 1});
        const int few[][3] = {{1, 8, 10}, {2, 16, 40}, {3, 16, 7}, {12, 24, 9}};
        for (size_t i = 0; i < sizeof few / sizeof *few; ++i)
            for (int kind = 0; kind < 3; ++kind)
                check_convolution((shape){2, few[i][2], few[i][2] + 3, few[i][0], few[i][1], kind, 4, 0.2f});
    }
    const int channels[] = {5, 8, 16, 24, 48, 72, 136};
    for (size_t c = 0; c < sizeof channels / sizeof *channels; ++c) {
        check_neurons(5, 7, channels[c]);
        check_neurons(c < 2 ? 13 : 2, c < 2 ? 21 : 3, channels[c]);
        check_loops(77, channels[c]);
        check_loops(1, channels[c]);
        check_images(6, 8, channels[c]);
        check_images(5, 7, channels[c]);
    }
    check_neurons(18, 17, 24);
    for (int rows = 1; rows <= 9; ++rows) check_alignment(rows, 37 * rows + rows % 3);
    check_alignment(32, 700);
    printf("%s: %d comparisons, %d failed\n", kernels_width(), comparisons, failures);
    return failures ? 1 : 0;
}
#endif

// MARK: Time

typedef struct {
    layer l;
    float *output;
    winograd forward, backward;
    winograd_gradient gradient;
    sparse lists, wide;
    neurons *n;
    uint8_t *bits[STEPS];
    double *sums, *products;
    float *values;
    uint8_t *counts;
} bench;

typedef struct {
    const char *name;
    void (*fast)(bench *);
    void (*plain)(bench *);  // or null: the same with the plain twins
} entry;

static void b_forward(bench *b) { winograd_run(&b->forward.convolution, 0, b->l.s.images, b->forward.workspace); }
static void p_forward(bench *b) { plain_forward(&b->l, b->output); }
static void b_weight(bench *b) {
    winograd_transform_weight(&b->backward.convolution, 0, (b->backward.convolution.outChannels + 15) / 16);
}
static void b_backward(bench *b) { winograd_run(&b->backward.convolution, 0, b->l.s.images, b->backward.workspace); }
static void p_backward(bench *b) { plain_input_gradient(&b->l, b->output); }
static void b_gradient(bench *b) { run_gradient(&b->gradient); }
static void p_gradient(bench *b) { plain_weight_gradient(&b->l, b->gradient.weightGradient); }
static void b_lists(bench *b) { build_lists(&b->lists); }
static void b_sparse(bench *b) {
    sparse *p = &b->wide;
    sparse_forward(
        &p->layout, p->offsets, p->values, p->counts, p->weights, b->output, b->l.s.out, 0, b->l.s.out / 8, 0, p->units,
        p->plane, 0, 0);
}
static void b_sparse_gradient(bench *b) {
    sparse *p = &b->lists;
    sparse_weight_gradient(
        &p->layout, p->offsets, p->values, p->counts, b->l.gradient, b->l.s.out, 0, b->l.s.out / 8, 0, p->units, p->plane,
        p->weights);
}
static void b_fire(bench *b) { neuron_fire(&b->n->pass.currents, 0, b->n->positions, (uint8_t *const *)b->bits, 0); }
static void b_sums(bench *b) { neuron_backward_sums(&b->n->pass, 0, b->n->positions, b->sums, b->products); }
static void b_write(bench *b) { neuron_backward_write(&b->n->pass, 0, b->n->positions, &b->n->result); }
static void b_moments(bench *b) { channel_moments(b->n->inputs[0], b->n->positions, b->n->channels, b->sums, b->products); }
static void b_pool(bench *b) { pool_spikes(b->bits[0], b->counts, b->n->height, b->n->width, b->n->channels); }
static void b_expand(bench *b) { expand_spikes(b->bits[0], b->values, b->n->positions, b->n->channels); }
static void b_adam(bench *b) {
    adamw_step step = {1e-3f, 0.999f, 0.1f, 0.999f, 0.001f, 0.1f, 0.03f, 1e-8f, 0.7f};
    adamw_update(
        b->n->targets[0], b->n->gradients[0], b->n->targets[1], b->n->targets[2],
        (size_t)b->n->positions * b->n->channels, &step);
}

static const entry entries[] = {
    {"winograd-forward", b_forward, p_forward}, {"winograd-input", b_backward, p_backward},
    {"winograd-weight", b_gradient, p_gradient}, {"winograd-transform", b_weight, p_backward},
    {"sparse-lists", b_lists, p_gradient}, {"sparse-forward", b_sparse, p_forward},
    {"sparse-weight", b_sparse_gradient, p_gradient}, {"neuron-fire", b_fire, 0}, {"neuron-sums", b_sums, 0},
    {"neuron-write", b_write, 0}, {"moments", b_moments, 0}, {"pool-spikes", b_pool, 0}, {"expand-spikes", b_expand, 0},
    {"adamw", b_adam, 0},
};

static bench make_bench(shape s, int block) {
    bench b = {.l = make_layer(s)};
    size_t outputs = (size_t)s.images * s.height * s.width * (s.out > s.in ? s.out : s.in);
    b.output = room(outputs * 4);
    b.forward = make_winograd(&b.l, b.output, 0);
    b.backward = make_winograd(&b.l, b.output, 1);
    b.gradient = make_gradient(&b.l, room((size_t)9 * s.in * s.out * 4), block);
    b.lists = make_sparse(&b.l, 0);
    b.wide = make_sparse(&b.l, 1);
    build_lists(&b.lists);
    build_lists(&b.wide);
    run_winograd(&b.forward, 0);
    run_winograd(&b.backward, 0);
    b.n = make_neurons(s.height, s.width, s.out);
    b.n->pass.currents.parameters = dynamics[0];
    b.n->pass.surrogate = surrogates[0];
    for (int t = 0; t < STEPS; ++t) b.bits[t] = room((size_t)s.height * s.width * s.out);
    b.sums = room(STEPS * s.out * 8);
    b.products = room(STEPS * s.out * 8);
    b.values = room((size_t)s.height * s.width * s.out * 4);
    b.counts = room((size_t)s.height * s.width * s.out);
    return b;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec + 1e-9 * t.tv_nsec;
}

static double best_of(void (*work)(bench *), bench *b, double budget) {
    double best = 1e9, end = now() + budget;
    do {
        double begin = now();
        work(b);
        double taken = now() - begin;
        if (taken < best) best = taken;
    } while (now() < end);
    return best;
}

static void run_one(bench *b, const entry *e, int plain) {
    kernels_use_plain(plain);
    if (plain && e->plain) e->plain(b);
    else e->fast(b);
    kernels_use_plain(0);
}

int main(int count, char **arguments) {
    const char *mode = count > 1 ? arguments[1] : "check";
#ifndef OLD
    if (strcmp(mode, "check") == 0) return check();
#endif
    // In seconds or counted, small enough for an emulator that logs every instruction.
    int isTimed = strcmp(mode, "time") == 0;
    shape small = {1, 12, 12, 16, 32, ACTIVATION_SPIKES, 4, 0.15f};
    if (isTimed && count > 7)
        small = (shape){atoi(arguments[2]), atoi(arguments[3]), atoi(arguments[3]), atoi(arguments[4]),
                        atoi(arguments[5]), atoi(arguments[6]), atoi(arguments[7]), 0.15f};
    bench b = make_bench(small, count > 8 ? atoi(arguments[8]) : 1);
    for (size_t i = 0; i < sizeof entries / sizeof *entries; ++i) {
        const entry *e = &entries[i];
        if (isTimed) {
            double fast = best_of(e->fast, &b, 0.3), plain = 0;
            if (!e->plain) {
                kernels_use_plain(1);
                plain = best_of(e->fast, &b, 0.1);
                kernels_use_plain(0);
            }
            double products = 2.0 * 9 * small.images * small.height * small.width * small.in * small.out;
            printf("%-20s %10.1f us", e->name, fast * 1e6);
            if (e->plain) printf("  %7.1f GFLOP/s of the plain sum\n", products / fast / 1e9);
            else printf("  plain %10.1f us, %.1f times\n", plain * 1e6, plain / fast);
        } else if (count > 3 && strcmp(e->name, arguments[2]) == 0) {
            run_one(&b, e, strcmp(arguments[3], "plain") == 0);
        }
    }
    return 0;
}
