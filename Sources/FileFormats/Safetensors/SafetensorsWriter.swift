import Foundation

/// Writes safetensors files: the same tensors and metadata give the same bytes.
public enum SafetensorsWriter {
    public enum Values: Sendable, Hashable {
        case float32([Float])
        case int64([Int64])

        var type: SafetensorsType {
            switch self {
            case .float32: .float32
            case .int64: .int64
            }
        }

        var count: Int {
            switch self {
            case .float32(let numbers): numbers.count
            case .int64(let numbers): numbers.count
            }
        }
    }

    public typealias Entry = (name: String, shape: [Int], values: Values)

    /// Replaces the file at `url` in one step; its folder must exist.
    ///
    /// The wide types come first, so that every number is aligned in the file; then the order is that of the names.
    ///
    /// - Precondition: names differ, and every shape has as many elements as there are values.
    /// - Throws: `FileFormatError.unwritable`.
    public static func write(
        _ tensors: [Entry], metadata: [String: String] = [:], to url: URL
    ) throws(FileFormatError) {
        let tensors = tensors.sorted { (-$0.values.type.width, $0.name) < (-$1.values.type.width, $1.name) }
        var file = try AtomicFile(path: url.path)
        try file.append(header(of: tensors, metadata: metadata))
        for tensor in tensors {
            switch tensor.values {
            case .float32(let numbers):
                try numbers.withUnsafeBufferPointer { values throws(FileFormatError) in
                    try file.append(UnsafeRawBufferPointer(values))
                }
            case .int64(let numbers):
                try numbers.withUnsafeBufferPointer { values throws(FileFormatError) in
                    try file.append(UnsafeRawBufferPointer(values))
                }
            }
        }
        try file.commit()
    }

    private static func header(of tensors: [Entry], metadata: [String: String]) -> [UInt8] {
        precondition(Set(tensors.map(\.name)).count == tensors.count, "two tensors have the same name")
        var parts: [String] = []
        if !metadata.isEmpty {
            let pairs = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
            parts.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
        }
        var offset = 0
        for tensor in tensors {
            let count = tensor.shape.reduce(1, *)
            precondition(
                count == tensor.values.count, "\(tensor.values.count) values for \(tensor.name) \(tensor.shape)")
            let end = offset + count * tensor.values.type.width
            let shape = tensor.shape.map(String.init).joined(separator: ",")
            parts.append(
                "\(quoted(tensor.name)):{\"dtype\":\"\(tensor.values.type.rawValue)\",\"shape\":[\(shape)],"
                    + "\"data_offsets\":[\(offset),\(end)]}")
            offset = end
        }
        var text = Array("{\(parts.joined(separator: ","))}".utf8)
        text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - text.count % 8) % 8))
        return withUnsafeBytes(of: UInt64(text.count).littleEndian, Array.init) + text
    }

    /// A JSON string.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case _ where scalar.value < 0x20:
                result += "\\u" + String(repeating: "0", count: 4 - String(scalar.value, radix: 16).count)
                result += String(scalar.value, radix: 16)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
