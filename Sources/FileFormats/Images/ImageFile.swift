import Foundation

/// Pictures of any kind that is read here, told apart by content, whatever the file is named.
public enum ImageFile {
    /// Endings of file names, with the dot.
    public static let endings = [".jpg", ".jpeg", ".png"]

    /// - Throws: `FileFormatError`.
    public static func read(_ path: String) throws(FileFormatError) -> PixelImage {
        try decode(try FileBytes.read(path), path: path)
    }

    /// - Throws: `FileFormatError`: `.unsupported` by its name if it is a picture of another kind, `.unrecognized` if it is
    ///   none.
    public static func decode(_ bytes: [UInt8], path: String) throws(FileFormatError) -> PixelImage {
        if Jpeg.recognizes(bytes) { return try Jpeg.decode(bytes, path: path) }
        if Png.recognizes(bytes) { return try Png.decode(bytes, path: path) }
        if let kind = otherKind(bytes) {
            throw .unsupported(
                path: path, offset: 0, found: kind.name, expected: "a JPEG or PNG image",
                advice: kind.isPicture ? "convert it, for example with Pillow or ImageMagick" : "remove it")
        }
        let found = bytes.prefix(8).map { String(format: "%02x", $0) }.joined(separator: " ")
        throw .unrecognized(
            path: path, found: bytes.isEmpty ? "an empty file" : "a file that begins with \(found)",
            known: ["JPEG", "PNG"])
    }

    /// What else lies in folders of pictures, by its first bytes.
    private static func otherKind(_ bytes: [UInt8]) -> (name: String, isPicture: Bool)? {
        func holds(_ text: String, at offset: Int = 0) -> Bool {
            bytes.dropFirst(offset).starts(with: text.utf8)
        }
        if holds("GIF87a") || holds("GIF89a") { return ("a GIF image", true) }
        if holds("RIFF"), holds("WEBP", at: 8) { return ("a WebP image", true) }
        if holds("II*\0") || holds("MM\0*") || holds("II+\0") || holds("MM\0+") { return ("a TIFF image", true) }
        if holds("BM"), bytes.count >= 26 { return ("a BMP image", true) }
        if holds("8BPS") { return ("a Photoshop image", true) }
        if bytes.starts(with: [0, 0, 0, 12, 0x6A, 0x50, 0x20, 0x20]) || bytes.starts(with: [0xFF, 0x4F, 0xFF, 0x51]) {
            return ("a JPEG 2000 image", true)
        }
        if bytes.starts(with: [0xFF, 0x0A]) || holds("JXL ", at: 4) { return ("a JPEG XL image", true) }
        if holds("ftypavif", at: 4) || holds("ftypavis", at: 4) { return ("an AVIF image", true) }
        if ["heic", "heix", "hevc", "mif1", "msf1"].contains(where: { holds("ftyp" + $0, at: 4) }) {
            return ("a HEIC image", true)
        }
        if bytes.starts(with: [0, 0, 1, 0]) { return ("an ICO image", true) }
        if bytes.count > 2, bytes[0] == UInt8(ascii: "P"), (0x31...0x37).contains(bytes[1]), bytes[2] <= 0x20 {
            return ("a PNM image (pbm, pgm or ppm)", true)
        }
        if bytes.starts(with: [0, 5, 0x16, 7]) || bytes.starts(with: [0, 5, 0x16, 0]) {
            return ("a macOS AppleDouble file (._ file), not the file itself", false)
        }
        if let unfetched = UnfetchedFile(prefix: bytes) {
            return ("\(unfetched.found("picture")) (\(unfetched.advice))", false)
        }
        let beginning = String(decoding: bytes.prefix(64), as: UTF8.self).lowercased()
        if beginning.contains("<svg") { return ("an SVG drawing", true) }
        return nil
    }
}
