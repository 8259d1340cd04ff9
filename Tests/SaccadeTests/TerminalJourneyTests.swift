import Foundation
import Testing
import TestSupport

/// The main ways through the workbench, and what terminals do to it.
@Suite("Ways through the workbench", .enabled(if: Tmux.path != nil, "\(Tmux.absence)"), .serialized)
struct TerminalJourneyTests {
    let home: Home
    init() async throws { home = try await Home.inTurn() }

    private var training: String {
        "\(Program.path) --train digits --set training.epochs=100000 "
            + "--set training.checkpoint_every_epochs=100 " + Home.tiny.joined(separator: " ")
    }

    private func runs() async throws -> [[String: Any]] {
        try await Program.run("runs", "list", "--json", home: home).array().compactMap { $0 as? [String: Any] }
    }

    @Test("browse, play, start, stage, apply, undo, fork, save, compare, quit, resume")
    func journey() async throws {
        let terminal = try Tmux(width: 120, height: 36, home: home)
        try terminal.enter(training + "; echo left with $?")
        try await terminal.see("samples/s")
        try terminal.press("1")
        try await terminal.see("0.000 s")
        try terminal.press("Space")
        try await terminal.see("the recording playing") { !$0.contains("0.000 s") && $0.contains("Events") }

        // Stop what was begun from the command line, and start another from the screen.
        try terminal.press("2", "S")
        try await terminal.see("Stop the run?")
        try terminal.press("Down", "Enter")
        try await terminal.see("Settings for the next run")
        try terminal.press("b")
        try await terminal.see("Begin a run with")
        try terminal.press("Enter")
        try await eventually("a second run") { try await runs().count == 2 }
        try await terminal.see("samples/s")

        // Stage, apply, undo.
        try terminal.press("/")
        try terminal.type("domain_coef")
        try terminal.press("Enter", "Right", "Right")
        try await terminal.see("0.6*")
        try terminal.press("Enter")
        try await terminal.see("λ domain 0.5→0.6")
        try terminal.press("u")
        try await terminal.see("(undo of")

        // Fork from the newest checkpoint; the fork goes first and the run waits.
        try terminal.press("Space")
        try await terminal.see("paused")
        try terminal.press("f")
        try await terminal.see("Fork ")
        try terminal.press("Enter")
        try await terminal.see("A new run continues from step")
        try terminal.press("Down", "Down", "Enter")
        try await eventually("a fork") { try await runs().contains { $0["fork_step"] as? Int != nil } }
        try await terminal.see("samples/s")

        try terminal.press("p")
        try await terminal.see("Save as a preset")
        try terminal.type("kept")
        try terminal.press("Enter")
        try await terminal.see("preset kept saved")

        try terminal.press("3")
        try await terminal.see("⑂")
        try await terminal.see(", to resume")
        try terminal.press("g", "Space", "Space", "p", "d")
        try await terminal.see("Compare 2 runs")
        try await terminal.see("Δ test")
        try terminal.press("d")
        try await terminal.see("same: ")
        try terminal.press("Escape")

        try terminal.press("q")
        try await terminal.see("Quit while a run is training?")
        try terminal.press("Right", "Right", "Enter")
        try await terminal.see("left with 0")
        #expect(!terminal.isOnSecondScreen && terminal.showsCursor)

        // Resume the fork.
        try terminal.enter("clear; " + Program.path + "; echo left again with $?")
        try await terminal.see("saccade   1 Data")
        try terminal.press("3")
        try await terminal.see("stopped")
        // What was pinned still is.
        try await terminal.see("Δtest")
        try terminal.press("R")
        try await terminal.see("Resume")
        try terminal.press("Down", "Enter")
        try await eventually("the run going on") { try await runs().contains { $0["phase"] as? String == "running" } }
        try terminal.press("q")
        try await terminal.see("Quit while a run is training?")
        try terminal.press("Right", "Right", "Enter")
        try await terminal.see("left again with 0")
    }

    @Test("a storm of sizes leaves a whole screen, and leaving leaves nothing of it")
    func resizing() async throws {
        let terminal = try Tmux(width: 120, height: 36, home: home)
        try terminal.enter("echo marked; " + Program.path)
        try await terminal.see("No runs yet")
        for count in 0..<24 {
            try terminal.resize(
                width: [130, 40, 81, 200, 60, 119][count % 6], height: [40, 10, 24, 50, 16, 36][count % 6])
        }
        try terminal.resize(width: 40, height: 10)
        try await terminal.see("The screens need")
        try terminal.resize(width: 130, height: 40)
        try await terminal.see("a whole screen") { screen in
            let lines = screen.split(separator: "\n", omittingEmptySubsequences: false)
            return screen.contains("Settings for the next run") && lines.filter { $0.hasSuffix("┐") }.count >= 2
                && lines.contains { $0.contains(": palette") }
        }
        try terminal.press("q")
        try await terminal.returned()
        try await terminal.see("the shell alone") { $0.contains("marked") && !$0.contains("│") && !$0.contains("─") }
    }

    @Test("Ctrl-Z gives the terminal back, bg trains on without touching it, fg shows the screen again")
    func suspending() async throws {
        let terminal = try Tmux(width: 100, height: 30, home: home)
        try terminal.enter(training)
        try await terminal.see("samples/s")
        try terminal.press("C-z")
        try await terminal.see("Stopped")
        #expect(!terminal.isOnSecondScreen && terminal.showsCursor)
        try terminal.enter("clear; stty -a")
        let settings = try await terminal.see("echoke").split { $0.isWhitespace || $0 == ";" }
        for name in ["icanon", "echo", "icrnl", "opost", "isig"] { #expect(settings.contains(Substring(name))) }

        @Sendable func step() async throws -> Int { try await runs().first?["optimizer_step"] as? Int ?? 0 }
        let stopped = try await step()
        try terminal.enter("clear; bg")
        try await eventually("steps in the background") { try await step() > stopped + 5 }
        try terminal.enter("echo typed in peace")
        try await terminal.see("\ntyped in peace")
        #expect(!terminal.isOnSecondScreen && !terminal.screen.contains("│"))
        try terminal.enter("fg")
        try await terminal.see("samples/s")
        #expect(terminal.isOnSecondScreen)
        try terminal.press("q")
        try await terminal.see("Quit while a run is training?")
        try terminal.press("Right", "Right", "Enter")
        try await terminal.returned()
    }

    @Test("a stop from elsewhere does not spoil the screen")
    func stoppedFromElsewhere() async throws {
        let terminal = try Tmux(width: 100, height: 30, home: home)
        try terminal.enter(Program.path)
        try await terminal.see("No runs yet")
        let process = try await terminal.child()
        kill(process, SIGSTOP)
        try await terminal.see("Stopped")
        try terminal.enter("echo scribble")
        try await terminal.see("scribble")
        try terminal.enter("fg")
        try await terminal.see("the screen, whole again") {
            $0.contains("Settings for the next run") && !$0.contains("scribble") && !$0.contains("Stopped")
        }
        try terminal.press("q")
        try await terminal.returned()
    }

    @Test(
        "opens on terminals of many types", arguments: ["xterm", "xterm-256color", "screen-256color", "linux", "vt100"])
    func types(type: String) async throws {
        let terminal = try Tmux(width: 80, height: 24, home: home)
        try terminal.enter("TERM=\(type) " + Program.path)
        try await terminal.see("[2 Train]")
        let isPlain = ["linux", "vt100"].contains(type)
        try await terminal.see("frames") { $0.contains(isPlain ? "+-" : "┌─") }
        for key in ["1", "3", "4", "2", "?"] { try terminal.press(key) }
        try await terminal.see(" Keys ")
        try terminal.press("Escape", "q")
        try await eventually("the program's end") { try await terminal.hasNoChild() }
        try terminal.enter("echo and sane")
        try await terminal.see("\nand sane")
    }

    @Test(
        "says what is wrong with a terminal that it cannot use",
        arguments: [("dumb", "cannot place its cursor"), ("no-such", "is unknown on this machine")])
    func refusing(type: String, words: String) async throws {
        let terminal = try Tmux(width: 120, height: 24, home: home)
        try terminal.enter("TERM=\(type) " + Program.path + "; echo left with $?")
        try await terminal.see(words)
        try await terminal.see("left with 1")
        #expect(!terminal.isOnSecondScreen)
    }

    @Test("keeps to ASCII where the locale does", arguments: [(120, 36), (80, 24), (40, 10)])
    func ascii(width: Int, height: Int) async throws {
        let terminal = try Tmux(width: width, height: height, home: home)
        try terminal.enter("LC_ALL=C " + Program.path)
        try await terminal.see(width < 60 ? "The screens need" : "[2 Train]")
        let steps: [(key: String, shows: @Sendable (String) -> Bool)] = [
            ("1", { $0.contains("[1 Data]") }), ("3", { $0.contains("[3 Runs]") }), ("2", { $0.contains("[2 Train]") }),
            ("?", { $0.contains(" Keys ") }), ("Escape", { !$0.contains(" Keys ") }), (":", { $0.contains("Palette") }),
        ]
        for (key, shows) in steps {
            try terminal.press(key)
            try await terminal.see("what \(key) shows") { width < 60 || shows($0) }
            let isPlain = terminal.screen.allSatisfy { $0.isASCII }
            #expect(isPlain)
        }
    }

    @Test("hears the mouse")
    func mouse() async throws {
        let terminal = try Tmux(width: 120, height: 36, home: home)
        try terminal.enter(Program.path)
        try await terminal.see("No runs yet")
        let tab = try Self.point(at: "3 Runs", terminal)
        try terminal.mouse(0, row: tab.row, column: tab.column)
        try await terminal.see("[3 Runs]")
        try terminal.mouse(3, row: tab.row, column: tab.column)
        // Pressed and let go before the program has looked, once and several times.
        try terminal.mouse([0, 3].map { ($0, tab.row, tab.column - 10) })
        try await terminal.see("[2 Train]")
        try terminal.mouse([0, 3, 0, 3, 0, 3].map { ($0, tab.row, tab.column) })
        try await terminal.see("[3 Runs]")
    }

    /// Where a text stands, in the first line that also holds the other.
    private static func point(
        at text: String, inLineWith other: String = "", _ terminal: Tmux
    ) throws -> (row: Int, column: Int) {
        let lines = terminal.screen.split(separator: "\n", omittingEmptySubsequences: false)
        for (row, line) in lines.enumerated() where other.isEmpty || line.contains(other) {
            if let range = line.range(of: text, options: .backwards) { return (row, line[..<range.lowerBound].count) }
        }
        throw ProgramError("no '\(text)' on the screen:\n\(terminal.screen)")
    }

    @Test("drags a slider, and bends the sliding curve by a handle")
    func dragging() async throws {
        let terminal = try Tmux(width: 120, height: 36, home: home)
        try terminal.enter(training)
        try await terminal.see("samples/s")
        let knob = try Self.point(at: "●", inLineWith: " exponent          ◂", terminal)
        try terminal.mouse(
            [(0, knob.row, knob.column)] + (1...3).map { (32, knob.row, knob.column + $0) })
        try await terminal.see("the slider further right, staged") {
            $0.contains("3→") && $0.contains("1 staged")
        }
        try terminal.mouse(3, row: knob.row, column: knob.column + 3)

        // A handle at the bottom of the curve, up to the height of the next.
        let handle = try Self.point(at: "◇", inLineWith: "0.0 ·", terminal)
        try terminal.mouse(0, row: handle.row, column: handle.column)
        try await terminal.see("the handle held") { $0.contains("◆ ") }
        for row in 1...3 { try terminal.mouse(32, row: handle.row - row, column: handle.column) }
        try terminal.mouse(3, row: handle.row - 3, column: handle.column)
        try await terminal.see("Sliding curve *")
        try await terminal.see("2 staged")
        try terminal.press("Enter")
        try await terminal.see("ⓐ")
        let runs = try await runs()
        let run = try #require(runs.first?["id"] as? String)
        try await eventually("the edit in the journal") {
            let shown = try await Program.run("runs", "show", run, "--json", home: home).object()
            let edits = shown["edits"] as? [[String: Any]] ?? []
            let keys = edits.flatMap { $0["differences"] as? [[String: Any]] ?? [] }.compactMap { $0["key"] as? String }
            return Set(keys) == ["sliding.curve", "sliding.exponent"]
        }
        try terminal.press("q")
        try await terminal.see("Quit while a run is training?")
        try terminal.press("Right", "Right", "Enter")
        try await terminal.returned()
    }

    private static let hasDirectColor = ["/usr/share/terminfo", "/lib/terminfo", "/etc/terminfo"].contains {
        FileManager.default.fileExists(atPath: $0 + "/x/xterm-direct")
    }

    @Test(
        "uses exact colors where the terminal has them",
        .enabled(if: hasDirectColor, "no terminfo entry xterm-direct: the package ncurses-term has it"))
    func trueColor() async throws {
        let terminal = try Tmux(width: 120, height: 36, home: home)
        try terminal.enter("TERM=xterm-direct " + Program.path + " --theme dark")
        try await terminal.see("No runs yet")
        // `48;2;r;g;b` instead of a number of the palette.
        try await eventually("exact colors") { terminal.coloredScreen.contains("48;2;") }
        #expect(!terminal.coloredScreen.contains("48;5;"))
        try terminal.press("1")
        try await terminal.see("[1 Data]")
        try terminal.press("q")
        try await terminal.returned()
    }

    @Test("a theme file that is written shows at once")
    func themes() async throws {
        let folder = home.root.appendingPathComponent("config/themes")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var package = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { package.deleteLastPathComponent() }
        let shipped = try String(contentsOf: package.appendingPathComponent("Themes/light.yaml"), encoding: .utf8)
        let file = folder.appendingPathComponent("mine.yaml")
        try shipped.replacingOccurrences(of: "name: light", with: "name: mine").write(
            to: file, atomically: true, encoding: .utf8)
        let terminal = try Tmux(width: 100, height: 30, home: home)
        try terminal.enter(Program.path + " --theme mine")
        try await terminal.see("No runs yet")
        let before = terminal.coloredScreen
        try shipped.replacingOccurrences(of: "name: light", with: "name: mine")
            .replacingOccurrences(of: "#fbfbf8", with: "#ffe0e0").write(to: file, atomically: true, encoding: .utf8)
        try await eventually("other colors") { terminal.coloredScreen != before }
        try "name: mine\nappearance: dim\n".write(to: file, atomically: true, encoding: .utf8)
        try await terminal.see("mine.yaml")
        try terminal.press("T")
        try await terminal.see("Theme")
        try terminal.type("colorblind")
        let kept = terminal.coloredScreen
        try terminal.press("Enter")
        try await eventually("the chosen theme") { terminal.coloredScreen != kept }
        try terminal.press("q")
        try await terminal.returned()
    }
}
