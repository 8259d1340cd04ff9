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
                "Which column of a table (csv, npy, npz, mat, hdf5) is which, and what its times are, is taken from names; "
                    + "else from what the numbers can be, which is said in a note, or asked. --columns t,x,y,p and "
                    + "--unit us say it, for data sets too (data.columns, data.time_unit); y,x,-,p,t passes a column over."
            ),
            .text(
                "Without a size in the file or --sensor events lie within 2048 pixels a side. Pipes, devices and folders "
                    + "are no files of events. A packed file may unpack to 128 MiB or a hundred times its size, at most "
                    + "16 GiB."),
            .text(
                "Pictures are JPEG and PNG, told apart by content, of at most 89,478,485 pixels. Of 16 bits the upper 8 "
                    + "count; gamma and orientation are left alone."),
            .text(
                "PyTorch's checkpoints (.pth, .pt, .pth.tar) are read for their tensors alone, under any key and prefix; "
                    + "nothing in them is run."),
        ])
}
