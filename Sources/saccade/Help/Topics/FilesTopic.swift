extension Topic {
    static let files = Topic(
        name: "files", title: "Event files",
        blocks: [
            .text(
                "The format of an event file is detected from its content, not its name: AEDAT 2, 3.1 and 4, "
                    + "Prophesee EVT 2, 2.1, 3 and DAT, N-MNIST's .bin, MATLAB, npz, npy, HDF5 and text. `saccade events "
                    + "formats` lists them, with the extensions by which `saccade events convert` chooses a format to "
                    + "write."),
            .text(
                "A damaged file is refused, with the position of the damage. With --tolerant, its intact part "
                    + "is read and the rest is counted. `saccade events info FILE` shows what a file holds and how it "
                    + "was interpreted."),
            .text(
                "The order of the columns in a table (csv, npy, npz, mat, hdf5) and the time unit are taken "
                    + "from the column names; if there are none, they are inferred from the values and reported in a "
                    + "note, or must be given. --columns t,x,y,p and --unit us set them, data.columns and "
                    + "data.time_unit do so for data sets; in y,x,-,p,t the third column is skipped."
            ),
            .text(
                "HDF5 files may be packed with deflate, LZF, Blosc, Zstandard or ECF (DSEC, Metavision, h5py); they "
                    + "are written with all but the last (--variant)."),
            .text(
                "Without a sensor size in the file or --sensor, coordinates must be below 2048. Pipes, devices "
                    + "and folders are not accepted as event files. A compressed file may expand to 128 MiB or a "
                    + "hundred times its size, whichever is larger, at most 16 GiB."),
            .text(
                "Images can be JPEG or PNG, detected from the content, with at most 89,478,485 pixels. 16-bit "
                    + "images are reduced to their upper 8 bits; gamma and orientation are ignored."),
            .text(
                "From PyTorch checkpoints (.pth, .pt, .pth.tar) only the tensors are read, under any key and "
                    + "prefix; no code in them is executed."),
            .heading("TensorBoard"),
            .text(
                "`saccade train --tensorboard DIR` writes event files of TensorBoard while it trains: every curve under "
                    + "its key, edits and notes as text at their step, the settings as hyperparameters, spike rates as "
                    + "images. A resumed run continues in a new file without double points. `saccade runs export RUN "
                    + "--tensorboard -o DIR` writes the same of a past run, and `saccade runs import DIR` adds the runs "
                    + "of other programs to the history. TensorBoard shows ten texts per tag unless started with "
                    + "--samples_per_plugin text=1000."),
        ])
}
