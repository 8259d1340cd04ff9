extension Topic {
    static let dataSets = Topic(
        name: "data", title: "Data sets",
        blocks: [
            .text(
                "`saccade data show NAME` tells where to get a data set and how its folder must be laid out. "
                    + "Data sets are searched for in $SACCADE_DATA, or in the folder that --data gives. data.set is "
                    + "one of:"),
            .list([
                Entry(
                    "digits",
                    "Simulated recordings that come with the program; the remaining digits are the static "
                        + "images."),
                Entry("nmnist", "N-MNIST, with MNIST images, or other idx files."),
                Entry("ncaltech101", "N-Caltech101, with Caltech101 images."),
                Entry("cep-dvs", "CEP-DVS, with its images."),
                Entry("nomniglot", "N-Omniglot, with Omniglot images."),
                Entry("cifar10-dvs", "CIFAR10-DVS, with CIFAR-10 images."),
                Entry("dvs-gesture", "DVS128 Gesture; it has no static images."),
                Entry("es-imagenet", "ES-ImageNet, with ImageNet images."),
                Entry(
                    "simulated",
                    "The output of `saccade data simulate`, from Fashion-MNIST or any folder of images, with "
                        + "those images."
                ),
                Entry(
                    "frames",
                    "Frames that tonic's DiskCachedDataset or SpikingJelly counted and kept (--data), with "
                        + "data.time_steps as they were made."),
                Entry(
                    "folders",
                    "Your own data: a folder of recordings with one folder per class (--data), and one of "
                        + "images likewise (data.image_folder)."),
            ]),
            .text(
                "Folders in which tonic and SpikingJelly keep N-MNIST, N-Caltech101, CIFAR10-DVS and DVS128 Gesture "
                    + "are found below --data as they lie; SpikingJelly's events_np is read with data.set=folders."),
            .text(
                "Files are read in sorted order, recordings are paired with images by class name, and images "
                    + "that test recordings were made from are never used in training. data.reference_… settings "
                    + "restore what the reference implementation does instead, data.sampling=weighted its sampling "
                    + "with replacement, and data.image_normalization=mnist its normalization of MNIST."),
            .text(
                "Augmentation: training recordings are shifted by default. They can also be flipped, rotated, "
                    + "have time steps, areas or events dropped, get noise events or Gaussian noise at a given "
                    + "signal-to-noise ratio, and be mixed with a second recording and its label (data.mix: mixup, "
                    + "cutmix, eventmix). All of this can be changed during the run. data.values=frequency and "
                    + "data.resize=antialiased prepare frames as N-Omniglot's authors do."),
            .text(
                "data.training_share and data.image_share reduce the training data and leave the test split "
                    + "alone; data.split=seeded draws a new test split. With few labels, data.test=rest tests on every "
                    + "recording that is neither trained nor validated on; the images behind them leave the pool, too. "
                    + "Every run stores a manifest of its files with their SHA-256; `saccade data verify NAME --run RUN` "
                    + "compares it with the files on disk."),
        ])
}
