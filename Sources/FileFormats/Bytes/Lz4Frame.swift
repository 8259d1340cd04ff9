import CLZ4

/// LZ4 frames (liblz4): linked and independent blocks, stored blocks, all checksums.
enum Lz4Frame {
    static func recognizes(_ bytes: ArraySlice<UInt8>) -> Bool { bytes.starts(with: [0x04, 0x22, 0x4D, 0x18]) }

    /// What a frame unpacks to, as far as it can be unpacked.
    ///
    /// Memory grows with what really comes out, and never beyond `limit` bytes.
    /// - Returns: the bytes, and where in `bytes` the damage lies if the frame is damaged or cut.
    static func decompress(_ bytes: ArraySlice<UInt8>, limit: Int) -> (bytes: [UInt8], damage: Unpacking.Damage?) {
        var context: OpaquePointer?
        guard LZ4F_isError(LZ4F_createDecompressionContext(&context, UInt32(LZ4F_VERSION))) == 0 else {
            return ([], Unpacking.Damage(offset: bytes.startIndex, reason: "liblz4 could not start"))
        }
        defer { LZ4F_freeDecompressionContext(context) }
        return Unpacking.run(bytes, limit: limit, chunk: 1 << 16) { source, target in
            var (produced, consumed) = (target.count, source.count)
            let hint = LZ4F_decompress(context, target.baseAddress, &produced, source.baseAddress, &consumed, nil)
            if LZ4F_isError(hint) != 0 {
                return .failed(String(cString: LZ4F_getErrorName(hint)))
            }
            return .advanced(consumed: consumed, produced: produced, isOver: hint == 0)
        }
    }

    /// One frame of linked blocks with a content checksum.
    static func compress(_ bytes: [UInt8]) -> [UInt8] {
        var preferences = LZ4F_preferences_t()
        preferences.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled
        preferences.frameInfo.blockMode = LZ4F_blockLinked
        let bound = LZ4F_compressFrameBound(bytes.count, &preferences)
        return [UInt8](unsafeUninitializedCapacity: bound) { target, count in
            count = LZ4F_compressFrame(target.baseAddress, bound, bytes, bytes.count, &preferences)
        }
    }
}

/// The loop that all streaming unpackers share.
enum Unpacking {
    struct Damage: Error {
        /// In the indices of the packed bytes.
        let offset: Int
        let reason: String
    }

    enum Step {
        case advanced(consumed: Int, produced: Int, isOver: Bool)
        case failed(String)
    }

    static func run(
        _ bytes: ArraySlice<UInt8>, limit: Int, chunk: Int,
        _ step: (UnsafeBufferPointer<UInt8>, UnsafeMutableBufferPointer<UInt8>) -> Step
    ) -> (bytes: [UInt8], damage: Damage?) {
        var output: [UInt8] = []
        var damage: Damage?
        bytes.withUnsafeBufferPointer { source in
            var position = 0
            while true {
                guard output.count < limit else {
                    damage = Damage(
                        offset: bytes.startIndex + position, reason: "it expands to more than \(limit) bytes")
                    return
                }
                var outcome = Step.failed("")
                let room = min(limit - output.count, max(chunk, output.count))
                let piece = [UInt8](unsafeUninitializedCapacity: room) { target, count in
                    outcome = step(UnsafeBufferPointer(rebasing: source[position...]), target)
                    if case .advanced(_, let produced, _) = outcome { count = produced }
                }
                switch outcome {
                case .failed(let reason):
                    damage = Damage(offset: bytes.startIndex + position, reason: reason)
                    return
                case .advanced(let consumed, let produced, let isOver):
                    if output.isEmpty { output = piece } else { output.append(contentsOf: piece) }
                    position += consumed
                    if isOver { return }
                    if consumed == 0 && produced == 0 {
                        damage = Damage(offset: bytes.startIndex + position, reason: "it ends too early")
                        return
                    }
                }
            }
        }
        return (output, damage)
    }
}
