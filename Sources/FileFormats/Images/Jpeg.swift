import CTurboJPEG

/// JPEG through libjpeg-turbo, with the accurate inverse transform that Pillow uses too.
enum Jpeg {
    static func recognizes(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0xFF, 0xD8, 0xFF]) }

    /// - Throws: `FileFormatError.damaged`, also where only the end is missing; `.unsupported` for CMYK.
    static func decode(_ bytes: [UInt8], path: String) throws(FileFormatError) -> PixelImage {
        guard let decoder = tjInitDecompress() else {
            throw .unreadable(path: path, reason: "libjpeg-turbo could not start")
        }
        defer { tjDestroy(decoder) }
        func damage() -> FileFormatError {
            .damaged(
                path: path, offset: 0, found: String(cString: tjGetErrorStr2(decoder)),
                expected: "a whole JPEG picture",
                advice: "copy or download the picture again")
        }
        var (width, height, sampling, space): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
        let header = tjDecompressHeader3(decoder, bytes, UInt(bytes.count), &width, &height, &sampling, &space)
        guard header == 0 else { throw damage() }
        try PixelImage.check(width: Int(width), height: Int(height), path: path)
        guard space != TJCS_CMYK.rawValue, space != TJCS_YCCK.rawValue else {
            throw .unsupported(
                path: path, offset: 0, found: "a JPEG picture of four colors (CMYK)", expected: "gray, RGB or YCbCr",
                advice: "convert it to RGB")
        }
        let isGray = space == TJCS_GRAY.rawValue
        let channels = isGray ? 1 : 3
        var pixels = [UInt8](repeating: 0, count: Int(width) * Int(height) * channels)
        let format = isGray ? TJPF_GRAY.rawValue : TJPF_RGB.rawValue
        let status = tjDecompress2(
            decoder, bytes, UInt(bytes.count), &pixels, width, 0, height, Int32(format), TJFLAG_ACCURATEDCT)
        guard status == 0 else { throw damage() }
        return PixelImage(width: Int(width), height: Int(height), channelCount: channels, pixels: pixels)
    }
}
