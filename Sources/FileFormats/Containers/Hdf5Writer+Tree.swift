extension Hdf5Writer {
    /// What a group may hold.
    enum Member {
        case group([Entry])
        /// Bytes of all numbers, lowest first, the last index fastest; packed: as one chunk, shuffled and deflated.
        case numbers(NumberType, shape: [Int], [UInt8], isPacked: Bool)
        case text(String)
        case texts(shape: [Int], [String])
    }

    struct Entry {
        let name: String
        let member: Member

        init(_ name: String, _ member: Member) { (self.name, self.member) = (name, member) }
    }

    /// - Throws: `.unsuitable` if a group has more members than this kind of HDF5 can hold, or all texts together are too
    ///   many for one heap.
    static func encode(_ root: [Entry]) throws(FileFormatError) -> [UInt8] {
        var writer = Hdf5Writer()
        var texts: [String] = []
        collect(.group(root), &texts)
        let heap = try writer.heap(of: texts)
        writer.finish(root: try writer.place(root, heap))
        return writer.bytes
    }

    private static func collect(_ member: Member, _ texts: inout [String]) {
        switch member {
        case .group(let members): for entry in members { collect(entry.member, &texts) }
        case .numbers: break
        case .text(let text): texts.append(text)
        case .texts(_, let several): texts += several
        }
    }

    /// Where a text lies in the heap.
    private typealias Heap = (place: Int, numbers: [String: UInt32])

    private mutating func heap(of texts: [String]) throws(FileFormatError) -> Heap {
        var numbers: [String: UInt32] = [:]
        var objects: [UInt8] = []
        for text in texts where numbers[text] == nil && !text.isEmpty {
            numbers[text] = UInt32(numbers.count + 1)
            for number in [UInt16(numbers.count & 0xFFFF), 0] { objects.append(littleEndian: number) }
            objects += [0, 0, 0, 0]
            objects.append(littleEndian: UInt64(text.utf8.count))
            objects += Array(text.utf8)
            objects.pad(to: 8)
        }
        guard numbers.count <= 65_535 else {
            throw .unsuitable(format: "hdf5", found: "\(numbers.count) different texts", expected: "at most 65535")
        }
        // At least as large as the library makes one; what is left is an object of number 0.
        let size = max(4096, 16 + objects.count + 16)
        var heap = Array("GCOL".utf8) + [1, 0, 0, 0]
        heap.append(littleEndian: UInt64(size))
        heap += objects
        let left = size - heap.count
        heap += [UInt8](repeating: 0, count: 8)
        heap.append(littleEndian: UInt64(left))
        heap += [UInt8](repeating: 0, count: size - heap.count)
        return (place(heap), numbers)
    }

    private mutating func place(
        _ members: [Entry], _ heap: Heap
    ) throws(FileFormatError) -> (header: Int, tree: Int, heap: Int) {
        guard members.count <= Self.fullGroup else {
            throw .unsuitable(
                format: "hdf5", found: "a group of \(members.count) members", expected: "at most \(Self.fullGroup)")
        }
        var headers: [(String, Int)] = []
        for entry in members {
            let name = entry.name
            switch entry.member {
            case .group(let inner): headers.append((name, try place(inner, heap).header))
            case .numbers(let type, let shape, let bytes, let isPacked):
                headers.append((name, array(type, shape, bytes, isPacked: isPacked)))
            case .text(let text): headers.append((name, array([], [text], heap)))
            case .texts(let shape, let texts): headers.append((name, array(shape, texts, heap)))
            }
        }
        return group(headers)
    }

    private static func space(_ shape: [Int]) -> [UInt8] {
        var space: [UInt8] = [1, UInt8(shape.count), 0, 0, 0, 0, 0, 0]
        for size in shape { space.append(littleEndian: UInt64(size)) }
        return message(1, space)
    }

    /// Nothing is filled in where numbers are missing; none are.
    private static let fill = message(5, [2, 2, 0, 0])

    private mutating func layoutInOnePiece(_ content: [UInt8]) -> [UInt8] {
        var layout: [UInt8] = [3, 1]
        let start = content.isEmpty ? Hdf5File.undefined : UInt64(place(content))
        for number in [start, UInt64(content.count)] { layout.append(littleEndian: number) }
        return Self.message(8, layout)
    }

    private mutating func array(_ shape: [Int], _ texts: [String], _ heap: Heap) -> Int {
        precondition(shape.reduce(1, *) == texts.count, "\(texts.count) texts in shape \(shape)")
        // Of variable length, UTF-8, of unsigned bytes.
        var type: [UInt8] = [0x19, 1, 1, 0]
        type.append(littleEndian: UInt32(16))
        type += [0x10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0]
        var content: [UInt8] = []
        for text in texts {
            content.append(littleEndian: UInt32(text.utf8.count))
            content.append(littleEndian: UInt64(text.isEmpty ? 0 : heap.place))
            content.append(littleEndian: heap.numbers[text] ?? 0)
        }
        let layout = layoutInOnePiece(content)
        return header([Self.space(shape), Self.message(3, type), Self.fill, layout])
    }

    private mutating func array(_ type: NumberType, _ shape: [Int], _ bytes: [UInt8], isPacked: Bool) -> Int {
        precondition(shape.reduce(1, *) * type.width == bytes.count, "\(bytes.count) bytes in shape \(shape)")
        let head = [Self.space(shape), Self.message(3, Self.described(type)), Self.fill]
        guard isPacked, !shape.isEmpty, !bytes.isEmpty else { return header(head + [layoutInOnePiece(bytes)]) }
        let width = type.width
        var shuffled: [UInt8] = []
        shuffled.reserveCapacity(bytes.count)
        for byte in 0..<width {
            for index in stride(from: byte, to: bytes.count, by: width) { shuffled.append(bytes[index]) }
        }
        let packed = Zlib.compress(shuffled)
        let chunk = place(packed)
        // One chunk: a node of which only the first entry is taken, and the key behind it.
        var node = Array("TREE".utf8) + [1, 0, 1, 0]
        for number in [Hdf5File.undefined, Hdf5File.undefined] { node.append(littleEndian: number) }
        for number in [packed.count, 0] { node.append(littleEndian: UInt32(number)) }
        node += [UInt8](repeating: 0, count: 8 * (shape.count + 1))
        node.append(littleEndian: UInt64(chunk))
        for number in [0, 0] as [UInt32] { node.append(littleEndian: number) }
        for size in shape + [0] { node.append(littleEndian: UInt64(size)) }
        let key = 8 + 8 * (shape.count + 1)
        node += [UInt8](repeating: 0, count: 24 + 64 * 8 + 65 * key - node.count)
        var filters: [UInt8] = [1, 2, 0, 0, 0, 0, 0, 0]
        for (filter, value) in [(2, width), (1, 6)] {
            for number in [filter, 0, 1, 1] { filters.append(littleEndian: UInt16(number)) }
            for number in [value, 0] { filters.append(littleEndian: UInt32(number)) }
        }
        var layout: [UInt8] = [3, 2, UInt8(shape.count + 1)]
        layout.append(littleEndian: UInt64(place(node)))
        for size in shape + [width] { layout.append(littleEndian: UInt32(size)) }
        return header(head + [Self.message(11, filters), Self.message(8, layout)])
    }

    private static func described(_ type: NumberType) -> [UInt8] {
        guard type.isFloating else {
            let isSigned = [.int8, .int16, .int32, .int64].contains(type)
            var bytes: [UInt8] = [0x10, isSigned ? 8 : 0, 0, 0]
            bytes.append(littleEndian: UInt32(type.width))
            for number in [0, type.width * 8] { bytes.append(littleEndian: UInt16(number)) }
            return bytes
        }
        // Where sign, exponent and fraction lie: the widths of the fraction and the exponent, and the exponent's bias.
        let (fraction, exponent): (UInt8, UInt8) =
            switch type {
            case .float16: (10, 5)
            case .float32: (23, 8)
            default: (52, 11)
            }
        var bytes: [UInt8] = [0x11, 0x20, fraction + exponent, 0]
        bytes.append(littleEndian: UInt32(type.width))
        for number in [0, type.width * 8] { bytes.append(littleEndian: UInt16(number)) }
        bytes += [fraction, exponent, 0, fraction]
        bytes.append(littleEndian: UInt32(1 << (exponent - 1)) - 1)
        return bytes
    }
}
