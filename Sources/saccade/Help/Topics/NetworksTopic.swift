extension Topic {
    static let networks = Topic(
        name: "networks", title: "Networks",
        blocks: [
            .text(
                "network.model is one of these. In parentheses: the feature that is aligned between the two "
                    + "streams."),
            .list([
                Entry(
                    "mini", "Three convolutions, small enough to tune live (membrane potentials of the last block)."),
                Entry(
                    "vgg",
                    "The paper's network for N-Caltech101, 10 million parameters (membrane potentials of the last block)."
                ),
                Entry(
                    "resnet18, resnet34",
                    "The paper's spiking residual networks, for CEP-DVS (pooled, normalized features)."),
                Entry(
                    "scnn",
                    "The paper's network for N-Omniglot, one head for both streams (membrane potentials after "
                        + "the fully connected layer)."),
                Entry(
                    "nmnist",
                    "The reference's network for N-MNIST, with voting neurons (membrane potentials after the "
                        + "fully connected layer). The reference uses a dropout of one half: network.dropout=0.5."),
                Entry(
                    "NAME-single",
                    "The same network with a single stream, a baseline for sliding.strategy events-only or "
                        + "images-only (nothing is aligned)."),
            ]),
            .text(
                "network.neuron is leaky (LIF), integrate (IF), parametric (PLIF: the time constant of each "
                    + "layer is learned) or biased. With network.learnable_threshold the threshold of each layer is "
                    + "learned."),
            .text(
                "Checkpoints use the parameter names of the reference implementation. resnet18, scnn and the "
                    + "blocks of vgg reproduce the outputs of the reference's own classes: `swift test --filter "
                    + "Parity` compares neurons, blocks, alignment, losses, whole training steps, schedules and "
                    + "inputs with recorded values, if the fixtures are next to the checkout (../shared/fixtures) or "
                    + "in the folder that SACCADE_FIXTURES names; otherwise these tests report that they are skipped. "
                    + "Every derivative is checked against finite differences."),
        ])
}
