import Configuration

/// When something is to be done about a run, and what.
///
/// ```
/// validation<30% after 20 epochs: ring, pause
/// dead layer: ring
/// finished: run notify-send "$SACCADE_RUN has ended"
/// ```
///
/// The condition is the name of a health check, `finished`, `failed`, or a curve compared with a number; a comparison holds
/// from the epoch or step on that follows `after`. Every alert is written to the log; besides it may `ring`, `pause`, `stop`,
/// or `run` a command, which takes the rest of the line.
public struct AlertRule: Sendable, Hashable {
    public enum Condition: Sendable, Hashable {
        /// A health check by its name.
        case health(String)
        case finished, failed
        case curve(MetricSeries, AlertRelation, Double, after: Moment?)
    }

    public enum Moment: Sendable, Hashable {
        case epochs(Int), steps(Int)
    }

    public enum Action: Sendable, Hashable {
        case ring, pause, stop
        /// For `/bin/sh -c`.
        case run(String)
    }

    /// As it was written.
    public var text: String
    public var condition: Condition
    public var actions: [Action]

    /// - Parameter description: whose curves can be compared.
    /// - Throws: `AlertError`.
    public init(_ text: String, described description: EngineDescription) throws(AlertError) {
        self.text = text
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map {
            String($0).trimmedBlanks
        }
        guard let condition = parts.first, !condition.isEmpty else { throw .empty }
        self.condition = try Self.condition(condition, description)
        actions = try parts.count > 1 ? Self.actions(parts[1]) : []
    }

    // MARK: Reading

    private static func condition(
        _ text: String, _ description: EngineDescription
    ) throws(AlertError) -> Condition {
        switch text {
        case "finished": return .finished
        case "failed": return .failed
        case "nan": return .health(NotANumber().name)
        default: break
        }
        if HealthCheckCatalogue.all.contains(where: { $0.name == text }) { return .health(text) }
        guard let (name, relation, rest) = AlertRelation.split(text) else {
            let known = HealthCheckCatalogue.all.map(\.name) + ["nan", "finished", "failed"]
            throw .unknownCondition(text, known: known)
        }
        let curves = curves(description)
        guard let series = curves[name] else { throw .unknownCurve(name, known: curves.keys.sorted()) }
        let words = rest.split(separator: " ").map(String.init)
        guard let first = words.first, let value = number(first) else {
            throw .notANumber(words.first ?? "", of: name)
        }
        return .curve(series, relation, value, after: try moment(Array(words.dropFirst())))
    }

    /// What can be compared: every curve by its key, and the best known by the word that people have for it.
    private static func curves(_ description: EngineDescription) -> [String: MetricSeries] {
        var known = Dictionary(description.series.map { ($0.series.rawValue, $0.series) }) { first, _ in first }
        for (word, series) in [
            ("validation", MetricSeries.validationAccuracy), ("val", .validationAccuracy), ("test", .testAccuracy),
            ("loss", .totalLoss), ("cka", .linearCKA), ("gradient", .gradientNorm), ("spikes", .spikeRate),
        ] where known[series.rawValue] != nil {
            known[word] = series
        }
        return known
    }

    private static func number(_ text: String) -> Double? {
        text.hasSuffix("%") ? Double(text.dropLast()).map { $0 / 100 } : Double(text)
    }

    private static func moment(_ words: [String]) throws(AlertError) -> Moment? {
        if words.isEmpty { return nil }
        guard words.count == 3, words[0] == "after", let count = Int(words[1]), count >= 0 else {
            throw .notAMoment(words.joined(separator: " "))
        }
        switch words[2] {
        case "epoch", "epochs": return .epochs(count)
        case "step", "steps": return .steps(count)
        default: throw .notAMoment(words.joined(separator: " "))
        }
    }

    private static func actions(_ text: String) throws(AlertError) -> [Action] {
        var (actions, rest) = ([Action](), text[...])
        while !rest.isEmpty {
            if rest.hasPrefix("run ") {
                actions.append(.run(String(rest.dropFirst(4)).trimmedBlanks))
                return actions
            }
            let word = String(rest.prefix { $0 != "," }).trimmedBlanks
            rest = rest.drop { $0 != "," }.dropFirst().drop { $0 == " " }
            switch word {
            case "ring": actions.append(.ring)
            case "pause": actions.append(.pause)
            case "stop": actions.append(.stop)
            case "log", "": break
            default: throw .unknownAction(word)
            }
        }
        return actions
    }
}

/// How a curve's value is compared. One that is no number holds in none.
public enum AlertRelation: String, Sendable, Hashable, CaseIterable {
    case atMost = "<="
    case atLeast = ">="
    case below = "<"
    case above = ">"

    func holds(_ value: Double, _ limit: Double) -> Bool {
        switch self {
        case .atMost: value <= limit
        case .atLeast: value >= limit
        case .below: value < limit
        case .above: value > limit
        }
    }

    /// What stands before the sign, the sign, and what follows it.
    static func split(_ text: String) -> (before: String, relation: AlertRelation, after: String)? {
        guard let start = text.firstIndex(where: { $0 == "<" || $0 == ">" }) else { return nil }
        guard let relation = allCases.first(where: { text[start...].hasPrefix($0.rawValue) }) else { return nil }
        let after = text[text.index(start, offsetBy: relation.rawValue.count)...]
        return (String(text[..<start]).trimmedBlanks, relation, String(after).trimmedBlanks)
    }
}

/// What is wrong with a rule.
public enum AlertError: Error, Sendable, Hashable, CustomStringConvertible {
    case empty
    case unknownCondition(String, known: [String])
    case unknownCurve(String, known: [String])
    case notANumber(String, of: String)
    case notAMoment(String)
    case unknownAction(String)

    public var description: String {
        func near(_ word: String, _ known: [String]) -> String {
            NearestWord.nearest(to: word, among: known).map { "; did you mean '\($0)'?" } ?? ""
        }
        return switch self {
        case .empty: "a rule needs a condition, such as validation<30% after 20 epochs: ring"
        case .unknownCondition(let text, let known):
            "'\(text)' is not a condition: write a comparison such as validation<30%, or one of "
                + known.joined(separator: ", ") + near(text, known)
        case .unknownCurve(let name, let known):
            "there is no curve '\(name)'\(near(name, known)) Known: \(known.joined(separator: ", "))"
        case .notANumber(let found, let name): "'\(found)' after \(name) is not a number, such as 0.3 or 30%"
        case .notAMoment(let found): "'\(found)' is not a time: write after 20 epochs, or after 500 steps"
        case .unknownAction(let word): "'\(word)' is not an action: write ring, pause, stop, log, or run COMMAND"
        }
    }
}

extension StringProtocol {
    /// Without blanks at both ends.
    fileprivate var trimmedBlanks: String {
        var text = drop { $0 == " " || $0 == "\t" }[...]
        while text.last == " " || text.last == "\t" { text = text.dropLast() }
        return String(text)
    }
}
