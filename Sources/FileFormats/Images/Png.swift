import CPng

/// PNG through libpng's simplified interface: any depth as 8 bits, palettes as colors, alpha left out.
enum Png {
    static func recognizes(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    }

    /// - Throws: `FileFormatError.damaged`.
    static func decode(_ bytes: [UInt8], path: String) throws(FileFormatError) -> PixelImage {
        var image = png_image()
        image.version = saccade_png_version()
        defer { png_image_free(&image) }
        guard png_image_begin_read_from_memory(&image, bytes, bytes.count) != 0 else {
            throw damage(image, path)
        }
        let (width, height) = (Int(image.width), Int(image.height))
        try PixelImage.check(width: width, height: height, path: path)
        let channels = saccade_png_has_color(image.format) != 0 ? 3 : 1
        // Read with alpha, or libpng would lay the picture over a background.
        image.format = channels == 3 ? saccade_png_color_alpha() : saccade_png_gray_alpha()
        var stored = [UInt8](repeating: 0, count: width * height * (channels + 1))
        guard png_image_finish_read(&image, nil, &stored, 0, nil) != 0 else { throw damage(image, path) }
        let pixels = [UInt8](unsafeUninitializedCapacity: width * height * channels) { pixels, count in
            count = width * height * channels
            for pixel in 0..<width * height {
                for channel in 0..<channels {
                    pixels[pixel * channels + channel] = stored[pixel * (channels + 1) + channel]
                }
            }
        }
        return PixelImage(width: width, height: height, channelCount: channels, pixels: pixels)
    }

    private static func damage(_ image: png_image, _ path: String) -> FileFormatError {
        let message = withUnsafeBytes(of: image.message) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        return .damaged(
            path: path, offset: 0, found: message.isEmpty ? "bytes that are no picture" : message,
            expected: "a whole PNG picture", advice: "copy or download the picture again")
    }
}
