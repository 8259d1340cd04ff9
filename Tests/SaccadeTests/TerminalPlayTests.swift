import FileFormats
import Foundation
import Testing
import TestSupport

/// `events play` in a real terminal.
@Suite("Playing a file", .enabled(if: Tmux.path != nil, "\(Tmux.absence)"), .serialized)
struct TerminalPlayTests {
    let home: Home
    init() async throws { home = try await Home.inTurn() }

    /// A point that goes to and fro for three tenths of a second.
    private func file(_ name: String) throws -> String {
        let events: [Event] = (0..<3000).map { (index: Int) -> Event in
            let (x, y) = (UInt16(index / 50 % 34), UInt16(10 + index % 7))
            return Event(timestamp: Int64(index * 100), x: x, y: y, polarity: UInt8(index % 2))
        }
        let path = home.root.appendingPathComponent(name).path
        let format = try #require(EventFormatCatalogue.format(ending: name))
        try Data(format.encode(events, sensor: SensorSize(width: 34, height: 34))).write(to: URL(fileURLWithPath: path))
        return path
    }

    private func play(_ path: String, width: Int, height: Int) throws -> Tmux {
        let terminal = try Tmux(width: width, height: height, home: home)
        try terminal.enter("\(Program.path) events play \(path); echo left with $?")
        return terminal
    }

    @Test(
        "keys step, scrub and change what is shown; the terminal comes back as it was",
        arguments: [(120, 36), (80, 24)])
    func keys(width: Int, height: Int) async throws {
        let terminal = try play(file("point.bin"), width: width, height: height)
        try await terminal.see("point.bin")
        try await terminal.see("of 3.0k events")
        #expect(terminal.isOnSecondScreen && !terminal.showsCursor)

        // It plays by itself and stops at the end; space begins anew and pauses. Slowly, so that a busy machine does not reach
        // the end between two keys.
        try await terminal.see("the end", { $0.contains("⏸") && $0.contains("0.300 s of 0.300 s") })
        try terminal.press("-", "-", "-")
        try terminal.press("Space")
        try await terminal.see("▶")
        try terminal.press("Space")
        try await terminal.see("⏸")
        try terminal.press("+", "+", "+")
        try terminal.press("Home")
        try await terminal.see("1/30")
        try terminal.press("Right", "Right")
        try await terminal.see("3/30")
        try terminal.press("NPage")
        try await terminal.see("13/30")
        try terminal.press("Left")
        try await terminal.see("12/30")
        try terminal.press("End")
        try await terminal.see("30/30")

        // Speed, mode, slices; a key that means nothing changes nothing.
        try await terminal.see("0.25x")
        try terminal.press("+")
        try await terminal.see("0.5x")
        try terminal.press("-", "-")
        try await terminal.see("another speed") { !$0.contains("0.5x") && !$0.contains("0.25x") }
        let before = terminal.screen
        try terminal.press("z", "F5", "Tab")
        try terminal.press("m")
        try await terminal.see("another mode") { $0 != before && $0.contains("/30") }
        try terminal.press("]")
        try await terminal.see("finer slices") { !$0.contains("/30 ") }
        try terminal.press("s")
        try await terminal.see("of 3.0k events")

        try terminal.press("q")
        try await terminal.returned()
        try await terminal.see("left with 0")
        #expect(!terminal.isOnSecondScreen && terminal.showsCursor)
        // The shell's settings are sane: what is typed is echoed, and lines end where they should.
        try terminal.enter("stty -a | tr ';' '\\n' | grep -c -e ' echo ' -e ' icanon '")
        try await terminal.see("sane settings") { $0.contains("\n1\n") || $0.contains("\n2\n") }
        #expect(try await terminal.hasNoChild())
    }

    @Test("follows the terminal's size, also below what it needs")
    func resize() async throws {
        let terminal = try play(file("point.evt3.raw"), width: 120, height: 36)
        try await terminal.see("of 3.0k events")
        try terminal.resize(width: 60, height: 14)
        try await terminal.see("a frame of the new width") { screen in
            screen.split(separator: "\n").contains { $0.hasPrefix("┌─") && $0.count == 60 }
        }
        try terminal.resize(width: 12, height: 3)
        try await eventually("still there") { terminal.isOnSecondScreen }
        try terminal.resize(width: 100, height: 30)
        try await terminal.see("a frame of the new width") { screen in
            screen.split(separator: "\n").contains { $0.hasPrefix("┌─") && $0.count == 100 }
        }
        try await terminal.see("of 3.0k events")
        try terminal.press("Escape")
        try await terminal.returned()
        try await terminal.see("left with 0")
    }

    @Test("a signal or a suspension gives the terminal back")
    func signals() async throws {
        let terminal = try play(file("point.npz"), width: 80, height: 24)
        try await terminal.see("of 3.0k events")
        try terminal.press("C-z")
        // Stopped by SIGTSTP, which is number 20: the shell goes on with what comes next.
        try await terminal.see("left with 148")
        #expect(!terminal.isOnSecondScreen && terminal.showsCursor)
        try terminal.enter("fg")
        try await eventually("the player's screen") { terminal.isOnSecondScreen }
        try await terminal.see("of 3.0k events")
        kill(try await terminal.child(), SIGTERM)
        try await terminal.returned()
        try terminal.enter("echo ended with $?")
        try await terminal.see("ended with 143")
        #expect(terminal.showsCursor)
    }

    @Test("damaged and empty files are told without a screen, or on it")
    func damage() async throws {
        let path = try file("cut.bin")
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        try whole.prefix(1003).write(to: URL(fileURLWithPath: path))
        let terminal = try play(path, width: 80, height: 24)
        try await terminal.see("left with 1")
        #expect(terminal.screen.contains("3 bytes after record 200") && !terminal.isOnSecondScreen)
        try terminal.enter("clear; \(Program.path) events play --tolerant \(path); echo again $?")
        try await terminal.see("of 200 events")
        try await terminal.see("skipped the last 3 bytes")
        try terminal.press("q")
        try await terminal.see("again 0")
        try Data().write(to: URL(fileURLWithPath: path))
        try terminal.enter("clear; \(Program.path) events play \(path); echo empty $?")
        try await terminal.see("This recording has no events.")
        try terminal.press("Right", "Space", "End", "m", "q")
        try await terminal.see("empty 0")
    }
}
