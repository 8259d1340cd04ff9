extension Topic {
    static let examples = Topic(
        name: "examples", title: "Examples",
        blocks: [
            .text(
                "Everything that the screens do can also be done with a command. With --json, a command prints "
                    + "one JSON object, or one object per line (saccade help json)."),
            .heading("Train"),
            .lines(
                """
                saccade train --preset digits --json      one JSON object per line
                saccade train --preset nmnist-few-shot --data DIR
                saccade train --preset digits --set loss.domain_coefficient=0.3 --seed 7
                saccade train --resume RUN                continues bit for bit
                saccade train --preset digits --detach    keeps training without a terminal
                saccade attach RUN                        open the screens on it, or --plain
                saccade tell RUN edit loss.domain_coefficient=0.3
                saccade evaluate RUN --energy             test it; energy by layer
                saccade analyze RUN -o DIR                confusion, Grad-CAM, landscape …
                saccade analyze RUN class-gain --against OTHER
                saccade study FILE.yaml --plan            its runs, and what they are tested on
                saccade study FILE.yaml -o table.md       train what is missing, write the table
                saccade study cells FILE.yaml | parallel -j 8
                saccade study FILE.yaml --slurm --submit  as a job array (saccade help cluster)
                saccade --study digits                    the same in the workbench, as it fills
                saccade evaluate model.pth.tar --preset PRESET   also PyTorch files
                """),
            .heading("Data"),
            .lines(
                """
                saccade data list
                saccade data show nmnist                  where to get it, layout of its folder
                saccade data samples digits --filter 'class:3 -split:test' --count --sort events
                saccade data view digits 3                predict with latest checkpoint
                saccade data export digits 3 --mode decay -o frames.png
                saccade data verify nmnist --data DIR     find damaged, misplaced, extra files
                saccade data simulate IMAGES OUT          simulate recordings from images
                """),
            .heading("Event files"),
            .lines(
                """
                saccade events info FILE
                saccade events frames FILE --time-steps 10 -o frames.npz
                saccade events convert FILE recording.aedat4
                saccade events play FILE
                saccade events formats
                """),
            .heading("Runs"),
            .lines(
                """
                saccade runs list --filter 'tag:slide acc>50'
                saccade runs show RUN
                saccade runs diff RUN OTHER
                saccade runs compare --filter tag:slide --group-by settings
                saccade runs fork RUN --before b --set sliding.exponent=4
                saccade runs reproduce RUN                train it again, compare the weights
                saccade runs queue add --preset digits --seed 2
                saccade runs queue run                    train the queued runs
                saccade runs export RUN -o plots.svg
                saccade runs export RUN --jsonl | head    for pandas and jq
                saccade screen train --run RUN -o train.svg
                """),
            .heading("Presets"),
            .lines(
                """
                saccade presets list
                saccade presets show digits
                saccade presets show --keys               all settings
                saccade presets save NAME --preset digits --set training.epochs=5
                saccade presets from-run RUN NAME         with its edits as a schedule
                """),
            .heading("This machine, completions and the man page"),
            .lines(
                """
                saccade doctor                            is everything there, and how fast?
                saccade --generate-completion-script bash \\
                    >~/.local/share/bash-completion/completions/saccade  (or zsh, fish)
                saccade man | man -l -
                """),
        ])
}
