import Foundation
import Synchronization
import TestSupport

/// A shell in a terminal of its own, in a tmux server of its own.
final class Tmux: Sendable {
    static let path: String? = ["/usr/bin/tmux", "/usr/local/bin/tmux", "/bin/tmux"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }
    static let absence = "no tmux: install it to test the workbench in a real terminal"

    private let server = "saccade-tests-\(UUID().uuidString)"
    private let environment: [String: String]
    /// Held, because its folder is needed until the server has ended.
    private let home: Home

    /// - Parameter home: `SACCADE_HOME` of what runs in it.
    init(width: Int, height: Int, home: Home) throws {
        var environment = home.environment
        environment["TMUX"] = nil
        environment["LC_ALL"] = "C.UTF-8"
        environment["TERM"] = "screen-256color"
        environment["PS1"] = "shell> "
        self.environment = environment
        self.home = home
        try call(
            "set-option", "-g", "default-terminal", "screen-256color", ";", "new-session", "-d", "-x", "\(width)", "-y",
            "\(height)", "bash --norc --noprofile")
    }

    deinit { _ = try? call("kill-server") }

    /// Not with Foundation's `Process`: the server that tmux leaves behind would inherit the descriptor by which that
    /// notices the end, and the end would never come.
    @discardableResult
    private func call(_ arguments: String...) throws -> String { try call(arguments) }

    @discardableResult
    private func call(_ arguments: [String]) throws -> String {
        let output = home.root.appendingPathComponent("tmux-\(UUID().uuidString)").path
        defer { unlink(output) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        for name in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            if let descriptor = Int32(name), descriptor > 2 { posix_spawn_file_actions_addclose(&actions, descriptor) }
        }
        // Threads of the test runner block signals; a server that inherits that never hears that its shell has ended.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var (blocked, usual) = (sigset_t(), sigset_t())
        sigemptyset(&blocked)
        sigfillset(&usual)
        posix_spawnattr_setsigmask(&attributes, &blocked)
        posix_spawnattr_setsigdefault(&attributes, &usual)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let path = Self.path ?? ""
        var words = ([path, "-u", "-L", server, "-f", "/dev/null"] + arguments).map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for word in words + variables { free(word) } }
        var process: pid_t = 0
        guard posix_spawn(&process, path, &actions, &attributes, &words, &variables) == 0 else {
            throw ProgramError("\(path) cannot be run")
        }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        guard status == 0 else { throw ProgramError("tmux \(arguments) failed") }
        return try String(contentsOfFile: output, encoding: .utf8)
    }

    // MARK: Keys

    /// Presses keys by tmux's names: `Enter`, `Right`, `q`.
    func press(_ keys: String...) throws {
        for key in keys { try call("send-keys", key) }
    }

    func type(_ text: String) throws { try call("send-keys", "-l", text) }

    /// Pastes a text, between the marks of bracketed paste where the program has asked for them.
    func paste(_ text: String) throws {
        try call("set-buffer", "--", text)
        try call("paste-buffer", "-p")
    }

    /// Types a command and presses Enter.
    func enter(_ line: String) throws {
        try type(line)
        try press("Enter")
    }

    /// As a terminal reports a press (0), a drag (32) or a release (3), in the encoding of 1978.
    func mouse(_ button: Int, row: Int, column: Int) throws { try mouse([(button, row, column)]) }

    /// Several that come at once, as on a slow line or a busy machine.
    func mouse(_ events: [(button: Int, row: Int, column: Int)]) throws {
        let bytes = events.flatMap { [0x1B, 0x5B, 0x4D, 32 + $0.button, 33 + $0.column, 33 + $0.row] }
        try call(["send-keys", "-H"] + bytes.map { String($0, radix: 16) })
    }

    func resize(width: Int, height: Int) throws {
        try call("resize-window", "-x", "\(width)", "-y", "\(height)")
    }

    // MARK: Looking

    var screen: String { (try? call("capture-pane", "-p")) ?? "" }

    /// With the sequences that color it.
    var coloredScreen: String { (try? call("capture-pane", "-p", "-e")) ?? "" }

    /// Waits for a text on the screen.
    @discardableResult
    func see(_ text: String, seconds: Double = 30) async throws -> String {
        let seen = Mutex("")
        try await eventuallySeen("'\(text)' on the screen:\n\(self.screen)", seconds: seconds) {
            let screen = self.screen
            seen.withLock { $0 = screen }
            return screen.contains(text)
        }
        return seen.withLock { $0 }
    }

    func see(_ what: String, _ condition: @escaping @Sendable (String) -> Bool) async throws {
        try await eventuallySeen("\(what) on the screen:\n\(self.screen)") { condition(self.screen) }
    }

    /// The program's own screen instead of the shell's.
    var isOnSecondScreen: Bool { (try? call("display-message", "-p", "#{alternate_on}")) == "1\n" }
    var hearsMouse: Bool { (try? call("display-message", "-p", "#{mouse_any_flag}")) == "1\n" }
    var showsCursor: Bool { (try? call("display-message", "-p", "#{cursor_flag}")) == "1\n" }

    /// Waits until the program has given the terminal back, and the shell asks for the next command.
    func returned() async throws {
        try await eventuallySeen("the shell again:\n\(self.screen)") { !self.isOnSecondScreen }
    }

    /// Whether the shell has nothing running.
    func hasNoChild() async throws -> Bool {
        let shell = try call("display-message", "-p", "#{pane_pid}").trimmingCharacters(in: .whitespacesAndNewlines)
        let text = try String(contentsOfFile: "/proc/\(shell)/task/\(shell)/children", encoding: .utf8)
        return text.allSatisfy(\.isWhitespace)
    }

    /// The process that runs in the shell.
    func child() async throws -> Int32 {
        let shell = try call("display-message", "-p", "#{pane_pid}").trimmingCharacters(in: .whitespacesAndNewlines)
        @Sendable func children() -> [Int32] {
            let text = try? String(contentsOfFile: "/proc/\(shell)/task/\(shell)/children", encoding: .utf8)
            return (text ?? "").split(separator: " ").compactMap { Int32($0) }
        }
        try await eventually("a process in the shell") { !children().isEmpty }
        guard let child = children().first else { throw ProgramError("no process in the shell") }
        return child
    }
}
