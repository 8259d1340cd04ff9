/// A checkpoint of PyTorch (`.pth`, `.pt`, `.ckpt`, `.pth.tar`): a pickle that describes tensors, and their numbers.
///
///     NAME/data.pkl      dictionaries of tensors and other things, within each other as the program wanted it
///     NAME/data/0, 1 …   the numbers
///     NAME/byteorder     little or big; little where it is absent
///
/// in a zip archive, or, before version 1.6, one after the other (`TorchLegacy`). Nothing in the pickle is run. Tensors are
/// named by the keys on the way to them; which of them a network takes is found by `TensorFit`.
public final class TorchCheckpoint: NamedTensors {
    public let path: String
    public let names: [String]
    private let storages: TorchStorages
    private let tensors: [String: (tensor: TorchTensor, container: String)]
    private let isBigEndian: Bool

    /// Whether these are the first bytes of a pickle, with tensors or without.
    static func recognizesPickle(_ bytes: some Collection<UInt8>) -> Bool {
        bytes.first == Pickle.mark || TorchLegacy.recognizes(bytes)
    }

    /// - Throws: `FileFormatError` if the archive is damaged, the pickle holds more than tensors and plain values, or there
    ///   are no tensors.
    public convenience init(path: String) throws(FileFormatError) {
        try self.init(try FileBytes.read(path), path: path)
    }

    init(_ bytes: [UInt8], path: String) throws(FileFormatError) {
        self.path = path
        let content: Pickle
        if ZipArchive.recognizes(bytes) {
            let archive = try ZipArchive(bytes, path: path)
            guard let pickle = archive.entries.first(where: { $0.name == "data.pkl" || $0.name.hasSuffix("/data.pkl") })
            else {
                throw .missingEntry(path: path, name: "data.pkl", present: archive.entries.map(\.name))
            }
            let prefix = String(pickle.name.dropLast("data.pkl".count))
            guard archive.entry(prefix + "constants.pkl") == nil else {
                throw .unsupported(
                    path: path, offset: 0, found: "a whole program (TorchScript)", expected: "tensors by name",
                    advice: "load it in PyTorch and save its state_dict() with torch.save(…)")
            }
            if let order = archive.entry(prefix + "byteorder") {
                isBigEndian = try archive.read(order).starts(with: Array("big".utf8))
            } else {
                isBigEndian = false
            }
            content = try Pickle(try archive.read(pickle), path: path)
            storages = .entries(archive, prefix: prefix + "data/")
        } else if TorchLegacy.recognizes(bytes) {
            let legacy = try TorchLegacy(bytes, path: path)
            (content, isBigEndian, storages) = (legacy.content, legacy.isBigEndian, legacy.storages)
        } else {
            throw .unsupported(
                path: path, offset: 0, found: "a pickle that was not written by torch.save",
                expected: "a file written by torch.save, or safetensors",
                advice: "load it in Python and save the state_dict with torch.save(…)")
        }
        tensors = Self.tensors(in: content)
        names = tensors.keys.sorted()
        guard !tensors.isEmpty else {
            throw .missingEntry(
                path: path, name: "state_dict", present: (content.entries(content.root) ?? []).map(\.key))
        }
    }

    /// Every dictionary, list and tuple is entered once, by the shortest way to it: a few bytes can refer to each other
    /// in more ways than there is memory for.
    private static func tensors(in pickle: Pickle) -> [String: (tensor: TorchTensor, container: String)] {
        var found: [String: (tensor: TorchTensor, container: String)] = [:]
        var waiting: [(node: Int, name: String)] = []
        var entered = Set<Int>()

        func meet(_ value: Pickle.Value, _ key: @autoclosure () -> String, in container: String) {
            guard case .node(let index) = value else { return }
            func name() -> String? {
                let key = key()
                guard container.utf8.count + key.utf8.count < largestNameLength else { return nil }
                return container.isEmpty ? key : "\(container).\(key)"
            }
            switch pickle.nodes[index] {
            case .tensor(let tensor):
                guard found.count < largestCount, let name = name(), found[name] == nil else { return }
                found[name] = (tensor, container)
            case .dictionary, .list, .tuple:
                guard !entered.contains(index), let name = name() else { return }
                entered.insert(index)
                waiting.append((index, name))
            case .outside, .record: break
            }
        }

        meet(pickle.root, "", in: "")
        var next = 0
        while next < waiting.count {
            let (index, name) = waiting[next]
            next += 1
            switch pickle.nodes[index] {
            case .dictionary(let pairs):
                for pair in pairs {
                    switch pair.key {
                    case .text(let key): meet(pair.value, key, in: name)
                    case .number(let key): meet(pair.value, "\(key)", in: name)
                    default: break
                    }
                }
            case .list(let values), .tuple(let values):
                for (place, value) in values.enumerated() { meet(value, "\(place)", in: name) }
            default: break
            }
        }
        return found
    }

    /// No network comes near; a file may be made to.
    private static let largestNameLength = 512
    private static let largestCount = 1 << 20

    public func contains(_ name: String) -> Bool { tensors[name] != nil }
    public func container(of name: String) -> String { tensors[name]?.container ?? "" }
    public func typeName(of name: String) -> String {
        tensors[name].map { TorchNumber($0.tensor.type)?.name ?? $0.tensor.type } ?? ""
    }
    public func shape(of name: String) throws(FileFormatError) -> [Int] { try tensor(name).shape }

    private func tensor(_ name: String) throws(FileFormatError) -> TorchTensor {
        guard let tensor = tensors[name]?.tensor else { throw .missingEntry(path: path, name: name, present: names) }
        return tensor
    }

    public func floats(_ name: String) throws(FileFormatError) -> [Float] {
        let tensor = try tensor(name)
        switch TorchNumber(tensor.type) {
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
        case .other, nil: throw mismatch(tensor, name, "floating numbers; convert it with .float() before saving")
        }
    }

    public func integers(_ name: String) throws(FileFormatError) -> [Int] {
        let tensor = try tensor(name)
        guard case .plain(let type) = TorchNumber(tensor.type), !type.isFloating else {
            throw mismatch(tensor, name, "integers")
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
        let bytes = try storages.read(tensor.storage, path: path)
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
