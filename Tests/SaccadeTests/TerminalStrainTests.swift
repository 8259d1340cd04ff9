import Foundation
import Testing
import TestSupport

/// What terminals and environments do to a run that goes on.
@Suite("The workbench under strain", .enabled(if: Tmux.path != nil, "\(Tmux.absence)"), .serialized)
struct TerminalStrainTests {
    let home: Home
    init() async throws { home = try await Home.inTurn() }

    private var training: String {
        "\(Program.path) --train digits --set training.epochs=100000 "
            + "--set training.checkpoint_every_epochs=100 " + Home.tiny.joined(separator: " ")
    }

    private func step() async throws -> Int {
        let runs = try await Program.run("runs", "list", "--json", home: home).array()
        return (runs.first as? [String: Any])?["optimizer_step"] as? Int ?? 0
    }

    private func residentBytes(_ process: Int32) throws -> Int {
        let words = try String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8).split(separator: " ")
        return (Int(words[1]) ?? 0) * 4096
    }

    @Test("a storm of sizes while it trains costs neither steps nor memory")
    func resizing() async throws {
        let terminal = try Tmux(width: 120, height: 36, home: home)
        try terminal.enter(training)
        try await terminal.see("samples/s")
        let process = try await terminal.child()
        let sizes = [(130, 40), (40, 10), (81, 24), (220, 60), (60, 16), (119, 36)]
        func storm(_ count: Int) async throws {
            for index in 0..<count {
                try terminal.resize(width: sizes[index % 6].0, height: sizes[index % 6].1)
                // A pace at which the program meets most of them, not a wait for anything.
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        // Every size once, so that what a size needs is there.
        try await storm(12)
        let (memory, first) = (try residentBytes(process), try await step())
        try await storm(120)
        let growth = try residentBytes(process) - memory
        #expect(growth < 24 << 20, "\(growth >> 20) MiB more")
        try await eventually("it has gone on") { try await step() > first + 3 }
        try terminal.resize(width: 120, height: 36)
        try await terminal.see("a whole screen") { $0.contains("Gradient norm") && $0.contains(": palette") }
        kill(process, SIGTERM)
        try await terminal.returned()
    }

    @Test("writes no color where NO_COLOR is set")
    func noColor() async throws {
        let terminal = try PseudoTerminal(
            Program.path, ["--train", "digits"] + Home.tiny, home: home, variables: ["NO_COLOR": "1"])
        defer { terminal.end() }
        try await terminal.see("samples/s")
        terminal.type("1")
        try await terminal.see("Event rate")
        terminal.type("34:")
        try await terminal.see("Palette")
        // Anything of "select graphic rendition" that is a color: 30 to 49 and 90 to 107.
        let text = terminal.text
        let numbers = text.matches(of: /\u{1B}\[([0-9;:]*)m/).flatMap { match in
            match.1.split { ";:".contains($0) }.compactMap { Int($0) }
        }
        #expect(numbers.contains(1) || numbers.contains(7))
        let colors = numbers.filter { 30...38 ~= $0 || 40...48 ~= $0 || 90...107 ~= $0 }
        #expect(colors.isEmpty, "\(Set(colors).sorted())")
    }

    @Test("prints lines where the terminal can do nothing else", arguments: ["dumb", "no-such", ""])
    func plain(type: String) async throws {
        let terminal = try Tmux(width: 100, height: 24, home: home)
        let arguments = "train --plain --epochs 2 " + Home.tiny.joined(separator: " ")
        try terminal.enter("TERM='\(type)' \(Program.path) \(arguments); echo left with $?")
        try await terminal.see("left with 0")
        let screen = terminal.screen
        #expect(screen.contains("epoch 2/2") && screen.contains("finished "))
        #expect(!terminal.isOnSecondScreen && !terminal.coloredScreen.contains("\u{1B}["))
    }

    @Test("that cannot open leaves no run behind that nobody stopped")
    func failingTerminal() async throws {
        let terminal = try Tmux(width: 100, height: 24, home: home)
        let arguments = "--train digits --set training.epochs=100000 " + Home.tiny.joined(separator: " ")
        try terminal.enter("TERM=no-such \(Program.path) \(arguments); echo left with $?")
        try await terminal.see("left with 1")
        let runs = try await Program.run("runs", "list", "--json", home: home).array()
        let phases = runs.compactMap { ($0 as? [String: Any])?["phase"] as? String }
        #expect(phases.allSatisfy { $0 == "stopped" }, "\(phases)")
        let interrupted = runs.compactMap { ($0 as? [String: Any])?["is_interrupted"] as? Bool }
        #expect(!interrupted.contains(true))
    }
}
