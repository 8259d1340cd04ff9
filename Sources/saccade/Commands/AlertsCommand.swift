import ArgumentParser
import Messages
import RunStore

/// The rules by which runs of this home call for attention.
struct AlertsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alerts", abstract: "List and check the alert rules.",
        discussion: """
            One rule per line, in the file that this command names: a condition, a colon, and actions separated by \
            commas. Conditions are the names of health checks (dead layer, plateau, …), nan, finished, failed, and \
            comparisons such as validation<30% after 20 epochs or loss.total>5 after 100 steps. Every alert is written \
            to the log; the actions are ring, pause, stop and run COMMAND. A command gets the variables SACCADE_RUN, \
            SACCADE_STEP and SACCADE_ALERT. Each rule fires at most once per run. `saccade train --alert RULE` adds \
            rules for one run.
            """)

    @Flag(help: "Print JSON, an array.") var json = false

    func run() async throws {
        try await reportingFailures {
            let paths = StoragePaths()
            let lines = try AlertFile.lines(paths)
            if json {
                try JSON.print(lines)
            } else if lines.isEmpty {
                try Output.line("no rules in \(AlertFile.path(paths))")
            } else {
                var table = Table(["line", "rule", ""], rightAligned: [0])
                for line in lines { table.add([String(line.line), line.rule, line.problem ?? ""]) }
                try Output.line(table.text)
            }
            let bad = lines.count { $0.problem != nil }
            guard bad == 0 else {
                throw CommandFailure(
                    "\(bad) of \(lines.count) rules in \(AlertFile.path(paths)) are invalid and ignored")
            }
        }
    }
}
