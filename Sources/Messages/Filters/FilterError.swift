import Configuration

/// What is wrong with a word of a filter.
public enum FilterError: Error, Sendable, Hashable, CustomStringConvertible {
    case unknownField(String, known: [String])
    case notANumber(field: String, found: String, expected: String)
    case unsuitableRelation(field: String, relation: String, expected: String)
    case noValue(String)
    case unclosedQuote(String)

    public var description: String {
        switch self {
        case .unknownField(let name, let known):
            "unknown filter field '\(name)'"
                + (NearestWord.nearest(to: name, among: known).map { "; did you mean '\($0)'? " } ?? ". ")
                + "Known: \(known.joined(separator: ", "))"
        case .notANumber(let field, let found, let expected): "'\(found)' after \(field) is not \(expected)"
        case .unsuitableRelation(let field, let relation, let expected):
            "'\(relation)' cannot be used with \(field): write \(expected)"
        case .noValue(let word): "'\(word)' has no value after the operator: add one"
        case .unclosedQuote(let word): "the quote in '\(word)' is not closed: add \""
        }
    }
}
