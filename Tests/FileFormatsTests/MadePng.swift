@testable import FileFormats

/// A PNG put together chunk by chunk, of samples drawn from a seed, with the pixels that it stands for.
struct MadePng: CustomStringConvertible {
    var width = 11
    var height = 9
    /// 1, 2, 4, 8 or 16.
    var depth: Int
    /// 0 gray, 2 RGB, 3 palette, 4 gray and alpha, 6 RGB and alpha.
    var colorType: UInt8
    var isInterlaced = false
    /// Before the palette.
    var chunks: [(name: String, data: [UInt8])] = []
    /// Of the palette's colors.
    var hasTransparency = false

    var description: String { "type \(colorType), \(depth) bits\(isInterlaced ? ", interlaced" : "")" }

    private var samplesPerPixel: Int { [0: 1, 2: 3, 3: 1, 4: 2, 6: 4][colorType] ?? 0 }

    private func sample(_ x: Int, _ y: Int, _ channel: Int) -> Int {
        var state = UInt64(y * width + x) &* 6_364_136_223_846_793_005 &+ UInt64(channel + 1)
        state = (state ^ state >> 29) &* 0x9E37_79B9_7F4A_7C15
        return Int(state >> 40) % (1 << depth)
    }

    private var palette: [UInt8] { (0..<3 << depth).map { UInt8(truncatingIfNeeded: 7 * $0 + 3) } }

    /// What Pillow and OpenCV give: gray bits spread over 0…255, the upper byte of 16 bits, no alpha.
    var expected: [UInt8] {
        var pixels: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width {
                if colorType == 3 {
                    pixels += palette[3 * sample(x, y, 0)..<3 * sample(x, y, 0) + 3]
                    continue
                }
                for channel in 0..<(colorType & 2 == 0 ? 1 : 3) {
                    let value = sample(x, y, channel)
                    pixels.append(UInt8(depth == 16 ? value >> 8 : value * 255 / (1 << depth - 1)))
                }
            }
        }
        return pixels
    }

    var image: PixelImage {
        PixelImage(width: width, height: height, channelCount: colorType & 2 == 0 ? 1 : 3, pixels: expected)
    }

    var bytes: [UInt8] {
        var result: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        var header: [UInt8] = []
        for number in [width, height] { header.append(bigEndian: UInt32(number)) }
        result += Self.chunk("IHDR", header + [UInt8(depth), colorType, 0, 0, isInterlaced ? 1 : 0])
        for (name, data) in chunks { result += Self.chunk(name, data) }
        if colorType == 3 { result += Self.chunk("PLTE", palette) }
        if hasTransparency { result += Self.chunk("tRNS", (0..<min(5, 1 << depth)).map { UInt8(50 * $0) }) }
        return result + Self.chunk("IDAT", Zlib.compress(rows)) + Self.chunk("IEND", [])
    }

    static func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: UInt32(data.count))
        bytes += Array(name.utf8) + data
        bytes.append(bigEndian: Crc32.of(Array(name.utf8) + data))
        return bytes
    }

    /// Rows without a filter; interlaced ones in Adam7's seven passes.
    private var rows: [UInt8] {
        let passes =
            isInterlaced
            ? [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
            : [(0, 0, 1, 1)]
        var bytes: [UInt8] = []
        for (left, top, stepX, stepY) in passes where left < width {
            for y in stride(from: top, to: height, by: stepY) {
                bytes.append(0)
                var (bits, count) = (0, 0)
                for x in stride(from: left, to: width, by: stepX) {
                    for channel in 0..<samplesPerPixel {
                        bits = bits << depth | sample(x, y, channel)
                        count += depth
                        while count >= 8 {
                            bytes.append(UInt8(truncatingIfNeeded: bits >> (count - 8)))
                            count -= 8
                        }
                    }
                }
                if count > 0 { bytes.append(UInt8(truncatingIfNeeded: bits << (8 - count))) }
            }
        }
        return bytes
    }
}
