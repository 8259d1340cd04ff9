import CTurboJPEG

/// JPEG through libjpeg-turbo, with the accurate inverse transform that Pillow uses too. The orientation that a camera noted
/// is ignored, as Pillow does.
///
/// What Pillow and OpenCV decode with a warning (stray bytes between markers, a bad code in the pixels) is decoded with a
/// note; a file that was cut is damaged, as it is to Pillow.
enum Jpeg {
    static func recognizes(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0xFF, 0xD8, 0xFF]) }

    /// Programs write some ten scans. More repeat what is there, each at the cost of the whole picture.
    static let largestScanCount = 100

    /// - Throws: `FileFormatError.damaged`, also where only the end is missing; `.unsupported` for 12 bits, lossless and
    ///   the like, and for too many pixels or scans.
    static func decode(_ bytes: [UInt8], path: String) throws(FileFormatError) -> PixelImage {
        let outline = JpegOutline(bytes)
        try check(outline, bytes.count, path: path)
        guard let decoder = tjInitDecompress() else {
            throw .unreadable(path: path, reason: "libjpeg-turbo could not start")
        }
        defer { tjDestroy(decoder) }
        let (width, height) = (outline.width, outline.height)
        let format = outline.componentCount == 1 ? TJPF_GRAY : outline.componentCount == 3 ? TJPF_RGB : TJPF_CMYK
        var pixels = [UInt8](repeating: 0, count: width * height * outline.componentCount)
        let status = tjDecompress2(
            decoder, bytes, UInt(bytes.count), &pixels, Int32(width), 0, Int32(height), Int32(format.rawValue),
            TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS)
        var notes: [String] = []
        if status != 0 {
            let message = String(cString: tjGetErrorStr2(decoder))
            guard isWarning(message) else {
                throw damage(path, 0, message)
            }
            notes = ["libjpeg: \(message)"]
        }
        if outline.componentCount == 4 { pixels = rgb(invertedCmyk: pixels) }
        return PixelImage(
            width: width, height: height, channelCount: outline.componentCount == 1 ? 1 : 3, pixels: pixels,
            notes: notes)
    }

    /// TurboJPEG's code says only whether there was a warning before the last message, not what that was: after an error
    /// it is the error's.
    private static func isWarning(_ message: String) -> Bool {
        let warnings = [
            "Corrupt JPEG data", "Warning: ", "Unknown Adobe color transform", "Inconsistent progression sequence",
            "Invalid SOS parameters for sequential JPEG",
        ]
        return warnings.contains { message.hasPrefix($0) }
    }

    /// Red, green and blue of cyan, magenta, yellow and black, which JPEG files hold inverted: Pillow's `convert('RGB')`.
    private static func rgb(invertedCmyk inks: [UInt8]) -> [UInt8] {
        let count = inks.count / 4
        return [UInt8](unsafeUninitializedCapacity: 3 * count) { pixels, written in
            for pixel in 0..<count {
                let light = Int(inks[4 * pixel + 3])
                for channel in 0..<3 {
                    // ink · light / 255, rounded.
                    let product = (255 - Int(inks[4 * pixel + channel])) * light + 128
                    pixels[3 * pixel + channel] = UInt8(light - (product >> 8 + product) >> 8)
                }
            }
            written = 3 * count
        }
    }

    private static func check(_ outline: JpegOutline, _ size: Int, path: String) throws(FileFormatError) {
        func unsupported(_ found: String) -> FileFormatError {
            .unsupported(
                path: path, offset: 0, found: found, expected: "8 bits per sample, gray, RGB, YCbCr or CMYK",
                advice: "convert it, for example with Pillow or ImageMagick")
        }
        guard outline.process != 0 else { throw damage(path, 0, "no header of a frame") }
        switch outline.process {
        case 0xC0, 0xC1, 0xC2, 0xC9, 0xCA: break
        case 0xC3, 0xC7, 0xCB, 0xCF: throw unsupported("a lossless JPEG image")
        case 0xF7: throw unsupported("a JPEG-LS image")
        default: throw unsupported("a hierarchical JPEG image")
        }
        guard outline.depth == 8 else { throw unsupported("a JPEG image of \(outline.depth) bits per sample") }
        guard [1, 3, 4].contains(outline.componentCount) else {
            throw unsupported("a JPEG image of \(outline.componentCount) components")
        }
        try PixelImage.check(width: outline.width, height: outline.height, path: path)
        guard outline.scanCount <= largestScanCount else {
            throw .unsupported(
                path: path, offset: 0, found: "a JPEG image of \(outline.scanCount) scans",
                expected: "at most \(largestScanCount)", advice: "remove it, or convert it")
        }
        guard outline.hasEnd else { throw damage(path, size, "the end of the file in the middle of the image") }
    }

    private static func damage(_ path: String, _ offset: Int, _ found: String) -> FileFormatError {
        .damaged(
            path: path, offset: offset, found: found, expected: "a whole JPEG image",
            advice: "copy or download the image again")
    }
}
