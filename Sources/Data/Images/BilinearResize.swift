/// Bilinear interpolation with aligned corners: first and last pixel keep their places, and points between them are
/// sampled (there is no averaging when the picture shrinks). PyTorch's `align_corners=True` in float32.
///
/// This is the plain form; `FrameResizer` gives the same bits faster.
struct BilinearResize: Sendable {
    /// Where one output coordinate falls between two input coordinates.
    private struct Tap {
        let low: Int
        let high: Int
        let fraction: Float
    }

    let input: SensorSize
    let output: SensorSize
    private let rows: [Tap]
    private let columns: [Tap]

    init(from input: SensorSize, to output: SensorSize) {
        (self.input, self.output) = (input, output)
        rows = Self.taps(from: input.height, to: output.height)
        columns = Self.taps(from: input.width, to: output.width)
    }

    private static func taps(from input: Int, to output: Int) -> [Tap] {
        (0..<output).map { position in
            let (low, high, fraction) = place(position, from: input, to: output)
            return Tap(low: low, high: high, fraction: fraction)
        }
    }

    /// The two input coordinates that an output coordinate lies between, and how near the second is, 0…1.
    static func place(_ position: Int, from input: Int, to output: Int) -> (low: Int, high: Int, fraction: Float) {
        let scale = output > 1 ? Float(input - 1) / Float(output - 1) : 0
        let place = scale * Float(position)
        let low = min(Int(place), max(input - 1, 0))
        return (low, min(low + 1, max(input - 1, 0)), place - Float(low))
    }

    /// source: [planes, H, W, 2], target: [planes, H', W', 2].
    func applyToPairs(_ source: UnsafePointer<Float>, planes: Int, into target: UnsafeMutablePointer<Float>) {
        guard input.width > 0, input.height > 0 else {
            target.update(repeating: 0, count: planes * output.width * output.height * 2)
            return
        }
        let pixels = UnsafeRawPointer(source)
        let stride = MemoryLayout<SIMD2<Float>>.stride
        var written = UnsafeMutableRawPointer(target)
        rows.withUnsafeBufferPointer { rows in
            columns.withUnsafeBufferPointer { columns in
                for plane in 0..<planes {
                    for row in rows {
                        let above = pixels + (plane * input.height + row.low) * input.width * stride
                        let below = pixels + (plane * input.height + row.high) * input.width * stride
                        for column in columns {
                            let (left, right) = (column.low * stride, column.high * stride)
                            let top = Self.mix(
                                above.loadUnaligned(fromByteOffset: left, as: SIMD2<Float>.self),
                                above.loadUnaligned(fromByteOffset: right, as: SIMD2<Float>.self), column.fraction)
                            let bottom = Self.mix(
                                below.loadUnaligned(fromByteOffset: left, as: SIMD2<Float>.self),
                                below.loadUnaligned(fromByteOffset: right, as: SIMD2<Float>.self), column.fraction)
                            written.storeBytes(of: Self.mix(top, bottom, row.fraction), as: SIMD2<Float>.self)
                            written += stride
                        }
                    }
                }
            }
        }
    }

    @inline(__always)
    private static func mix(_ first: SIMD2<Float>, _ second: SIMD2<Float>, _ fraction: Float) -> SIMD2<Float> {
        (1 - fraction) * first + fraction * second
    }
}

extension EventFrames {
    /// Interpolated counts, [T, polarity, height, width]: bilinear, corners aligned, as the reference resizes frames.
    public func resized(width newWidth: Int, height newHeight: Int) -> [Float] {
        let resize = BilinearResize(
            from: SensorSize(width: width, height: height), to: SensorSize(width: newWidth, height: newHeight))
        var pairs = [Float](repeating: 0, count: counts.count)
        let plane = width * height
        for timeStep in 0..<timeStepCount {
            for polarity in 0..<2 {
                for (pixel, count) in self[timeStep, polarity].enumerated() {
                    pairs[(timeStep * plane + pixel) * 2 + polarity] = Float(count)
                }
            }
        }
        let newPlane = newWidth * newHeight
        var resized = [Float](repeating: 0, count: timeStepCount * 2 * newPlane)
        pairs.withUnsafeBufferPointer { source in
            resized.withUnsafeMutableBufferPointer { target in
                guard let source = source.baseAddress, let target = target.baseAddress else { return }
                resize.applyToPairs(source, planes: timeStepCount, into: target)
            }
        }
        return (0..<resized.count).map { index in
            let (step, rest) = index.quotientAndRemainder(dividingBy: 2 * newPlane)
            let (polarity, pixel) = rest.quotientAndRemainder(dividingBy: newPlane)
            return resized[(step * newPlane + pixel) * 2 + polarity]
        }
    }
}
