import Foundation
import TestSupport
import Testing

/// The workbench in a real terminal, from the first key to the last.
@Suite("The workbench in a terminal", .enabled(if: Tmux.path != nil, "\(Tmux.absence)"), .serialized)
struct TerminalTests {
    let home: Home
    init() throws { home = try Home() }

    private var training: String {
        "\(Program.path) --train digits --set training.epochs=100000 "
            + "--set training.checkpoint_every_epochs=100 " + Home.tiny.joined(separator: " ")
    }

    private func onlyRun() async throws -> [String: Any] {
        let runs = try await Program.run("runs", "list", "--json", home: home).array()
        #expect(runs.count == 1)
        return try #require(runs.first as? [String: Any])
    }

    @Test("trains, is tuned, leaves and finds everything again", arguments: [(120, 36), (80, 24)])
    func workbench(width: Int, height: Int) async throws {
        let terminal = try Tmux(width: width, height: height, home: home)
        try terminal.enter(training + "; echo left with $?")
        try await terminal.see("[2 Train]")
        try await terminal.see("▶")
        #expect(terminal.isOnSecondScreen && !terminal.showsCursor)

        // Data: a recording is shown, and plays.
        try terminal.press("1")
        try await terminal.see("[1 Data]")
        try await terminal.see("0.000 s")
        try terminal.press("Space")
        try await terminal.see("the recording playing") { !$0.contains("0.000 s") && $0.contains("Events") }

        // Train: two knobs, each an edit of its own, while the run goes on.
        try terminal.press("2")
        try await terminal.see("[2 Train]")
        for (knob, staged, mark) in [("domain_coef", "0.6", "ⓐ"), ("sliding.exp", "3.2", "ⓑ")] {
            try terminal.press("/")
            try await terminal.see("the line of the filter") { $0.split(separator: "\n").last?.hasPrefix("/") == true }
            try terminal.press("C-u")
            try terminal.type(knob)
            try terminal.press("Enter")
            try await terminal.see("/\(knob)")
            try terminal.press("Right", "Right")
            try await terminal.see("\(staged)*")
            try terminal.press("Enter")
            try await terminal.see(mark)
        }
        try terminal.press("p")
        try await terminal.see("Save as a preset")
        try terminal.type("my-digits")
        try terminal.press("Enter")
        try await terminal.see("preset my-digits saved")
        try terminal.press("?")
        try await terminal.see("one optimizer step")
        try terminal.press("Escape")

        // Leave.
        try terminal.press("q")
        try await terminal.see("Leave while a run is active?")
        try terminal.press("Right", "Enter")
        try await terminal.see("left with 0")
        #expect(!terminal.isOnSecondScreen && terminal.showsCursor)

        let summary = try await onlyRun()
        let run = try #require(summary["id"] as? String)
        #expect(summary["phase"] as? String == "stopped" && summary["edit_count"] as? Int == 2)
        let detail = try await Program.run("runs", "show", run, "--json", home: home).object()
        let edits = try #require(detail["edits"] as? [[String: Any]])
        let differences = edits.compactMap { ($0["differences"] as? [[String: Any]])?.first }
        #expect(differences.compactMap { $0["key"] as? String } == ["loss.domain_coefficient", "sliding.exponent"])
        #expect(differences.compactMap { $0["new"] as? Double } == [0.6, 3.2])
        let preset = try await Program.run("presets", "show", "my-digits", "--json", home: home).object()
        #expect(preset["loss.domain_coefficient"] as? Double == 0.6 && preset["sliding.exponent"] as? Double == 3.2)

        // Again: the run, its edits and the preset are there.
        try terminal.enter("clear; " + Program.path)
        try await terminal.see("saccade   1 Data")
        try terminal.press("3")
        try await terminal.see("[3 Runs]")
        try await terminal.see("stopped")
        try await terminal.see("my-digits")
        try terminal.press("Enter", "Tab", "z")
        try await terminal.see("the edits of the run") { $0.contains("0.6") && $0.contains("3.2") }
        try terminal.press("q", "q")
        try await terminal.returned()
    }

    @Test("offers to resume a run whose process was killed")
    func killed() async throws {
        let terminal = try Tmux(width: 100, height: 30, home: home)
        try terminal.enter(training)
        try await terminal.see("▶")
        try await eventually("a checkpoint") {
            let runs = try await Program.run("runs", "list", "--json", home: home).array()
            return ((runs.first as? [String: Any])?["optimizer_step"] as? Int ?? 0) > 3
        }
        kill(try await terminal.child(), SIGKILL)
        try await eventually("an interrupted run") { try await onlyRun()["is_interrupted"] as? Bool == true }
        let run = try #require(try await onlyRun()["id"] as? String)

        // What is killed cannot put the terminal back in order.
        try terminal.enter("reset; " + Program.path)
        try await terminal.see("esume")
        try await terminal.see(run.split(separator: "-").suffix(2).joined(separator: "-"))
        try terminal.press("Right", "Enter")
        try await eventually("the run going on:\n\(terminal.screen)") {
            let summary = try await onlyRun()
            return summary["phase"] as? String == "running" && summary["is_interrupted"] as? Bool == false
        }
        try await terminal.see("▶")
        try terminal.press("q")
        try await terminal.see("Leave while a run is active?")
        try terminal.press("Right", "Enter")
        try await terminal.returned()
        #expect(try await onlyRun()["phase"] as? String == "stopped")
    }

    @Test(
        "gives the terminal back in order when a signal ends it",
        arguments: [SIGTERM, SIGHUP, SIGINT, SIGSEGV, SIGABRT])
    func signals(number: Int32) async throws {
        let terminal = try Tmux(width: 100, height: 30, home: home)
        try terminal.enter(training + "; echo left with $?")
        try await terminal.see("▶")
        kill(try await terminal.child(), number)
        try await terminal.see("left with \(128 + number)")
        #expect(!terminal.isOnSecondScreen && terminal.showsCursor)
        try terminal.enter("clear; stty -a")
        let settings = try await terminal.see("echoke").split { $0.isWhitespace || $0 == ";" }
        for name in ["icanon", "echo", "icrnl", "opost", "isig"] {
            #expect(settings.contains(Substring(name)), "\(name)")
        }
        let phase = try await onlyRun()["phase"] as? String
        if [SIGTERM, SIGHUP, SIGINT].contains(number) { #expect(phase == "stopped") }
    }
}
