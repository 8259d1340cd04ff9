/// The binary files of CIFAR-10 and CIFAR-100: records of one or two labels and 32×32 pixels, all red, then all green, then
/// all blue.
public enum Cifar {
    public static let side = 32
    static let pixelCount = side * side

    public struct Images: Sendable, Hashable {
        /// The last label of each record: CIFAR-100's fine one.
        public let labels: [UInt8]
        fileprivate let bytes: [UInt8]
        fileprivate let labelCount: Int

        public subscript(index: Int) -> PixelImage {
            let start = index * (labelCount + 3 * pixelCount) + labelCount
            let pixels = [UInt8](unsafeUninitializedCapacity: 3 * pixelCount) { pixels, count in
                count = 3 * pixelCount
                for pixel in 0..<pixelCount {
                    for channel in 0..<3 {
                        pixels[3 * pixel + channel] = bytes[start + channel * pixelCount + pixel]
                    }
                }
            }
            return PixelImage(width: side, height: side, channelCount: 3, pixels: pixels)
        }
    }

    /// - Parameters:
    ///   - labelCount: 1 for CIFAR-10, 2 for CIFAR-100.
    ///   - classCount: larger labels are damage.
    /// - Throws: `FileFormatError.damaged` if the file does not consist of whole records with such labels.
    public static func images(
        _ path: String, labelCount: Int = 1, classCount: Int = 10
    ) throws(FileFormatError) -> Images {
        let bytes = try FileBytes.read(path)
        let recordSize = labelCount + 3 * pixelCount
        guard bytes.count > 0, bytes.count % recordSize == 0 else {
            throw .damaged(
                path: path, offset: bytes.count / recordSize * recordSize, found: "\(bytes.count) bytes in total",
                expected: "records of \(recordSize) bytes", advice: "unpack or download the file again")
        }
        let labels = (0..<bytes.count / recordSize).map { bytes[$0 * recordSize + labelCount - 1] }
        if let wrong = labels.firstIndex(where: { Int($0) >= classCount }) {
            throw .damaged(
                path: path, offset: wrong * recordSize + labelCount - 1, found: "label \(labels[wrong])",
                expected: "0…\(classCount - 1)", advice: "unpack or download the file again")
        }
        return Images(labels: labels, bytes: bytes, labelCount: labelCount)
    }
}
