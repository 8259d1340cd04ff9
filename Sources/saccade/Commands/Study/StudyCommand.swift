import ArgumentParser

/// Everything about studies.
struct StudyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "study",
        abstract: "Train the runs of a study, several at once, and print its table with intervals and tests.",
        usage: """
            saccade study <file.yaml> [--plan|--report] [--json|--csv|--markdown|--svg] [<options>]
            saccade study <subcommand>
            """,
        discussion: """
            `saccade study FILE` is `saccade study train FILE`: `saccade study train --help` lists its options. The other \
            commands train the same runs elsewhere, one by one: on a cluster, or with GNU parallel; `saccade help cluster` \
            explains them.
            """,
        subcommands: [StudyTrain.self, StudyCells.self, StudyCell.self, StudyState.self, StudyGather.self],
        defaultSubcommand: StudyTrain.self)
}
