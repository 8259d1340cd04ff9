import Foundation
import Synchronization

/// How far something is, on standard error: one line that changes on a terminal, a line each tenth otherwise.
final class Progress: Sendable {
    private let isQuiet: Bool
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let shown = Mutex(-1)

    init(quiet: Bool = false) { isQuiet = quiet }

    /// Safe to call from several threads.
    func show(_ done: Int, _ all: Int) {
        guard !isQuiet, all > 0 else { return }
        shown.withLock { shown in
            let step = isTerminal ? done : done * 10 / all
            guard step > shown else { return }
            shown = step
            let text = "\(done) of \(all)"
            write(isTerminal ? "\r\u{1B}[K" + text : text + "\n")
        }
    }

    /// Leaves an empty line for what follows.
    func end() {
        if !isQuiet, isTerminal { write("\r\u{1B}[K") }
    }

    private func write(_ text: String) {
        StandardError.drawn(text)
    }
}
