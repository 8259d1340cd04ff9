import Foundation
import GRDB

/// A row of the history whose columns may hold anything: SQLite keeps any value in any column, and one damaged byte makes text
/// of a number. Every column is read through here, so that the error names the run and the column.
struct StoredRow {
    private let values: Row
    private let table: String
    /// The run, or what else the row belongs to.
    private let run: String

    /// More steps or epochs than anybody makes; all that is counted with them stays within an `Int`.
    static let counts = 0...1_000_000_000_000
    /// Of edits, jobs, tags: from 1.
    static let numbers = 1...1_000_000_000
    /// Seconds since 1970, up to the year 9999.
    static let times = 0.0...253_402_300_799.0

    init(_ values: Row, table: String, run: String) { (self.values, self.table, self.run) = (values, table, run) }

    /// The same row, now that it is known whose it is.
    func of(run: String) -> StoredRow { StoredRow(values, table: table, run: run) }

    func text(_ column: String, limit: Int = StoredText.limit) throws(RunStoreError) -> String {
        guard let text = try optionalText(column, limit: limit) else { throw refusal(column, "text") }
        return text
    }

    /// - Parameter limit: bytes; of a longer text the beginning. Negative: whole.
    func optionalText(_ column: String, limit: Int = StoredText.limit) throws(RunStoreError) -> String? {
        switch storage(column) {
        case .null: return nil
        case .string(let text): return limit < 0 ? text : StoredText.cut(text, limit)
        default: throw refusal(column, "text")
        }
    }

    /// A whole text that is JSON or a path: nothing may be left out of it.
    func wholeText(_ column: String) throws(RunStoreError) -> String { try text(column, limit: -1) }

    func integer(_ column: String, in range: ClosedRange<Int> = StoredRow.counts) throws(RunStoreError) -> Int {
        guard let number = try optionalInteger(column, in: range) else { throw refusal(column, "an integer") }
        return number
    }

    func optionalInteger(
        _ column: String, in range: ClosedRange<Int> = StoredRow.counts
    ) throws(RunStoreError) -> Int? {
        switch storage(column) {
        case .null: return nil
        case .int64(let number) where range.contains(Int(number)): return Int(number)
        // Programs beside ours may have written 3.0 for 3.
        case .double(let number):
            guard let exact = Int(exactly: number), range.contains(exact) else { fallthrough }
            return exact
        default: throw refusal(column, "an integer from \(range.lowerBound) to \(range.upperBound)")
        }
    }

    func number(
        _ column: String,
        in range: ClosedRange<Double> = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
    ) throws(RunStoreError) -> Double {
        guard let number = try optionalNumber(column, in: range) else { throw refusal(column, "a number") }
        return number
    }

    func optionalNumber(
        _ column: String,
        in range: ClosedRange<Double> = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
    ) throws(RunStoreError) -> Double? {
        switch storage(column) {
        case .null: return nil
        case .double(let number) where range.contains(number): return number
        case .int64(let number) where range.contains(Double(number)): return Double(number)
        default:
            throw refusal(
                column,
                range.upperBound == .greatestFiniteMagnitude
                    ? "a number" : "a number from \(range.lowerBound) to \(range.upperBound)")
        }
    }

    /// A value of a curve, where NULL stands for not-a-number and infinities are kept.
    ///
    /// - Parameter origin: the column that it comes from, where the query gives it another name.
    func measurement(_ column: String, from origin: String? = nil) throws(RunStoreError) -> Double {
        switch storage(column) {
        case .null: return .nan
        case .double(let number): return number
        case .int64(let number): return Double(number)
        default:
            throw .damagedValue(
                run: run, column: "\(table).\(origin ?? column)", found: Self.text(of: storage(column)),
                expected: "a number")
        }
    }

    /// Who owns it: all three columns, or nobody.
    func owner() throws(RunStoreError) -> ProcessIdentity? {
        guard let process = try optionalInteger("owner_process", in: 1...Int(Int32.max)),
            let start = try optionalInteger("owner_start", in: 0...Int.max), let boot = try optionalText("owner_boot")
        else { return nil }
        return ProcessIdentity(processIdentifier: Int32(process), startTicks: Int64(start), boot: boot)
    }

    func refusal(_ column: String, _ expected: String) -> RunStoreError {
        .damagedValue(
            run: run, column: "\(table).\(column)", found: Self.text(of: storage(column)), expected: expected)
    }

    /// A column that is not there reads as NULL.
    private func storage(_ column: String) -> DatabaseValue.Storage {
        guard values.hasColumn(column) else { return .null }
        return (values[column] as DatabaseValue).storage
    }

    private static func text(of storage: DatabaseValue.Storage) -> String {
        switch storage {
        case .null: return "nothing (NULL)"
        case .int64(let number): return "\(number)"
        case .double(let number): return "\(number)"
        case .blob(let data): return "\(data.count) bytes that are not text"
        case .string(let text): return shown(text)
        }
    }

    /// The beginning of a text, for a message.
    static func shown(_ text: String) -> String {
        let shown = text.prefix(40).unicodeScalars.map {
            $0.properties.generalCategory == .control ? "?" : String($0)
        }
        return "the text '\(shown.joined())\(text.count > 40 ? "…" : "")'"
    }
}

/// Texts that people write: how long they may be.
enum StoredText {
    /// Bytes of UTF-8 in a note.
    static let limit = 64 << 10

    /// The beginning of a text that is longer than the limit, with the length of the whole: older programs had no limit.
    static func cut(_ text: String, _ limit: Int) -> String {
        let bytes = text.utf8.count
        guard bytes > limit else { return text }
        return String(decoding: text.utf8.prefix(limit), as: UTF8.self) + "… (cut: \(bytes) bytes)"
    }
}
