import Screens

extension Topic {
    static let limits = Topic(
        name: "limits", title: "Limits",
        blocks: [
            .list([
                Entry("screens", "A terminal of 60×16 or more; below that a few lines say how the run goes."),
                Entry(
                    "saccade screen",
                    "From \(WorkbenchPicture.widths.lowerBound)×\(WorkbenchPicture.heights.lowerBound) to "
                        + "\(WorkbenchPicture.widths.upperBound)×\(WorkbenchPicture.heights.upperBound) columns and rows."
                ),
                Entry("pictures", "At most 30000 pixels wide and high."),
                Entry(
                    "viewers",
                    "They reach a run over a socket that only its owner may open. One that is slow, leaves or dies never "
                        + "harms the run; one that takes nothing for a minute is let go. At most 64 at once. `saccade tell` and "
                        + "`saccade attach` wait 30 s for a run that says nothing, or --timeout."),
                Entry(
                    "history", "A note has at most 64 KiB, a name 100 characters, a run 64 tags."),
            ])
        ])
}
