/// A checkpoint as PyTorch wrote it before version 1.6, and still does when asked to: five pickles and the numbers.
///
///     magic number · version · what machine · the content · names of storages · (u64 count, numbers) for each name
struct TorchLegacy {
    let content: Pickle
    let isBigEndian: Bool
    let storages: TorchStorages

    /// The magic number, 0x1950A86A20F9469CFC6C, as protocols from 2 on and those before write it.
    private static let marks: [[UInt8]] = [
        [0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19],
        Array("L119547037146038801333356".utf8),
    ]

    static func recognizes(_ bytes: some Collection<UInt8>) -> Bool {
        // Behind the protocol's number, and a frame's length.
        (0..<12).contains { offset in marks.contains { bytes.dropFirst(offset).starts(with: $0) } }
    }

    init(_ bytes: [UInt8], path: String) throws(FileFormatError) {
        let view = ByteView(bytes: bytes, path: path)
        let magic = try Pickle(bytes, path: path)
        let version = try Pickle(bytes, from: magic.end, path: path)
        let machine = try Pickle(bytes, from: version.end, path: path)
        content = try Pickle(bytes, from: machine.end, path: path)
        let names = try Pickle(bytes, from: content.end, path: path)
        let isLittle = machine.entries(machine.root)?.first { $0.key == "little_endian" }?.value
        isBigEndian = isLittle == .truth(false)

        var widths: [String: Int] = [:]
        for case .outside(let reference) in content.nodes {
            guard case .tuple(let values) = content[reference], let storage = Pickle.Storage(values) else { continue }
            widths[storage.key] = TorchNumber(storage.type)?.width
        }
        guard case .list(let keys) = names[names.root] else {
            throw view.damaged(at: content.end, found: "no list of storages", expected: "the names of all storages")
        }
        var ranges: [String: Range<Int>] = [:]
        var place = names.end
        for case .text(let key) in keys {
            guard let width = widths[key] else {
                throw view.damaged(at: place, found: "a storage '\(key)' of no known type", expected: "one of a tensor")
            }
            let bits = try view.number(UInt64.self, at: place, "a storage's count of numbers")
            let count = Int(clamping: isBigEndian ? bits.byteSwapped : bits)
            let (size, overflows) = count.multipliedReportingOverflow(by: width)
            try view.check(place + 8, overflows ? .max : size, "the numbers of storage '\(key)'")
            ranges[key] = place + 8..<place + 8 + size
            place += 8 + size
        }
        storages = .ranges(bytes, ranges)
    }
}
