extension Topic {
    static let dataSets = Topic(
        name: "data", title: "Data sets",
        blocks: [
            .text(
                "`saccade data show NAME` says where a set is found and how its folder must look. Sets are looked for in "
                    + "$SACCADE_DATA, or where --data says. data.set is one of:"),
            .list([
                Entry(
                    "digits", "Simulated recordings that come with the program, and the other digits as static images."),
                Entry("nmnist", "N-MNIST, with MNIST, or idx files of something else."),
                Entry("ncaltech101", "N-Caltech101, with Caltech101."),
                Entry("cep-dvs", "CEP-DVS, with its pictures."),
                Entry("nomniglot", "N-Omniglot, with Omniglot."),
                Entry("cifar10-dvs", "CIFAR10-DVS, with CIFAR-10."),
                Entry("dvs-gesture", "DVS128 Gesture; there are no static images."),
                Entry("es-imagenet", "ES-ImageNet, with ImageNet."),
                Entry(
                    "simulated",
                    "What `saccade data simulate` made, of Fashion-MNIST or any folder of pictures, with those pictures."
                ),
                Entry(
                    "folders",
                    "Your own: a folder for each class with recordings (--data), and one with pictures "
                        + "(data.image_folder)."),
            ]),
            .text(
                "Lists are sorted, pairs are found by name, and images behind test recordings are never drawn. "
                    + "data.reference_… brings back what the reference implementation does instead, "
                    + "data.sampling=weighted its draws with replacement, and data.image_normalization=mnist its numbers "
                    + "for MNIST."),
            .text(
                "Training recordings are shifted by default. They can be mirrored, turned, robbed of time steps, areas or "
                    + "events, given noise (also at a given signal-to-noise ratio), and mixed with a second one, label and "
                    + "all (data.mix: mixup, cutmix, eventmix), all of it while the run goes on. data.values=frequency and "
                    + "data.resize=antialiased prepare frames as N-Omniglot's authors do."),
            .text(
                "data.training_share and data.image_share reduce what is trained on and leave the test part alone; "
                    + "data.split=seeded draws it anew. With few labels, data.test=rest tests on every recording that is "
                    + "neither trained nor validated on; the images behind them leave the pool, too. A run keeps a "
                    + "manifest of its files with SHA-256, which "
                    + "`saccade data verify NAME --run RUN` compares with what is there."),
        ])
}
