import Configuration
import Messages
import ShippedFiles

/// What is wrong at one place of a preset's text.
public enum ConfigurationProblem: Error, Sendable, Hashable {
    /// In the parser's words.
    case syntax(String)
    case tabIndentation
    case notUTF8
    case aliasesWithoutEnd
    /// The whole file, or a section, is not a mapping.
    case notAMapping(what: String, found: String)
    case unknownSection(String, suggestion: String?, sections: [String])
    case unknownKey(section: String, name: String, suggestion: String?)
    /// `section.name: value` at the top instead of in its section.
    case dottedKey(section: String, name: String)
    case duplicateKey(String)
    /// The scheduled edits are not a list.
    case notAList(found: String)
    /// A scheduled edit does not say when.
    case editWithoutPlace
    case editWithoutChange
    case notText(what: String, found: String)
    case noValue(key: String, expected: String)
    /// A value of the wrong type or out of range.
    case value(ConfigurationError)
}

extension ConfigurationProblem: CustomStringConvertible {
    public var description: String {
        switch self {
        case .syntax(let detail): "this is not YAML: \(detail)"
        case .tabIndentation: "this line is indented with a tab, which YAML does not allow: use spaces"
        case .notUTF8: "the text is not UTF-8: save it as UTF-8"
        case .aliasesWithoutEnd:
            "its aliases (*name) expand to more than \(YAMLExpansion.limit) values: write the values out"
        case .notAMapping(let what, let found):
            "expected \(what) to be a mapping of names to values, found \(found)"
        case .unknownSection(let section, let suggestion, let sections):
            "unknown section '\(section)'"
                + (suggestion.map { "; did you mean '\($0)'?" } ?? ".")
                + " Sections are \(sections.joined(separator: ", ")); besides them, note and edits are allowed"
        case .unknownKey(let section, let name, let suggestion):
            "unknown key '\(name)' in section '\(section)'"
                + (suggestion.map { "; did you mean '\($0)'?" } ?? ":")
                + " `saccade presets show --keys` lists every key"
        case .dottedKey(let section, let name):
            "expected a section, found '\(section).\(name)': write '\(section):' with '\(name):' indented below it"
        case .duplicateKey(let key): "'\(key)' appears more than once: keep one"
        case .notAList(let found):
            "expected 'edits' to be a list of edits, each beginning with '- at: 0.5' or another fraction of the run, "
                + "found \(found)"
        case .editWithoutPlace: "this edit has no time: begin it with '- at: 0.5' or another fraction of the run"
        case .editWithoutChange:
            "this edit changes nothing: write settings below its 'at', for example 'sliding.exponent: 4'"
        case .notText(let what, let found): "expected \(what) to be a single value, found \(found)"
        case .noValue(let key, let expected):
            "\(key) has no value: expected \(expected); for an empty text write \"\""
        case .value(let error): error.description
        }
    }
}
