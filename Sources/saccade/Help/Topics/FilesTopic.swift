extension Topic {
    static let files = Topic(
        name: "files", title: "Files of events",
        blocks: [
            .text(
                "Event files are told apart by their content, not by their names: AEDAT 2, 3.1 and 4, Prophesee EVT2, EVT3 "
                    + "and DAT, N-MNIST's .bin, MATLAB, npz, npy, HDF5 and text. `saccade events formats` lists them, with "
                    + "the endings by which `saccade events convert` chooses one to write."),
            .text(
                "A damaged file is refused with the place of the damage. With --tolerant what is sound is read, and the "
                    + "rest is counted. `saccade events info FILE` says what a file holds and how it was understood."),
            .text(
                "PyTorch's checkpoints (.pth, .pt, .pth.tar) are read for their tensors alone; nothing in them is run."),
        ])
}
