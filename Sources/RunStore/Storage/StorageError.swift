import Foundation

/// What is wrong with a folder or a file that the program wants to write or read.
public enum StorageError: Error, Sendable, Hashable {
    /// A folder cannot be made or written to.
    case unwritableFolder(path: String, reason: String)
    /// Something else lies where a folder is needed.
    case notAFolder(path: String)
    case unwritable(path: String, reason: String)
    case unreadable(path: String, reason: String)
    /// A file is there already, and it was not said that it may be replaced.
    case alreadyThere(path: String)
}

extension StorageError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unwritableFolder(let path, let reason):
            "cannot write to the folder \(path): \(reason); make it writable, or set SACCADE_HOME to a folder that is"
        case .notAFolder(let path):
            "\(path) is not a folder, but one is needed there: move the file away, "
                + "or set SACCADE_HOME to another folder"
        case .unwritable(let path, let reason):
            "cannot write \(path): \(reason); check the free space and the permissions of its folder"
        case .unreadable(let path, let reason):
            "cannot read \(path): \(reason)"
        case .alreadyThere(let path):
            "\(path) is there already, and was left as it is: choose another name, or ask for it to be replaced"
        }
    }
}

/// The operating system's own words for an error number.
func systemMessage(_ code: Int32) -> String { String(cString: strerror(code)) }
