/// Static images in the network's size, a byte a pixel or two floats.
struct ImagePool: Sendable {
    let size: Int
    /// Positions in the data set's images, in the order in which the pixels stand.
    let indices: [Int]
    /// For each class where its images begin; then the total.
    let starts: [Int]
    /// [image, H, W], 0…255; empty where numbers are not rounded to bytes.
    private let pixels: [UInt8]
    /// [image, H, W, planes], 0…1 and more at edges, where they are not.
    private let values: [Float]
    private let planeCount: Int
    private let normalization: ImageNormalization
    /// Images that cannot be read and are left out, with what is wrong.
    let unreadable: [(index: Int, problem: DataSetError)]

    var byteCount: Int { pixels.count + values.count * MemoryLayout<Float>.stride }

    /// Images that cannot be read are left out.
    ///
    /// Resizes as the reference: bytes, bilinear, averaging; then one channel. Or, as it does for CEP-DVS, the channel first.
    init(
        _ classes: [[Int]], of contents: any DataSetContents, _ options: DataOptions
    ) throws(DataSetError) {
        (size, normalization) = (options.size, options.imageNormalization)
        planeCount = options.imageChannel.planeCount
        let wanted = classes.flatMap { $0 }
        let problems: [DataSetError?]
        if options.referenceChannelFirst {
            let rows = try mapInParallel("reading images", wanted, { AntialiasedFrameResizer() }) {
                (index, resizer) throws(DataSetError) in
                try Self.read(index, contents) { image in
                    let resized = Self.channelFirst(image, options, resizer)
                    return options.imageChannel == .edges
                        ? EdgeBridge.planes(resized, width: options.size, height: options.size) : resized
                }
            }
            (pixels, values) = ([], rows.flatMap(\.row))
            problems = rows.map(\.problem)
        } else if options.imageChannel == .edges {
            let rows = try mapInParallel("reading images", wanted, { () }) { (index, _) throws(DataSetError) in
                try Self.read(index, contents) { image in
                    let resized = AntialiasedResize.resize(image, width: options.size, height: options.size)
                    return EdgeBridge.planes(
                        resized.pixels.map { Float($0) / 255 }, width: options.size, height: options.size)
                }
            }
            (pixels, values) = ([], rows.flatMap(\.row))
            problems = rows.map(\.problem)
        } else {
            let rows = try mapInParallel("reading images", wanted, { () }) { (index, _) throws(DataSetError) in
                try Self.read(index, contents) { image in
                    let resized = AntialiasedResize.resize(image, width: options.size, height: options.size)
                    return options.imageChannel.extract(from: resized)
                }
            }
            (pixels, values) = (rows.flatMap(\.row), [])
            problems = rows.map(\.problem)
        }
        unreadable = zip(wanted, problems).compactMap { index, problem in problem.map { (index, $0) } }
        let left = Set(unreadable.map(\.index))
        let kept = classes.map { $0.filter { !left.contains($0) } }
        indices = kept.flatMap { $0 }
        starts = kept.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    }

    /// The pixels of an image, or what is wrong with its file.
    private static func read<Row>(
        _ index: Int, _ contents: any DataSetContents, _ prepare: (StaticImage) -> [Row]
    ) throws(DataSetError) -> (row: [Row], problem: DataSetError?) {
        do throws(DataSetError) {
            return (prepare(try contents.image(at: index)), nil)
        } catch {
            guard case .file = error else { throw error }
            return ([], error)
        }
    }

    /// One channel of a picture in the network's size, 0…1.
    private static func channelFirst(
        _ image: StaticImage, _ options: DataOptions, _ resizer: AntialiasedFrameResizer
    ) -> [Float] {
        var source = options.imageChannel.extract(from: image).flatMap { [Float($0) / 255, Float($0) / 255] }
        var target = [Float](repeating: 0, count: options.size * options.size * 2)
        source.withUnsafeMutableBufferPointer { source in
            target.withUnsafeMutableBufferPointer { target in
                guard let from = source.baseAddress, let to = target.baseAddress else { return }
                resizer.place(
                    FramesInPlace(
                        timeStepCount: 1, height: image.height, width: image.width, base: from, stride: source.count),
                    occupied: nil,
                    into: FramesInPlace(
                        timeStepCount: 1, height: options.size, width: options.size, base: to, stride: target.count))
            }
        }
        return stride(from: 0, to: target.count, by: 2).map { target[$0] }
    }

    func count(ofClass index: Int) -> Int { starts[index + 1] - starts[index] }

    /// Writes one image as [H, W, 2], the same number in both places unless it has two: 0…1 before it is normalized.
    func write(_ position: Int, into target: UnsafeMutablePointer<Float>) {
        let count = size * size
        guard values.isEmpty else {
            let first = position * count * planeCount
            for place in 0..<2 * count {
                target[place] = normalization(values[first + (planeCount == 2 ? place : place / 2)])
            }
            return
        }
        Self.write(pixels[position * count..<(position + 1) * count], normalization, into: target)
    }

    static func write(
        _ bytes: ArraySlice<UInt8>, _ normalization: ImageNormalization = .none,
        into target: UnsafeMutablePointer<Float>
    ) {
        bytes.withUnsafeBufferPointer { bytes in
            for (pixel, byte) in bytes.enumerated() {
                let number = normalization(Float(byte) / 255)
                (target[2 * pixel], target[2 * pixel + 1]) = (number, number)
            }
        }
    }
}
