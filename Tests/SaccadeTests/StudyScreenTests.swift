import Foundation
import Messages
import Testing
import TestSupport

/// A study in the workbench, in a real terminal.
@Suite("A study on its screen", .enabled(if: Tmux.path != nil, "\(Tmux.absence)"), .serialized)
struct StudyScreenTests {
    private static let text = TinyStudy.text(name: "shown", steps: 2, seeds: 1)

    @Test("is trained by a process of its own, which the screens are left to and found again at")
    func trained() async throws {
        let home = try await Home.inTurn()
        let file = home.root.appendingPathComponent("shown.yaml")
        try Data(Self.text.utf8).write(to: file)
        let terminal = try Tmux(width: 120, height: 36, home: home)
        try terminal.enter("\(Program.path) --study \(file.path); echo left with $?")
        try await terminal.see("0 of 2 runs finished")
        try terminal.press("Space")
        try await terminal.see("in the background")
        // It may have ended before: then nothing is asked.
        try terminal.press("q", "Down", "Enter")
        try await terminal.see("left with 0")
        try await eventually("both runs") {
            let runs = try await Program.run("runs", "list", "--json", home: home).array()
            return runs.count { ($0 as? [String: Any])?["phase"] as? String == "finished" } == 2
        }
        try terminal.enter("\(Program.path) --study shown")
        try await terminal.see("the finished study") {
            $0.contains("2 of 2 runs finished") && $0.contains("not training")
        }
        try terminal.press("Enter", "Enter")
        try await terminal.see("[3 Runs]")
        let report = try await Program.run("study", "shown", "--csv", home: home)
        #expect(report.code == 0 && CSVText.rows(report.output).count == 3, "\(report.errors)")
    }
}
