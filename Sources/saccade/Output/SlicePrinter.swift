import ArgumentParser
import Foundation
import Messages
import Screens

/// How a recording is played where there is no screen: a picture of characters after another, as fast as it is wanted.
struct SlicePrinter: ParsableArguments {
    @Flag(help: "Print the slices as text instead of opening a screen.") var plain = false
    @Flag(help: "Print one JSON object per slice instead.") var json = false
    @Option(help: "Speed of printing: 1 is real time, 0 does not wait.") var speed = 1.0
    @Option(help: "How events are drawn when printed: \(RecordingShow.modes.joined(separator: ", ")).")
    var mode = "polarity"
    @Option(
        help:
            "How the recording is sliced when printed: \(RecordingShow.slicings.joined(separator: ", ")); a window is N ms long."
    )
    var slicing = "window:33"
    @Option(name: .customLong("width"), help: "Width of the printed text in characters.") var columns = 64

    struct Line: Encodable {
        /// Counts from 1.
        var slice: Int
        var of: Int
        /// Microseconds since the first event.
        var start: Int
        var end: Int
        var on: Int
        var off: Int
        var lines: [String]
    }

    func validate() throws {
        if plain, json { throw ValidationError("--plain and --json cannot be combined") }
        guard speed.isFinite, speed == 0 || 0.001...1000 ~= speed else {
            throw ValidationError("--speed must be 0, or 0.001 to 1000")
        }
        guard RecordingShow.modes.contains(mode) else {
            throw ValidationError(
                "--mode must be one of \(RecordingShow.modes.joined(separator: ", "))"
                    + (Choice.nearest(to: mode, among: RecordingShow.modes) ?? ""))
        }
        guard 2...64 ~= columns else { throw ValidationError("--width must be 2 to 64") }
    }

    /// Plays it once.
    ///
    /// - Throws: `CommandFailure` for a slicing that is not one; `Output.Failure` when it cannot be printed.
    func play(_ recording: RecordingPicture) async throws {
        let show = try RecordingShow.cut(recording, mode: mode, slicing: slicing)
        let slices = show.slices
        if slices.isEmpty, !json { try Output.line("\(recording.name) has no events") }
        let begin = ContinuousClock.now
        for slice in slices {
            if speed > 0 {
                // To a time of its own, so that what printing takes does not add up.
                try await Task.sleep(until: begin + .microseconds(Int64(Double(slice.start) / speed)))
            }
            let text = show.text(slice: slice.number, width: columns) ?? ""
            if json {
                try JSON.print(
                    Line(
                        slice: slice.number, of: slices.count, start: slice.start, end: slice.end, on: slice.onCount,
                        off: slice.offCount,
                        lines: text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)))
            } else {
                let times = String(format: "%.3f to %.3f s", Double(slice.start) / 1e6, Double(slice.end) / 1e6)
                try Output.line(
                    "slice \(slice.number) of \(slices.count), \(times), ON \(slice.onCount), OFF \(slice.offCount)\n\(text)"
                )
            }
        }
    }
}
