import CZstd

/// Zstandard frames (libzstd).
enum ZstdFrame {
    static func recognizes(_ bytes: ArraySlice<UInt8>) -> Bool { bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) }

    /// Unpacks frames one after another with the same memory.
    final class Unpacker {
        fileprivate let context = ZSTD_createDCtx()

        init() {
            // A window is allocated at once, whatever comes out. 32 MiB are more than what recordings are packed with.
            ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, 25)
        }

        deinit { ZSTD_freeDCtx(context) }
    }

    /// As `Lz4Frame.decompress`. A frame that asks for a window above 32 MiB is refused by the library.
    static func decompress(
        _ bytes: ArraySlice<UInt8>, limit: Int, with unpacker: Unpacker = Unpacker()
    ) -> (bytes: [UInt8], damage: Unpacking.Damage?) {
        guard let context = unpacker.context else {
            return ([], Unpacking.Damage(offset: bytes.startIndex, reason: "libzstd could not start"))
        }
        ZSTD_DCtx_reset(context, ZSTD_reset_session_only)
        return Unpacking.run(bytes, limit: limit, chunk: 1 << 16) { source, target in
            var input = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
            var output = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
            let hint = ZSTD_decompressStream(context, &output, &input)
            if ZSTD_isError(hint) != 0 { return .failed(String(cString: ZSTD_getErrorName(hint))) }
            return .advanced(consumed: input.pos, produced: output.pos, isOver: hint == 0)
        }
    }

    /// One frame with a content checksum.
    static func compress(_ bytes: [UInt8]) -> [UInt8] {
        guard let context = ZSTD_createCCtx() else { return [] }
        defer { ZSTD_freeCCtx(context) }
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
        let bound = ZSTD_compressBound(bytes.count)
        return [UInt8](unsafeUninitializedCapacity: bound) { target, count in
            count = ZSTD_compress2(context, target.baseAddress, bound, bytes, bytes.count)
        }
    }
}
