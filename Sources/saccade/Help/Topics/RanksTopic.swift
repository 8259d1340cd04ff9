extension Topic {
    static let ranks = Topic(
        name: "ranks", title: "Training on several processes (MPI)",
        blocks: [
            .text(
                "A launcher that starts several processes makes them train one network together, with the same "
                    + "arguments as one; each passes as many samples of every batch, and reads as many recordings:"),
            .lines(
                """
                mpirun -n 4 saccade train --preset digits
                srun --mpi=pmix -n 4 saccade train --preset digits --json
                """),
            .text(
                "The first process (rank 0) owns history, journal, output and the socket that `saccade attach` and "
                    + "`saccade tell` find; edits reach all ranks at the step that is acknowledged. A run that was "
                    + "stopped goes on with any number of ranks. training.batch_size is that of all together and has to "
                    + "be a multiple of their number."),
            .list([
                Entry(
                    "the same loss",
                    "Normalization, alignment and all other losses are those of the whole batch, so that any number of "
                        + "ranks learns the same but for the order of sums: the first step's loss agrees within 1e-5, "
                        + "later ones as far as a spike more or less lets them. The same number of ranks gives the same "
                        + "bits."),
                Entry(
                    "training.batch_statistics",
                    "rank makes normalization of each rank's own samples: nothing is sent for it, but it is another "
                        + "loss, which gets worse where a rank has few samples. Evaluation uses rank 0's statistics."),
                Entry(
                    "the library",
                    "Nothing is needed to build. Open MPI or one of MPICH's kind (Intel MPI, MVAPICH, Cray MPICH) is "
                        + "opened when a launcher has started several processes: Debian's libopenmpi3 or libmpich12. "
                        + "SACCADE_MPI=/path/to/libmpi.so names another; it must belong to the launcher."),
                Entry(
                    "threads",
                    "Each rank has as many threads as it may use processors, or its share of the machine's where the "
                        + "launcher leaves them together; SACCADE_THREADS says otherwise. SACCADE_PIN=1 keeps each "
                        + "thread on one processor; mpirun --bind-to none lets a rank use several."),
                Entry(
                    "signals",
                    "Launchers pass TERM, USR1 and USR2 on to all ranks: the run stops with a checkpoint, then all end."
                ),
                Entry(
                    "a lost rank",
                    "ends the run with a checkpoint of the last complete step and a message: that names it on the same "
                        + "machine, of another the launcher's does. mpirun kills what is left a second later; large "
                        + "networks need more to be written: mpirun --mca odls_base_sigkill_timeout 60. Without a word "
                        + "of the launcher a rank of another machine counts as lost after ten minutes."),
                Entry(
                    "spike figures",
                    "Spike rates, grids and the alignment layer by layer are of rank 0's samples; losses, accuracies and "
                        + "the alignment over time of all."),
                Entry(
                    "what it costs",
                    "`saccade bench --config ranks` counts what is sent and says what interconnects make of it; "
                        + "`saccade bench --config threads` does so for threads."),
            ]),
        ])
}
