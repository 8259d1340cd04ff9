/// Why a file could not be read or written. Every text says what was found, where, what was expected and what to do.
public enum FileFormatError: Error, Sendable, Hashable {
    /// The file cannot be opened or read at all.
    case unreadable(path: String, reason: String)
    /// The file cannot be written; what was there before is untouched.
    case unwritable(path: String, reason: String)
    /// The bytes contradict the format. `offset` counts from the file's first byte (after inflation, if it is gzip).
    case damaged(path: String, offset: Int, found: String, expected: String, advice: String)
    /// The bytes are those of the format, but an event cannot be: `event` counts from 0.
    case implausible(path: String, event: Int, found: String, expected: String, advice: String)
    /// The file is well formed, but of a kind that is not read here.
    case unsupported(path: String, offset: Int, found: String, expected: String, advice: String)
    /// No known format recognizes the file.
    case unrecognized(path: String, found: String, known: [String])
    /// A format cannot hold what is to be written.
    case unsuitable(format: String, found: String, expected: String)
    /// A container is sound but does not hold what was asked for.
    case missingEntry(path: String, name: String, present: [String])
    /// A container holds the entry, but as another type or shape than asked for.
    case entryMismatch(path: String, name: String, found: String, expected: String)
    /// A table is sound, but which column is which, or what unit its times have, cannot be told. `readings` are ways to say it.
    case unclearTable(path: String, found: String, reason: String, readings: [String])
    /// What a file would unpack to is more than a file of its size may.
    case tooLarge(path: String, what: String, size: Int, limit: Int)
}

extension FileFormatError {
    /// Where the bytes contradict the format; `nil` where no place can be named.
    public var offset: Int? {
        switch self {
        case .damaged(_, let offset, _, _, _), .unsupported(_, let offset, _, _, _): offset
        default: nil
        }
    }
}

extension FileFormatError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreadable(let path, let reason):
            "\(path): cannot be read: \(reason)"
        case .unwritable(let path, let reason):
            "\(path): cannot be written: \(reason)"
        case .damaged(let path, let offset, let found, let expected, let advice):
            "\(path): damaged at byte \(offset): found \(found), expected \(expected); \(advice)"
        case .implausible(let path, let event, let found, let expected, let advice):
            "\(path): damaged at event \(event): found \(found), expected \(expected); \(advice)"
        case .unsupported(let path, let offset, let found, let expected, let advice):
            "\(path): not supported, byte \(offset): found \(found), expected \(expected); \(advice)"
        case .unrecognized(let path, let found, let known):
            "\(path): unknown format: found \(found), expected one of \(known.joined(separator: ", ")); "
                + "check that this is the file you meant"
        case .unsuitable(let format, let found, let expected):
            "the format \(format) cannot represent this: found \(found), expected \(expected); choose another format"
        case .missingEntry(let path, let name, let present):
            "\(path): has no '\(name)', but \(Self.list(present)); check that this is the file you meant"
        case .entryMismatch(let path, let name, let found, let expected):
            "\(path): '\(name)' is \(found), expected \(expected); check that this is the file you meant"
        case .unclearTable(let path, let found, let reason, let readings):
            "\(path): not clear which numbers are t, x, y and p: found \(found); \(reason); "
                + (readings.isEmpty
                    ? "set them with --columns, as in --columns t,x,y,p, and --unit s|ms|us|ns"
                    : "choose: \(Self.some(readings, "or "))")
                + " (for a data set: data.columns and data.time_unit)"
        case .tooLarge(let path, let what, let size, let limit):
            "\(path): \(what) would expand to \(size) bytes; the limit for a file of this size is \(limit); "
                + "check where the file comes from, or store it with less compression"
        }
    }

    private static func some(_ texts: [String], _ last: String) -> String {
        let shown = texts.prefix(6).enumerated().map { $0 > 0 && $0 == texts.count - 1 ? last + $1 : $1 }
        return shown.joined(separator: "; ") + (texts.count > 6 ? "; and \(texts.count - 6) more" : "")
    }

    private static func list(_ names: [String]) -> String { names.isEmpty ? "nothing" : names.listed() }
}

extension Collection<String> {
    /// In a row, for people: the first of them, and how many more there are.
    func listed(_ count: Int = 8, separator: String = ", ") -> String {
        let shown = prefix(count).joined(separator: separator)
        return self.count > count ? "\(shown) and \(self.count - count) more" : shown
    }
}
