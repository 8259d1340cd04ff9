/// The few Python literals that stand in the header of an npy file: text, numbers, truth, lists, tuples, dictionaries.
indirect enum PythonLiteral: Equatable {
    case text(String)
    case number(Int)
    case truth(Bool)
    case list([PythonLiteral])
    case dictionary([(key: String, value: PythonLiteral)])
    case none

    static func == (left: Self, right: Self) -> Bool { "\(left)" == "\(right)" }

    /// `nil` if the text is none of these, or nested deeper than headers ever are.
    init?(_ text: ArraySlice<UInt8>) {
        var parser = Parser(text: text)
        guard let value = parser.value(depth: 0) else { return nil }
        parser.skipBlanks()
        guard parser.text.isEmpty else { return nil }
        self = value
    }

    subscript(key: String) -> PythonLiteral? {
        guard case .dictionary(let entries) = self else { return nil }
        return entries.first { $0.key == key }?.value
    }

    private struct Parser {
        var text: ArraySlice<UInt8>

        mutating func skipBlanks() {
            while let byte = text.first, [32, 9, 10, 13].contains(byte) { text.removeFirst() }
        }

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            skipBlanks()
            guard text.first == UInt8(ascii: character) else { return false }
            text.removeFirst()
            return true
        }

        mutating func value(depth: Int) -> PythonLiteral? {
            skipBlanks()
            guard depth < 8, let first = text.first else { return nil }
            switch first {
            case UInt8(ascii: "'"), UInt8(ascii: "\""): return quoted().map { .text($0) }
            case UInt8(ascii: "("): return sequence(until: ")", depth: depth)
            case UInt8(ascii: "["): return sequence(until: "]", depth: depth)
            case UInt8(ascii: "{"): return dictionary(depth: depth)
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                let digits = text.prefix { (48...57).contains($0) }
                text.removeFirst(digits.count)
                if text.first == UInt8(ascii: "L") { text.removeFirst() }
                return Int(String(decoding: digits, as: UTF8.self)).map { .number($0) }
            default:
                let word = String(decoding: text.prefix { (65...122).contains($0) }, as: UTF8.self)
                text.removeFirst(word.utf8.count)
                switch word {
                case "True": return .truth(true)
                case "False": return .truth(false)
                case "None": return PythonLiteral.none
                default: return nil
                }
            }
        }

        mutating func quoted() -> String? {
            guard let quote = text.popFirst() else { return nil }
            var content: [UInt8] = []
            while let byte = text.popFirst() {
                if byte == quote { return String(decoding: content, as: UTF8.self) }
                if byte == UInt8(ascii: "\\") {
                    guard let escaped = escaped() else { return nil }
                    content += String(escaped).utf8
                } else {
                    content.append(byte)
                }
            }
            return nil
        }

        /// What stands behind a backslash, as `repr` writes it.
        mutating func escaped() -> Unicode.Scalar? {
            guard let kind = text.popFirst() else { return nil }
            switch kind {
            case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): return Unicode.Scalar(kind)
            case UInt8(ascii: "n"): return "\n"
            case UInt8(ascii: "r"): return "\r"
            case UInt8(ascii: "t"): return "\t"
            case UInt8(ascii: "x"): return code(digits: 2)
            case UInt8(ascii: "u"): return code(digits: 4)
            case UInt8(ascii: "U"): return code(digits: 8)
            default: return nil
            }
        }

        mutating func code(digits count: Int) -> Unicode.Scalar? {
            let digits = String(decoding: text.prefix(count), as: UTF8.self)
            guard digits.count == count, let number = UInt32(digits, radix: 16) else { return nil }
            text.removeFirst(count)
            return Unicode.Scalar(number)
        }

        mutating func sequence(until end: Unicode.Scalar, depth: Int) -> PythonLiteral? {
            text.removeFirst()
            var values: [PythonLiteral] = []
            while !take(end) {
                guard let next = value(depth: depth + 1) else { return nil }
                values.append(next)
                if !take(",") {
                    guard take(end) else { return nil }
                    break
                }
            }
            return .list(values)
        }

        mutating func dictionary(depth: Int) -> PythonLiteral? {
            text.removeFirst()
            var entries: [(key: String, value: PythonLiteral)] = []
            while !take("}") {
                skipBlanks()
                guard let key = quoted(), take(":"), let next = value(depth: depth + 1) else { return nil }
                entries.append((key, next))
                if !take(",") {
                    guard take("}") else { return nil }
                    break
                }
            }
            return .dictionary(entries)
        }
    }
}
