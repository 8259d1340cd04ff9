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
        do {
            return try JSONDecoder().decode(RunConfiguration.self, from: Data(text.utf8))
        } catch {
            throw .unreadableRun(run: run, detail: "\(error)")
        }
    }

    /// JSON does not tell 3 from 3.0: each knob puts its values into their own case again.
    static func differences(_ text: String, run: String) throws(RunStoreError) -> [KnobDifference] {
        do {
            return try JSONDecoder().decode([KnobDifference].self, from: Data(text.utf8)).map { difference in
                guard let knob = try? KnobCatalogue.knob(difference.key) else { return difference }
                var restored = difference
                restored.old = (try? knob.parse(difference.old.description)) ?? difference.old
                restored.new = (try? knob.parse(difference.new.description)) ?? difference.new
                return restored
            }
        } catch {
            throw .unreadableRun(run: run, detail: "\(error)")
        }
    }

    static func text(_ origin: AppliedEdit.Origin) -> String {
        switch origin {
        case .user: "user"
        case .undo(let number): "undo \(number)"
        case .redo(let number): "redo \(number)"
        }
    }

    static func origin(_ text: String, run: String) throws(RunStoreError) -> AppliedEdit.Origin {
        let words = text.split(separator: " ")
        switch (words.first, words.last.flatMap { Int($0) }) {
        case ("user", _): return .user
        case ("undo", let number?): return .undo(of: number)
        case ("redo", let number?): return .redo(of: number)
        default: throw .unreadableRun(run: run, detail: "unknown origin '\(text)' of an edit")
        }
    }
}
