import ArgumentParser
import Dispatch
import Foundation
import RunStore
import Studies
import Synchronization

/// Trains one cell of a study.
struct StudyCell: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cell", abstract: "Train one cell of a study, as `study cells` and `study --slurm` hand it out.",
        discussion: """
            It is trained in a home of its own, DIR/homes/IDENTIFIER. Where it was begun it goes on; where it is finished \
            nothing is done. The exit code is 0 only if it is finished: Ctrl-C and the signals that end a run stop it with a \
            checkpoint, and with 1.
            """)

    @Argument(help: ArgumentHelp("Folder of the cells.", valueName: "dir"), completion: .directory) var folder: String
    @Argument(help: ArgumentHelp("Number or identifier, as in cells.txt there.", valueName: "cell")) var cell: String
    @Option(help: "Threads.") var threads = 1
    @Flag(help: "Print one JSON object per line; the last says how it ended.") var json = false

    func validate() throws {
        guard (1...1024).contains(threads) else { throw ValidationError("--threads takes 1 to 1024") }
    }

    struct Ended: Encodable {
        var event = "cell"
        var number: Int
        var id: String
        var name: String
        var progress: CellProgress
    }

    func run() async throws {
        try await reportingFailures {
            let folder = CellFolder(folder, beside: StoragePaths())
            let list = try folder.list()
            guard let entry = list.entry(cell) else {
                throw CellFolderError.unknownCell(cell, path: folder.path, count: list.cells.count)
            }
            let progress = try train(entry, list, folder)
            if json {
                try JSON.print(Ended(number: entry.number, id: entry.id, name: entry.name, progress: progress))
            } else {
                try Output.line("\(entry.name): \(Self.text(of: progress))")
            }
            if progress.phase != .finished { throw ExitCode(1) }
        }
    }

    private static func text(of progress: CellProgress) -> String {
        switch progress.phase {
        case .finished: progress.testAccuracy.map { "finished, test \(percent($0))" } ?? "finished"
        case .failed: "failed: \(progress.reason ?? "it does not say why")"
        default:
            "stopped at step \(progress.step) of \(progress.steps): the same command goes on"
                + (progress.reason.map { " (\($0))" } ?? "")
        }
    }

    private func train(_ entry: CellList.Entry, _ list: CellList, _ folder: CellFolder) throws -> CellProgress {
        let child = Child()
        let sources = StudyWork.signals.map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { child.stop() }
            source.resume()
            return source
        }
        defer { for source in sources { source.cancel() } }
        // Relative paths in settings count from where the cells were handed out.
        _ = FileManager.default.changeCurrentDirectoryPath(list.workingFolder)
        let work = CellWork(
            folder, list, described: .shipped, host: ProcessInfo.processInfo.hostName, job: Self.job
        ) {
            usleep(500_000)
            return !child.isStopping
        }
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return try work.run(entry) { order in
            let presets = PresetStore(paths: order.home, described: .shipped)
            // A preset of the user's own is not known here: then all settings are given.
            let preset = list.preset.flatMap { try? presets.load($0) }
            let arguments = StudyWork.arguments(
                order.cell, order.configuration, order.run, preset.flatMap { _ in list.preset },
                preset?.configuration ?? .init(), isJSON: json)
            let outcome = try ChildProcess.run(
                [program] + arguments,
                environment: ["SACCADE_HOME": order.home.home?.path ?? "", "SACCADE_THREADS": "\(threads)"],
                capturesErrors: true, passesOutput: true, inherits: order.lock.descriptor, ownGroup: true,
                onStart: child.begin)
            child.end()
            if !outcome.errors.isEmpty { StandardError.drawn(outcome.errors) }
            return .init(status: outcome.status, errors: outcome.errors)
        }
    }

    /// The batch system's number of this task.
    private static var job: String? {
        let environment = ProcessInfo.processInfo.environment
        if let array = environment["SLURM_ARRAY_JOB_ID"], let task = environment["SLURM_ARRAY_TASK_ID"] {
            return "\(array)_\(task)"
        }
        return environment["SLURM_JOB_ID"]
    }

    /// The process that trains; one that begins while it is told to end is told, too.
    private final class Child: Sendable {
        private let state = Mutex<(process: pid_t?, isStopping: Bool)>((nil, false))

        var isStopping: Bool { state.withLock { $0.isStopping } }

        func begin(_ process: pid_t) {
            state.withLock {
                $0.process = process
                if $0.isStopping { kill(process, SIGTERM) }
            }
        }

        func end() { state.withLock { $0.process = nil } }

        func stop() {
            state.withLock {
                $0.isStopping = true
                if let process = $0.process { kill(process, SIGTERM) }
            }
        }
    }
}
