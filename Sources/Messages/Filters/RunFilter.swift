import Configuration
import Foundation

/// Which runs are meant: the language of the filter line and of `runs list --filter`.
///
/// ```
/// tag:slide acc>50           tagged slide, and more than 50 % right
/// nmnist -state:failed       the word in name, identifier, data set or a tag; not failed
/// name="few shot" age<2d     exactly this name; made within the last two days
/// state:running,paused       one or the other
/// ```
///
/// Words are joined by *and*. `:` finds text inside, `=` the whole of it; numbers take `=`, `!=`, `<`, `<=`, `>`, `>=`.
/// A run that lacks a figure matches no comparison with it.
public struct RunFilter: Sendable, Hashable {
    enum Relation: String, Sendable, Hashable, CaseIterable {
        // The longer ones first, so that they are found first.
        case atMost = "<="
        case atLeast = ">="
        case differs = "!="
        case contains = ":"
        case equals = "="
        case less = "<"
        case more = ">"
    }

    struct Term: Sendable, Hashable {
        var isNegated = false
        var condition: Condition
    }

    enum Condition: Sendable, Hashable {
        case word(String)
        case text(TextField, Relation, alternatives: [String])
        case number(NumberField, Relation, Double)
    }

    enum TextField: String, Sendable, CaseIterable {
        case name, id, tag, note, set, parent, state, preset
    }

    enum NumberField: String, Sendable, CaseIterable {
        /// Percent of the test recordings, or of the validation recordings before there is a test.
        case acc
        case test, val, loss, epoch, epochs, step, edits, seed, fork, age
    }

    var terms: [Term]

    /// Matches every run.
    public init() { terms = [] }

    public var isEmpty: Bool { terms.isEmpty }

    /// - Throws: `RunFilterError` that says which word is wrong and what was expected.
    public init(_ text: String) throws(RunFilterError) {
        terms = []
        for word in try Self.words(of: text) { terms.append(try Self.term(word)) }
    }

    /// Every name that may stand before a relation, for help and completion.
    public static let fields: [String] = TextField.allCases.map(\.rawValue) + NumberField.allCases.map(\.rawValue)

    /// - Parameter now: seconds since 1970, for `age`.
    public func matches(_ run: RunSummary, now: Double = Date().timeIntervalSince1970) -> Bool {
        terms.allSatisfy { $0.condition.holds(for: run, now: now) != $0.isNegated }
    }
}

public enum RunFilterError: Error, Sendable, Hashable, CustomStringConvertible {
    case unknownField(String, suggestion: String?)
    case notANumber(field: String, found: String, expected: String)
    case unsuitableRelation(field: String, relation: String, expected: String)
    case noValue(String)
    case unclosedQuote(String)

    public var description: String {
        switch self {
        case .unknownField(let name, let suggestion):
            "a filter knows no '\(name)'" + (suggestion.map { ": did you mean '\($0)'? " } ?? ": ")
                + "Fields are \(RunFilter.fields.joined(separator: ", "))"
        case .notANumber(let field, let found, let expected):
            "'\(found)' after \(field) is not \(expected)"
        case .unsuitableRelation(let field, let relation, let expected):
            "'\(relation)' does not go with \(field): write \(expected)"
        case .noValue(let word): "'\(word)' says nothing after the sign: write a value there"
        case .unclosedQuote(let word): "the quote in '\(word)' has no end: add \""
        }
    }
}

// MARK: - Reading

extension RunFilter {
    /// Words between blanks; quotes hold blanks together.
    private static func words(of text: String) throws(RunFilterError) -> [String] {
        var words: [String] = []
        var word = ""
        var isQuoted = false
        for character in text {
            if character == "\"" { isQuoted.toggle() }
            if character.isWhitespace, !isQuoted {
                if !word.isEmpty { words.append(word) }
                word = ""
            } else {
                word.append(character)
            }
        }
        if isQuoted { throw .unclosedQuote(word) }
        return word.isEmpty ? words : words + [word]
    }

    private static func term(_ word: String) throws(RunFilterError) -> Term {
        let isNegated = word.hasPrefix("-") && word.count > 1
        let body = isNegated ? String(word.dropFirst()) : word
        return Term(isNegated: isNegated, condition: try condition(body))
    }

    private static func condition(_ body: String) throws(RunFilterError) -> Condition {
        let letters = body.prefix { $0.isLetter }
        let rest = body.dropFirst(letters.count)
        guard !letters.isEmpty, let relation = Relation.allCases.first(where: { rest.hasPrefix($0.rawValue) }) else {
            return .word(unquoted(body))
        }
        let name = letters.lowercased()
        let value = String(rest.dropFirst(relation.rawValue.count))
        guard !unquoted(value).isEmpty else { throw .noValue(body) }
        if let field = TextField(rawValue: name) {
            guard [.contains, .equals, .differs].contains(relation) else {
                throw .unsuitableRelation(field: name, relation: relation.rawValue, expected: "\(name):\(value)")
            }
            return .text(field, relation, alternatives: alternatives(value))
        }
        if let field = NumberField(rawValue: name) {
            return .number(field, relation == .contains ? .equals : relation, try number(unquoted(value), field))
        }
        throw .unknownField(name, suggestion: NearestWord.nearest(to: name, among: fields))
    }

    /// Between commas outside of quotes.
    private static func alternatives(_ value: String) -> [String] {
        var parts = [""]
        var isQuoted = false
        for character in value {
            if character == "\"" {
                isQuoted.toggle()
            } else if character == ",", !isQuoted {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
        }
        let full = parts.filter { !$0.isEmpty }
        return full.isEmpty ? [unquoted(value)] : full
    }

    private static func unquoted(_ text: String) -> String { text.filter { $0 != "\"" } }

    private static func number(_ text: String, _ field: NumberField) throws(RunFilterError) -> Double {
        var digits = text
        var factor = 1.0
        if field == .age {
            let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604_800]
            factor = units["d"] ?? 1
            if let unit = text.last.flatMap({ units[$0] }) {
                factor = unit
                digits.removeLast()
            }
        } else if field.isPercentage, digits.hasSuffix("%") {
            digits.removeLast()
        }
        guard let number = Double(digits), number.isFinite else {
            throw .notANumber(field: field.rawValue, found: text, expected: field.expectation)
        }
        return number * factor
    }
}

extension RunFilter.NumberField {
    var isPercentage: Bool { [.acc, .test, .val].contains(self) }

    var expectation: String {
        switch self {
        case .age: "an age such as 30m, 12h or 2d"
        case .acc, .test, .val: "a percentage such as 50"
        default: "a number"
        }
    }

    func value(of run: RunSummary, now: Double) -> Double? {
        switch self {
        case .acc: (run.testAccuracy ?? run.validationAccuracy).map { $0 * 100 }
        case .test: run.testAccuracy.map { $0 * 100 }
        case .val: run.validationAccuracy.map { $0 * 100 }
        case .loss: run.lastLoss
        case .epoch: Double(run.epoch)
        case .epochs: Double(run.epochs)
        case .step: Double(run.optimizerStep)
        case .edits: Double(run.editCount)
        case .seed: Double(run.seed)
        case .fork: run.forkStep.map(Double.init)
        case .age: now - run.created
        }
    }
}

// MARK: - Matching

extension RunFilter.Condition {
    func holds(for run: RunSummary, now: Double) -> Bool {
        switch self {
        case .word(let word):
            return ([run.name, run.id, run.dataSet] + run.tags).contains { $0.holds(word) }
        case .text(let field, let relation, let alternatives):
            let found = field.texts(of: run).contains { text in
                alternatives.contains {
                    relation == .contains ? text.holds($0) : text.caseInsensitiveCompare($0) == .orderedSame
                }
            }
            return found == (relation != .differs)
        case .number(let field, let relation, let wanted):
            guard let value = field.value(of: run, now: now) else { return false }
            // What is shown with one digit after the point is found by what is shown.
            let isEqual = abs(value - wanted) < (field.isPercentage ? 0.05 : 1e-9)
            switch relation {
            case .equals, .contains: return isEqual
            case .differs: return !isEqual
            case .less: return value < wanted
            case .more: return value > wanted
            case .atMost: return value <= wanted || isEqual
            case .atLeast: return value >= wanted || isEqual
            }
        }
    }
}

extension RunFilter.TextField {
    func texts(of run: RunSummary) -> [String] {
        switch self {
        case .name: [run.name]
        case .id: [run.id]
        case .tag: run.tags
        case .note: [run.note]
        case .set: [run.dataSet]
        case .parent: run.parent.map { [$0] } ?? []
        case .preset: run.preset.map { [$0] } ?? []
        case .state: [run.stateName]
        }
    }
}

extension String {
    /// Upper and lower case are the same.
    fileprivate func holds(_ part: String) -> Bool { range(of: part, options: .caseInsensitive) != nil }
}
