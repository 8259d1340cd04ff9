import Foundation

/// What is wrong with a folder or a file that the program wants to write or read.
public enum StorageError: Error, Sendable, Hashable {
    /// A folder cannot be made or written to.
    case unwritableFolder(path: String, reason: String)
    /// Something else lies where a folder is needed.
    case notAFolder(path: String)
    /// Something else lies where a file of the program's own is needed. `kind`: "a named pipe", ….
    case notAFile(path: String, kind: String)
    /// A symbolic link that leads to nothing.
    case danglingLink(path: String, target: String)
    case unwritable(path: String, reason: String)
    case unreadable(path: String, reason: String)
    /// A file is there already, and it was not said that it may be replaced.
    case alreadyThere(path: String)
    /// It belongs to another user.
    case foreignFolder(path: String, owner: String)
    /// Others may write to it.
    case openFolder(path: String, mode: String)
    /// A symbolic link that another user has made.
    case foreignLink(path: String, owner: String)
    /// A link lies where a file of our own is written in place.
    case link(path: String)
    /// What a link leads to is not to be trusted.
    indirect case throughLink(path: String, StorageError)
}

extension StorageError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unwritableFolder(let path, let reason):
            "cannot write to the folder \(path): \(reason); "
                + (deviceAdvice(reason) ?? "make it writable, or set SACCADE_HOME to a folder that is")
        case .notAFolder(let path):
            "\(path) is not a folder, but one is needed there: set SACCADE_HOME to another folder, "
                + "or move away what is there"
        case .notAFile(let path, let kind):
            "\(path) is \(kind), but a regular file is needed there: move it away, or set SACCADE_HOME to another folder"
        case .danglingLink(let path, let target):
            "\(path) is a symbolic link to \(target), which does not exist: create it, or mount the disk that holds it, "
                + "or remove the link"
        case .unwritable(let path, let reason):
            "cannot write \(path): \(reason); "
                + (deviceAdvice(reason) ?? "check the free space and the permissions of its folder")
        case .unreadable(let path, let reason):
            "cannot read \(path): \(reason)" + (deviceAdvice(reason).map { "; " + $0 } ?? "")
        case .alreadyThere(let path):
            "\(path) already exists and was not changed: choose another name, or replace it"
        case .foreignFolder(let path, let owner):
            "\(path) belongs to \(owner), who could change or redirect whatever is written there: "
                + "set SACCADE_HOME to a folder of your own, or SACCADE_TRUST_HOME=1 if you trust its owner"
        case .openFolder(let path, let mode):
            "other users may write to \(path) (mode \(mode)) and could redirect whatever is written there: "
                + "chmod go-w '\(path)', or set SACCADE_TRUST_HOME=1 if you trust them all"
        case .foreignLink(let path, let owner):
            "\(path) is a symbolic link created by \(owner), and nothing is written through it: remove it, "
                + "or set SACCADE_HOME to a folder of your own"
        case .link(let path):
            "\(path) is a symbolic link, and this file is never written through one: remove the link"
        case .throughLink(let path, let error): "\(path) is a symbolic link: \(error.description)"
        }
    }
}

/// Whether the disk, or the way to it, is at fault, not the file.
func isDeviceError(_ code: Int32) -> Bool { [EIO, ESTALE, ENODEV, ENXIO, EUCLEAN, EREMOTEIO].contains(code) }

/// What helps if the operating system's words are those for a disk at fault.
private func deviceAdvice(_ reason: String) -> String? {
    let codes = [EIO, ESTALE, ENODEV, ENXIO, EUCLEAN, EREMOTEIO]
    guard codes.contains(where: { systemMessage($0) == reason }) else { return nil }
    return "check the disk (dmesg, mount), and try again once it works"
}

/// The operating system's own words for an error number.
func systemMessage(_ code: Int32) -> String { String(cString: strerror(code)) }
