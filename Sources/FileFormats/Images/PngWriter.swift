import CPng

/// Pictures as PNG (libpng).
public enum PngWriter {
    /// - Parameter pixels: red, green, blue, row by row: `width · height · 3` bytes.
    /// - Throws: `FileFormatError.unwritable`.
    public static func encode(
        width: Int, height: Int, pixels: [UInt8], path: String
    ) throws(FileFormatError) -> [UInt8] {
        precondition(pixels.count == width * height * 3, "\(pixels.count) bytes for \(width) × \(height) pixels")
        guard width > 0, height > 0, width <= 1 << 15, height <= 1 << 15 else {
            throw .unwritable(path: path, reason: "an image of \(width) × \(height) pixels; at most 32768 each way")
        }
        var image = png_image()
        image.version = saccade_png_version()
        (image.width, image.height) = (UInt32(width), UInt32(height))
        image.format = png_uint_32(PNG_FORMAT_FLAG_COLOR)
        defer { png_image_free(&image) }
        // Asked first for the size alone.
        var size: png_alloc_size_t = 0
        var isDone = png_image_write_to_memory(&image, nil, &size, 0, pixels, Int32(width * 3), nil) != 0
        var bytes: [UInt8] = []
        if isDone {
            bytes = [UInt8](unsafeUninitializedCapacity: Int(size)) { target, count in
                isDone =
                    png_image_write_to_memory(&image, target.baseAddress, &size, 0, pixels, Int32(width * 3), nil) != 0
                count = isDone ? Int(size) : 0
            }
        }
        guard isDone else {
            let reason = withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            throw .unwritable(path: path, reason: "libpng: \(reason)")
        }
        return bytes
    }
}
