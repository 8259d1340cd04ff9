extension Topic {
    static let studies = Topic(
        name: "studies", title: "Studies",
        blocks: [
            .text(
                "A study answers one question with many runs: arms that differ in what they do are trained on the same "
                    + "recordings, from the same weights, with the same seeds. `saccade study FILE.yaml` trains what is "
                    + "missing and prints the table; --plan says before that on which recordings. Studies that come with the "
                    + "program are found by name: `saccade study digits`."),
            .lines(
                """
                name: mine                  # its runs are tagged study:mine
                preset: digits              # a name or a file; optional
                settings:                   # of all runs
                  data: {test: rest}
                budget: {steps: 300, validations: 15}
                seeds: [1, 2, 3, 4, 5]      # or 5
                axes:                       # every value is reported
                  data.recordings_per_class: [2, 5, 10]
                arms:
                  events only:
                    sliding.strategy: events-only
                    loss.domain_alignment: false
                  events twice:
                    budget: 2               # times the study's
                    sliding.strategy: events-only
                    loss.domain_alignment: false
                  full:
                reference: full             # others are compared with it
                search:                     # optional; decides by validation alone
                  kind: halving             # or grid, random
                  count: 9
                  seeds: [101, 102]
                  over:
                    loss.domain_coefficient: {from: 0.05, to: 2, scale: logarithmic}
                    sliding.exponent: [1, 2, 3]
                """),
            .list([
                Entry(
                    "budget",
                    "Optimizer steps of each run, as many whole epochs as come nearest, whatever an arm trains on; the table "
                        + "says the passes, too. Without it training.epochs counts."),
                Entry(
                    "arms",
                    "Settings as sections or dotted keys; note, budget, and tune: [keys] that are searched for it. "
                        + "training.start_from: arm:NAME takes the weights of that arm's run, with the same seed and values; so "
                        + "does loss.distillation_teacher. The arm must stand above."),
                Entry(
                    "search",
                    "grid: every combination; random: so many, drawn by its seed; halving: all begin with a part of the budget, "
                        + "and one of factor (3) goes on with factor times as much. Test accuracies decide nothing."),
                Entry(
                    "pairs",
                    "All draws of a run come from training.seed: arms of the same seed share subsets and first weights. "
                        + "data.split_seed draws a test part that all seeds share; data.test=rest tests on all that is left."
                ),
                Entry(
                    "intervals",
                    "Percentiles of a bootstrap over seeds and test recordings. p is the exact test of McNemar of each seed, "
                        + "combined as twice their median, which holds whatever seeds have in common."),
                Entry(
                    "leaks",
                    "Photographs behind test or validation recordings are never in the pool; an arm with "
                        + "data.reference_background_images: true has them, and the protocol counts them."),
            ]),
            .text(
                "Several runs go on at once, each with --threads threads, as a process of its own. Ctrl-C stops them with "
                    + "checkpoints; the same command goes on. Where it is killed, runs under way go on to their ends, and the "
                    + "same command waits for them. Several terminals may work at one study. `saccade help cluster` says how many "
                    + "machines do."),
            .text(
                "`saccade --study FILE` opens it in the workbench (screen 5): a table that fills, a plot with intervals, the "
                    + "runs of the chosen row, the protocol. Space trains what is missing, in the background, and pauses; S "
                    + "stops a run or a row with checkpoints, r lets it go on, t puts it first, + adds seeds, p compares with "
                    + "another arm, Enter opens a run, X writes the report. It shows a study that is trained in another "
                    + "terminal, too. Orders and added seeds are kept beside the study's locks, never in its file, and "
                    + "`saccade study` follows them; --add-seeds, --first and --all give them without the screen."),
        ])
}
