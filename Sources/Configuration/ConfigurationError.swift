/// What is wrong with a configuration; every text says what was found, what was expected and what to do.
public enum ConfigurationError: Error, Sendable, Hashable {
    case unknownKey(String, suggestion: String?)
    case wrongType(key: String, found: String, expected: String)
    case outOfRange(key: String, found: String, expected: String)
    case notLive(key: String)
    /// A name that the knob's catalogue does not have.
    case unknownName(key: String, name: String, known: [String])
    case malformedAssignment(String)
}

extension ConfigurationError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unknownKey(let key, let suggestion):
            "unknown key '\(key)': "
                + (suggestion.map { "did you mean '\($0)'? " } ?? "")
                + "`saccade presets show --keys` lists every key"
        case .wrongType(let key, let found, let expected):
            "'\(found)' is not a value for \(key): expected \(expected)"
        case .outOfRange(let key, let found, let expected):
            "\(key) cannot be \(found): expected \(expected)"
        case .notLive(let key):
            "\(key) cannot change during a run: begin a new run with the new value"
        case .unknownName(let key, let name, let known):
            "\(key) names '\(name)', which does not exist: expected one of \(known.joined(separator: ", "))"
                + (NearestWord.nearest(to: name, among: known).map { "; did you mean '\($0)'?" } ?? "")
        case .malformedAssignment(let text):
            "'\(text)' is not an assignment: write key=value, for example loss.domain_coefficient=0.3"
        }
    }
}
