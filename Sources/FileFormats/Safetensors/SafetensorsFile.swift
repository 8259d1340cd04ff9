import Foundation

/// A safetensors file opened for reading: the table is checked at once, a tensor is read when it is asked for.
public final class SafetensorsFile: Sendable {
    private let file: OpenFile
    private let header: SafetensorsHeader

    /// - Throws: `FileFormatError` if the file cannot be opened, or its table contradicts itself or the file's size.
    public init(contentsOf url: URL) throws(FileFormatError) {
        file = try OpenFile(path: url.path)
        header = try SafetensorsHeader(reading: file)
    }

    public var path: String { file.path }
    /// Sorted.
    public var names: [String] { header.entries.keys.sorted() }
    public var metadata: [String: String] { header.metadata }

    public func contains(_ name: String) -> Bool { header.entries[name] != nil }

    /// Outermost size first; empty for a single number.
    public func shape(of name: String) throws(FileFormatError) -> [Int] { try entry(name).shape }

    public func type(of name: String) throws(FileFormatError) -> SafetensorsType { try entry(name).type }

    /// The numbers of an F32, F64, F16 or BF16 tensor, row-major; float32 holds those of 16 bits exactly.
    public func floats(_ name: String) throws(FileFormatError) -> [Float] {
        switch try type(of: name) {
        case .float64: try read(name, as: [.float64], Double.self).map { Float($0) }
        case .float16:
            try read(name, as: [.float16], UInt16.self).map { Float(Float16(bitPattern: UInt16(littleEndian: $0))) }
        case .bfloat16:
            try read(name, as: [.bfloat16], UInt16.self).map {
                Float(bitPattern: UInt32(UInt16(littleEndian: $0)) << 16)
            }
        default: try read(name, as: [.float32], Float.self)
        }
    }

    /// The numbers of an F64, F32, F16 or BF16 tensor, row-major.
    public func doubles(_ name: String) throws(FileFormatError) -> [Double] {
        switch try type(of: name) {
        case .float32, .float16, .bfloat16: try floats(name).map(Double.init)
        default: try read(name, as: [.float64, .float32], Double.self)
        }
    }

    /// The numbers of a tensor of whole numbers or BOOL, row-major.
    public func integers(_ name: String) throws(FileFormatError) -> [Int] {
        switch try type(of: name) {
        case .int32: try read(name, as: [.int32], Int32.self).map(Int.init)
        case .int16: try read(name, as: [.int16], Int16.self).map(Int.init)
        case .int8: try read(name, as: [.int8], Int8.self).map(Int.init)
        case .uint8, .bool: try bytes(name).map(Int.init)
        case .int64, .float32, .float64, .float16, .bfloat16:
            try read(name, as: [.int64, .int32, .uint8, .bool], Int64.self).map(Int.init)
        }
    }

    /// The numbers of a U8 or BOOL tensor, row-major.
    public func bytes(_ name: String) throws(FileFormatError) -> [UInt8] {
        try read(name, as: [.uint8, .bool], UInt8.self)
    }

    private func entry(_ name: String) throws(FileFormatError) -> SafetensorsHeader.Entry {
        guard let entry = header.entries[name] else {
            throw .missingEntry(path: path, name: name, present: names)
        }
        return entry
    }

    private func read<Number: BitwiseCopyable>(
        _ name: String, as types: [SafetensorsType], _: Number.Type
    ) throws(FileFormatError) -> [Number] {
        let entry = try entry(name)
        guard types.contains(entry.type), entry.type.width == MemoryLayout<Number>.stride else {
            throw .entryMismatch(
                path: path, name: name, found: entry.type.rawValue,
                expected: types.map(\.rawValue).joined(separator: " or "))
        }
        // The range has been checked against the file's size, so this never asks for more than the file holds.
        let count = entry.range.count / MemoryLayout<Number>.stride
        var failure: FileFormatError?
        let numbers = [Number](unsafeUninitializedCapacity: count) { buffer, initialized in
            do throws(FileFormatError) {
                try file.read(into: UnsafeMutableRawBufferPointer(buffer), at: entry.range.lowerBound)
                initialized = count
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return numbers
    }
}
