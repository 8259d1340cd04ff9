import ArgumentParser
import Communication
import Dispatch
import Engine
import Foundation
import Messages
import RunStore
import Synchronization

/// Trains without a screen and prints how it goes, until the run has ended.
struct TrainingLoop {
    let host: Host
    let printer: any ReportPrinter
    /// Whether the queue goes on when the run has ended.
    var handsOver = false
    /// Whether this is the copy that `--detach` leaves going: it says how it began.
    var isDetached = false
    /// Besides those of the home.
    var alerts: [AlertRule] = []
    /// Where TensorBoard is told of the runs.
    var tensorBoard: URL?

    /// Begins with `command`, sends the others after it, and prints reports.
    ///
    /// - Parameter group: processes that train with this one.
    /// - Returns: the run that began first.
    /// - Throws: `CommandFailure` if it is refused, or the run fails.
    @discardableResult
    func run(
        _ command: TuningCommand, then next: [TuningCommand] = [], group: sending RankGroup? = nil
    ) async throws -> String? {
        let trainer = Trainer(host, handsOver: handsOver, alerts: alerts, tensorBoard: tensorBoard, group: group)
        let outcome: Result<Outcome, any Error>
        do {
            outcome = .success(try await follow(trainer, command, next))
        } catch {
            outcome = .failure(error)
        }
        // A run that still goes on is stopped with a checkpoint.
        await trainer.end()
        let ended = try outcome.get()
        if let failure = ended.failure { throw CommandFailure(failure) }
        if let unprinted = ended.unprinted {
            throw CommandFailure(
                "\(unprinted); what was not printed is stored: `saccade runs show \(ended.run ?? "RUN")`")
        }
        return ended.run
    }

    private struct Outcome {
        var run: String?
        var failure: String?
        /// Why not everything was printed.
        var unprinted: Output.Failure?
    }

    /// Prints; a run does not end because nobody can read of it any more.
    ///
    /// - Throws: what is wrong with a report, not with standard output.
    private func print(_ batch: ReportSubscription.Batch, _ outcome: inout Outcome) async throws {
        guard outcome.unprinted == nil else { return }
        do {
            try printer.print(batch)
        } catch let failure as Output.Failure {
            outcome.unprinted = failure
            let text =
                "\(failure); the run continues without output and is stored in the history; Ctrl-C stops it with a checkpoint"
            StandardError.line("saccade: \(text)")
            await host.bus.publish(.log(LogLine(level: .warning, text: text)))
        }
    }

    private func follow(
        _ trainer: Trainer, _ command: TuningCommand, _ next: [TuningCommand]
    ) async throws -> Outcome {
        let (stream, signal) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let subscription = await host.bus.subscribe { signal.yield() }
        let interrupts = Self.haltOnSignals(host.bus)
        defer { for source in interrupts { source.cancel() } }
        var outcome = Outcome()
        switch await host.bus.send(command) {
        case .refused(let reason): return Outcome(failure: reason)
        case .tookEffect(let run, _): begin(run, &outcome.run)
        default: break
        }
        // The others are answered once the data are read; until then there is something to print.
        let refusal = Mutex<String?>(nil)
        let sending = Task { [bus = host.bus] in
            for command in next {
                guard case .refused(let reason) = await bus.send(command) else { continue }
                refusal.withLock { $0 = reason }
                signal.yield()
                break
            }
        }
        defer { sending.cancel() }
        // Between two runs of a queue nothing is told: somebody has to look.
        let watch = Task { [handsOver] in
            while handsOver, !Task.isCancelled {
                try? await Task.sleep(for: .milliseconds(100))
                signal.yield()
            }
        }
        defer { watch.cancel() }
        var hasEnded = false
        for await _ in stream {
            // Read first: what was told before the refusal is then in the batch.
            let reason = refusal.withLock { $0 }
            let batches = await taken(subscription, trainer)
            for batch in batches { try await print(batch, &outcome) }
            let reports = batches.flatMap(\.lossless)
            // A run that has failed or ended by itself says more than that it takes no commands any more.
            if let reason, !reports.contains(where: \.endsRun) {
                outcome.failure = outcome.failure ?? reason
                return outcome
            }
            for report in reports {
                switch report {
                case .failure(let last): (outcome.failure, hasEnded) = (last.text, true)
                case .finished: hasEnded = true
                case .state(let state):
                    if state.phase == .stopped { hasEnded = true }
                    if state.isActive { begin(state.run, &outcome.run) }
                default: break
                }
            }
            if handsOver {
                if hasEnded || outcome.run == nil, batches.allSatisfy(\.isEmpty), await trainer.engine.isIdle { break }
            } else if hasEnded {
                break
            }
        }
        return outcome
    }

    /// What there is to print. What alerts have to say of the end of a run comes before it: its result is the last line.
    private func taken(
        _ subscription: ReportSubscription, _ trainer: Trainer
    ) async -> [ReportSubscription.Batch] {
        var batch = subscription.take()
        guard let end = batch.lossless.firstIndex(where: \.endsRun) else { return [batch] }
        await trainer.settleAlerts()
        var late = subscription.take()
        batch.lossless.insert(contentsOf: late.lossless.filter(\.isAlert), at: end)
        // After the last run nothing is told any more.
        guard handsOver else { return [batch] }
        late.lossless.removeAll(where: \.isAlert)
        return [batch, late]
    }

    private func begin(_ run: String?, _ begun: inout String?) {
        guard begun == nil, let run else { return }
        begun = run
        if isDetached { Detachment.report(.init(run: run)) }
    }

    /// What would end the process: people and terminals send them, and batch systems before a time limit.
    static let haltingSignals = [
        SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGXCPU, SIGPWR,
    ]

    /// Turns signals into a stop with a checkpoint. A file that may not grow is an error of its write.
    private static func haltOnSignals(_ bus: MessageBus) -> [any DispatchSourceSignal] {
        signal(SIGXFSZ, SIG_IGN)
        return haltingSignals.map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                StopSignal.note()
                Task { await bus.send(.halt) }
            }
            source.resume()
            return source
        }
    }
}

/// How a command that trains prints, and whether it leaves the run going on its own.
struct TrainingOutput: ParsableArguments {
    @Flag(help: "Print plain lines, for logs and screen readers (the default).")
    var plain = false

    @Flag(help: "Print one JSON object per line; the last is the result.")
    var json = false

    @Flag(help: "Train in the background; `saccade attach` opens the screens on the run.")
    var detach = false

    @Option(
        name: .customLong("alert"),
        help: ArgumentHelp(
            "Alert rule, such as 'validation<30% after 20 epochs: ring, pause' (see `saccade alerts --help`); may be repeated.",
            valueName: "rule"))
    var alertTexts: [String] = []

    @OptionGroup var tensorBoard: TensorBoardOption

    @Flag(help: .hidden)
    var detachedCopy = false

    /// The same as words of a command line that is given elsewhere.
    var words: [String] {
        (plain ? ["--plain"] : []) + (json ? ["--json"] : []) + alertTexts.flatMap { ["--alert", $0] }
            + tensorBoard.words
    }

    func validate() throws {
        do { _ = try alerts } catch { throw ValidationError("--alert: \(error)") }
        if plain, json { throw ValidationError("--plain and --json cannot be combined") }
    }

    private var alerts: [AlertRule] {
        get throws(AlertError) {
            try alertTexts.map { (text) throws(AlertError) in try AlertRule(text, described: .shipped) }
        }
    }

    private var printer: any ReportPrinter { json && !detachedCopy ? JSONReportPrinter() : PlainReportPrinter() }

    /// Runs here, or leaves a copy of this program going.
    ///
    /// - Parameters:
    ///   - handsOver: whether the queue goes on when the run has ended. It always does where nobody waits for the end.
    ///   - access: `.existing` where the command goes on with something that is there.
    ///   - trainer: starts the external trainer, in the process that trains.
    ///   - check: throws what is wrong with the command, in the process that trains, before a home is made.
    ///   - make: the command that begins, and those that follow it; called in the process that trains.
    /// - Returns: the run, if it was trained here.
    @discardableResult
    func train(
        handsOver: Bool, access: RunStore.Access = .changing, trainer: () throws -> ExternalTrainer? = { nil },
        check: () throws -> Void = {},
        _ make: (Host) throws -> (TuningCommand, [TuningCommand])
    ) async throws -> String? {
        if detach, !detachedCopy {
            guard !Launch().hasOthers else {
                throw CommandFailure(
                    "--detach leaves one process going, but the launcher started several: start the launcher itself in "
                        + "the background (nohup mpirun … &, sbatch); `saccade attach` opens the screens on the run",
                    code: 64)
            }
            // What is not there is found before anything is left for it.
            if access == .existing { _ = try make(Host(access)) }
            try leaveGoing()
            return nil
        }
        let ranks = try Ranks.join()
        do {
            if let ranks, !ranks.isFirst {
                try ranks.follow()
                return nil
            }
            try check()
            let folder = try tensorBoard.ready()
            let host = try Host(access, trainer: try trainer())
            let (command, next) = try make(host)
            if let ranks { StandardError.line(ranks.text) }
            let group = ranks?.takeGroup()
            return try await TrainingLoop(
                host: host, printer: printer, handsOver: handsOver || detachedCopy, isDetached: detachedCopy,
                alerts: alerts, tensorBoard: folder
            ).run(command, then: next, group: group)
        } catch {
            // Before the engine has them: they wait for it.
            ranks?.release()
            if detachedCopy {
                let (text, code) = failureText(of: error)
                Detachment.report(.init(failure: text, code: code))
            }
            throw error
        }
    }

    private func leaveGoing() throws {
        let own = CommandLine.arguments.dropFirst().filter { $0 != "--detach" }
        let started = try Detachment.start(own + ["--detached-copy"], StoragePaths())
        do {
            if json { return try JSON.print(started) }
            try Output.line(Detachment.text(of: started))
        } catch let failure as Output.Failure {
            throw CommandFailure(
                "\(failure); \(started.run) is training in process \(started.process): `saccade attach \(started.run)`")
        }
    }
}
