import Foundation

/// Makes identifiers of runs: `20261123-204501-digits-k3f9`. Time is UTC, so that they sort as they were made.
enum RunIdentifier {
    /// No letter that is easily taken for another.
    private static let alphabet = Array("abcdefghjkmnpqrstuvwxyz23456789")

    struct Parts {
        var identifier: String
        /// A short name for a run that was given none: `digits-k3f9`.
        var shortName: String
    }

    static func make(label: String, at date: Date) -> Parts {
        let slug = slug(label)
        let tail = String((0..<4).map { _ in alphabet[Int.random(in: 0..<alphabet.count)] })
        return Parts(identifier: "\(stamp(date))-\(slug)-\(tail)", shortName: "\(slug)-\(tail)")
    }

    /// Whether it can be the name of a folder among the runs: what a received history holds may lead anywhere.
    static func isSafe(_ identifier: String) -> Bool {
        (1...128).contains(identifier.utf8.count) && !identifier.hasPrefix(".")
            && identifier.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"): true
                default: [UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ".")].contains(byte)
                }
            }
    }

    /// Lower-case ASCII letters, digits and single hyphens; at most 24 characters; never empty.
    static func slug(_ text: String) -> String {
        let words = text.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        let joined = words.joined(separator: "-").prefix(24)
        let trimmed = joined.hasSuffix("-") ? joined.dropLast() : joined
        return trimmed.isEmpty ? "run" : String(trimmed)
    }

    private static func stamp(_ date: Date) -> String {
        var seconds = time_t(date.timeIntervalSince1970)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func padded(_ number: Int32, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return padded(parts.tm_year + 1900, 4) + padded(parts.tm_mon + 1, 2) + padded(parts.tm_mday, 2) + "-"
            + padded(parts.tm_hour, 2) + padded(parts.tm_min, 2) + padded(parts.tm_sec, 2)
    }
}
