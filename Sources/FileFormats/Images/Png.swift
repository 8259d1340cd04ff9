import CPng

/// PNG through libpng: the samples as they are stored, as Pillow, OpenCV and torchvision give them.
///
/// Gamma, color profiles and backgrounds that the file names are ignored, palettes become colors, alpha is left out. Of 16
/// bits the upper eight count, as in OpenCV and in Pillow's colors: a sample that is 257 times an 8-bit one is that one again.
/// (Pillow alone cuts 16-bit *gray* off at 255 when it is turned into 8 bits, which leaves a white picture.)
enum Png {
    private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    static func recognizes(_ bytes: [UInt8]) -> Bool { bytes.starts(with: signature) }

    /// - Throws: `FileFormatError.damaged`; `.unsupported` for what Xcode makes of pictures, and for too many pixels.
    static func decode(_ bytes: [UInt8], path: String) throws(FileFormatError) -> PixelImage {
        let view = ByteView(bytes: bytes, path: path, isBigEndian: true)
        let first = Array(try view.slice(at: 12, count: 4, "the first chunk's name"))
        guard first != Array("CgBI".utf8) else {
            throw .unsupported(
                path: path, offset: 12, found: "a PNG in Apple's iPhone variant (CgBI)", expected: "a plain PNG",
                advice: "convert it, for example with Pillow or ImageMagick")
        }
        guard first == Array("IHDR".utf8) else {
            throw damage(path, 12, "a first chunk that is not a header")
        }
        let width = Int(try view.number(UInt32.self, at: 16, "the width"))
        let height = Int(try view.number(UInt32.self, at: 20, "the height"))
        let colors = try view.number(UInt8.self, at: 25, "the kind of color")
        try PixelImage.check(width: width, height: height, path: path)
        let depth = Int(try view.number(UInt8.self, at: 24, "the bits per sample"))
        let samples = [0: 1, 2: 3, 3: 1, 4: 2, 6: 4][Int(colors)] ?? 1
        guard width * height / 8 * samples * depth <= (bytes.count + 1) * ZipArchive.largestRatio else {
            throw damage(
                path, bytes.count, "\(bytes.count) bytes, too few for \(width)×\(height) pixels in any compression")
        }
        // Bit 1 of the color type: palettes have it too.
        let channels = colors & 2 != 0 ? 3 : 1
        var image = PixelImage(
            width: width, height: height, channelCount: channels,
            pixels: [UInt8](repeating: 0, count: width * height * channels))
        let place = colors == 3 ? missingPalette(view) : nil
        var bytes = bytes
        if let place {
            bytes.insert(contentsOf: blackPalette(depth: depth), at: place)
            image.notes.append("it has no palette: all its pixels are black, as in Pillow")
        }
        var reading = saccade_png_reading()
        let stage = bytes.withUnsafeBufferPointer { source in
            reading.bytes = source.baseAddress
            reading.count = source.count
            return saccade_png_read(&reading, UInt32(width), UInt32(height), Int32(channels), &image.pixels)
        }
        let error = text(reading.error)
        guard stage > 0 else {
            throw damage(path, min(reading.place, bytes.count), error.isEmpty ? "bytes that are not an image" : error)
        }
        if reading.warnings > 0 {
            image.notes.append("libpng: \(text(reading.warning))" + (reading.warnings > 1 ? " and more" : ""))
        }
        if stage == 1 { image.notes.append("all pixels are present, but the data after them is incomplete: \(error)") }
        return image
    }

    /// Where the pixels of a picture begin that has no palette before them, and needs one.
    private static func missingPalette(_ view: ByteView) -> Int? {
        var offset = 8
        while let size = try? view.size(UInt32.self, at: offset, "a chunk's size"),
            let name = try? view.text(at: offset + 4, count: 4, "a chunk's name"), name != "PLTE"
        {
            if name == "IDAT" { return offset }
            offset += 12 + size
        }
        return nil
    }

    private static func blackPalette(depth: Int) -> [UInt8] {
        let colors = [UInt8](repeating: 0, count: 3 << min(depth, 8))
        var chunk: [UInt8] = []
        chunk.append(bigEndian: UInt32(colors.count))
        let content = Array("PLTE".utf8) + colors
        chunk += content
        chunk.append(bigEndian: Crc32.of(content))
        return chunk
    }

    private static func text(_ message: some Any) -> String {
        withUnsafeBytes(of: message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    private static func damage(_ path: String, _ offset: Int, _ found: String) -> FileFormatError {
        .damaged(
            path: path, offset: offset, found: found, expected: "a whole PNG image",
            advice: "copy or download the image again")
    }
}
