import Foundation

/// A line of JSON on standard output, keys sorted.
enum JSON {
    static func print(_ value: some Encodable) throws { try Output.write(try data(value)) }

    static func data(_ value: some Encodable) throws -> Foundation.Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return try encoder.encode(value) + Foundation.Data("\n".utf8)
    }
}
