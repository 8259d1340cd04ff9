extension Topic {
    static let networks = Topic(
        name: "networks", title: "Networks",
        blocks: [
            .text("network.model is one of these. In brackets: what is aligned between the two streams."),
            .list([
                Entry(
                    "mini", "Three convolutions, for tuning live (membrane potentials of the last block)."),
                Entry(
                    "vgg",
                    "The paper's network for N-Caltech101, 10 million parameters (membrane potentials of the last block)."
                ),
                Entry(
                    "resnet18, resnet34",
                    "The paper's spiking residual networks, for CEP-DVS (the pooled, normalized feature)."),
                Entry(
                    "scnn",
                    "The paper's network for N-Omniglot, one head for both streams (membrane potentials behind the full "
                        + "connection)."),
                Entry(
                    "nmnist",
                    "The reference's network for N-MNIST, with voting neurons (membrane potentials behind the full "
                        + "connection). The reference drops half of the features: network.dropout=0.5."),
                Entry(
                    "each with -single",
                    "The baseline with one stream, for sliding.strategy events-only or images-only (nothing)."),
            ]),
            .text(
                "network.neuron is leaky (LIF), integrate (IF), parametric (PLIF: each layer's time constant is trained) or "
                    + "biased. network.learnable_threshold trains a threshold for each layer."),
            .text(
                "Checkpoints have the reference's names. resnet18, scnn and the blocks of vgg give the numbers of the "
                    + "reference's own classes: `swift test --filter Parity` compares neurons, blocks, alignment, losses, "
                    + "whole training steps, schedules and inputs with recorded values, where the fixtures are beside the "
                    + "checkout (../shared/fixtures) or where SACCADE_FIXTURES points; it says so where it skips them. "
                    + "Every derivative is checked against finite differences."),
        ])
}
