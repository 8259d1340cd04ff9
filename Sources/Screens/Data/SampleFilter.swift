import Foundation
import Messages

/// What a sample list is limited to: words, and comparisons such as `events>4000`, `time<0.5`, `class:3`, `split:test`;
/// `-` before one of them means the opposite. All must hold.
struct SampleFilter: Sendable, Hashable {
    private var terms: [Term] = []

    struct Term: Sendable, Hashable {
        var isNegated: Bool
        var condition: Condition
    }

    enum Condition: Sendable, Hashable {
        case word(String)
        case name(String), label(String), split(String)
        case events(Comparison, Double), seconds(Comparison, Double)
    }

    enum Comparison: String, Sendable, Hashable, CaseIterable {
        case atMost = "<="
        case atLeast = ">="
        case less = "<"
        case more = ">"
        case equals = "="

        func holds(_ left: Double, _ right: Double) -> Bool {
            switch self {
            case .atMost: left <= right
            case .atLeast: left >= right
            case .less: left < right
            case .more: left > right
            case .equals: left == right
            }
        }
    }

    /// What is none of the known comparisons is a word.
    init(_ text: String) {
        for part in text.split(separator: " ") {
            let isNegated = part.hasPrefix("-") && part.count > 1
            let body = String(isNegated ? part.dropFirst() : part)
            terms.append(Term(isNegated: isNegated, condition: Self.condition(body)))
        }
    }

    var asksForEvents: Bool { terms.contains { if case .events = $0.condition { true } else { false } } }
    var asksForDuration: Bool { terms.contains { if case .seconds = $0.condition { true } else { false } } }

    /// What looks like a comparison and cannot be one.
    static func problem(of text: String) -> String? {
        for part in text.split(separator: " ") {
            let body = part.hasPrefix("-") ? part.dropFirst() : part
            let field = body.prefix { $0.isLetter }.lowercased()
            let rest = body.dropFirst(field.count)
            guard Comparison.allCases.contains(where: { rest.hasPrefix($0.rawValue) }), !field.isEmpty,
                case .word = condition(String(body))
            else { continue }
            return ["events", "time"].contains(field)
                ? "'\(body)' compares with no number: write \(field)>\(field == "time" ? "0.5" : "4k")"
                : "a filter compares events and time, not '\(field)': events>4k, time<0.5"
        }
        return nil
    }

    /// The words of a filter that can be told without reading a recording.
    static func withoutFigures(_ text: String) -> String {
        text.split(separator: " ").filter { part in
            switch condition(String(part.hasPrefix("-") && part.count > 1 ? part.dropFirst() : part)) {
            case .events, .seconds: false
            default: true
            }
        }.joined(separator: " ")
    }

    private static func condition(_ body: String) -> Condition {
        let field = body.prefix { $0.isLetter }.lowercased()
        let rest = body.dropFirst(field.count)
        if rest.hasPrefix(":"), rest.count > 1 {
            let value = String(rest.dropFirst())
            switch field {
            case "class", "label": return .label(value)
            case "split": return .split(value)
            case "name": return .name(value)
            default: break
            }
        }
        if let comparison = Comparison.allCases.first(where: { rest.hasPrefix($0.rawValue) }) {
            let digits = rest.dropFirst(comparison.rawValue.count)
            let isThousands = digits.hasSuffix("k")
            if let number = Double(isThousands ? digits.dropLast() : digits) {
                if field == "events" { return .events(comparison, isThousands ? number * 1000 : number) }
                if field == "time" { return .seconds(comparison, number) }
            }
        }
        return .word(body)
    }

    func matches(_ sample: SampleSummary, className: String) -> Bool {
        terms.allSatisfy { $0.condition.holds(for: sample, className) != $0.isNegated }
    }
}

extension SampleFilter.Condition {
    func holds(for sample: SampleSummary, _ className: String) -> Bool {
        func has(_ text: String, _ part: String) -> Bool { text.range(of: part, options: .caseInsensitive) != nil }
        switch self {
        case .word(let word): return has(sample.name + " " + className + " " + sample.split, word)
        case .name(let part): return has(sample.name, part)
        case .label(let part): return has(className, part)
        case .split(let part): return has(sample.split, part)
        // What is not known matches no comparison.
        case .events(let comparison, let number):
            return sample.eventCount.map { comparison.holds(Double($0), number) } ?? false
        case .seconds(let comparison, let number):
            return sample.durationMicroseconds.map { comparison.holds(Double($0) / 1e6, number) } ?? false
        }
    }
}
