import CTurboJPEG
import Foundation

extension DamageSubject {
    /// Pictures of every kind that is read, made by the libraries that read them.
    static func pictures() throws(FileFormatError) -> [DamageSubject] {
        let side = 24
        func samples(_ channels: Int) -> [UInt8] {
            (0..<side * side * channels).map { UInt8(truncatingIfNeeded: $0 * 5 + $0 / side) }
        }
        var subjects: [DamageSubject] = []
        for (format, channels, flags) in [
            (TJPF_GRAY, 1, 0), (TJPF_RGB, 3, 0), (TJPF_RGB, 3, TJFLAG_PROGRESSIVE), (TJPF_CMYK, 4, 0),
        ] {
            let bytes = try jpeg(samples(channels), side: side, format: format, flags: flags)
            subjects.append(DamageSubject("jpeg", bytes) { _ = try ImageFile.decode($0, path: "damaged") })
        }
        // Of gray with 16 bits, a palette of 4, colors with alpha; plain and interlaced.
        for (depth, type) in [(16, 0), (2, 3), (8, 6)] as [(UInt8, UInt8)] {
            for isInterlaced in [false, true] {
                let bytes = png(depth: depth, type: type, isInterlaced: isInterlaced)
                subjects.append(
                    DamageSubject(name: "png", bytes: bytes) { bytes, _, isRepaired in
                        // Every other one with the right checksums, or little would get past them.
                        _ = try ImageFile.decode(isRepaired ? repaired(bytes) : bytes, path: "damaged")
                        return true
                    })
            }
        }
        return subjects
    }

    /// MNIST's and CIFAR's files.
    static var tables: [DamageSubject] {
        var idx: [UInt8] = []
        for number in [0x803, 3, 5, 4] as [UInt32] { idx.append(bigEndian: number) }
        idx += [UInt8](repeating: 9, count: 60)
        let cifar = (0..<2).flatMap { label in [UInt8(label)] + [UInt8](repeating: 100, count: 3072) }
        let readIdx: @Sendable ([UInt8], URL, Bool) throws -> Bool = { bytes, folder, _ in
            let images = try Idx.images(try file(bytes, in: folder).path)
            for index in 0..<min(images.count, 10) { _ = images[index].count }
            return true
        }
        return [
            DamageSubject(name: "idx", bytes: idx, read: readIdx),
            DamageSubject(name: "idx.gz", bytes: gzip(idx), read: readIdx),
            DamageSubject(name: "cifar", bytes: cifar) { bytes, folder, _ in
                let images = try Cifar.images(try file(bytes, in: folder).path)
                for index in images.labels.indices { _ = images[index] }
                return true
            },
        ]
    }

    private static func jpeg(
        _ samples: [UInt8], side: Int, format: TJPF, flags: Int32
    ) throws(FileFormatError) -> [UInt8] {
        guard let encoder = tjInitCompress() else {
            throw .unreadable(path: "the sample", reason: "libjpeg-turbo could not start")
        }
        defer { tjDestroy(encoder) }
        var bytes: UnsafeMutablePointer<UInt8>?
        var size: UInt = 0
        let sampling = format == TJPF_GRAY ? TJSAMP_GRAY : TJSAMP_420
        let status = tjCompress2(
            encoder, samples, Int32(side), 0, Int32(side), Int32(format.rawValue), &bytes, &size,
            Int32(sampling.rawValue), 80, flags)
        defer { tjFree(bytes) }
        guard status == 0, let bytes else {
            throw .unwritable(path: "the sample", reason: String(cString: tjGetErrorStr2(encoder)))
        }
        return Array(UnsafeBufferPointer(start: bytes, count: Int(size)))
    }

    /// Of 8 × 8 pixels.
    private static func png(depth: UInt8, type: UInt8, isInterlaced: Bool) -> [UInt8] {
        let bits = Int(depth) * (type == 6 ? 4 : 1)
        var rows: [UInt8] = []
        let passes =
            isInterlaced ? [(1, 1), (1, 1), (2, 1), (2, 2), (4, 2), (4, 4), (8, 4)] : [(8, 8)]
        for (width, height) in passes {
            for row in 0..<height {
                rows.append(UInt8(row % 5))
                rows += (0..<(width * bits + 7) / 8).map { UInt8(truncatingIfNeeded: 31 * $0 + row) }
            }
        }
        func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
            var bytes: [UInt8] = []
            bytes.append(bigEndian: UInt32(data.count))
            return bytes + Array(name.utf8) + data + [0, 0, 0, 0]
        }
        let header: [UInt8] = [0, 0, 0, 8, 0, 0, 0, 8, depth, type, 0, 0, isInterlaced ? 1 : 0]
        let palette = type == 3 ? chunk("PLTE", (0..<12).map { UInt8(20 * $0) }) + chunk("tRNS", [0, 128]) : []
        return repaired(
            [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", header)
                + chunk("gAMA", [0, 0, 0xB1, 0x8F])
                + palette + chunk("IDAT", Zlib.compress(rows)) + chunk("IEND", []))
    }

    /// With the right checksum behind every chunk.
    private static func repaired(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        var place = 8
        while place + 12 <= bytes.count {
            let length = bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
            guard length <= bytes.count - place - 12 else { break }
            var sum: [UInt8] = []
            sum.append(bigEndian: Crc32.of(Array(bytes[place + 4..<place + 8 + length])))
            bytes.replaceSubrange(place + 8 + length..<place + 12 + length, with: sum)
            place += 12 + length
        }
        return bytes
    }

    private static func gzip(_ bytes: [UInt8]) -> [UInt8] {
        // The stream of zlib without its header and checksum is that of gzip.
        let deflated = Zlib.compress(bytes).dropFirst(2).dropLast(4)
        var packed: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255] + deflated
        packed.append(littleEndian: Crc32.of(bytes))
        packed.append(littleEndian: UInt32(bytes.count))
        return packed
    }
}
