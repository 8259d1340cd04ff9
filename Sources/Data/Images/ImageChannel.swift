/// Which number of a pixel the network sees, twice, or which two. Of a gray pixel the first three are its gray.
public enum ImageChannel: String, Sendable, Hashable, CaseIterable {
    /// V of HSV: the largest of red, green and blue. The paper's choice.
    case value
    /// 0.299 red + 0.587 green + 0.114 blue (ITU-R BT.601).
    case luma
    /// The last channel, which the reference takes with `--no-use-hsv`.
    case blue
    /// Two channels of edges, made of the picture in the network's size (`EdgeBridge`).
    case edges

    /// Numbers a pixel.
    var planeCount: Int { self == .edges ? 2 : 1 }

    /// One byte a pixel, row by row; for edges the gray picture.
    public func extract(from image: StaticImage) -> [UInt8] {
        guard image.channelCount == 3 else { return image.pixels }
        return (0..<image.width * image.height).map { pixel in
            let (red, green, blue) = (image.pixels[3 * pixel], image.pixels[3 * pixel + 1], image.pixels[3 * pixel + 2])
            switch self {
            case .value: return max(red, green, blue)
            case .luma, .edges:
                // Weights of 16 fractional bits, rounded.
                let sum = 19_595 * UInt32(red) + 38_470 * UInt32(green) + 7_471 * UInt32(blue)
                return UInt8((sum + 0x8000) >> 16)
            case .blue: return blue
            }
        }
    }
}
