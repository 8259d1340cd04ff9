import CZlib

/// Inflates gzip (RFC 1952). Memory grows with what really comes out, never with what a header promises.
public enum Gzip {
    /// Whether the first bytes are gzip's.
    public static func recognizes(_ bytes: [UInt8]) -> Bool { bytes.count >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B }

    /// The first `limit` bytes, or all if there are fewer. Members that follow each other are joined.
    ///
    /// - Throws: `FileFormatError.damaged` if the data is cut or its checksum is wrong (as far as it was read).
    public static func inflate(_ bytes: [UInt8], limit: Int, path: String) throws(FileFormatError) -> [UInt8] {
        var stream = z_stream()
        // 16: expect the gzip wrapper.
        guard saccade_inflate_init(&stream, 16 + 15) == Z_OK else {
            throw .unreadable(path: path, reason: "zlib could not start")
        }
        defer { inflateEnd(&stream) }
        var output: [UInt8] = []
        var input = 0
        var damage: Int?
        bytes.withUnsafeBufferPointer { source in
            guard let base = source.baseAddress else { return damage = 0 }
            while output.count < limit {
                let room = min(limit - output.count, max(output.count, 1 << 16))
                let taken = min(source.count - input, 1 << 30)
                stream.next_in = UnsafeMutablePointer(mutating: base + input)
                stream.avail_in = UInt32(taken)
                var status = Z_OK
                let chunk = [UInt8](unsafeUninitializedCapacity: min(room, 1 << 30)) { buffer, count in
                    stream.next_out = buffer.baseAddress
                    stream.avail_out = UInt32(buffer.count)
                    status = CZlib.inflate(&stream, Z_NO_FLUSH)
                    count = buffer.count - Int(stream.avail_out)
                }
                let consumed = taken - Int(stream.avail_in)
                input += consumed
                output.append(contentsOf: chunk)
                if status == Z_STREAM_END {
                    guard input + 2 <= source.count, base[input] == 0x1F, base[input + 1] == 0x8B else { return }
                    guard inflateReset(&stream) == Z_OK else { return damage = input }
                } else if status != Z_OK || (consumed == 0 && chunk.isEmpty) {
                    return damage = input
                }
            }
        }
        if let damage {
            throw .damaged(
                path: path, offset: damage,
                found: damage == bytes.count ? "the end of the file" : "bytes that are not gzip data",
                expected: "more gzip data", advice: "download or copy the file again")
        }
        return output
    }
}
