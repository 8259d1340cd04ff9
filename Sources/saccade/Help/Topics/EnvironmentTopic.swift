extension Topic {
    static let environment = Topic(
        name: "environment", title: "Environment",
        blocks: [
            .list([
                Entry(
                    "SACCADE_HOME",
                    "Folder for everything the program stores (its home), instead of the XDG base directories. Empty "
                        + "counts as unset; a relative path starts at the current folder. Commands that only read or "
                        + "change existing runs do not create it."),
                Entry(
                    "SACCADE_TRUST_HOME",
                    "Set to 1 to write to a home that belongs to another user or that others can write to; "
                        + "without it, such a home is read-only. Symbolic links inside a home are followed only where "
                        + "nobody else can change their targets."
                ),
                Entry("SACCADE_DATA", "Folder in which data sets are searched for."),
                Entry("SACCADE_THEME", "Name of a theme; `saccade themes` lists them."),
                Entry(
                    "SACCADE_THREADS",
                    "Number of threads for training and for reading data; default: the number of processors that "
                        + "the process may use."),
                Entry("SACCADE_PIN", "Set to 1 to keep each of these threads on one processor."),
                Entry(
                    "SACCADE_KERNELS",
                    "avx512, avx2, neon or plain: the vectors that training works in; default: the widest that "
                        + "the processor has. Two widths agree within rounding, not to the bit."),
                Entry(
                    "SACCADE_MPI",
                    "The MPI library to use where a launcher starts several processes (`saccade help ranks`)."),
                Entry("NO_COLOR", "If set, no colors are used in the terminal."),
                Entry(
                    "SACCADE_COLORS",
                    "0, 16, 256 or truecolor: overrides the number of colors that the terminal reports. True "
                        + "color needs COLORTERM=truecolor and a -direct terminfo entry for the terminal (package "
                        + "ncurses-term); otherwise the nearest of 256 colors are used."),
                Entry(
                    "SACCADE_MOUSE",
                    "Set to 0 to disable the mouse in the screens, so that the terminal can use it."),
            ])
        ])

    static let exitStatus = Topic(
        name: "exit", title: "Exit status",
        blocks: [
            .text(
                "0 on success, 64 for a usage error, 1 for any other error, with one message on standard error. "
                    + "If the reader of the output closes the pipe, a command exits with 141. INT, TERM, HUP, QUIT, "
                    + "USR1, USR2, ALRM and XCPU stop a run with a checkpoint. A run whose output cannot be written "
                    + "continues, and the command exits with 1.")
        ])
}
