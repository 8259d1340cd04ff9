import Configuration
import Foundation
import Messages
import Training

/// A line of JSON on standard output, keys sorted, times of day as ISO 8601.
enum JSON {
    static func print(_ value: some Encodable) throws { try Output.write(try data(value)) }

    static func data(_ value: some Encodable) throws -> Foundation.Data {
        let encoder = EngineDescription.shipped.encoder
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.userInfo[TimeOfDay.isPrinted] = true
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return escaped(try encoder.encode(value)) + Foundation.Data("\n".utf8)
    }

    /// The encoder writes C0 as `\u001b`, and leaves the other control characters, which JSON allows, as they are.
    private static func escaped(_ data: Foundation.Data) -> Foundation.Data {
        guard data.contains(where: { $0 >= 0x7F }) else { return data }
        var text = ""
        for scalar in String(decoding: data, as: UTF8.self).unicodeScalars {
            if scalar.isControl {
                text += String(format: "\\u%04x", scalar.value)
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return Foundation.Data(text.utf8)
    }
}
