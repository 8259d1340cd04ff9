/// Ways to pack the chunks of an HDF5 file that is written.
enum Hdf5Packing: String, CaseIterable {
    case deflated, lzf, blosc, zstandard

    /// Filters in their order, with the values that programs expect beside them.
    ///
    /// - Parameters:
    ///   - width: bytes of a number.
    ///   - length: bytes of a chunk.
    func filters(width: Int, length: Int) -> [(filter: Hdf5Filter, values: [Int])] {
        let shuffle = (Hdf5Filter.shuffle, [width])
        return switch self {
        case .deflated: [shuffle, (.deflate, [6])]
        // Version of the filter and of the library, as h5py writes them, and what a chunk unpacks to.
        case .lzf: [shuffle, (.lzf, [4, 0x105, length])]
        // Version of the filter and of the format; level, shuffle, LZ4.
        case .blosc: [(.blosc, [2, 2, width, length, 5, 1, 1])]
        case .zstandard: [shuffle, (.zstandard, [3])]
        }
    }

    /// A chunk, and which of the filters were left out, as bits.
    func pack(_ chunk: [UInt8], width: Int) -> (bytes: [UInt8], mask: Int) {
        let count = chunk.count / width
        let shuffled = { (0..<width).flatMap { byte in (0..<count).map { chunk[$0 * width + byte] } } }
        switch self {
        case .deflated: return (Zlib.compress(shuffled()), 0)
        case .lzf:
            let shuffled = shuffled()
            return Lzf.compress(shuffled).map { ($0, 0) } ?? (shuffled, 2)
        case .blosc: return (Blosc.compress(chunk, width: width), 0)
        case .zstandard: return (ZstdFrame.compress(shuffled()), 0)
        }
    }
}
