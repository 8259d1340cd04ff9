import Configuration
import Dispatch
import Foundation
import Messages
import RunStore
import Studies
import Synchronization
import Training

/// Lets copies of this program train the cells of a study.
final class StudyWork {
    private let plan: StudyPlan
    private let host: Host
    private let threads: Int
    private let jobs: Int
    private let onWork: () -> Void
    private let children = Children()

    /// - Parameter onWork: called once others see that this process works at the study.
    init(_ plan: StudyPlan, _ host: Host, threads: Int, jobs: Int, onWork: @escaping () -> Void = {}) {
        (self.plan, self.host, self.threads, self.jobs) = (plan, host, threads, jobs)
        self.onWork = onWork
    }

    /// Whether a signal has ended it.
    var isStopped: Bool { children.isStopping }

    /// What the history says of all cells, those of a search that goes on included.
    static func known(_ plan: StudyPlan, _ host: Host) throws -> [String: CellState] {
        let ledger = StudyLedger(host.store, marks: false)
        var states: [String: CellState] = [:]
        while true {
            let cells = try plan.cells(states)
            // What a search has decided brings more.
            guard cells.contains(where: { states[$0.id] == nil }) else { return try plan.withGivenUp(states) }
            states = try ledger.states(of: cells)
        }
    }

    func run() async throws -> [String: CellState] {
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let base = try plan.study.preset.map { try host.presets.load($0).configuration } ?? RunConfiguration()
        let (threads, preset, children) = (threads, plan.study.preset, children)
        let runner = StudyRunner(
            plan, host.store, jobs: jobs, tell: Self.tell, onWork: onWork, interrupt: { children.stop(cell: $0.id) }
        ) { cell, configuration, run, lock in
            var process: pid_t = 0
            let outcome = try ChildProcess.run(
                [program] + Self.arguments(cell, configuration, run, preset, base),
                environment: ["SACCADE_THREADS": "\(threads)"],
                capturesErrors: true, inherits: lock.descriptor, ownGroup: true
            ) { started in
                process = started
                children.add(started, cell: cell.id)
            }
            children.remove(process)
            return .init(status: outcome.status, errors: outcome.errors)
        }
        let stop = runner.stopper
        let sources = Self.signals.map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                children.stop()
                stop()
            }
            source.resume()
            return source
        }
        defer { for source in sources { source.cancel() } }
        return try await runner.run()
    }

    /// Processes at work. One that begins while they are told to end is told, too.
    private final class Children: Sendable {
        /// `unmet`: cells that are to stop and whose process is still on its way.
        private let state = Mutex<(processes: [pid_t: String], unmet: Set<String>, isStopping: Bool)>(([:], [], false))

        var isStopping: Bool { state.withLock { $0.isStopping } }

        func add(_ process: pid_t, cell: String) {
            state.withLock {
                $0.processes[process] = cell
                if $0.isStopping || $0.unmet.remove(cell) != nil { kill(process, SIGTERM) }
            }
        }

        func remove(_ process: pid_t) {
            state.withLock { state in
                if let cell = state.processes.removeValue(forKey: process) { state.unmet.remove(cell) }
            }
        }

        /// Tells the one that trains a cell to stop with a checkpoint.
        func stop(cell: String) {
            state.withLock {
                let own = $0.processes.filter { $0.value == cell }.keys
                if own.isEmpty { $0.unmet.insert(cell) }
                for process in own { kill(process, SIGTERM) }
            }
        }

        func stop() {
            state.withLock {
                $0.isStopping = true
                for process in $0.processes.keys { kill(process, SIGTERM) }
            }
        }
    }

    /// What would end the process: each stops the cells with a checkpoint.
    static let signals = [
        SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGXCPU, SIGPWR,
    ]

    /// Of `saccade train`.
    ///
    /// - Parameter base: what the preset says.
    static func arguments(
        _ cell: Cell, _ configuration: RunConfiguration, _ run: String?, _ preset: String?, _ base: RunConfiguration,
        isJSON: Bool = true
    ) -> [String] {
        let beginning = ["train", isJSON ? "--json" : "--plain"]
        if let run { return beginning + ["--resume", run] }
        let differences = EngineDescription.shipped.differences(from: base, to: configuration)
        return beginning + ["--name", cell.name] + (preset.map { ["--preset", $0] } ?? [])
            + differences.flatMap { ["--set", "\($0.key)=\($0.new)"] }
    }

    private static func tell(_ event: StudyRunner.Event) {
        switch event {
        case .began: break
        case .ended(let cell, let state, let progress):
            let what =
                switch state {
                case .finished(let result): "test \(percent(result.testAccuracy))"
                case .failed(_, let reason): "failed: \(reason)"
                case .absent, .begun, .live: "stopped"
                }
            StandardError.line("\(cell.name): \(what); \(progress.text)")
        case .waits(let progress):
            StandardError.line("waiting for runs of another process; \(progress.text)")
        }
    }
}
