import Foundation
import Testing
import TestSupport

/// On a machine on which it was never run the recordings are simulated first, which takes seconds. A shell sends the signals,
/// because other tests may keep this process from doing it while the simulation lasts. That it ended at once shows in that
/// the recordings were not simulated to their end.
@Suite("The program, ended while a run is prepared", .serialized)
struct PreparationTests {
    let home: Home
    init() async throws { home = try await Home.inTurn(isEmpty: true) }

    private func phases() async throws -> [String] {
        try await Program.run("runs", "list", "--json", home: home).array().compactMap {
            ($0 as? [String: Any])?["phase"] as? String
        }
    }

    /// Files that the simulation has left, whole or in part.
    private var cached: [String] {
        let folder = home.root.appendingPathComponent("cache").path
        return (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? [])
            .filter { $0.contains("digits") }
    }

    /// Sends a signal to the process whose number is in `pid` once `file` says that it prepares.
    private static func sender(_ signal: Int32, file: String) -> String {
        "until grep -qs preparing \(file); do sleep 0.02; done; sleep 0.2; kill -\(signal) $(cat pid)"
    }

    private static let program = "sh -c 'echo $$ >pid; exec \"$@\"' sh \(Program.path) "

    @Test("ends at once and in good order without a screen, and the next start works")
    func headless() async throws {
        for (signal, form) in [(SIGTERM, "--plain"), (SIGINT, "--json"), (SIGHUP, "--json")] {
            let script = """
                cd "$SACCADE_HOME"; rm -f printed; { \(Self.sender(signal, file: "printed")); } &
                \(Self.program) train --epochs 1 \(form) \(Home.tiny.joined(separator: " ")) >printed
                echo $?; cat printed
                """
            let outcome = try await Program.run(["-c", script], home: home, path: "/bin/sh")
            #expect(outcome.lines.first == "0" && outcome.errors.isEmpty, "\(outcome.errors)")
            #expect(outcome.lines.last?.contains("stopped") == true)
            #expect(!outcome.output.contains("test recordings"), "it had been prepared before the signal came")
        }
        #expect(try await phases() == ["stopped", "stopped", "stopped"])
        #expect(cached.isEmpty)

        let next = try await Program.run(["train", "--epochs", "1", "--json"] + Home.tiny, home: home)
        #expect(next.code == 0 && !cached.isEmpty)
        #expect(try await phases().first == "finished")
    }

    @Test("ends at once and gives the terminal back", .enabled(if: Tmux.path != nil, "\(Tmux.absence)"))
    func screen() async throws {
        let terminal = try Tmux(width: 100, height: 30, home: home)
        try terminal.enter("cd $SACCADE_HOME; { \(Self.sender(SIGTERM, file: "-r state")); } & clear")
        try terminal.enter("\(Self.program) --train digits; echo left with $?")
        try await terminal.see("left with 143")
        #expect(!terminal.isOnSecondScreen && terminal.showsCursor)
        #expect(try await phases() == ["stopped"])
        #expect(cached.isEmpty)

        // Left by a key, while the screens have their recordings simulated, too.
        try terminal.enter("clear; \(Program.path) --train digits; echo left with $?")
        // The shell says the word too, when it tells that the sender has ended.
        try await terminal.see("the run preparing") { $0.contains("[2 Train]") && $0.contains("preparing") }
        try terminal.press("1", "q")
        try await terminal.see("Quit while a run is training?")
        try terminal.press("Right", "Right", "Enter")
        try await terminal.see("left with 0")
        #expect(try await phases() == ["stopped", "stopped"])
    }

    @Test("ends at once when it is told to from elsewhere")
    func told() async throws {
        let detached = try await Program.run(["train", "--detach", "--json"] + Home.tiny, home: home)
        let run = try #require(try detached.object()["run"] as? String)
        #expect(try await Program.run("tell", run, "stop", home: home).code == 0)
        #expect(try await phases() == ["stopped"])
    }
}
