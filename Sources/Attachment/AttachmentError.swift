/// What can go wrong between a viewer and the process that trains; every text says what was found and what to do.
public enum AttachmentError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Nobody listens there: the process has ended, or it serves no viewers.
    case nobodyListens(path: String)
    case refused(path: String, reason: String)
    case unusable(path: String, reason: String)
    /// The other side belongs to another user.
    case foreignUser(Int)
    case otherVersion(found: Int, known: Int)
    case garbled(String)
    /// Somebody listens, but says nothing. `process`: who, if that is known.
    case silent(Awaited, process: Int32?, seconds: Double)

    /// What was waited for.
    public enum Awaited: Sendable, Hashable {
        case connection(path: String)
        case hello
        /// What the run did before.
        case past
        case answer
    }

    public var description: String {
        switch self {
        case .nobodyListens(let path):
            "no process is listening at \(path): it has ended; `saccade train --resume RUN` resumes its run"
        case .refused(let path, let reason): "cannot attach at \(path): \(reason)"
        case .unusable(let path, let reason): "viewers cannot attach: \(path): \(reason)"
        case .foreignUser(let user):
            "the other process belongs to user \(user): only the owner of a run can attach to it"
        case .otherVersion(let found, let known):
            "the training process uses protocol version \(found), this program \(known): use the same version of saccade"
        case .silent(let awaited, let process, let seconds): Self.text(awaited, process, seconds)
        case .garbled(let detail): "malformed message from the other process: \(detail)"
        }
    }

    private static func text(_ awaited: Awaited, _ process: Int32?, _ seconds: Double) -> String {
        let who =
            switch awaited {
            case .connection(let path): "the process listening at \(path)"
            default: process.map { "process \($0)" } ?? "the training process"
            }
        let what =
            switch awaited {
            case .connection: "not accepted the connection"
            case .hello: "not sent a greeting"
            case .past: "not sent the history of the run"
            case .answer: "not answered"
            }
        let later = awaited == .answer ? "; the request may still take effect" : ""
        let text = "\(who) has \(what) within \(seconds.formatted()) s"
        if let process, ProcessState.isStopped(process) {
            return text + ": it is suspended; `kill -CONT \(process)` continues it" + later
        }
        return text + ": it is suspended, or busy with a long step or with reading data" + later
            + "; --timeout SECONDS waits longer"
    }
}

/// What the system says of a process.
enum ProcessState {
    /// Whether somebody has stopped it (STOP, Ctrl-Z, a debugger).
    static func isStopped(_ process: Int32) -> Bool {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            // The name before it may hold anything.
            let end = text.lastIndex(of: ")")
        else { return false }
        return text[text.index(after: end)...].split(separator: " ").first.map { $0 == "T" || $0 == "t" } ?? false
    }
}
