extension Topic {
    static let examples = Topic(
        name: "examples", title: "Examples",
        blocks: [
            .text(
                "Everything that the screens do has a command. Where --json is offered, it prints one object or an "
                    + "object a line."),
            .heading("Train"),
            .lines(
                """
                saccade train --preset digits --json      an object a line, last the result
                saccade train --preset nmnist-few-shot --data DIR
                saccade train --preset digits --set loss.domain_coefficient=0.3 --seed 7
                saccade train --resume RUN                goes on bit for bit
                saccade train --preset digits --detach    goes on without a terminal
                saccade attach RUN                        its screens; also --plain and --json
                saccade tell RUN edit loss.domain_coefficient=0.3
                saccade evaluate RUN                      the best checkpoint on test recordings
                saccade study FILE.yaml --plan            its runs, and what they are tested on
                saccade study FILE.yaml -o table.md       trains what is missing
                saccade evaluate model.pth.tar --preset PRESET   PyTorch's files too
                """),
            .heading("Data"),
            .lines(
                """
                saccade data list
                saccade data show nmnist                  where it is found, how its folder looks
                saccade data samples digits --filter 'class:3 -split:test' --count --sort events
                saccade data view digits 3                predict it with the latest checkpoint
                saccade data export digits 3 --mode decay -o frames.png
                saccade data verify nmnist --data DIR     damaged, misplaced, extra files
                saccade data simulate IMAGES OUT          recordings of any images
                """),
            .heading("Files of events"),
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
                saccade runs reproduce RUN                trains it again, compares weights
                saccade runs queue add --preset digits --seed 2
                saccade runs queue run                    trains what waits
                saccade runs export RUN -o plots.svg
                saccade screen train --run RUN -o train.svg
                """),
            .heading("Presets"),
            .lines(
                """
                saccade presets list
                saccade presets show digits
                saccade presets show --keys               every knob
                saccade presets save NAME --preset digits --set training.epochs=5
                saccade presets from-run RUN NAME         with its edits as a schedule
                """),
            .heading("Completions and the man page"),
            .lines(
                """
                saccade --generate-completion-script bash \\
                    >~/.local/share/bash-completion/completions/saccade  (or zsh, fish)
                saccade man | man -l -
                """),
        ])
}
