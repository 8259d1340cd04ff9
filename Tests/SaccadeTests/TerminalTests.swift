import Foundation
import Testing
import TestSupport

/// The workbench in a real terminal, from the first key to the last.
@Suite("The workbench in a terminal", .enabled(if: Tmux.path != nil, "\(Tmux.absence)"), .serialized)
struct TerminalTests {
    let home: Home
    init() async throws { home = try await Home.inTurn() }

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
        try await terminal.see("Quit while a run is training?")
        try terminal.press("Right", "Right", "Enter")
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
        try await terminal.see("resume ")
        try await terminal.see(run.split(separator: "-").suffix(2).joined(separator: "-"))
        try terminal.press("Enter")
        try await eventually("the run going on:\n\(terminal.screen)") {
            let summary = try await onlyRun()
            return summary["phase"] as? String == "running" && summary["is_interrupted"] as? Bool == false
        }
        try await terminal.see("▶")
        try terminal.press("q")
        try await terminal.see("Quit while a run is training?")
        try terminal.press("Right", "Right", "Enter")
        try await terminal.returned()
        #expect(try await onlyRun()["phase"] as? String == "stopped")
    }

    @Test("takes what is pasted for text, and never for keys")
    func pasting() async throws {
        let terminal = try Tmux(width: 100, height: 30, home: home)
        try terminal.enter(training + "; echo left with $?")
        try await terminal.see("▶")
        try terminal.paste("quick\nS\n\nq\n")
        try await terminal.see("pasted text ignored")
        try terminal.press("i")
        try await terminal.see("the field of the note") { $0.contains("note at this step") || $0.contains("Note") }
        try terminal.paste("first line of a note\nquick summary\nthird line\n")
        try await terminal.see("first line of a note quick summary third line")
        try terminal.press("Enter")
        try await eventually("the note in the journal:\n\(terminal.screen)") {
            let run = try #require(try await onlyRun()["id"] as? String)
            let notes = try await Program.run("runs", "show", run, "--json", home: home).object()["notes"]
            return (notes as? [[String: Any]])?.first?["text"] as? String
                == "first line of a note quick summary third line"
        }
        #expect(terminal.isOnSecondScreen)
        #expect(["running", "validating"].contains(try await onlyRun()["phase"] as? String))
        // The shell's line editor asks for the marks itself; what it gets back is the terminal as it was.
        try terminal.press("q")
        try await terminal.see("Quit while a run is training?")
        try terminal.press("Right", "Right", "Enter")
        try await terminal.see("left with 0")
    }

    @Test(
        "gives the terminal back in order when a signal ends it",
        arguments: [
            SIGTERM, SIGHUP, SIGINT, SIGSEGV, SIGABRT, SIGUSR1, SIGALRM, SIGXCPU, SIGPIPE,
        ])
    func signals(number: Int32) async throws {
        let asked = [SIGTERM, SIGHUP, SIGINT].contains(number)
        let terminal = try Tmux(width: 100, height: 30, home: home)
        try terminal.enter((asked ? training : Program.path) + "; echo left with $?")
        try await terminal.see(asked ? "▶" : "[2 Train]")
        kill(try await terminal.child(), number)
        try await terminal.see("left with \(128 + number)")
        try await isGivenBack(terminal)
        if asked { #expect(try await onlyRun()["phase"] as? String == "stopped") }
    }

    private func isGivenBack(_ terminal: Tmux) async throws {
        #expect(!terminal.isOnSecondScreen && terminal.showsCursor && !terminal.hearsMouse)
        try terminal.enter("clear; stty -a")
        let settings = try await terminal.see("echoke").split { $0.isWhitespace || $0 == ";" }
        for name in ["icanon", "echo", "icrnl", "opost", "isig"] {
            #expect(settings.contains(Substring(name)), "\(name)")
        }
    }

    /// Loaded before the program: a signal makes the first thread, or another, call itself without end.
    private static let overflow = """
        #include <pthread.h>
        #include <signal.h>
        #include <string.h>
        static volatile int sink;
        static int deeper(int n) { volatile char b[4096]; memset((void *)b, n, sizeof b); sink += b[n & 4095]; \
        return deeper(n + 1) + b[0]; }
        static void here(int number) { deeper(number); }
        static void *there(void *raw) { deeper(raw != 0); return 0; }
        static void elsewhere(int number) { pthread_t thread; pthread_create(&thread, 0, there, 0); }
        __attribute__((constructor)) static void begin(void) {
            signal(SIGRTMIN + 5, here);
            signal(SIGRTMIN + 6, elsewhere);
        }
        """

    private static let compiler = ["/usr/bin/cc", "/usr/bin/clang", "/opt/swift/usr/bin/clang"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    @Test(
        "gives the terminal back when a stack has run out", .enabled(if: compiler != nil, "no C compiler"),
        arguments: [5, 6] as [Int32])
    func stackOverflow(signal: Int32) async throws {
        let (source, library) = (home.root.path + "/overflow.c", home.root.path + "/overflow.so")
        try Self.overflow.write(toFile: source, atomically: true, encoding: .utf8)
        let built = try await Running(
            ["-shared", "-fPIC", "-w", "-O0", "-o", library, source], home: home, path: Self.compiler ?? ""
        ).end()
        try #require(built.code == 0, "\(built.errors)")
        let terminal = try Tmux(width: 100, height: 30, home: home)
        try terminal.enter("LD_PRELOAD=\(library) \(Program.path); echo left with $?")
        try await terminal.see("[2 Train]")
        kill(try await terminal.child(), __libc_current_sigrtmin() + signal)
        try await terminal.see("left with \(128 + SIGSEGV)")
        try await isGivenBack(terminal)
    }
}
