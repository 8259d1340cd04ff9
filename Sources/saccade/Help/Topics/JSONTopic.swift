extension Topic {
    static let json = Topic(
        name: "json", title: "JSON output",
        blocks: [
            .text(
                "With --json every command prints JSON, a value a line: one object or array, or while something goes "
                    + "on one object for each thing that happens. Keys are in snake case and sorted. What is not known is "
                    + "absent or null."),
            .list([
                Entry(
                    "times of day",
                    "ISO 8601 in UTC, always with milliseconds: 2026-12-01T02:14:01.250Z. Durations are seconds, or "
                        + "what their key says (step_ms)."),
                Entry("shares", "Accuracies, rates and the like are 0 to 1, not percent."),
                Entry("numbers", "What is none in JSON is a text: \"inf\", \"-inf\", \"nan\"."),
                Entry(
                    "failures",
                    "A command that fails prints no object of it: the message is on standard error, and the exit code "
                        + "says so (saccade help exit)."),
            ]),
            .text(
                "A JSON Schema (2020-12) describes the lines of every command, and the tests hold the program to it. The "
                    + "definition of a command is called after it, with - between its words."),
            .lines(
                """
                saccade help json --schema                the whole document
                saccade help runs list --schema           that of one command
                saccade runs list --json | check-jsonschema --schemafile list.json -
                """),
            .text(
                "Runs for pandas and the like: `runs export RUN --jsonl` prints an object for the run, each recorded step, "
                    + "epoch, change of state, edit, checkpoint, note and the result. All have event, run, optimizer_step, "
                    + "epoch and time; those of steps and epochs the values of their curves by their keys."),
            .lines(
                """
                saccade runs export RUN --jsonl -o run.jsonl
                python3 -c 'import pandas; d = pandas.read_json("run.jsonl", lines=True)
                print(d[d.event == "step"].plot(x="optimizer_step", y="loss.total"))'
                saccade runs export RUN --reference -o DIR   summary.csv, args.yaml
                """),
        ])
}
