import Foundation
import Testing

/// What the screen costs, and how soon it answers. With `SACCADE_BENCH=1`; `SACCADE_PROGRAM` names a release build.
@Suite(
    "What the screen costs", .enabled(if: ProcessInfo.processInfo.environment["SACCADE_BENCH"] != nil), .serialized)
struct ScreenBench {
    let home = try! Home()
    private let program = ProcessInfo.processInfo.environment["SACCADE_PROGRAM"] ?? Program.path

    /// Small steps, many a second: the reports come as often as the screen takes them.
    private var quick: [String] {
        ["--train", "digits", "--set", "training.epochs=100000", "--set", "training.checkpoint_every_epochs=1000"]
            + Home.tiny
    }

    @Test func idle() async throws {
        let terminal = try PseudoTerminal(program, [], home: home)
        defer { terminal.end() }
        try await terminal.see("No run yet")
        try await Task.sleep(for: .seconds(10))
        _ = terminal.take()
        let (before, start) = (terminal.processorTime(), ContinuousClock.now)
        try await Task.sleep(for: .seconds(30))
        let share = Double(terminal.processorTime() - before) / 1e9 / (ContinuousClock.now - start).seconds
        print(
            String(format: "idle: %.4f %% of a core, %d bytes written in 30 s", share * 100, terminal.text.utf8.count))
        #expect(share <= 0.001)
    }

    @Test func training() async throws {
        let terminal = try PseudoTerminal(program, quick, home: home)
        defer { terminal.end() }
        try await terminal.see("samples/s")
        try await Task.sleep(for: .seconds(5))
        let threads = try await terminal.pollingThreads()
        try #require(!threads.isEmpty)
        _ = terminal.take()
        let (before, start) = (terminal.processorTime(of: threads), ContinuousClock.now)
        try await Task.sleep(for: .seconds(30))
        let seconds = (ContinuousClock.now - start).seconds
        let used = Double(terminal.processorTime(of: threads) - before) / 1e9
        let frames = PseudoTerminal.frames(terminal.take()).sorted()
        try #require(frames.count > 10)
        let aSecond = Double(frames.count) / seconds
        print(
            String(
                format:
                    "training: %.1f frames a second, terminal thread %.2f %% of a core (%.2f ms a frame, %.2f %% at "
                    + "10 a second), bytes a frame median %d, 90th percentile %d, greatest %d", aSecond,
                used / seconds * 100, used / Double(frames.count) * 1000, used / Double(frames.count) * 1000,
                frames[frames.count / 2], frames[frames.count * 9 / 10], frames.last ?? 0))
        #expect(frames[frames.count / 2] < 4096)
        #expect(used / Double(frames.count) * 10 <= 0.02)
    }

    /// Both cores are at work on steps of a tenth of a second.
    @Test func answering() async throws {
        let terminal = try PseudoTerminal(
            program, ["--train", "digits", "--set", "training.epochs=1000"], home: home)
        defer { terminal.end() }
        try await terminal.see("samples/s", seconds: 120)
        try await Task.sleep(for: .seconds(3))
        var waits: [Double] = []
        for count in 0..<60 {
            try await Task.sleep(for: .milliseconds(200 + count * 37 % 150))
            _ = terminal.take()
            let pressed = ContinuousClock.now
            terminal.type("?")
            waits.append((try await terminal.see(" Keys ") - pressed).seconds * 1000)
            terminal.type("q")
        }
        waits.sort()
        print(
            String(
                format: "key to screen: median %.1f ms, 90th percentile %.1f ms, greatest %.1f ms", waits[30],
                waits[54],
                waits[59]))
        #expect(waits[30] < 30)
    }
}

extension Duration {
    fileprivate var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
