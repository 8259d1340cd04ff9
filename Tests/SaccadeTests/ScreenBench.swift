import Foundation
import Testing

/// What the screen costs, and how soon it answers. With `SACCADE_BENCH=1`; `SACCADE_PROGRAM` names a release build.
@Suite(
    "What the screen costs", .enabled(if: ProcessInfo.processInfo.environment["SACCADE_BENCH"] != nil), .serialized)
struct ScreenBench {
    let home: Home
    init() async throws { home = try await Home.inTurn() }
    private let program = ProcessInfo.processInfo.environment["SACCADE_PROGRAM"] ?? Program.path

    private static let long = ["--train", "digits", "--set", "training.epochs=100000"]
    /// Small steps, hundreds a second: the reports come as often as the screen takes them, each with many points.
    private static let quick = long + ["--set", "training.checkpoint_every_epochs=1000"] + Home.tiny

    @Test func idle() async throws {
        let terminal = try PseudoTerminal(program, [], home: home)
        defer { terminal.end() }
        try await terminal.see("No runs yet")
        try await Task.sleep(for: .seconds(10))
        _ = terminal.take()
        let (before, start) = (terminal.processorTime(), ContinuousClock.now)
        try await Task.sleep(for: .seconds(30))
        let share = Double(terminal.processorTime() - before) / 1e9 / (ContinuousClock.now - start).seconds
        print(
            String(format: "idle: %.4f %% of a core, %d bytes written in 30 s", share * 100, terminal.text.utf8.count))
        #expect(share <= 0.001)
    }

    @Test(arguments: [long, quick]) func training(arguments: [String]) async throws {
        let terminal = try PseudoTerminal(program, arguments, home: home)
        defer { terminal.end() }
        try await terminal.see("samples/s", seconds: 120)
        try await Task.sleep(for: .seconds(5))
        let threads = terminal.threads(named: "terminal")
        try #require(threads.count == 1)
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
                    "training \(arguments.count > 4 ? "in short steps" : "digits"): %.1f frames a second, terminal thread %.2f %% of a core (%.2f ms a frame, %.2f %% at "
                    + "10 a second), bytes a frame median %d, 90th percentile %d, greatest %d", aSecond,
                used / seconds * 100, used / Double(frames.count) * 1000, used / Double(frames.count) * 1000,
                frames[frames.count / 2], frames[frames.count * 9 / 10], frames.last ?? 0))
        // What a slow line carries: 4 KiB ten times a second.
        #expect(Double(frames.reduce(0, +)) / seconds < 40_960)
        #expect(used / seconds <= 0.02)
    }

    /// The whole process, every thread of it, of a viewer in which no engine runs: it draws what another process does.
    /// What it takes apart the messages costs comes on top of what the screen costs beside an engine.
    @Test func watching() async throws {
        let outcome = try await Program.run(
            ["train", "--detach", "--json", "--set", "training.epochs=100000"], home: home)
        let trainer = Int32(try #require(try outcome.object()["process"] as? Int))
        defer { kill(trainer, SIGKILL) }
        let terminal = try PseudoTerminal(program, ["attach"], home: home)
        defer { terminal.end() }
        try await terminal.see("samples/s", seconds: 120)
        try await Task.sleep(for: .seconds(5))
        _ = terminal.take()
        let (before, start) = (terminal.processorTime(), ContinuousClock.now)
        try await Task.sleep(for: .seconds(30))
        let seconds = (ContinuousClock.now - start).seconds
        let share = Double(terminal.processorTime() - before) / 1e9 / seconds
        let frames = PseudoTerminal.frames(terminal.take()).count
        print(
            String(
                format: "watching: %.1f frames a second, the whole process %.2f %% of a core (%.2f %% at 10 a second)",
                Double(frames) / seconds, share * 100, share * 100 / Double(frames) * seconds * 10))
        #expect(share <= 0.02)
    }

    /// Seconds a step of the same run without a screen and with the screens open in tmux, in turns.
    @Test(.enabled(if: Tmux.path != nil, "\(Tmux.absence)")) func costOfWatching() async throws {
        let turns = ProcessInfo.processInfo.environment["SACCADE_BENCH_TURNS"].flatMap { Int($0) } ?? 7
        var (without, with): ([Double], [Double]) = ([], [])
        for turn in 0..<turns {
            // What comes first changes from turn to turn: a machine gets warmer, or busier.
            for hasScreen in turn % 2 == 0 ? [false, true] : [true, false] {
                let seconds = try await secondsAStep(hasScreen: hasScreen)
                if hasScreen { with.append(seconds) } else { without.append(seconds) }
            }
        }
        let (plain, open) = (without.sorted()[turns / 2], with.sorted()[turns / 2])
        let ratios = zip(with, without).map { $0 / $1 }.sorted()
        print(
            String(
                format: "a step: median %.2f ms without a screen, %.2f ms with it; ratio of medians %.3f, median of "
                    + "the turns' ratios %.3f (%.3f to %.3f), %d turns", plain * 1000, open * 1000, open / plain,
                ratios[turns / 2], ratios.first ?? 0, ratios.last ?? 0, turns))
        #expect(open / plain <= 1.02)
    }

    private func secondsAStep(hasScreen: Bool) async throws -> Double {
        let home = try Home()
        // Neither validation nor checkpoints: only steps are compared.
        let arguments = [
            "training.epochs=6", "training.validate_every_epochs=1000", "training.checkpoint_every_epochs=1000",
        ].flatMap { ["--set", $0] }
        if hasScreen {
            let terminal = try Tmux(width: 120, height: 36, home: home)
            try terminal.enter("\(program) --train digits " + arguments.joined(separator: " "))
            try await terminal.see("finished: ", seconds: 300)
            try terminal.press("q")
            try await terminal.returned()
        } else {
            let outcome = try await Program.run(
                ["train", "--preset", "digits", "--json"] + arguments, home: home, path: program)
            try #require(outcome.code == 0, "\(outcome.errors)")
        }
        // What the steps of each epoch took stands in the run's summary; the first epoch reads the data and warms up.
        let runs = home.root.appendingPathComponent("data/runs")
        let run = try #require(try FileManager.default.contentsOfDirectory(atPath: runs.path).first)
        let text = try String(contentsOf: runs.appendingPathComponent("\(run)/summary.csv"), encoding: .utf8)
        let rows = text.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        let (step, seconds) = (
            try #require(rows[0].firstIndex(of: "optimizer_step")), try #require(rows[0].firstIndex(of: "seconds"))
        )
        let epochs = rows.dropFirst(2).compactMap { Double($0[seconds]) }
        let steps = try #require(Double(rows[1][step]))
        try #require(epochs.count >= 4)
        return epochs.sorted()[epochs.count / 2] / steps
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
