import ArgumentParser
import Configuration
import Engine
import Files
import Foundation
import Messages
import RunStore
import Studies
import Training

/// Trains what a study lacks, and says what came of it.
struct StudyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "study",
        abstract: "Train the runs of a study, several at once, and print its table with intervals and tests.",
        discussion: """
            FILE says in YAML which arms are compared, over which values, with which seeds; `saccade help studies` explains \
            it. Every run is kept in the history like any other, tagged with the study. What is finished is never trained \
            again: the same command goes on after Ctrl-C, a crash or a power cut, and only prints where nothing is left. \
            The exit code is 1 if a run failed.
            """)

    enum Format: String, CaseIterable, EnumerableFlag {
        case json, csv, markdown, svg

        static func help(for value: Format) -> ArgumentHelp? {
            switch value {
            case .json: "An object with every number, the protocol and every run."
            case .csv: "A line a run."
            case .markdown: "A document with the table, what its columns mean, and the protocol."
            case .svg: "A picture: means with their intervals."
            }
        }

        /// Of the name of a file.
        init?(ending: String) { self.init(rawValue: ending == "md" ? "markdown" : ending) }
    }

    enum Only: String, CaseIterable, EnumerableFlag {
        case plan, report

        static func help(for value: Only) -> ArgumentHelp? {
            switch value {
            case .plan: "Say which runs there are, and on what they are trained and tested; train nothing."
            case .report: "Print the table of what is finished; train nothing."
            }
        }
    }

    @Argument(help: ArgumentHelp("The study.", valueName: "file.yaml"), completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Flag(exclusivity: .exclusive) var only: Only?
    @Flag(exclusivity: .exclusive) var format: Format?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Where to write; its ending says as what: .json, .csv, .md or .svg.", valueName: "file"))
    var output: String?

    @Option(help: "Runs at once; as many as there are processors for otherwise.") var jobs: Int?
    @Option(help: "Threads of each run. Several runs at once get more done than several threads of one.")
    var threads = 1

    @Option(help: ArgumentHelp("The arm that others are compared with, instead of the study's.", valueName: "arm"))
    var reference: String?

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp("Set a knob of all runs; may be repeated. They are other runs then.", valueName: "key=value")
    )
    var assignments: [String] = []

    func validate() throws {
        if let jobs, !(1...1024).contains(jobs) { throw ValidationError("--jobs takes 1 to 1024") }
        guard (1...64).contains(threads) else { throw ValidationError("--threads takes 1 to 64") }
        let format = try chosenFormat()
        if only == .plan, let format, format != .json {
            throw ValidationError("--plan is printed as text or with --json")
        }
    }

    private func chosenFormat() throws -> Format? {
        if let format { return format }
        guard let output, !OutputFile.isStandardOutput(output) else { return nil }
        let ending = PathName(output).ending.lowercased()
        guard let format = Format(ending: ending) else {
            guard ending != "txt" else { return nil }
            throw ValidationError("'\(output)' does not end in .json, .csv, .md, .svg or .txt: say which with a flag")
        }
        return format
    }

    func run() async throws {
        try await reportingFailures {
            let paths = StoragePaths()
            // What is wrong with the study is found before a home is made.
            let study = try StudyReader(PresetStore(paths: paths, described: .shipped)).read(path: file)
            if let reference, !study.arms.contains(where: { $0.name == reference }) {
                throw StudyError.unknownArm(reference, known: study.arms.map(\.name))
            }
            let protocols = RunProtocolReader()
            let changes = try ConfigurationOptions.changes(assignments)
            let plan = try StudyPlan(study, changes: changes, described: .shipped) {
                try protocols.runProtocol(of: $0)
            }
            try plan.check { try protocols.check($0) }
            let host = try Host(only == nil ? .changing : .reading)
            switch only {
            case .plan: try tellPlan(plan, host)
            case .report: try tellReport(plan, try StudyWork.known(plan, host), host)
            case nil: try await train(plan, host)
            }
        }
    }

    private func train(_ plan: StudyPlan, _ host: Host) async throws {
        let processors = ProcessInfo.processInfo.activeProcessorCount
        let work = StudyWork(plan, host, threads: threads, jobs: jobs ?? max(1, processors / threads))
        let states = try await work.run()
        try tellReport(plan, states, host)
        if work.isStopped {
            return StandardError.line("stopped: the same command goes on with what is left")
        }
        let hasFailed = states.values.contains { if case .failed = $0 { true } else { false } }
        if hasFailed { throw ExitCode(1) }
    }

    private func tellPlan(_ plan: StudyPlan, _ host: Host) throws {
        let states = try StudyWork.known(plan, host)
        let overview = try StudyOverview(plan, states)
        if try chosenFormat() == .json { return try write(JSON.data(overview)) }
        try write(Foundation.Data((overview.text + "\n").visible.utf8))
    }

    private func tellReport(_ plan: StudyPlan, _ states: [String: CellState], _ host: Host) throws {
        let report = try StudyReport(plan, states, reference: reference) { try host.store.predictions(of: $0) }
        switch try chosenFormat() {
        case .json: try write(try JSON.data(report))
        case .csv: try write(Foundation.Data(report.csv.visible.utf8))
        case .markdown: try write(Foundation.Data(report.markdown.visible.utf8))
        case .svg: try write(try report.figure.svg(size: report.figureSize))
        case nil: try write(Foundation.Data((StudyText.text(of: report) + "\n").visible.utf8))
        }
    }

    private func write(_ data: Foundation.Data) throws {
        try OutputFile.write(data, to: output, replaces: true)
    }
}
