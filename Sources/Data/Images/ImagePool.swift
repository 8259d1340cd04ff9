/// Static images in the network's size, one byte a pixel.
struct ImagePool: Sendable {
    let size: Int
    /// Positions in the data set's images, in the order in which the pixels stand.
    let indices: [Int]
    /// For each class where its images begin; then the total.
    let starts: [Int]
    /// [image, H, W], 0…255.
    private let pixels: [UInt8]

    var byteCount: Int { pixels.count }

    /// Resizes as the reference: bytes, bilinear, averaging; then one channel.
    init(
        _ classes: [[Int]], of contents: any DataSetContents, _ options: DataOptions
    ) throws(DataSetError) {
        size = options.size
        indices = classes.flatMap { $0 }
        starts = classes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
        let rows = try mapInParallel(indices, { () }) { (index, _) throws(DataSetError) in
            let image = try contents.image(at: index)
            let resized = AntialiasedResize.resize(image, width: options.size, height: options.size)
            return options.imageChannel.extract(from: resized)
        }
        pixels = rows.flatMap { $0 }
    }

    func count(ofClass index: Int) -> Int { starts[index + 1] - starts[index] }

    /// Writes one image as [H, W, 2], 0…1, the same number in both places.
    func write(_ position: Int, into target: UnsafeMutablePointer<Float>) {
        let count = size * size
        Self.write(pixels[position * count..<(position + 1) * count], into: target)
    }

    static func write(_ bytes: ArraySlice<UInt8>, into target: UnsafeMutablePointer<Float>) {
        bytes.withUnsafeBufferPointer { bytes in
            for (pixel, byte) in bytes.enumerated() {
                let value = Float(byte) / 255
                target[2 * pixel] = value
                target[2 * pixel + 1] = value
            }
        }
    }
}
