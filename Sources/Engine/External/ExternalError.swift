/// What is wrong with an external trainer, or with what it says.
public enum ExternalError: Error, Sendable, Hashable, CustomStringConvertible {
    case cannotStart(command: String, reason: String)
    /// It ended although an answer was due. `said`: its last lines on standard error.
    case ended(command: String, during: String, status: String, said: [String])
    /// No answer for so many seconds.
    case silent(command: String, during: String, seconds: Int)
    /// Somebody wanted the end of the run, and the trainer did not answer any more.
    case ignoredStop(command: String, during: String, seconds: Int)
    /// An answer that is not as specified.
    case badAnswer(to: String, found: String, expected: String)
    /// It says itself that it cannot.
    case refused(what: String, reason: String)
    case otherVersion(found: Int, known: Int)
    case badDescription(String)
    /// It describes itself otherwise than before.
    case changed(command: String)
    case badCheckpoint(folder: String, problem: String)
    /// A run of this program's own engine (`own` is empty), or of an external trainer where there is none.
    case otherEngine(own: String)

    public var description: String {
        switch self {
        case .cannotStart(let command, let reason): "the trainer `\(command)` cannot be started: \(reason)"
        case .ended(let command, let during, let status, let said):
            "the trainer `\(command)` ended \(during) (\(status))"
                + (said.isEmpty ? "" : "; the last it wrote:\n  " + said.joined(separator: "\n  "))
        case .silent(let command, let during, let seconds):
            "the trainer `\(command)` has not answered \(during) for \(seconds) s"
        case .ignoredStop(let command, let during, let seconds):
            "the trainer `\(command)` did not answer \(during) within \(seconds) s of the stop, and was ended"
        case .badAnswer(let request, let found, let expected):
            "the trainer's answer to '\(request)' is not as expected: \(found); expected \(expected)"
        case .refused(let what, let reason): "the trainer refused \(what): \(reason)"
        case .otherVersion(let found, let known):
            "the trainer speaks version \(found) of the protocol, but this program speaks version \(known)"
        case .badDescription(let problem): "the trainer's description of itself cannot be used: \(problem)"
        case .changed(let command):
            "the trainer `\(command)` describes itself otherwise than when this program began"
        case .badCheckpoint(let folder, let problem): "the trainer's checkpoint in \(folder) cannot be used: \(problem)"
        case .otherEngine(let own):
            own.isEmpty
                ? "the run was trained by Saccade's own engine, not by an external trainer"
                : "the run was trained by the external trainer `\(own)`"
        }
    }

    /// Whether an older checkpoint may do.
    var isBadCheckpoint: Bool { if case .badCheckpoint = self { true } else { false } }

    /// What to do about it.
    public var advice: String {
        switch self {
        case .cannotStart: "check the command after --engine; it is run by /bin/sh in the current folder"
        case .ended, .silent, .ignoredStop:
            "`saccade train --resume RUN` goes on from its last checkpoint; `saccade engine-check COMMAND` tests the trainer"
        case .badAnswer, .badDescription, .otherVersion, .badCheckpoint:
            "`saccade engine-check COMMAND` says what is wrong; `saccade help engine` specifies the protocol"
        case .refused: ""
        case .changed: "restart Saccade so that it learns the new settings"
        case .otherEngine(let own):
            own.isEmpty ? "leave --engine out" : "give --engine '\(own)', also with `saccade` for the workbench"
        }
    }
}
