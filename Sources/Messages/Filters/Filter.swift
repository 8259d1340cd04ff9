import Foundation

/// Which items of a list are meant: the language of the filter lines of the screens and of `--filter`.
///
/// ```
/// tag:slide acc>50           tagged slide, and more than 50 % right
/// nmnist -state:failed       the word in what is searched for words; not failed
/// name="few shot" age<2d     exactly this name; made within the last two days
/// state:running,paused       one or the other
/// ```
///
/// Words are joined by *and*; `-` before one means the opposite. `:` finds text inside, `=` the whole of it; numbers take
/// `=`, `!=`, `<`, `<=`, `>`, `>=`. Upper and lower case are the same. An item that lacks a figure matches no comparison
/// with it.
public struct Filter<Item: Filterable>: Sendable {
    struct Term: Sendable {
        var isNegated: Bool
        var condition: Condition
    }

    enum Condition: Sendable {
        case word(String)
        case text(@Sendable (Item) -> [String], FilterRelation, alternatives: [String])
        case number(FilterField<Item>, FilterUnit, FilterRelation, Double)
    }

    private var terms: [Term] = []

    /// - Throws: `FilterError` that says which word is wrong and what was expected.
    public init(_ text: String) throws(FilterError) {
        for word in FilterWord.words(of: text) {
            terms.append(Term(isNegated: word.isNegated, condition: try Self.condition(word)))
        }
    }

    /// Names of the fields of text and of those of numbers, for help.
    public static var textFields: [String] { Item.filterFields.filter(\.isText).map(\.name) }
    public static var numberFields: [String] { Item.filterFields.filter { !$0.isText }.map(\.name) }

    /// Without the comparisons with figures.
    public var withoutNumbers: Self {
        var copy = self
        copy.terms.removeAll { if case .number = $0.condition { true } else { false } }
        return copy
    }

    /// Whether a field of numbers is compared with.
    public func asks(for field: String) -> Bool {
        terms.contains { if case .number(let asked, _, _, _) = $0.condition { asked.name == field } else { false } }
    }

    /// - Parameter now: seconds since 1970, for ages.
    public func matches(_ item: Item, now: Double = Date().timeIntervalSince1970) -> Bool {
        terms.allSatisfy { $0.condition.holds(for: item, now: now) != $0.isNegated }
    }

    private static func condition(_ word: FilterWord) throws(FilterError) -> Condition {
        if word.isUnclosed { throw .unclosedQuote(word.text) }
        guard let comparison = word.comparison else { return .word(FilterWord.unquoted(word.text)) }
        let name = comparison.field
        guard let field = Item.filterFields.first(where: { $0.name == name || $0.aliases.contains(name) }) else {
            throw .unknownField(name, known: Item.filterFields.flatMap { [$0.name] + $0.aliases })
        }
        let value = FilterWord.unquoted(comparison.value)
        guard !value.isEmpty else { throw .noValue(word.text) }
        switch field.values {
        case .text(let texts):
            guard [.contains, .equals, .differs].contains(comparison.relation) else {
                throw .unsuitableRelation(
                    field: name, relation: comparison.relation.rawValue, expected: "\(name):\(comparison.value)")
            }
            return .text(texts, comparison.relation, alternatives: FilterWord.alternatives(comparison.value))
        case .number(let unit, _):
            guard let number = unit.number(value) else {
                throw .notANumber(field: name, found: value, expected: unit.expectation)
            }
            return .number(field, unit, comparison.relation == .contains ? .equals : comparison.relation, number)
        }
    }
}

extension Filter.Condition {
    func holds(for item: Item, now: Double) -> Bool {
        switch self {
        case .word(let word): return item.filterWords.contains { $0.holds(word) }
        case .text(let texts, let relation, let alternatives):
            let found = texts(item).contains { text in
                alternatives.contains {
                    relation == .contains ? text.holds($0) : text.caseInsensitiveCompare($0) == .orderedSame
                }
            }
            return found == (relation != .differs)
        case .number(let field, let unit, let relation, let wanted):
            guard let value = field.number(of: item, now: now) else { return false }
            let isEqual = abs(value - wanted) < unit.tolerance
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

extension String {
    /// Upper and lower case are the same.
    fileprivate func holds(_ part: String) -> Bool { range(of: part, options: .caseInsensitive) != nil }
}
