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

    public var description: String {
        switch self {
        case .nobodyListens(let path):
            "nobody listens at \(path): the process has ended; `saccade train --resume RUN` goes on with its run"
        case .refused(let path, let reason): "cannot attach at \(path): \(reason)"
        case .unusable(let path, let reason): "viewers cannot attach: \(path): \(reason)"
        case .foreignUser(let user): "the other side belongs to user \(user): only the owner of a run may attach to it"
        case .otherVersion(let found, let known):
            "the process that trains speaks version \(found) of the protocol, this one \(known): use the same saccade"
        case .garbled(let detail): "the other side said something that is no message: \(detail)"
        }
    }
}
