/// Writes one text as a YAML scalar on a single line: plain where nobody could take it for anything else, quoted
/// elsewhere. NUL and byte order marks are left out: the parser takes the one for the end of the text, and the other,
/// in front, for no part of it.
enum YAMLScalar {
    static func text(_ text: String) -> String { isPlain(text) ? text : quoted(text) }

    /// Words that YAML, in one version or another, takes for something else than text.
    private static let reserved: Set<String> = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]

    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, first.properties.isAlphabetic || first == "/" || first == "_",
            text.unicodeScalars.last != " ", text.unicodeScalars.last != ":",
            !reserved.contains(text.lowercased()), text.unicodeScalars.allSatisfy(isPrintable)
        else { return false }
        let scalars = Array(text.unicodeScalars)
        return !zip(scalars, scalars.dropFirst()).contains { ($0 == ":" && $1 == " ") || ($0 == " " && $1 == "#") }
    }

    private static func quoted(_ text: String) -> String {
        let body = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"": "\\\""
            case "\\": "\\\\"
            case "\n": "\\n"
            case "\t": "\\t"
            case "\0", "\u{FEFF}": ""
            default: isPrintable(scalar) ? String(scalar) : escape(scalar)
            }
        }
        return "\"" + body.joined() + "\""
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        return (scalar.value <= 0xFFFF ? "\\u" : "\\U")
            + String(repeating: "0", count: (scalar.value <= 0xFFFF ? 4 : 8) - digits.count) + digits
    }

    static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }
}
