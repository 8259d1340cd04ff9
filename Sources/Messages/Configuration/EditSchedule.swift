import Foundation

/// An edit that the engine makes by itself when the run has come this far.
public struct ScheduledEdit: Sendable, Hashable, Codable {
    /// Share of the run's optimizer steps, 0…1.
    public var progress: Double
    /// Of live knobs, in the order in which they are made.
    public var changes: [KnobChange]

    public init(progress: Double, changes: [KnobChange]) { (self.progress, self.changes) = (progress, changes) }

    /// The optimizer step before which it is made. `progress` = step / total gives exactly that step again.
    public func optimizerStep(of totalSteps: Int) -> Int { Int((progress * Double(totalSteps)).rounded()) }
}

/// The edits of a configuration as text: `0.375 sliding.exponent=4; 0.5 loss.domain_coefficient=0.3 data.crop=false`.
///
/// A value with blanks or semicolons stands in double quotes. In presets the same is a list under `edits:`.
public enum EditSchedule {
    static let expectation =
        "nothing, or edits such as 0.375 sliding.exponent=4; 0.5 loss.domain_coefficient=0.3, each at a share of the run"

    /// The text of edits in the order of their progress.
    public static func text(of edits: [ScheduledEdit]) -> String {
        sorted(edits).map { edit in
            ([KnobValue.number(edit.progress).description]
                + edit.changes.map { "\($0.key)=\(quoted($0.value.description))" }).joined(separator: " ")
        }.joined(separator: "; ")
    }

    /// Reads what `text(of:)` writes.
    ///
    /// - Throws: `ConfigurationError` that names the key, or the part that is not an edit.
    public static func edits(fromText text: String) throws(ConfigurationError) -> [ScheduledEdit] {
        var edits: [ScheduledEdit] = []
        for words in words(of: text) {
            guard let first = words.first else { continue }
            guard let progress = Double(first), words.count > 1 else {
                throw .wrongType(key: key, found: words.joined(separator: " "), expected: expectation)
            }
            var changes: [KnobChange] = []
            for word in words.dropFirst() {
                guard let equals = word.firstIndex(of: "=") else { throw .malformedAssignment(word) }
                changes.append(try change(String(word[..<equals]), String(word[word.index(after: equals)...])))
            }
            edits.append(try edit(at: progress, changes))
        }
        return sorted(edits)
    }

    /// - Throws: `ConfigurationError.outOfRange` if there is no such place in a run.
    public static func edit(
        at progress: Double, _ changes: [KnobChange]
    ) throws(ConfigurationError) -> ScheduledEdit {
        guard progress.isFinite, (0...1).contains(progress) else {
            throw .outOfRange(
                key: key, found: KnobValue.number(progress).description, expected: "a share of the run from 0 to 1")
        }
        return ScheduledEdit(progress: progress, changes: changes)
    }

    /// - Throws: `ConfigurationError` for keys that do not exist or are not live, and values that do not fit.
    public static func change(_ key: String, _ text: String) throws(ConfigurationError) -> KnobChange {
        let knob = try KnobCatalogue.knob(key)
        guard knob.isLive else { throw .notLive(key: key) }
        return KnobChange(key: key, value: try knob.parse(text))
    }

    public static let key = "training.edits"

    /// Edits at the same place stay in their order.
    private static func sorted(_ edits: [ScheduledEdit]) -> [ScheduledEdit] {
        edits.enumerated().sorted { ($0.element.progress, $0.offset) < ($1.element.progress, $1.offset) }
            .map(\.element)
    }

    private static func quoted(_ value: String) -> String {
        guard value.isEmpty || value.contains(where: { $0.isWhitespace || $0 == ";" || $0 == "\"" }) else {
            return value
        }
        return "\"" + value.replacingOccurrences(of: "\"", with: "\"\"") + "\""
    }

    /// Words of each part between semicolons; quotes hold a word together, and two in a row stand for one.
    private static func words(of text: String) -> [[String]] {
        var parts: [[String]] = [[]]
        var word: String?
        var isQuoted = false
        var characters = Array(text)[...]
        while let character = characters.popFirst() {
            if isQuoted {
                if character != "\"" {
                    word = (word ?? "") + String(character)
                } else if characters.first == "\"" {
                    word = (word ?? "") + String(characters.removeFirst())
                } else {
                    isQuoted = false
                }
            } else if character == "\"" {
                (isQuoted, word) = (true, word ?? "")
            } else if character.isWhitespace || character == ";" {
                if let word { parts[parts.count - 1].append(word) }
                word = nil
                if character == ";" { parts.append([]) }
            } else {
                word = (word ?? "") + String(character)
            }
        }
        if let word { parts[parts.count - 1].append(word) }
        return parts
    }
}

extension RunConfiguration {
    /// Edits that the engine makes by itself, in order.
    public var scheduledEdits: [ScheduledEdit] {
        get { (try? EditSchedule.edits(fromText: training.edits)) ?? [] }
        set { training.edits = EditSchedule.text(of: newValue) }
    }

    /// This configuration with the edits of a run as a schedule, so that a new run makes them at the same steps.
    ///
    /// - Parameter totalSteps: of the run; more than 0.
    public func scheduling(_ edits: [AppliedEdit], totalSteps: Int) -> RunConfiguration {
        var result = self
        result.scheduledEdits = edits.map { edit in
            ScheduledEdit(
                progress: Double(edit.optimizerStep) / Double(max(1, totalSteps)),
                changes: edit.differences.map { KnobChange(key: $0.key, value: $0.new) })
        }
        return result
    }
}
