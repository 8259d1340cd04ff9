/// A picture as a file held it: 8 bits a channel.
public struct PixelImage: Sendable, Hashable {
    public var width: Int
    public var height: Int
    /// 1 gray, 3 red, green and blue; an alpha channel is left out.
    public var channelCount: Int
    /// [H, W, channel], 0…255.
    public var pixels: [UInt8]
    /// What was not as it should be in a file that could be decoded all the same: stray bytes, a missing end.
    public var notes: [String]

    public init(width: Int, height: Int, channelCount: Int, pixels: [UInt8], notes: [String] = []) {
        (self.width, self.height, self.channelCount, self.pixels) = (width, height, channelCount, pixels)
        self.notes = notes
    }

    /// Where Pillow begins to warn of pictures that are made to fill the memory.
    public static let largestPixelCount = 89_478_485

    /// To be asked with what a header says, before memory is taken for it.
    ///
    /// - Throws: `FileFormatError.damaged` if a picture of this size is none, `.unsupported` if it is too large.
    static func check(width: Int, height: Int, path: String) throws(FileFormatError) {
        guard width > 0, height > 0 else {
            throw .damaged(
                path: path, offset: 0, found: "an image of \(width)×\(height) pixels",
                expected: "at least one pixel", advice: "copy or download the image again")
        }
        let (count, overflows) = width.multipliedReportingOverflow(by: height)
        guard !overflows, count <= largestPixelCount else {
            throw .unsupported(
                path: path, offset: 0, found: "an image of \(width)×\(height) pixels",
                expected: "at most \(largestPixelCount) in all", advice: "make it smaller, or remove it")
        }
    }
}
