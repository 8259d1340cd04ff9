import ArgumentParser
import Attachment
import Configuration
import Data
import Foundation
import Messages
import RunStore
import Screens
import Synchronization
import Terminal
import Training

/// Opens the screens on a run that another process trains.
struct AttachCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attach", abstract: "Open the screens on a run that another process trains.",
        discussion: """
            Up to 64 viewers can attach at once. A viewer that quits, hangs or crashes never harms the run; one that \
            reads nothing for a minute is disconnected. With --plain or --json the run's past reports are printed \
            first, then new ones until the run ends.
            """)

    @Argument(
        help: ArgumentHelp(
            "Run identifier, a prefix of it, or name; can be left out if only one run is active.", valueName: "run"),
        completion: .custom { _, _, _ in RunCompletion.live() })
    var run: String?

    @Flag(help: "Print plain lines instead of opening the screens.") var plain = false
    @Flag(help: "Print one JSON object per line instead; the first holds the past reports.") var json = false
    @Option(help: "Color theme; default: $SACCADE_THEME.") var theme: String?
    @OptionGroup var patience: AttachmentTimeout

    func validate() throws {
        if plain, json { throw ValidationError("--plain and --json cannot be combined") }
    }

    func run() async throws {
        try await reportingFailures {
            let hasTerminal = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
            guard plain || json || hasTerminal else {
                throw CommandFailure(
                    "the screens need a terminal, but standard input or output is not one: add --plain or --json",
                    code: 64
                )
            }
            let host = try Host(.existing)
            let relay = try await AttachmentRelay(path: try Attached.path(of: run, host), timeout: patience.timeout)
            if plain || json { return try await print(relay) }
            try await open(relay, host)
        }
    }

    // MARK: Printing

    private func print(_ relay: AttachmentRelay) async throws {
        let printer: any ReportPrinter = json ? JSONReportPrinter() : PlainReportPrinter()
        if let past = relay.client.past { try printer.printPast(past.state, past.detail) }
        let (stream, signal) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let subscription = await relay.bus.subscribe { signal.yield() }
        let ending = Task {
            let end = await relay.end()
            signal.finish()
            return end
        }
        for await _ in stream {
            let batch = subscription.take()
            try printer.print(batch)
            if batch.lossless.contains(where: \.endsRun) { return await relay.detach() }
        }
        try printer.print(subscription.take())
        if let text = Self.text(of: await ending.value, relay.client) { throw CommandFailure(text) }
    }

    /// `nil` if it ended as it should.
    private static func text(of end: AttachmentClient.End, _ client: AttachmentClient) -> String? {
        switch end {
        case .goodbye: nil
        case .garbled(let detail): detail
        case .lost:
            "process \(client.process), which trained \(client.past?.state.run ?? "the run"), has ended: "
                + "`saccade train --resume \(client.past?.state.run ?? "RUN")` resumes from its last checkpoint"
        }
    }

    // MARK: Screens

    private func open(_ relay: AttachmentRelay, _ host: Host) async throws {
        let layoutFile = LayoutFile(host.paths)
        var layout = layoutFile.read()
        // The run is what was asked for.
        layout.screen = .train
        let chosen = try ThemeChoice.theme(theme, layout)
        let watch = Task {
            let end = await relay.end()
            let client = relay.client
            guard let text = Self.text(of: end, client) else { return }
            let state = client.past?.state
            let failure = EngineFailure(
                run: state?.run, optimizerStep: state?.optimizerStep ?? 0, message: text, advice: "")
            var failed = state ?? .idle
            failed.phase = .failed
            await relay.bus.publish([.failure(failure), .state(failed)])
        }
        defer { watch.cancel() }
        let wanted = Mutex<String?>(nil)
        let exit = try await Workbench.run(
            bus: relay.bus, library: host.library, theme: chosen, layout: layout, isAttached: true,
            onAttach: { run in wanted.withLock { $0 = run } },
            onLayout: { layoutFile.write($0) }, onTerminate: { await relay.detach() })
        await relay.detach()
        if case .signal(let number) = exit { throw ExitCode(128 + number) }
        if let run = wanted.withLock({ $0 }) { try Attached.become(run, theme: theme) }
    }
}

extension EngineReport {
    var isAlert: Bool { if case .alert = self { true } else { false } }

    /// Whether nothing of the run comes after it.
    var endsRun: Bool {
        switch self {
        case .finished, .failure: true
        case .state(let state): state.phase == .stopped || state.phase == .failed
        default: false
        }
    }
}

/// Runs that may be meant, for the shell.
enum RunCompletion {
    static func live() -> [String] { names { $0.processIdentifier != nil } }
    static func all() -> [String] { names { _ in true } }

    private static func names(_ isMeant: (RunSummary) -> Bool) -> [String] {
        // While a line is completed nothing may be said, not even that the home is not there.
        let store = try? RunStore(paths: StoragePaths(), access: .reading, described: .shipped)
        return ((try? store?.runs()) ?? []).filter(isMeant).flatMap { [$0.name, $0.id] }
    }

    static func presets() -> [String] {
        ((try? PresetStore(paths: StoragePaths(), described: .shipped).list()) ?? []).map(\.name)
    }
}
