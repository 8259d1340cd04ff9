/// How many values a YAML text stands for once its aliases (`*name`) are replaced by what they refer to (`&name`).
///
/// A list of nine aliases of a list of nine aliases …, ten times, is a text of half a kilobyte and 3.5 billion values; a
/// parser that compares keys visits each of them. So whoever parses presets and themes asks here first.
public enum YAMLExpansion {
    /// No preset or theme comes near.
    public static let limit = 10_000

    /// Whether the text may be parsed. Never wrong about a text that grows; what stands in quotes and comments is counted
    /// as well.
    public static func isBounded(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        var definitions: [ArraySlice<UInt8>: (total: Int, isScalar: Bool)] = [:]
        var weights: [ArraySlice<UInt8>: Int] = [:]
        // Values behind all aliases so far: what an anchor's node holds of them lies between it and its first use.
        var total = 0
        for (place, byte) in bytes.enumerated() where byte == UInt8(ascii: "&") || byte == UInt8(ascii: "*") {
            let name = bytes[(place + 1)...].prefix(while: isName)
            guard !name.isEmpty else { continue }
            guard byte == UInt8(ascii: "*") else {
                definitions[name] = (total, isScalar(bytes[name.endIndex...]))
                weights[name] = nil
                continue
            }
            let weight = weights[name] ?? definitions[name].map { $0.isScalar ? 1 : 1 + total - $0.total } ?? 1
            weights[name] = weight
            total += weight
            guard total <= limit else { return false }
        }
        return true
    }

    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// Whether a single value stands behind the anchor, on its line.
    private static func isScalar(_ rest: ArraySlice<UInt8>) -> Bool {
        guard let next = rest.first(where: { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }) else {
            return false
        }
        return isName(next) && next != UInt8(ascii: "-") || "\"'.+/~".utf8.contains(next)
    }
}
