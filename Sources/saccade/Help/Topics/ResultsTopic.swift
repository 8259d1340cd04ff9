extension Topic {
    static let results = Topic(
        name: "results", title: "What the presets reach",
        blocks: [
            .text(
                "Test accuracy in percent of `saccade train --preset PRESET --seed SEED --json` for the seeds 1, 2 and 3, and "
                    + "how long a run took on two cores that were busy with other work:"),
            .list([
                Entry(
                    "nmnist-few-shot",
                    "82.0, 72.0, 82.0, mean 78.7; 8-14 s. Five labelled recordings a class, static images from MNIST."),
                Entry(
                    "nmnist-few-shot-joint",
                    "74.0, 66.0, 80.0, mean 73.3; 8-16 s. Both, but nothing is replaced and nothing aligned."),
                Entry(
                    "nmnist-few-shot-events-only", "76.0, 65.0, 81.0, mean 74.0; 5-9 s. The same recordings, no images."
                ),
                Entry(
                    "nmnist-few-shot-images-only",
                    "70.0, 61.0, 58.0, mean 63.0; 8-9 s. Images alone, tested on recordings."),
                Entry("digits", "92.8, 93.3, 91.3, mean 92.5; 38-54 s. All 566 simulated recordings."),
            ]),
            .text(
                "Five labelled recordings a class are drawn from 1,000, and 100 are tested: a point is one recording, and "
                    + "three seeds tell the first three apart only just. The epoch tested is the best on a validation part "
                    + "of the training recordings; the test part is seen once. The same seed on the same machine gives the "
                    + "same bits, also across a stop and a resume."),
            .heading("The paper's experiments"),
            .text(
                "`saccade presets list` shows paper-ncaltech101, paper-cep-dvs and paper-nomniglot and the ablations of the "
                    + "first two (-no-alignment, -no-weights, -no-value, -no-sliding, …), set as the reference's scripts ran "
                    + "them, its mistakes switched on. Before a run begins it says how long it will take and how much "
                    + "memory; `saccade train --preset PRESET --cost` says only that, also without the data. They have not "
                    + "been run to their end here: the data sets were not at hand."),
        ])
}
