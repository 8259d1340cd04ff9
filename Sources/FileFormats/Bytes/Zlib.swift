import CZlib

/// Streams of zlib (RFC 1950), as MAT files and HDF5's chunks hold them.
enum Zlib {
    /// What a stream unpacks to, as far as it can be unpacked; see `Lz4Frame.decompress`.
    static func decompress(_ bytes: ArraySlice<UInt8>, limit: Int) -> (bytes: [UInt8], damage: Unpacking.Damage?) {
        var stream = z_stream()
        guard saccade_inflate_init(&stream, 15) == Z_OK else {
            return ([], Unpacking.Damage(offset: bytes.startIndex, reason: "zlib could not start"))
        }
        defer { inflateEnd(&stream) }
        return Unpacking.run(bytes, limit: limit, chunk: 1 << 14) { source, target in
            let (taken, room) = (min(source.count, 1 << 30), min(target.count, 1 << 30))
            stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
            stream.avail_in = UInt32(taken)
            stream.next_out = target.baseAddress
            stream.avail_out = UInt32(room)
            let status = inflate(&stream, Z_NO_FLUSH)
            guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
                return .failed(stream.msg.map { String(cString: $0) } ?? "status \(status)")
            }
            return .advanced(
                consumed: taken - Int(stream.avail_in), produced: room - Int(stream.avail_out),
                isOver: status == Z_STREAM_END)
        }
    }

    static func compress(_ bytes: [UInt8]) -> [UInt8] {
        var size = compressBound(UInt(bytes.count))
        return [UInt8](unsafeUninitializedCapacity: Int(size)) { target, count in
            count = compress2(target.baseAddress, &size, bytes, UInt(bytes.count), 6) == Z_OK ? Int(size) : 0
        }
    }
}
