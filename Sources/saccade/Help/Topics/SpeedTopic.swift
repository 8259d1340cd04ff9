extension Topic {
    static let speed = Topic(
        name: "speed", title: "Performance",
        blocks: [
            .text(
                "`saccade bench` measures whole training steps against sgemm 2048² on all cores, alternately in "
                    + "one process, and reports which kernel each layer used, at which density, and its share of the "
                    + "step. Measured on two Zen 3 cores of a shared machine, over several runs:"),
            .lines(
                """
                                       vs sgemm     median step         GFLOP/s  per sample
                full                   2.65 - 3.02  2.8-3.2 s           406-473  84.5 MB
                full, --low-memory     1.97         4.7 s               278      54 MB
                mini                   0.85 - 1.06  33-49 ms (best 30)  120-178  1.9 MB
                mini, data.set=nmnist  0.94, 1.00   36-42 ms            142-162  1.9 MB
                """),
            .text(
                "GFLOP/s are counted as if all inputs were dense. The loader reads 21,728 N-MNIST recordings "
                    + "per second and core at 34×34, 11,197 at 48×48."),
            .text(
                "Spikes are stored as bits and pooled spikes as counts. A convolution uses a sparse kernel "
                    + "where few inputs are active (weight gradient below 13 % spikes, output below 7 %) and "
                    + "Winograd's F(4×4) or F(6×6) elsewhere; normalization, neuron and pooling are fused into one "
                    + "pass. Repeated static images are convolved once. All memory of a step is planned before the "
                    + "run, buffers share memory when their lifetimes do not overlap, and a run that does not fit is "
                    + "refused with advice on what would make it fit. --low-memory recomputes convolutions in the "
                    + "backward pass instead of storing them, with the same results bit for bit; --exact-kernels uses "
                    + "plain float32 sums only."),
            .text(
                "The screens take about 1.7 % of a processor core while a run trains and 0.03 % when idle, and "
                    + "answer a key within 5 ms (median) while both cores train; a frame is 2 kB of terminal output. "
                    + "Measured with `SACCADE_BENCH=1 swift test --filter ScreenBench`, SACCADE_PROGRAM naming a "
                    + "release build."),
            .text(
                "`saccade bench --config threads` times every block of a step on one thread and counts what 2 to 128 "
                    + "threads make of them, memory and caches aside. `saccade bench --config ranks` measures what one of "
                    + "1 to 64 ranks computes, counts what it sends, and reckons with the nominal speed of three "
                    + "interconnects. On two ranks of one thread each, mini's step at batch 32 took 0.61 of one rank's, "
                    + "6 to 8 % of it waiting for the other (Ice Lake, two turns of `saccade train`)."),
        ])
}
