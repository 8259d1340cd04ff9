import Configuration
import RunStore

/// What can be wrong with a study; every text says what was found, where, what was expected and what to do.
public enum StudyError: Error, Sendable, Hashable {
    case unreadable(path: String, reason: String)
    /// The content of a file; line and column count from 1.
    case content(path: String, line: Int, column: Int, problem: StudyProblem)
    /// An arm's settings, put together, make no run. `detail`: in the words of what refuses them.
    case unsuitable(arm: String, point: String, detail: String)
    case tooManyCells(count: Int)
    case unknownArm(String, known: [String])
    /// No study has this name.
    case unknown(String, known: [String])
}

extension StudyError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "cannot read the study \(path): \(reason)"
        case .content(let path, let line, let column, let problem): "\(path):\(line):\(column): \(problem)"
        case .unsuitable(let arm, let point, let detail):
            "the arm '\(arm)'\(point.isEmpty ? "" : " with \(point)") cannot be trained: \(detail)"
        case .tooManyCells(let count):
            "the study has \(count) runs: expected at most \(Study.cellLimit); take fewer arms, values or seeds"
        case .unknownArm(let name, let known):
            "the study has no arm '\(name)': expected one of \(known.joined(separator: ", "))"
                + (NearestWord.nearest(to: name, among: known).map { "; did you mean '\($0)'?" } ?? "")
        case .unknown(let name, let known):
            "there is no study '\(name)'"
                + (NearestWord.nearest(to: name, among: known).map { "; did you mean '\($0)'?" } ?? ".")
                + " Expected the path of a file, such as mine.yaml"
                + (known.isEmpty ? "" : ", or one of \(Self.list(known))")
        }
    }

    private static func list(_ names: [String]) -> String {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }.joined(separator: ", ")
    }

    /// Whether what was asked for makes no sense, rather than that something went wrong.
    public var isUsage: Bool {
        switch self {
        case .unknownArm, .unknown, .tooManyCells: true
        default: false
        }
    }
}

/// What is wrong at one place of a study's text.
public enum StudyProblem: Error, Sendable, Hashable {
    /// The text itself, or a section of settings.
    case configuration(ConfigurationProblem)
    case unknownKey(String, in: String, known: [String])
    case missing(String, example: String)
    case wrong(String, found: String, expected: String)
    case value(ConfigurationError)
    case preset(PresetError)
    case duplicate(String, in: String)
    case unknownArm(String, known: [String])
    /// A setting that the study sets by itself.
    case reserved(key: String, instead: String)
    /// The same knob is an axis and set by an arm, or searched.
    case setTwice(key: String, by: String)
}

extension StudyProblem: CustomStringConvertible {
    public var description: String {
        switch self {
        case .configuration(let problem): problem.description
        case .unknownKey(let key, let place, let known):
            "unknown key '\(key)' in \(place)"
                + (NearestWord.nearest(to: key, among: known).map { "; did you mean '\($0)'?" } ?? ".")
                + " Expected: \(known.joined(separator: ", "))"
        case .missing(let what, let example): "the study has no \(what): write, for example,\n\(example)"
        case .wrong(let what, let found, let expected): "\(what) cannot be \(found): expected \(expected)"
        case .value(let error): error.description
        case .preset(let error): error.description
        case .duplicate(let what, let place): "'\(what)' stands more than once in \(place): keep one"
        case .unknownArm(let name, let known):
            "there is no arm '\(name)': expected one of \(known.joined(separator: ", "))"
                + (NearestWord.nearest(to: name, among: known).map { "; did you mean '\($0)'?" } ?? "")
        case .reserved(let key, let instead): "\(key) is not set here: \(instead)"
        case .setTwice(let key, let place):
            "\(key) is set by \(place), too, and only one of both could count: take it out of one of them"
        }
    }
}
