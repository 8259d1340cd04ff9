extension Topic {
    static let results = Topic(
        name: "results", title: "Results of the presets",
        blocks: [
            .text(
                "Test accuracy in percent of `saccade train --preset PRESET --seed SEED --json` for seeds 1, 2 "
                    + "and 3, their mean, and the time a run took on two cores that were also busy with other work:"),
            .list([
                Entry(
                    "nmnist-few-shot",
                    "82.0, 72.0, 82.0, mean 78.7; 8-14 s. Five labelled recordings per class, static images "
                        + "from MNIST."),
                Entry(
                    "nmnist-few-shot-joint",
                    "74.0, 66.0, 80.0, mean 73.3; 8-16 s. Both, without replacement and without alignment."),
                Entry(
                    "nmnist-few-shot-events-only",
                    "76.0, 65.0, 81.0, mean 74.0; 5-9 s. The same recordings, without images."
                ),
                Entry(
                    "nmnist-few-shot-images-only",
                    "70.0, 61.0, 58.0, mean 63.0; 8-9 s. Trained on images only, tested on recordings."),
                Entry("digits", "92.8, 93.3, 91.3, mean 92.5; 38-54 s. All 566 simulated recordings."),
            ]),
            .text(
                "Five labelled recordings per class are drawn from 1,000, and 100 are tested: one percentage "
                    + "point is one recording, so three seeds barely separate the first three. The tested epoch is "
                    + "the best on a validation split of the training recordings; the test split is used once. The "
                    + "same seed on the same machine gives the same weights, bit for bit, also across a stop and a "
                    + "resume."),
            .heading("Does it help? Real N-MNIST with MNIST's images"),
            .text(
                "`saccade study nmnist`: 380 runs, five seeds, 300 optimizer steps each, tested on all of 1,100 recordings "
                    + "that are neither trained nor validated on. Test accuracy in percent, and the paired difference to "
                    + "events only in points, with K labelled recordings a class; * where the 95 % interval leaves out 0. "
                    + "All arms, intervals and the protocol: Examples/Studies/nmnist.md."),
            .lines(
                """
                              K = 2     K = 5     K = 10    K = 20
                events only   61.9      76.5      88.0      89.6
                events twice  +0.3      +3.1 *    +3.1 *    +1.7   twice the steps
                images only   -14.5 *   -29.8 *   -35.9 *   -48.5 *
                joint         +0.4      +2.3      -1.5      -3.7
                alignment     +3.1 *    +3.8 *    +0.5      -0.7
                sliding       +1.1      +4.5 *    +0.4      +0.3
                full          +5.0 *    +5.4 *    +1.4      +1.1
                with edges    +6.9 *    +7.1 *    +0.9      +2.3
                fine-tuning   +10.5 *   +4.4      -0.6      +1.9   after as many on images
                distillation  +4.8 *    +5.6 *    +1.9      +0.9   full, with a teacher
                """),
            .text(
                "The method helps where labels are few, most with images as edges: at five recordings a class it leads every "
                    + "arm, fine-tuning by 2.2 points. At two, fine-tuning on events after training on images leads it, with "
                    + "twice the steps; from ten on, more steps on events alone do as much or more. Learnable weights of time "
                    + "steps are not told apart from none."),
            .heading("Does it help? Photographs of Caltech101, with simulated recordings of them"),
            .text(
                "`saccade study caltech101` on 25 classes: 300 runs, five seeds, 300 steps each, 509 test recordings; in "
                    + "points as above. Examples/Studies/caltech101.md has all fifteen arms."),
            .lines(
                """
                              K = 5     K = 10    K = 20    all
                events only   26.3      31.0      36.9      40.2
                events twice  +0.8      +2.0      +4.0 *    +8.6 *   twice the steps
                images only   -21.7 *   -26.6 *   -32.0 *   -34.9 *
                joint         -0.2      -1.1      -7.2 *    -5.4 *
                full          +2.9 *    +2.4      -2.6      -4.0 *
                no weights    +2.3      +3.9 *    +0.6      +1.1
                with edges    +5.9 *    +5.2 *    +1.3      +0.9
                fine-tuning   +7.0 *    +6.0 *    +4.7 *    +7.4 *   after as many on images
                leak          +2.5      +0.7      -3.4 *    -3.9 *   full, with those of the test
                """),
            .text(
                "With few labels the method helps here, too, most with edges; with many it costs, because half of each "
                    + "step goes to images. Fine-tuning on events after training on photographs is the best use of them, at "
                    + "the price of twice the steps. Photographs of the very test recordings in the pool (the leak) change "
                    + "nothing that could be told apart; images alone stay at chance."),
            .heading("The paper's experiments"),
            .text(
                "`saccade presets list` shows paper-ncaltech101, paper-cep-dvs and paper-nomniglot, and the "
                    + "ablations of the first two (-no-alignment, -no-weights, -no-value, -no-sliding, …), set as in "
                    + "the reference's scripts, known mistakes included. Time and memory are estimated before a run "
                    + "begins; `saccade train --preset PRESET --cost` only prints the estimate, also without the "
                    + "data. None of these presets has been trained to its end: two cores would take days to weeks."),
        ])
}
