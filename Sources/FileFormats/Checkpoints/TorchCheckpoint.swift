/// A checkpoint of PyTorch (`.pth`, `.pt`, `.pth.tar`): a zip archive with a pickle that describes tensors, and their numbers.
///
///     NAME/data.pkl      a dictionary of tensors, or of such a dictionary among others (`state_dict`, …)
///     NAME/data/0, 1 …   the numbers
///     NAME/byteorder     little or big; little where it is absent
///
/// Nothing in the pickle is run. Numbers of other types than float32 are converted, which the notes tell.
public final class TorchCheckpoint: NamedTensors {
    public let path: String
    public let notes: [String]
    private let archive: ZipArchive
    private let prefix: String
    private let tensors: [String: TorchTensor]
    private let isBigEndian: Bool

    /// Names under which programs keep the tensors beside other things, the first that is there counts.
    private static let keys = ["state_dict", "model_state_dict", "model", "net", "network", "state_dict_ema"]

    private enum Kind {
        case plain(NumberType)
        case brainFloat
    }

    private static let kinds: [String: Kind] = [
        "FloatStorage": .plain(.float32), "DoubleStorage": .plain(.float64), "HalfStorage": .plain(.float16),
        "BFloat16Storage": .brainFloat, "LongStorage": .plain(.int64), "IntStorage": .plain(.int32),
        "ShortStorage": .plain(.int16), "CharStorage": .plain(.int8), "ByteStorage": .plain(.uint8),
        "BoolStorage": .plain(.bool),
    ]

    /// - Throws: `FileFormatError` if the archive is damaged, the pickle holds more than tensors and plain values, or there
    ///   are no tensors.
    public convenience init(path: String) throws(FileFormatError) {
        try self.init(try FileBytes.read(path), path: path)
    }

    init(_ bytes: [UInt8], path: String) throws(FileFormatError) {
        guard ZipArchive.recognizes(bytes) else {
            throw .unsupported(
                path: path, offset: 0, found: "a bare pickle, as PyTorch wrote before version 1.6",
                expected: "its zip archive or safetensors",
                advice: "load it in PyTorch and save it again with torch.save(…)")
        }
        self.path = path
        archive = try ZipArchive(bytes, path: path)
        guard let pickle = archive.entries.first(where: { $0.name == "data.pkl" || $0.name.hasSuffix("/data.pkl") })
        else {
            throw .missingEntry(path: path, name: "data.pkl", present: archive.entries.map(\.name))
        }
        prefix = String(pickle.name.dropLast("data.pkl".count))
        let order = archive.entry(prefix + "byteorder")
        if let order {
            isBigEndian = try archive.read(order).starts(with: Array("big".utf8))
        } else {
            isBigEndian = false
        }
        let content = try Pickle(try archive.read(pickle), path: path)
        tensors = try Self.tensors(in: content, path: path)
        var converted: [String: Int] = [:]
        for tensor in tensors.values {
            guard let kind = Self.kinds[Self.shortName(tensor.type)] else {
                throw .unsupported(
                    path: path, offset: 0, found: "numbers of type \(tensor.type)",
                    expected: "float32 or another plain type", advice: "convert them with .float() before saving")
            }
            switch kind {
            case .plain(.float32): break
            case .plain(let type) where !type.isFloating: break
            case .plain(let type): converted["\(type)", default: 0] += 1
            case .brainFloat: converted["bfloat16", default: 0] += 1
            }
        }
        notes = converted.sorted { $0.key < $1.key }.map { "\($0.value) tensors of \($0.key) are converted to float32" }
    }

    private static func shortName(_ type: String) -> String { String(type.split(separator: ".").last ?? "") }

    private static func tensors(in pickle: Pickle, path: String) throws(FileFormatError) -> [String: TorchTensor] {
        func tensors(_ value: Pickle.Value) -> [String: TorchTensor] {
            var found: [String: TorchTensor] = [:]
            for (key, value) in pickle.entries(value) ?? [] {
                if case .tensor(let tensor) = pickle[value] { found[key] = tensor }
            }
            return found
        }
        var found = tensors(pickle.root)
        let entries = pickle.entries(pickle.root) ?? []
        for key in keys where found.isEmpty {
            if let inner = entries.first(where: { $0.key == key }) { found = tensors(inner.value) }
        }
        guard !found.isEmpty else { throw .missingEntry(path: path, name: "state_dict", present: entries.map(\.key)) }
        // As networks that were trained on several devices are saved.
        let wrapper = "module."
        if found.keys.allSatisfy({ $0.hasPrefix(wrapper) }) {
            found = Dictionary(uniqueKeysWithValues: found.map { (String($0.key.dropFirst(wrapper.count)), $0.value) })
        }
        return found
    }

    public var names: [String] { tensors.keys.sorted() }
    public func contains(_ name: String) -> Bool { tensors[name] != nil }
    public func shape(of name: String) throws(FileFormatError) -> [Int] { try tensor(name).shape }

    private func tensor(_ name: String) throws(FileFormatError) -> TorchTensor {
        guard let tensor = tensors[name] else { throw .missingEntry(path: path, name: name, present: names) }
        return tensor
    }

    public func floats(_ name: String) throws(FileFormatError) -> [Float] {
        let tensor = try tensor(name)
        switch Self.kinds[Self.shortName(tensor.type)] {
        case .plain(.float32):
            let isBigEndian = isBigEndian
            return try gather(tensor, name, UInt32.self) {
                Float(bitPattern: isBigEndian ? UInt32(bigEndian: $0) : UInt32(littleEndian: $0))
            }
        case .brainFloat:
            let isBigEndian = isBigEndian
            return try gather(tensor, name, UInt16.self) {
                Float(bitPattern: UInt32(isBigEndian ? UInt16(bigEndian: $0) : UInt16(littleEndian: $0)) << 16)
            }
        case .plain(let type): return try column(tensor, name, type).doubles().map { Float($0) }
        case nil: throw mismatch(tensor, name, "floating numbers")
        }
    }

    public func integers(_ name: String) throws(FileFormatError) -> [Int] {
        let tensor = try tensor(name)
        guard case .plain(let type) = Self.kinds[Self.shortName(tensor.type)], !type.isFloating else {
            throw mismatch(tensor, name, "whole numbers")
        }
        return try column(tensor, name, type).integers().numbers.map { Int($0) }
    }

    private func mismatch(_ tensor: TorchTensor, _ name: String, _ expected: String) -> FileFormatError {
        .entryMismatch(path: path, name: name, found: tensor.type, expected: expected)
    }

    /// A tensor's numbers, one after the other.
    private func column(_ tensor: TorchTensor, _ name: String, _ type: NumberType) throws(FileFormatError)
        -> NumberColumn
    {
        let bytes: [UInt8]
        switch type.width {
        case 1: bytes = try gather(tensor, name, UInt8.self) { $0 }
        case 2: bytes = try gather(tensor, name, UInt16.self) { $0 }.withUnsafeBytes { Array($0) }
        case 4: bytes = try gather(tensor, name, UInt32.self) { $0 }.withUnsafeBytes { Array($0) }
        default: bytes = try gather(tensor, name, UInt64.self) { $0 }.withUnsafeBytes { Array($0) }
        }
        let count = bytes.count / type.width
        guard let column = NumberColumn(type, isBigEndian: isBigEndian, bytes: bytes, count: count) else {
            throw mismatch(tensor, name, "\(count) numbers")
        }
        return column
    }

    /// Follows the strides; every number must lie in the storage.
    private func gather<Bits: FixedWidthInteger, Number>(
        _ tensor: TorchTensor, _ name: String, _: Bits.Type, _ convert: (Bits) -> Number
    ) throws(FileFormatError) -> [Number] {
        guard let entry = archive.entry("\(prefix)data/\(tensor.storage)") else {
            throw .missingEntry(
                path: path, name: "\(prefix)data/\(tensor.storage)", present: archive.entries.map(\.name))
        }
        let bytes = try archive.read(entry)
        let available = bytes.count / MemoryLayout<Bits>.size
        // Sizes and strides are below 2⁴⁰ each.
        var (last, count) = (tensor.offset, 1)
        for (size, stride) in zip(tensor.shape, tensor.strides) {
            let (steps, isTooFar) = max(0, size - 1).multipliedReportingOverflow(by: stride)
            let (sum, isBeyond) = last.addingReportingOverflow(steps)
            let (product, isTooLarge) = count.multipliedReportingOverflow(by: size)
            // A stride of 0 repeats numbers: a small file must not become a large tensor by that.
            guard !isTooFar, !isBeyond, !isTooLarge, product <= max(available, 1) || product == 0 else {
                throw damaged(tensor, name, available)
            }
            (last, count) = (sum, product)
        }
        guard count == 0 || last < available else { throw damaged(tensor, name, available) }
        return [Number](unsafeUninitializedCapacity: count) { target, written in
            bytes.withUnsafeBytes { raw in
                var index = [Int](repeating: 0, count: tensor.shape.count)
                var place = tensor.offset
                for position in 0..<count {
                    target[position] = convert(
                        raw.loadUnaligned(fromByteOffset: place * MemoryLayout<Bits>.size, as: Bits.self))
                    // Counts up, the last index fastest.
                    for axis in tensor.shape.indices.reversed() {
                        index[axis] += 1
                        place += tensor.strides[axis]
                        if index[axis] < tensor.shape[axis] { break }
                        place -= index[axis] * tensor.strides[axis]
                        index[axis] = 0
                    }
                }
            }
            written = count
        }
    }

    private func damaged(_ tensor: TorchTensor, _ name: String, _ available: Int) -> FileFormatError {
        .damaged(
            path: path, offset: 0,
            found:
                "tensor '\(name)' of shape \(tensor.shape), strides \(tensor.strides) from number \(tensor.offset) on",
            expected: "a place in the \(available) numbers of '\(tensor.storage)'", advice: "copy the file again")
    }
}
