import ArgumentParser
import Dispatch
import Engine
import Foundation
import Messages

/// Trains without a screen.
struct TrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Train a run and print how it goes, a line an epoch.",
        discussion: """
            The run is kept in the history like any other. Ctrl-C stops it with a checkpoint; `saccade train --resume RUN` \
            goes on from there, bit for bit.
            """)

    @OptionGroup var options: ConfigurationOptions

    @Option(help: "A label for the run.")
    var name: String?

    @Option(help: ArgumentHelp("Go on with a stopped or interrupted run.", valueName: "run"))
    var resume: String?

    @Flag(help: "Append-only lines for logs and screen readers (this is also what happens without a flag).")
    var plain = false

    @Flag(help: "A JSON object a line; the last is the result.")
    var json = false

    func validate() throws {
        if plain, json { throw ValidationError("--plain and --json exclude each other") }
        if resume != nil, name != nil || options.isGivenBesidesAssignments {
            throw ValidationError(
                "--resume goes on with the run as it was: only --set goes with it, for knobs that are live")
        }
    }

    func run() async throws {
        try await reportingFailures {
            let host = try Host()
            let command: TuningCommand
            var next: [TuningCommand] = []
            if let resume {
                command = .resume(run: try host.store.identifier(of: resume))
                let changes = try options.changes()
                if !changes.isEmpty { next = [.edit(changes, at: .nextStep)] }
                // A run that failed waits when it is resumed.
                next.append(.proceed)
            } else {
                let configuration = try options.configuration(host.presets)
                try RunCheck.check(configuration)
                command = .start(configuration: configuration, name: name)
            }
            let engine = host.startEngine(handsOver: false)
            let outcome: Result<String?, any Error>
            do { outcome = .success(try await follow(host.bus, command, next)) } catch { outcome = .failure(error) }
            // The engine stops a run that still goes on, with a checkpoint.
            await host.bus.close()
            await engine.value
            if let failure = try outcome.get() { throw CommandFailure(failure) }
        }
    }

    /// Sends the command and prints reports until the run ends.
    ///
    /// - Returns: why it failed, if it did.
    private func follow(
        _ bus: MessageBus, _ command: TuningCommand, _ next: [TuningCommand]
    ) async throws -> String? {
        let (stream, signal) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let subscription = await bus.subscribe { signal.yield() }
        let interrupts = Self.stopOnSignals(bus)
        defer { for source in interrupts { source.cancel() } }
        for command in [command] + next {
            if case .refused(let reason) = await bus.send(command) { return reason }
        }
        let printer: any ReportPrinter = json ? JSONReportPrinter() : PlainReportPrinter()
        for await _ in stream {
            let batch = subscription.take()
            try printer.print(batch)
            for report in batch.lossless {
                switch report {
                case .failure(let failure): return failure.text
                case .finished: return nil
                case .state(let state) where state.phase == .stopped: return nil
                // A run that failed before waits for somebody who changes it; here is nobody.
                case .state(let state) where state.phase == .paused: _ = await bus.send(.proceed)
                default: break
                }
            }
        }
        return nil
    }

    /// Turns INT, TERM and HUP into a stop with a checkpoint.
    private static func stopOnSignals(_ bus: MessageBus) -> [any DispatchSourceSignal] {
        [SIGINT, SIGTERM, SIGHUP].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { Task { await bus.send(.halt) } }
            source.resume()
            return source
        }
    }
}
