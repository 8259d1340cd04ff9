import CLZF
import Foundation

/// LZF (liblzf), as h5py packs chunks with it: no header, no checksum.
enum Lzf {
    /// What a stream unpacks to, at most `limit` bytes, which are set aside at once; see `Lz4Frame.decompress`.
    static func decompress(_ bytes: [UInt8], limit: Int) -> (bytes: [UInt8], damage: Unpacking.Damage?) {
        guard !bytes.isEmpty, bytes.count <= 1 << 31, 1...1 << 31 ~= limit else {
            return ([], Unpacking.Damage(offset: 0, reason: "\(bytes.count) bytes are none of LZF's"))
        }
        var failure: Int32 = 0
        let unpacked = [UInt8](unsafeUninitializedCapacity: limit) { target, count in
            count = Int(lzf_decompress(bytes, UInt32(bytes.count), target.baseAddress, UInt32(limit)))
            if count == 0 { failure = errno }
        }
        guard failure == 0 else {
            let reason = failure == E2BIG ? "it expands to more than \(limit) bytes" : "it points before its beginning"
            return ([], Unpacking.Damage(offset: 0, reason: reason))
        }
        return (unpacked, nil)
    }

    /// `nil` if it would not become smaller.
    static func compress(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count > 1, bytes.count <= 1 << 31 else { return nil }
        let packed = [UInt8](unsafeUninitializedCapacity: bytes.count) { target, count in
            count = Int(lzf_compress(bytes, UInt32(bytes.count), target.baseAddress, UInt32(bytes.count - 1)))
        }
        return packed.isEmpty ? nil : packed
    }
}
