/// A still picture as bytes.
public struct StaticImage: Sendable, Hashable {
    public let width: Int
    public let height: Int
    /// 1 gray, 3 red, green and blue.
    public let channelCount: Int
    /// [H, W, channel], 0…255.
    public let pixels: [UInt8]
    /// What its decoder said of the file, without the file's path.
    public var notes: [String] = []

    /// - Precondition: `pixels` are height × width × channelCount.
    public init(width: Int, height: Int, channelCount: Int = 1, pixels: [UInt8]) {
        precondition(
            pixels.count == width * height * channelCount && (channelCount == 1 || channelCount == 3),
            "\(pixels.count) bytes for \(width)×\(height)×\(channelCount)")
        (self.width, self.height, self.channelCount, self.pixels) = (width, height, channelCount, pixels)
    }
}
