/// What was done to the bytes of an HDF5 chunk before they were stored, and how it is undone.
///
/// Numbers of filters are registered with the HDF Group; what is not read here is refused by its name.
enum Hdf5Filter: Int {
    case deflate = 1
    case shuffle = 2
    case checksum = 3
    case lzf = 32_000
    case blosc = 32_001
    case zstandard = 32_015
    /// Prophesee's, see `EventCompression`.
    case eventCompression = 36_559

    private static let others = [
        4: "SZIP", 5: "N-bit", 6: "scale-offset", 307: "bzip2", 32_004: "LZ4", 32_008: "bitshuffle", 32_013: "ZFP",
        32_026: "Blosc2",
    ]

    /// Whether what it unpacks to may be less than a chunk: Metavision packs the events that there are, also in the last one.
    var mayLeaveRest: Bool { self == .eventCompression }

    /// Those that an array's message lists, in the order in which they were applied.
    ///
    /// - Throws: `.unsupported` if one of them is not read here.
    static func list(_ message: Hdf5Header.Message, _ file: Hdf5File) throws(FileFormatError) -> [Hdf5Filter] {
        let view = file.view
        let version = try view.number(UInt8.self, at: message.start, "the filters' version")
        let count = Int(try view.number(UInt8.self, at: message.start + 1, "the filters' count"))
        var offset = message.start + (version == 1 ? 8 : 2)
        var filters: [Hdf5Filter] = []
        for _ in 0..<min(count, 32) {
            let number = Int(try view.number(UInt16.self, at: offset, "a filter"))
            guard let filter = Hdf5Filter(rawValue: number) else {
                throw file.unsupported(
                    at: offset, "the filter \(others[number] ?? String(number))",
                    "deflate, shuffle, LZF, Blosc, Zstandard, ECF or none")
            }
            filters.append(filter)
            let hasName = version == 1 || number >= 256
            let name = hasName ? Int(try view.number(UInt16.self, at: offset + 2, "a name's size")) : 0
            let values = Int(try view.number(UInt16.self, at: offset + (hasName ? 6 : 4), "a filter's values"))
            offset += (hasName ? 8 : 6) + (version == 1 ? (name + 7) / 8 * 8 : name) + values * 4
            if version == 1, values % 2 == 1 { offset += 4 }
        }
        return filters
    }

    /// - Parameters:
    ///   - length: bytes of the chunk, beside which there may be a checksum.
    ///   - width: bytes of a number or record.
    func undone(
        _ bytes: [UInt8], length: Int, width: Int
    ) -> (bytes: [UInt8], damage: Unpacking.Damage?) {
        // A checksum of 4 bytes may have been packed with them.
        let limit = length + 8
        switch self {
        case .checksum: return (bytes.dropLast(4), nil)
        case .shuffle: return (Self.unshuffled(bytes, width: width), nil)
        case .deflate: return Zlib.decompress(bytes[...], limit: limit)
        case .lzf: return Lzf.decompress(bytes, limit: limit)
        case .blosc: return Blosc.decompress(bytes, limit: limit)
        case .zstandard: return ZstdFrame.decompress(bytes[...], limit: limit)
        case .eventCompression: return EventCompression.decompress(bytes, limit: limit)
        }
    }

    var name: String {
        switch self {
        case .deflate: "zlib"
        case .shuffle: "shuffled"
        case .checksum: "summed"
        case .lzf: "LZF"
        case .blosc: "Blosc"
        case .zstandard: "Zstandard"
        case .eventCompression: "ECF"
        }
    }

    /// All first bytes of the numbers lie together, then all second ones, …
    private static func unshuffled(_ bytes: [UInt8], width: Int) -> [UInt8] {
        let count = bytes.count / width
        var output = bytes
        for byte in 0..<width {
            for index in 0..<count { output[index * width + byte] = bytes[byte * count + index] }
        }
        return output
    }
}
