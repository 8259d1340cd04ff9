import Foundation

/// Number types of a safetensors file that are read here.
public enum SafetensorsType: String, Sendable, Hashable, CaseIterable {
    case float32 = "F32"
    case float64 = "F64"
    case float16 = "F16"
    case bfloat16 = "BF16"
    case int64 = "I64"
    case int32 = "I32"
    case int16 = "I16"
    case int8 = "I8"
    case uint8 = "U8"
    case bool = "BOOL"

    /// Bytes a number takes.
    public var width: Int {
        switch self {
        case .float64, .int64: 8
        case .float32, .int32: 4
        case .float16, .bfloat16, .int16: 2
        case .int8, .uint8, .bool: 1
        }
    }
}

/// The table at the start of a safetensors file, checked against the file's size.
///
/// Layout: header length n (u64), n bytes of JSON, then the tensors' bytes without gaps; all little-endian.
struct SafetensorsHeader: Sendable {
    struct Entry: Sendable {
        let type: SafetensorsType
        let shape: [Int]
        /// Bytes from the start of the file.
        let range: Range<Int>
    }

    let entries: [String: Entry]
    let metadata: [String: String]

    /// The official limit: larger headers are damage or an attack.
    static let largestLength = 100_000_000

    /// Whether a file that begins so may be one.
    static func recognizes(_ prefix: [UInt8]) -> Bool {
        guard prefix.count > 8, prefix[8] == UInt8(ascii: "{") else { return false }
        let length = prefix[..<8].reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        return 2...UInt64(largestLength) ~= length
    }

    init(reading file: OpenFile) throws(FileFormatError) {
        let path = file.path
        let advice = "copy the file again, or check that it is a safetensors file"
        guard file.size >= 8 else {
            throw .damaged(
                path: path, offset: 0, found: "\(file.size) bytes in total", expected: "a header length of 8 bytes",
                advice: advice)
        }
        var length: UInt64 = 0
        try withUnsafeMutableBytes(of: &length) { buffer throws(FileFormatError) in
            try file.read(into: buffer, at: 0)
        }
        length = UInt64(littleEndian: length)
        let limit = min(file.size - 8, Self.largestLength)
        guard length >= 2, length <= UInt64(limit) else {
            throw .damaged(
                path: path, offset: 0, found: "a header length of \(length)", expected: "2…\(limit) bytes",
                advice: advice)
        }
        var text = [UInt8](repeating: 0, count: Int(length))
        try text.withUnsafeMutableBufferPointer { buffer throws(FileFormatError) in
            try file.read(into: UnsafeMutableRawBufferPointer(buffer), at: 8)
        }
        let table: Table
        do {
            table = try JSONDecoder().decode(Table.self, from: Data(text))
        } catch {
            throw .damaged(
                path: path, offset: 8, found: "an invalid header (\(Self.reason(error)))",
                expected: "JSON of the form {name: {dtype, shape, data_offsets}}", advice: advice)
        }
        metadata = table.metadata
        entries = try Self.check(table.tensors, path: path, dataStart: 8 + Int(length), fileSize: file.size)
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case DecodingError.dataCorrupted(let context), DecodingError.typeMismatch(_, let context),
            DecodingError.valueNotFound(_, let context), DecodingError.keyNotFound(_, let context):
            let place = context.codingPath.map(\.stringValue).joined(separator: ".")
            return (place.isEmpty ? "" : "at \(place): ") + context.debugDescription
        default: return "\(error)"
        }
    }

    private static func check(
        _ tensors: [String: Table.Tensor], path: String, dataStart: Int, fileSize: Int
    ) throws(FileFormatError) -> [String: Entry] {
        var entries: [String: Entry] = [:]
        for (name, tensor) in tensors {
            func damaged(_ found: String, _ expected: String) -> FileFormatError {
                .damaged(
                    path: path, offset: 8, found: "tensor '\(name)' with \(found)", expected: expected,
                    advice: "copy the file again, or write it again")
            }
            guard let type = SafetensorsType(rawValue: tensor.dtype) else {
                throw .unsupported(
                    path: path, offset: 8, found: "tensor '\(name)' of type \(tensor.dtype)",
                    expected: SafetensorsType.allCases.map(\.rawValue).joined(separator: ", "),
                    advice: "convert it, for example to F32, before saving")
            }
            var byteCount = type.width
            for size in tensor.shape {
                let (product, overflows) = byteCount.multipliedReportingOverflow(by: size)
                guard size >= 0, !overflows else { throw damaged("shape \(tensor.shape)", "sizes that fit the file") }
                byteCount = product
            }
            guard tensor.dataOffsets.count == 2, case let (start, end) = (tensor.dataOffsets[0], tensor.dataOffsets[1]),
                start >= 0, start <= end, end <= fileSize - dataStart
            else {
                throw damaged("data_offsets \(tensor.dataOffsets)", "a range within 0…\(fileSize - dataStart)")
            }
            guard end - start == byteCount else {
                throw damaged("\(end - start) bytes", "\(byteCount) bytes for \(type.rawValue) \(tensor.shape)")
            }
            entries[name] = Entry(type: type, shape: tensor.shape, range: dataStart + start..<dataStart + end)
        }
        try checkForGaps(entries, path: path, dataStart: dataStart, fileSize: fileSize)
        return entries
    }

    /// The format forbids bytes that belong to two tensors or to none.
    private static func checkForGaps(
        _ entries: [String: Entry], path: String, dataStart: Int, fileSize: Int
    ) throws(FileFormatError) {
        var position = dataStart
        let inOrder = entries.sorted {
            ($0.value.range.lowerBound, $0.value.range.upperBound)
                < ($1.value.range.lowerBound, $1.value.range.upperBound)
        }
        for (name, entry) in inOrder {
            guard entry.range.lowerBound == position else {
                throw .damaged(
                    path: path, offset: entry.range.lowerBound, found: "the start of tensor '\(name)'",
                    expected: "it at byte \(position), where the tensor before it ends", advice: "write the file again")
            }
            position = entry.range.upperBound
        }
        guard position == fileSize else {
            throw .damaged(
                path: path, offset: position, found: "\(fileSize - position) bytes that belong to no tensor",
                expected: "the end of the file", advice: "copy the file again, or write it again")
        }
    }
}

/// The JSON text as it stands in the file.
private struct Table: Decodable {
    struct Tensor: Decodable {
        let dtype: String
        let shape: [Int]
        let dataOffsets: [Int]

        enum CodingKeys: String, CodingKey {
            case dtype, shape
            case dataOffsets = "data_offsets"
        }
    }

    struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    var tensors: [String: Tensor] = [:]
    var metadata: [String: String] = [:]

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Name.self)
        for key in container.allKeys {
            if key.stringValue == "__metadata__" {
                metadata = try container.decode([String: String].self, forKey: key)
            } else {
                tensors[key.stringValue] = try container.decode(Tensor.self, forKey: key)
            }
        }
    }
}
