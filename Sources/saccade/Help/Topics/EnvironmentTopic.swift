extension Topic {
    static let environment = Topic(
        name: "environment", title: "Environment",
        blocks: [
            .list([
                Entry(
                    "SACCADE_HOME",
                    "One folder for everything, instead of the XDG base directories. An empty one counts as none, a relative "
                        + "one from the current folder. Commands that look, or change what exists, do not make it."),
                Entry(
                    "SACCADE_TRUST_HOME",
                    "1 writes to a home that belongs to another user or that others may write to; it is only read otherwise. "
                        + "Links inside a home are followed where nobody else has a hand in what they lead to."
                ),
                Entry("SACCADE_DATA", "Where data sets are looked for."),
                Entry("SACCADE_THEME", "A theme's name; `saccade themes` lists them."),
                Entry(
                    "SACCADE_THREADS",
                    "Threads of the engine; as many as there are processors otherwise. Bits are reproducible for the same "
                        + "number."),
                Entry("NO_COLOR", "No colors in the terminal."),
                Entry(
                    "SACCADE_COLORS",
                    "0, 16, 256 or truecolor instead of what the terminal announces. True color wants COLORTERM=truecolor "
                        + "and a -direct entry of the terminal in terminfo (package ncurses-term), else the nearest of 256 "
                        + "are taken."),
                Entry("SACCADE_MOUSE", "0 leaves the mouse to the terminal."),
            ])
        ])

    static let exitStatus = Topic(
        name: "exit", title: "Exit status",
        blocks: [
            .text(
                "0 if it went well, 64 for a command line that makes no sense, 1 for everything else that goes wrong, with one "
                    + "message on standard error; a reader of the output that has gone ends a command with 141. INT, TERM, HUP, QUIT, "
                    + "USR1, USR2, ALRM and XCPU stop a run with a checkpoint. A run whose output cannot be written goes on, and "
                    + "ends with 1.")
        ])
}
