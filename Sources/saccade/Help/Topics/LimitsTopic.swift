import Screens

extension Topic {
    static let limits = Topic(
        name: "limits", title: "Limits",
        blocks: [
            .list([
                Entry(
                    "screens",
                    "The terminal needs 60×16 characters or more; in a smaller one a few lines summarize the "
                        + "run."),
                Entry(
                    "saccade screen",
                    "From \(WorkbenchPicture.widths.lowerBound)×\(WorkbenchPicture.heights.lowerBound) to "
                        + "\(WorkbenchPicture.widths.upperBound)×\(WorkbenchPicture.heights.upperBound) columns and rows."
                ),
                Entry("images", "At most 30,000 pixels wide and high."),
                Entry(
                    "viewers",
                    "Viewers reach a run over a socket that only its owner can open. A viewer that is slow, "
                        + "quits or crashes never harms the run; one that reads nothing for a minute is disconnected. "
                        + "At most 64 can attach at once. `saccade tell` and `saccade attach` wait 30 s for a run "
                        + "that does not answer, or as long as --timeout says."),
                Entry(
                    "history", "A note has at most 64 KiB, a name 100 characters, and a run 64 tags."),
            ])
        ])
}
