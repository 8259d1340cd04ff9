import ArgumentParser
import FileFormats
import Foundation
import Messages
import Screens
import Terminal

/// Plays a recording in the terminal.
struct EventsPlayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "play", abstract: "Play a recording in the terminal.",
        discussion: "space plays and pauses, ← → step, + − change the speed, m and s what a picture is, q leaves.")

    @OptionGroup var options: EventFileOptions
    @Option(help: "Colors: a theme's name. $SACCADE_THEME otherwise.") var theme: String?

    func run() async throws {
        try await reportingFailures {
            guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else {
                throw CommandFailure(
                    "playing needs a terminal, but standard input or output is none; use `saccade events frames` to get "
                        + "pictures", code: 64)
            }
            let name = theme ?? ProcessInfo.processInfo.environment["SACCADE_THEME"] ?? "dark"
            let chosen = try ThemeCatalogue().theme(named: name)
            let file = try options.read()
            let exit = try await EventPlayer.run(picture(of: file), notes: file.notes, theme: chosen)
            if case .signal(let number) = exit { throw ExitCode(128 + number) }
        }
    }

    private func picture(of file: EventFile) -> RecordingPicture {
        let guess = SensorGuess(file, given: options.sensor)
        // In order of time; the offset breaks ties, because sorting promises no stability.
        let events = file.events.enumerated()
            .sorted { ($0.element.timestamp, $0.offset) < ($1.element.timestamp, $1.offset) }.map(\.element)
        let start = events.first?.timestamp ?? 0
        let pictured = events.map { event in
            PictureEvent(
                microseconds: Int32(clamping: event.timestamp &- start), x: event.x, y: event.y, isOn: event.isOn)
        }
        return RecordingPicture(
            reference: SampleReference(dataSet: "", index: 0), name: (options.file as NSString).lastPathComponent,
            className: file.format, split: "", width: guess.size.width, height: guess.size.height,
            durationMicroseconds: Int(pictured.last?.microseconds ?? 0), events: pictured, staticPair: nil, pairing: "",
            isSimulated: false)
    }
}
