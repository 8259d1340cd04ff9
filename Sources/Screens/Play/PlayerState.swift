import Messages
import Terminal

/// A recording that is played on a screen of its own: what is shown, and what keys do to it.
struct PlayerState: Sendable {
    let recording: RecordingPicture
    let notes: [String]
    private(set) var mode = EventMode.polarity
    private(set) var slicing: EventSlicing
    private(set) var frames: PlaybackFrames
    private(set) var isPlaying = true
    /// Real time is 1.
    private(set) var speed: Double
    /// Microseconds since the first event.
    private(set) var playhead = 0.0

    enum Request: Sendable, Hashable { case leave, repaint, suspend }

    init(_ recording: RecordingPicture, notes: [String]) {
        (self.recording, self.notes) = (recording, notes)
        // A saccade is over in a third of a second: it is played slowly, and cut finely.
        let isShort = recording.durationMicroseconds < 2_000_000
        slicing = isShort ? .time(bins: 30) : .window(milliseconds: 33)
        speed = isShort ? 0.25 : 1
        frames = PlaybackFrames(recording, mode: .polarity, slicing: slicing)
    }

    var length: Double { Double(max(1, recording.durationMicroseconds)) }
    var slice: Int { frames.slice(at: Int(playhead)) ?? 0 }
    var secondsToNextTick: Double? { isPlaying ? 1.0 / 30 : nil }

    mutating func advance(_ seconds: Double) {
        guard isPlaying else { return }
        playhead += seconds * 1e6 * speed
        if playhead >= length { (playhead, isPlaying) = (length, false) }
    }

    mutating func press(_ key: KeyPress) -> Request? {
        switch key {
        case .character("q"), .escape, .control("c"): return .leave
        case .control("z"): return .suspend
        case .control("l"): return .repaint
        case .character(" "):
            if !isPlaying, playhead >= length { playhead = 0 }
            isPlaying.toggle()
        case .left, .character("h"): step(-1)
        case .right, .character("l"): step(1)
        case .pageUp: step(-10)
        case .pageDown: step(10)
        case .home: scrub(to: 0)
        case .end: scrub(to: length)
        case .character("+"), .character("="), .up: changeSpeed(1)
        case .character("-"), .down: changeSpeed(-1)
        case .character("m"): mode = Self.next(mode, in: EventMode.allCases)
        case .character("s"): slicing = slicing.next
        case .character("]"): slicing = slicing.changed(1)
        case .character("["): slicing = slicing.changed(-1)
        default: return nil
        }
        if key == .character("m") || key == .character("s") || key == .character("[") || key == .character("]") {
            frames = PlaybackFrames(recording, mode: mode, slicing: slicing)
        }
        return nil
    }

    private mutating func step(_ count: Int) {
        isPlaying = false
        guard !frames.slices.isEmpty else { return }
        let target = min(frames.slices.count - 1, max(0, slice + count))
        playhead = Double(frames.slices[target].start)
    }

    private mutating func scrub(to place: Double) { (playhead, isPlaying) = (place, false) }

    private mutating func changeSpeed(_ direction: Int) {
        let speeds = DataState.speeds
        let index = speeds.firstIndex { $0 >= speed } ?? speeds.count - 1
        speed = speeds[min(speeds.count - 1, max(0, index + direction))]
    }

    private static func next<Case: Equatable>(_ value: Case, in all: [Case]) -> Case {
        let index = all.firstIndex(of: value) ?? 0
        return all[(index + 1) % all.count]
    }
}
