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
        "empty, or edits such as 0.375 sliding.exponent=4; 0.5 loss.domain_coefficient=0.3, each at a fraction of the run"

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
                changes.append(
                    KnobChange(
                        key: String(word[..<equals]),
                        value: KnobValue(guessing: String(word[word.index(after: equals)...]))))
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
                key: key, found: KnobValue.number(progress).description, expected: "a fraction of the run from 0 to 1")
        }
        return ScheduledEdit(progress: progress, changes: changes)
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

extension EngineDescription {
    /// A change that an edit of a run can make, from text.
    ///
    /// - Throws: `ConfigurationError` for keys that do not exist or are not live, and values that do not fit.
    public func liveChange(_ key: String, _ text: String) throws(ConfigurationError) -> KnobChange {
        let knob = try knob(key)
        guard knob.isLive else { throw .notLive(key: key) }
        return KnobChange(key: knob.key, value: try value(of: text, for: knob))
    }

    /// - Throws: `ConfigurationError` for a scheduled edit that could not be made.
    func checkEdits(of configuration: RunConfiguration) throws(ConfigurationError) {
        for edit in try scheduledEdits(of: configuration) {
            for change in edit.changes { _ = try liveChange(change.key, change.value.description) }
        }
    }

    /// Edits that the engine makes by itself, in order.
    ///
    /// - Throws: `ConfigurationError` that says what of the schedule cannot be read.
    public func scheduledEdits(of configuration: RunConfiguration) throws(ConfigurationError) -> [ScheduledEdit] {
        var edits = try configuration.scheduledEdits()
        for index in edits.indices {
            for place in edits[index].changes.indices {
                let change = edits[index].changes[place]
                if let knob = knownKnob(change.key), let value = try? knob.checked(change.value) {
                    edits[index].changes[place] = KnobChange(key: knob.key, value: value)
                }
            }
        }
        return edits
    }
}

extension RunConfiguration {
    /// As they stand, whatever the engine knows of their keys.
    ///
    /// - Throws: `ConfigurationError` that says what of the schedule cannot be read.
    public func scheduledEdits() throws(ConfigurationError) -> [ScheduledEdit] {
        guard let value = stored(EditSchedule.key) else { return [] }
        return try EditSchedule.edits(fromText: value.description)
    }

    public mutating func setScheduledEdits(_ edits: [ScheduledEdit]) {
        store(.text(EditSchedule.text(of: edits)), of: EditSchedule.key, default: .text(""))
    }
}
