import ArgumentParser
import Configuration
import Engine
import Files
import Foundation
import Messages
import RunStore
import ShippedFiles
import Studies
import Training

/// Trains what a study lacks, and says what came of it.
struct StudyTrain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train the runs of a study, several at once, and print its table with intervals and tests.",
        discussion: """
            FILE says in YAML which arms are compared, over which values, with which seeds; `saccade help studies` explains \
            it. Every run is kept in the history like any other, tagged with the study. What is finished is never trained \
            again: the same command goes on after Ctrl-C, a crash or a power cut, and only prints where nothing is left. \
            The exit code is 1 if a run failed. With --slurm nothing is trained here: a script for a cluster is written. `saccade --study FILE` opens the study in the workbench, also while it is \
            trained here; what is ordered there (runs stopped or put first, seeds added) is done here, too.
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

    @Argument(
        help: ArgumentHelp(
            "The study: a file, or the name of one that comes with the program or was opened before.",
            valueName: "file.yaml"), completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Flag(exclusivity: .exclusive) var only: Only?
    @Flag(exclusivity: .exclusive) var format: Format?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Where to write; its ending says as what: .json, .csv, .md or .svg. With --slurm, a folder.",
            valueName: "file"))
    var output: String?

    @Flag(help: "Train in the background; `saccade --study FILE` shows how far it is.") var detach = false
    @Flag(help: "Train also runs that were stopped in the workbench.") var all = false
    @Option(
        help: ArgumentHelp(
            "Seeds besides those of the file, as 6-8 or '6 7 8'; they are kept for later, '' forgets them.",
            valueName: "seeds"))
    var addSeeds: String?
    @Option(help: ArgumentHelp("Train the runs of this arm before all others.", valueName: "arm")) var first: String?
    @Flag(help: .hidden) var detachedCopy = false

    @Option(
        help: "Runs at once; as many as there are processors for otherwise, with --slurm as many as there is room for.")
    var jobs: Int?
    @Option(help: "Threads of each run. Several runs at once get more done than several threads of one.")
    var threads = 1

    @Option(help: ArgumentHelp("The arm that others are compared with, instead of the study's.", valueName: "arm"))
    var reference: String?

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp("Set a knob of all runs; may be repeated. They are other runs then.", valueName: "key=value")
    )
    var assignments: [String] = []

    @OptionGroup(title: "Slurm") var slurm: SlurmOptions

    func validate() throws {
        if let jobs, !(1...1024).contains(jobs) { throw ValidationError("--jobs takes 1 to 1024") }
        guard (1...64).contains(threads) else { throw ValidationError("--threads takes 1 to 64") }
        if detach, only != nil || output != nil || format != nil {
            throw ValidationError(
                "--detach prints nothing: it cannot be combined with --plan, --report, a format or -o")
        }
        if only != nil, all || addSeeds != nil || first != nil {
            throw ValidationError(
                "--all, --add-seeds and --first train: they cannot be combined with --plan or --report")
        }
        if let addSeeds, !addSeeds.isEmpty, SeedList.seeds(addSeeds) == nil {
            throw ValidationError("--add-seeds: \(SeedList.refusal(of: addSeeds))")
        }
        if slurm.slurm {
            if only != nil || detach || first != nil || reference != nil || (self.format ?? .json) != .json {
                throw ValidationError(
                    "--slurm writes a script: of the options that train or print it can be combined only with --jobs, "
                        + "--threads, --add-seeds, --all, --set, --json and -o FOLDER")
            }
            if OutputFile.isStandardOutput(output), output != nil { throw ValidationError("--slurm writes a folder") }
            return
        }
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
            do {
                try await carryOut()
            } catch {
                if detachedCopy {
                    let (text, code) = failureText(of: error)
                    Detachment.report(.init(failure: text, code: code))
                }
                throw error
            }
        }
    }

    private func carryOut() async throws {
        let planned = try PlannedStudy(
            file, assignments, addedSeeds: addSeeds.map { SeedList.seeds($0) ?? [] },
            arms: [reference, first].compactMap { $0 })
        let (plan, book) = (planned.plan, planned.book)
        if detach { return try leaveGoing(plan.study.name, book, StoragePaths()) }
        if slurm.slurm {
            if addSeeds != nil { try book.change { $0.seeds = plan.addedSeeds } }
            return try StudyHandout(planned, folder: output, takesHeld: all, Host()).writeJobs(
                slurm, threads: threads, atOnce: jobs, isJSON: format == .json)
        }
        let host = try Host(only == nil ? .changing : .reading)
        switch only {
        case .plan: try tellPlan(plan, host)
        case .report: try tellReport(plan, try StudyWork.known(plan, host), host)
        case nil:
            planned.remember()
            try await train(plan, book, host)
        }
    }

    private func leaveGoing(_ study: String, _ book: StudyOrderBook, _ paths: StoragePaths) throws {
        _ = try book.change { $0.mode = .train }
        let own = CommandLine.arguments.dropFirst().filter { $0 != "--detach" }
        let started = try Detachment.start(own + ["--detached-copy"], paths)
        try Output.line(
            """
            \(study) is trained by process \(started.process)
            open it:     saccade --study \(file)
            stop it:     kill \(started.process)
            output:      \(started.log)
            """)
    }

    private func train(_ plan: StudyPlan, _ book: StudyOrderBook, _ host: Host) async throws {
        try Ranks.refuseOthers("study")
        let cells = try first.map { arm in try plan.cells().filter { $0.arm == arm }.map(\.id) } ?? []
        let orders = try book.change { orders in
            // Whoever left a copy going has said so; what is ordered meanwhile counts.
            if !detachedCopy { orders.mode = .train }
            if addSeeds != nil { orders.seeds = plan.addedSeeds }
            orders.first = cells + orders.first.filter { !cells.contains($0) }
            if all { orders.held = [] }
        }
        if !orders.held.isEmpty, !detachedCopy {
            let known = try StudyWork.known(plan, host)
            let held = orders.held.count { id in known[id].map { $0.result == nil } ?? false }
            if held > 0 {
                StandardError.line(
                    "\(held) run\(held == 1 ? "" : "s") stopped in the workbench: --all trains "
                        + "\(held == 1 ? "it" : "them"), too")
            }
        }
        let processors = ProcessInfo.processInfo.activeProcessorCount
        let work = StudyWork(plan, host, threads: threads, jobs: jobs ?? max(1, processors / threads)) {
            if detachedCopy { Detachment.report(.init(run: plan.study.name)) }
        }
        let states = try await work.run()
        try tellReport(plan, states, host)
        if work.isStopped {
            return StandardError.line("stopped: the same command goes on with what is left")
        }
        switch book.read().mode {
        case .train: break
        case .pause: StandardError.line("paused in the workbench: the same command goes on with what is left")
        case .stop: StandardError.line("stopped in the workbench: the same command goes on with what is left")
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
