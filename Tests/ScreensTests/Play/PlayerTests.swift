import Messages
import Terminal
import Testing

@testable import Screens

@Suite struct PlayerTests {
    private static func recording(milliseconds: Int, count: Int = 1000) -> RecordingPicture {
        RecordingPicture(
            reference: SampleReference(dataSet: "", index: 0), name: "saccade.bin", className: "bin", split: "",
            width: 34,
            height: 34, durationMicroseconds: count == 0 ? 0 : milliseconds * 1000,
            events: (0..<count).map { index in
                PictureEvent(
                    microseconds: Int32(index * milliseconds * 1000 / max(1, count - 1)), x: UInt16(index % 34),
                    y: UInt16(index / 7 % 34), isOn: index % 3 != 0)
            }, staticPair: nil, pairing: "", isSimulated: false)
    }

    @Test func whatIsPastedIsNoKey() {
        var state = PlayerState(Self.recording(milliseconds: 300), notes: [])
        #expect(state.press(.paste("q ")) == nil)
        #expect(state.isPlaying)
    }

    private func screen(_ state: PlayerState, width: Int, height: Int, charset: Charset = .unicode) throws -> [String] {
        let theme = try ThemeCatalogue(environment: [:]).theme(named: "dark")
        var canvas = Canvas(size: Size(width: Column(width), height: Row(height)), charset: charset)
        state.draw(&canvas, theme: theme)
        return (0..<height).map { row in
            (0..<width).compactMap { column in
                canvas[Point(row: Row(row), column: Column(column))].character.map(String.init)
            }.joined()
        }
    }

    @Test func shortRecordingsPlaySlowly() {
        #expect(PlayerState(Self.recording(milliseconds: 300), notes: []).speed == 0.25)
        let long = PlayerState(Self.recording(milliseconds: 40_000), notes: [])
        #expect(long.speed == 1 && long.slicing == .window(milliseconds: 33))
    }

    @Test func timePassesAndStopsAtTheEnd() {
        var state = PlayerState(Self.recording(milliseconds: 300), notes: [])
        #expect(state.slice == 0 && state.secondsToNextTick != nil)
        state.advance(0.6)
        #expect(state.playhead == 150_000 && state.slice == 15)
        state.advance(100)
        #expect(state.playhead == state.length && !state.isPlaying && state.secondsToNextTick == nil)
        // Space at the end begins anew.
        #expect(state.press(.character(" ")) == nil)
        #expect(state.isPlaying && state.playhead == 0)
    }

    @Test func keysScrubAndChange() {
        var state = PlayerState(Self.recording(milliseconds: 300), notes: [])
        _ = state.press(.right)
        #expect(state.slice == 1 && !state.isPlaying)
        _ = state.press(.pageDown)
        #expect(state.slice == 11)
        _ = state.press(.left)
        #expect(state.slice == 10)
        for _ in 0..<5 { _ = state.press(.pageUp) }
        #expect(state.slice == 0)
        _ = state.press(.end)
        #expect(state.slice == state.frames.slices.count - 1)
        _ = state.press(.home)
        #expect(state.playhead == 0)
        for _ in 0..<20 { _ = state.press(.character("+")) }
        #expect(state.speed == 4)
        for _ in 0..<20 { _ = state.press(.character("-")) }
        #expect(state.speed == 0.03125)
        _ = state.press(.character("m"))
        #expect(state.mode == .count && !state.frames.isSigned)
        _ = state.press(.character("s"))
        #expect(state.slicing == .count(bins: 30))
    }

    @Test func keysLeave() {
        var state = PlayerState(Self.recording(milliseconds: 300), notes: [])
        for key in [KeyPress.character("q"), .escape, .control("c")] { #expect(state.press(key) == .leave) }
        #expect(state.press(.control("z")) == .suspend && state.press(.control("l")) == .repaint)
        #expect(state.press(.character("x")) == nil)
    }

    @Test(arguments: [(120, 36), (80, 24), (40, 12), (10, 3), (1, 1)]) func everySizeIsDrawn(width: Int, height: Int)
        throws
    {
        for charset in [Charset.unicode, .ascii] {
            let state = PlayerState(Self.recording(milliseconds: 300), notes: ["times run backwards 1 time"])
            let lines = try screen(state, width: width, height: height, charset: charset)
            guard width >= 80 else { continue }
            #expect(lines[0].contains("saccade.bin") && lines[0].contains("1/30"))
            #expect(lines.contains { $0.contains("0.000 s of 0.300 s") })
            #expect(lines.contains { $0.contains("times run backwards") })
            #expect(lines[height - 1].contains("q quit"))
        }
    }

    @Test func aRecordingWithoutEventsSaysSo() throws {
        let state = PlayerState(Self.recording(milliseconds: 0, count: 0), notes: ["skipped the last 3 bytes"])
        let lines = try screen(state, width: 80, height: 24)
        #expect(lines.contains { $0.contains("has no events") } && lines.contains { $0.contains("last 3 bytes") })
    }
}
