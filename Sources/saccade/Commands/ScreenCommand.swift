import ArgumentParser
import Attachment
import Configuration
import Files
import Foundation
import Messages
import RunStore
import Screens
import Studies
import Terminal
import Training

/// A whole screen of the workbench as text or as a picture.
struct ScreenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "screen",
        abstract: "Print a screen of the workbench as text, or draw it as an image, without opening the workbench.",
        discussion: """
            The screen is drawn as in a terminal of that size, from the stored history and, if the run is active in \
            another process, from that process. --keys presses keys first, written as in the help overlay: saccade \
            screen train --keys 'Tab z' or --keys '/ "domain" Enter Right'. Nothing is changed: keys that would change \
            something show a refusal on the screen.

            -o train.svg and -o train.png draw it in the colors of the theme. An SVG needs only a monospaced font, for \
            its text; lines, curves and heatmaps are shapes.
            """)

    @Argument(
        help: "Screen: \(WorkbenchLayout.Screen.allCases.map(\.rawValue).joined(separator: ", ")).",
        completion: .list(WorkbenchLayout.Screen.allCases.map(\.rawValue)), transform: Choice.parse)
    var screen: WorkbenchLayout.Screen
    @Option(
        help: ArgumentHelp(
            "Run to show on the Train and Runs screens; default: the newest.", valueName: "run"),
        completion: .custom { _, _, _ in RunCompletion.all() })
    var run: String?
    @Option(
        help: ArgumentHelp(
            "Study to show on the Study screen: a file, or the name of one that is known.", valueName: "study"),
        completion: .file(extensions: ["yaml", "yml"]))
    var study: String?
    @Option(help: ArgumentHelp("Size in columns and rows.", valueName: "WxH"), transform: Self.size)
    var size = Size(width: 120, height: 36)
    @Option(
        help: ArgumentHelp("Keys to press first, separated by spaces.", valueName: "keys"), transform: Self.keys)
    var keys: [KeyPress] = []
    @Flag(help: "Use ASCII characters only.") var ascii = false
    @Flag(help: "Include escape sequences for colors and styles; no colors if $NO_COLOR is set.") var ansi = false
    @Option(help: "Color theme; default: $SACCADE_THEME.") var theme: String?
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Output file; the format follows its extension: \(endings).", valueName: "file"))
    var output: String?
    @Flag(help: "Overwrite an existing file.") var force = false
    @Flag(help: "Print a JSON object with the lines.") var json = false

    struct Report: Encodable {
        var screen: String
        var width: Int
        var height: Int
        var run: String?
        /// Whether the run goes on in another process, which was asked.
        var isLive: Bool
        var lines: [String]
    }

    private static let endings = ScreenFileFormat.all.map { "." + $0.ending }.joined(separator: ", ")

    /// Text where there is no ending to go by.
    private var format: ScreenFileFormat? {
        let ending = output.map { PathName($0).ending.lowercased() } ?? ""
        return ending.isEmpty || json && ending == "json"
            ? ScreenFileFormat.all.first : ScreenFileFormat.all.first { $0.ending == ending }
    }

    func validate() throws {
        guard let format else {
            throw ValidationError(
                "'\(output ?? "")' does not end in a format that screens are written in: use one of \(Self.endings)")
        }
        if study != nil, screen != .study { throw ValidationError("--study goes with the screen study only") }
        guard !format.isPicture || !(json || ansi) else {
            throw ValidationError(
                "\(json ? "--json" : "--ansi") prints text, but '\(output ?? "")' is an image: leave one of them out")
        }
    }

    static func size(_ text: String) throws -> Size {
        let sides = text.split(omittingEmptySubsequences: false) { "x×".contains($0) }.map { Int($0) }
        guard sides.count == 2, let width = sides[0], let height = sides[1], WorkbenchPicture.widths.contains(width),
            WorkbenchPicture.heights.contains(height)
        else {
            throw ValidationError(
                "'\(text)' is not a size: write COLUMNSxROWS, as in 120x36, from \(WorkbenchPicture.widths.lowerBound)x"
                    + "\(WorkbenchPicture.heights.lowerBound) to \(WorkbenchPicture.widths.upperBound)x"
                    + "\(WorkbenchPicture.heights.upperBound)")
        }
        return Size(width: Column(width), height: Row(height))
    }

    static func keys(_ text: String) throws -> [KeyPress] {
        switch KeyPress.reading(text) {
        case .success(let keys): return keys
        case .failure(let unknown): throw ValidationError(unknown.description)
        }
    }

    func run() async throws {
        try await reportingFailures {
            let study = try study.map { try StudyShelf.checked($0, StoragePaths()) }
            let host = try Host(.reading)
            let environment = TerminalEnvironment(ProcessInfo.processInfo.environment)
            let isPicture = format?.isPicture ?? false
            // Files are not shown by this terminal.
            let depth: ColorDepth =
                isPicture
                ? .trueColor
                : ansi
                    ? environment.depth(colorCount: 256, hasDirectColor: environment.typesToTry.count > 1) : .monochrome
            let layout = LayoutFile(host.paths).read()
            let chosen = try ThemeChoice.theme(theme, layout).adapted(to: depth)
            let shown = try run.map { try host.store.identifier(of: $0) } ?? host.store.runs().first?.id
            let (reports, isLive) = try await reports(of: shown, host)
            let picture = WorkbenchPicture(
                screen: screen, size: size, charset: ascii ? .ascii : .unicode, theme: chosen, keys: keys,
                pinnedRun: layout.pinnedRun, study: study)
            let canvas = await picture.draw(
                library: host.library, description: .shipped, reports: reports, run: run == nil ? nil : shown)
            if let format, isPicture { return try write(format.encode(canvas, chosen)) }
            let text = ansi ? canvas.coloredText(depth: depth) : canvas.plainText
            try write(text, run: shown, isLive: isLive)
        }
    }

    private func write(_ text: String, run: String?, isLive: Bool) throws {
        var data = Foundation.Data((text + "\n").utf8)
        if json {
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            data = try JSON.data(
                Report(
                    screen: screen.rawValue, width: size.width.value, height: size.height.value, run: run,
                    isLive: isLive, lines: lines))
        }
        try write(data)
    }

    private func write(_ data: Foundation.Data) throws {
        try OutputFile.write(data, to: output, replaces: force, isPicture: format?.isPicture ?? false)
    }

    // MARK: The run

    /// What an engine would have sent of a run: from the process that trains it, else from the history.
    private func reports(of run: String?, _ host: Host) async throws -> (ReportSubscription.Batch, isLive: Bool) {
        let bus = MessageBus(description: .shipped)
        let subscription = await bus.subscribe {}
        guard let run else { return (subscription.take(), false) }
        if let live = try await liveReports(of: run, host) { return (live, true) }
        // One damaged value takes nothing from the rest.
        var problems: [String] = []
        func read<Value>(_ body: () throws -> Value) -> Value? {
            do { return try body() } catch {
                let text = failureText(of: error).0
                if !problems.contains(text) { problems.append(text) }
                return nil
            }
        }
        let timeline = read { try host.store.timeline(of: run) }
        var state = read { try host.store.lastState(run: run) } ?? .idle
        // Its process has gone without a word.
        if state.isActive { state.phase = .stopped }
        var reports: [EngineReport] = [.state(state)]
        if let grid = timeline?.spikes.last { reports.append(.spikes(grid)) }
        if let alignment = timeline?.alignments.last { reports.append(.alignment(alignment)) }
        if let result = read({ try host.store.result(run: run) }), let result { reports.append(.finished(result)) }
        if let failure = timeline?.detail.failure { reports.append(.failure(failure)) }
        for problem in problems {
            StandardError.line("saccade: \(problem)")
            reports.append(.log(LogLine(level: .error, text: problem)))
        }
        await bus.publish(reports)
        return (subscription.take(), false)
    }

    /// - Returns: `nil` if nobody trains it, or whoever does takes no viewers.
    private func liveReports(of run: String, _ host: Host) async throws -> ReportSubscription.Batch? {
        guard try host.store.summary(of: run).processIdentifier != nil,
            let relay = try? await AttachmentRelay(path: try Attached.path(of: run, host))
        else { return nil }
        let subscription = await relay.bus.subscribe {}
        // Figures come within a few steps; a run that is paused or prepared tells its state alone.
        try await Task.sleep(for: .milliseconds(500))
        let batch = subscription.take()
        await relay.detach()
        guard batch.lossless.contains(where: { if case .state(let state) = $0 { state.run == run } else { false } })
        else { return nil }
        return batch
    }
}
