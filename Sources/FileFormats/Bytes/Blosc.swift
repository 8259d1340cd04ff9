import CBlosc

/// Blosc, format 1 and 2 (libblosc): blocks of shuffled bytes, packed with BloscLZ, LZ4, Snappy, zlib or Zstandard.
enum Blosc {
    /// What a buffer unpacks to; see `Lz4Frame.decompress`. Nothing is allocated for one that says more than `limit`.
    static func decompress(_ bytes: [UInt8], limit: Int) -> (bytes: [UInt8], damage: Unpacking.Damage?) {
        func damaged(_ reason: String) -> ([UInt8], Unpacking.Damage?) {
            ([], Unpacking.Damage(offset: 0, reason: reason))
        }
        var size = 0
        guard bytes.count >= BLOSC_MIN_HEADER_LENGTH, blosc_cbuffer_validate(bytes, bytes.count, &size) == 0 else {
            return damaged("it has no header of Blosc, or one that says another size")
        }
        guard size <= limit else { return damaged("it expands to \(size) bytes, more than \(limit)") }
        guard size > 0 else { return ([], nil) }
        var status: Int32 = 0
        let unpacked = [UInt8](unsafeUninitializedCapacity: size) { target, count in
            // One thread: readers of several files run side by side already.
            status = blosc_decompress_ctx(bytes, target.baseAddress, size, 1)
            count = status == size ? size : 0
        }
        guard status == size else {
            let library = blosc_cbuffer_complib(bytes).map { String(cString: $0) } ?? "unknown"
            return damaged("libblosc gives up on its blocks (\(library))")
        }
        return (unpacked, nil)
    }

    /// Shuffled by `width`, then packed with LZ4: what recordings are usually packed with.
    static func compress(_ bytes: [UInt8], width: Int) -> [UInt8] {
        let bound = bytes.count + Int(BLOSC_MAX_OVERHEAD)
        return [UInt8](unsafeUninitializedCapacity: bound) { target, count in
            count = Int(
                max(
                    0,
                    blosc_compress_ctx(
                        5, BLOSC_SHUFFLE, width, bytes.count, bytes, target.baseAddress, bound, "lz4", 0, 1)))
        }
    }
}
