/// What can go wrong with presets; every text says what was found, where, what was expected and what to do.
public enum PresetError: Error, Sendable, Hashable {
    case storage(StorageError)
    /// The content of a file; line and column count from 1.
    case content(path: String, line: Int, column: Int, problem: ConfigurationProblem)
    case unknown(String, suggestion: String?)
    case unsuitableName(String, reason: String)
    /// A user's preset of this name is there.
    case taken(String)
    /// A preset that ships with the program cannot be changed. `instead`: a free name.
    case builtIn(String, instead: String?)
}

extension PresetError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .storage(let error): error.description
        case .content(let path, let line, let column, let problem): "\(path):\(line):\(column): \(problem)"
        case .unknown(let name, let suggestion):
            "there is no preset '\(name)'"
                + (suggestion.map { "; did you mean '\($0)'?" } ?? ":")
                + " `saccade presets list` shows all; the path of a file needs a '/' or the extension .yaml"
        case .unsuitableName(let name, let reason): "'\(name)' cannot name a preset: \(reason)"
        case .taken(let name):
            "the preset '\(name)' already exists and was not changed: choose another name, "
                + "or replace it (--replace)"
        case .builtIn(let name, let instead):
            "'\(name)' is a built-in preset and cannot be changed"
                + (instead.map { ": save your own version under another name, for example '\($0)'" } ?? "")
        }
    }
}
