extension Topic {
    static let speed = Topic(
        name: "speed", title: "How fast it is",
        blocks: [
            .text(
                "`saccade bench` measures whole training steps against sgemm 2048² on all cores, in turns in one process, and "
                    + "says which kernel each layer used, at which density, and what share of the step it took. Found on two "
                    + "Zen 3 cores of a shared machine, several runs:"),
            .lines(
                """
                                       to sgemm     median step         GFLOP/s  a sample
                full                   2.65 - 3.02  2.8-3.2 s           406-473  84.5 MB
                full, --low-memory     1.97         4.7 s               278      54 MB
                mini                   0.85 - 1.06  33-49 ms (best 30)  120-178  1.9 MB
                mini, data.set=nmnist  0.94, 1.00   36-42 ms            142-162  1.9 MB
                """),
            .text(
                "GFLOP/s count as if every input counted. The loader brings 21,728 N-MNIST recordings a second and core to "
                    + "34×34, 11,197 to 48×48."),
            .text(
                "Spikes travel as bits and pooled spikes as counts. A convolution visits active inputs only where few are (its "
                    + "weight's gradient below 13 % of spikes, its output below 7 %) and uses Winograd's F(4×4) or F(6×6) "
                    + "elsewhere; normalization, neuron and pooling are one pass. A static image that repeats is convolved "
                    + "once. All memory of a step is planned before the run, buffers share their places by the time at which "
                    + "they are needed, and a run that does not fit is refused with what would make it fit. --low-memory "
                    + "makes convolutions again in the backward pass instead of keeping them, with the same bits; "
                    + "--exact-kernels runs the plain float32 sums only."),
            .text(
                "An open screen takes about 1.7 % of a processor core while it trains, 0.03 % when nothing happens, and "
                    + "answers a key within 5 ms (median) while both cores train; a frame is 2 kB. Measured by "
                    + "`SACCADE_BENCH=1 swift test --filter ScreenBench` with SACCADE_PROGRAM naming a release build."),
        ])
}
