extension Topic {
    static let environment = Topic(
        name: "environment", title: "Environment",
        blocks: [
            .list([
                Entry("SACCADE_HOME", "One folder for everything, instead of the XDG base directories."),
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
                    + "message on standard error. INT, TERM and HUP stop a run with a checkpoint.")
        ])
}
