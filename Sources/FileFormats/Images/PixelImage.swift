import Foundation

/// A picture as a file held it: 8 bits a channel.
public struct PixelImage: Sendable, Hashable {
    public var width: Int
    public var height: Int
    /// 1 gray, 3 red, green and blue; an alpha channel is left out.
    public var channelCount: Int
    /// [H, W, channel], 0…255.
    public var pixels: [UInt8]

    public init(width: Int, height: Int, channelCount: Int, pixels: [UInt8]) {
        (self.width, self.height, self.channelCount, self.pixels) = (width, height, channelCount, pixels)
    }

    /// Sides beyond this are taken for damage: a header may promise anything.
    static let largestSide = 1 << 14

    /// - Throws: `FileFormatError.damaged` if a picture of this size is none.
    static func check(width: Int, height: Int, path: String) throws(FileFormatError) {
        guard (1...largestSide).contains(width), (1...largestSide).contains(height) else {
            throw .damaged(
                path: path, offset: 0, found: "a picture of \(width)×\(height) pixels",
                expected: "1…\(largestSide) pixels a side", advice: "copy or download the picture again")
        }
    }
}

/// Pictures of any kind that is read here, told apart by content.
public enum ImageFile {
    /// Endings of file names, with the dot.
    public static let endings = [".jpg", ".jpeg", ".png"]

    /// - Throws: `FileFormatError`.
    public static func read(_ path: String) throws(FileFormatError) -> PixelImage {
        try decode(try FileBytes.read(path), path: path)
    }

    /// - Throws: `FileFormatError`.
    public static func decode(_ bytes: [UInt8], path: String) throws(FileFormatError) -> PixelImage {
        if Jpeg.recognizes(bytes) { return try Jpeg.decode(bytes, path: path) }
        if Png.recognizes(bytes) { return try Png.decode(bytes, path: path) }
        let found = bytes.prefix(8).map { String(format: "%02x", $0) }.joined(separator: " ")
        throw .unrecognized(
            path: path, found: bytes.isEmpty ? "an empty file" : "a file that begins with \(found)",
            known: ["JPEG", "PNG"])
    }
}
