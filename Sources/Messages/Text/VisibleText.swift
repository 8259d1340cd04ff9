/// Text of a file, of its name or of a person, made safe for a terminal: what would move its cursor, color it, set its
/// title or turn the order of letters around is written as Python's `repr` writes it: `\x1b`, `\u202e`.
extension String {
    /// Without control characters but line feed and tab.
    public var visible: String { escaping { $0.isControl } }

    /// The same without an end of a line and a tab too: for a cell of a table, or a message that is one line.
    public var visibleOnOneLine: String { escaping { $0.isControl || $0.breaksLines || $0 == "\t" } }

    private func escaping(_ isEscaped: (UnicodeScalar) -> Bool) -> String {
        // Nearly every text is printable ASCII.
        if utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) || !unicodeScalars.contains(where: isEscaped) { return self }
        var result = ""
        for scalar in unicodeScalars {
            if isEscaped(scalar) { result += scalar.escape } else { result.unicodeScalars.append(scalar) }
        }
        return result
    }
}

extension UnicodeScalar {
    /// Whether a terminal may act on it instead of showing it: C0 but line feed and tab, DEL, C1, the separators of lines, and the marks, embeddings,
    /// overrides and isolates of the bidirectional algorithm.
    public var isControl: Bool {
        switch value {
        case 0x09, 0x0A: false
        case 0..<0x20, 0x7F..<0xA0, 0x61C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    fileprivate var breaksLines: Bool { value == 0x0A || value == 0x2028 || value == 0x2029 }

    fileprivate var escape: String {
        switch self {
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        default:
            let digits = String(value, radix: 16)
            let length = value < 0x100 ? 2 : 4
            return (length == 2 ? "\\x" : "\\u") + String(repeating: "0", count: length - digits.count) + digits
        }
    }
}
