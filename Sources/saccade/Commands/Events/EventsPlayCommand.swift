import ArgumentParser
import FileFormats
import Files
import Foundation
import Messages
import Screens
import Terminal

/// Plays a recording in the terminal.
struct EventsPlayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "play", abstract: "Play a recording in the terminal, or print it slice by slice.",
        discussion: Self.discussion)

    static let discussion = """
        space plays and pauses, ← → step, + − change the speed, m the display mode, s the slicing, q quits. Without a terminal, or \
        with --plain or --json, the slices are printed at --speed.
        """

    @OptionGroup var options: EventFileOptions
    @Option(help: "Color theme; default: $SACCADE_THEME.") var theme: String?
    @OptionGroup var printer: SlicePrinter

    func run() async throws {
        try await reportingFailures {
            let file = try options.read()
            var printer = self.printer
            if let width = options.table.width { printer.columns = width }
            try await Self.play(picture(of: file), notes: file.notes, theme: theme, printer)
        }
    }

    /// On the terminal, unless there is none or printing is asked for.
    static func play(
        _ recording: RecordingPicture, notes: [String], theme: String?, _ printer: SlicePrinter
    ) async throws {
        let hasTerminal = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
        guard hasTerminal, !printer.plain, !printer.json else {
            for note in notes where !printer.json { try Output.line(note) }
            return try await printer.play(recording)
        }
        let name = theme ?? ProcessInfo.processInfo.environment["SACCADE_THEME"] ?? "dark"
        let exit = try await EventPlayer.run(recording, notes: notes, theme: try ThemeCatalogue().theme(named: name))
        if case .signal(let number) = exit { throw ExitCode(128 + number) }
    }

    private func picture(of file: EventFile) -> RecordingPicture {
        let guess = SensorGuess(file, options)
        // In order of time; the offset breaks ties, because sorting promises no stability.
        let events = file.events.enumerated()
            .sorted { ($0.element.timestamp, $0.offset) < ($1.element.timestamp, $1.offset) }.map(\.element)
        let start = events.first?.timestamp ?? 0
        let pictured = events.map { event in
            PictureEvent(
                microseconds: Int32(clamping: event.timestamp &- start), x: event.x, y: event.y, isOn: event.isOn)
        }
        return RecordingPicture(
            reference: SampleReference(dataSet: "", index: 0), name: PathName(options.file).name,
            className: file.format, split: "", width: guess.size.width, height: guess.size.height,
            durationMicroseconds: Int(pictured.last?.microseconds ?? 0), events: pictured, staticPair: nil, pairing: "",
            isSimulated: false, sensorOrigin: guess.origin)
    }
}
