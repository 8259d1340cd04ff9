import Foundation
import Messages

/// Values that are kept as JSON text in the database.
enum StoredJSON {
    static func text(_ value: some Encodable, run: String) throws(RunStoreError) -> String {
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(value), as: UTF8.self)
        } catch {
            throw .unreadableRun(run: run, detail: "\(error)")
        }
    }

    static func configuration(_ text: String, run: String) throws(RunStoreError) -> RunConfiguration {
        try value(RunConfiguration.self, text, run: run)
    }

    static func value<Value: Decodable>(_ type: Value.Type, _ text: String, run: String) throws(RunStoreError) -> Value
    {
        do {
            return try JSONDecoder().decode(type, from: Data(text.utf8))
        } catch {
            throw .unreadableRun(run: run, detail: "\(error)")
        }
    }

    static func differences(_ text: String, run: String) throws(RunStoreError) -> [KnobDifference] {
        try value([KnobDifference].self, text, run: run)
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
