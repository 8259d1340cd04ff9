import Configuration
import Foundation
import Messages

/// Values that are kept as JSON text in the database.
enum StoredJSON {
    /// - Parameter description: for what holds settings: each is written with its value.
    static func text(
        _ value: some Encodable, run: String, _ description: EngineDescription? = nil
    ) throws(RunStoreError) -> String {
        do {
            let encoder = description?.encoder ?? JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(value), as: UTF8.self)
        } catch {
            throw .unreadableRun(run: run, detail: "\(error)")
        }
    }

    /// - Parameter column: of the table `runs`.
    static func configuration(
        _ text: String, run: String, column: String, _ description: EngineDescription
    ) throws(RunStoreError) -> RunConfiguration {
        try value(
            RunConfiguration.self, text, run: run, column: "runs." + column, what: "the settings of a run", description)
    }

    static func differences(_ text: String, run: String) throws(RunStoreError) -> [KnobDifference] {
        try value([KnobDifference].self, text, run: run, column: "edits.differences", what: "a list of changes")
    }

    /// - Parameters:
    ///   - column: with its table.
    ///   - what: it should be, in words.
    ///   - description: for what holds settings.
    /// - Throws: `damagedValue`; `unreadableRun` for settings of another type than their knobs'.
    static func value<Value: Decodable>(
        _ type: Value.Type, _ text: String, run: String, column: String, what: String,
        _ description: EngineDescription? = nil
    ) throws(RunStoreError) -> Value {
        do {
            return try (description?.decoder ?? JSONDecoder()).decode(type, from: Data(text.utf8))
        } catch let error as ConfigurationError {
            throw .unreadableRun(run: run, detail: "\(column): \(error.description)")
        } catch {
            throw .damagedValue(
                run: run, column: column, found: StoredRow.shown(text),
                expected: "\(what) as JSON" + ((error as? DecodingError).map { "; " + fault($0) } ?? ""))
        }
    }

    /// What does not fit, and where in the JSON.
    private static func fault(_ error: DecodingError) -> String {
        func place(_ path: [any CodingKey]) -> String {
            path.isEmpty
                ? "the value" : "'\(path.map { $0.intValue.map { "\($0)" } ?? $0.stringValue }.joined(separator: "."))'"
        }
        switch error {
        case .keyNotFound(let key, let context): return "\(place(context.codingPath + [key])) is missing"
        case .typeMismatch(_, let context): return "\(place(context.codingPath)) is a value of another type"
        case .valueNotFound(_, let context): return "\(place(context.codingPath)) is null"
        case .dataCorrupted(let context) where context.codingPath.isEmpty: return "it is not JSON"
        case .dataCorrupted(let context): return "\(place(context.codingPath)) is invalid"
        @unknown default: return "it is invalid"
        }
    }

    static func text(_ origin: AppliedEdit.Origin) -> String {
        switch origin {
        case .user: "user"
        case .undo(let number): "undo \(number)"
        case .redo(let number): "redo \(number)"
        case .schedule(let number): "schedule \(number)"
        }
    }

    /// `nil` for what no program has written.
    static func origin(_ text: String) -> AppliedEdit.Origin? {
        let words = text.split(separator: " ")
        let number = words.last.flatMap { Int($0) }.flatMap { (0...1_000_000_000).contains($0) ? $0 : nil }
        switch (words.first, number) {
        case ("user", _): return .user
        case ("undo", let number?): return .undo(of: number)
        case ("redo", let number?): return .redo(of: number)
        case ("schedule", let number?): return .schedule(number)
        default: return nil
        }
    }
}
