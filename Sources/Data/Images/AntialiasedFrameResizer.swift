import FileFormats

/// Bilinear resize of event frames that averages when they shrink: the filter of `AntialiasedResize` on numbers instead of
/// bytes, along rows first, then along columns.
///
/// Weights are kept from sample to sample; one owner at a time.
final class AntialiasedFrameResizer {
    private var input = SensorSize(width: -1, height: -1)
    private var size = -1
    private var rows: [Taps] = []
    private var columns: [Taps] = []
    /// [H of the source, size, 2]: one time step, filtered along rows.
    private let lines = Scratch<Float>()

    private struct Taps {
        let start: Int
        let weights: [Float]
    }

    private func prepare(from input: SensorSize, to size: Int) {
        guard input != self.input || size != self.size else { return }
        (self.input, self.size) = (input, size)
        func taps(_ side: Int) -> [Taps] {
            AntialiasedResize.weights(from: side, to: size).map { start, weights in
                Taps(start: start, weights: weights.map(Float.init))
            }
        }
        (rows, columns) = (taps(input.height), taps(input.width))
    }

    /// - Parameters:
    ///   - occupied: [T, H]: whether a row of the source holds anything but zeros; `nil`: any may.
    ///   - target: square, of as many time steps.
    func place(_ source: FramesInPlace, occupied: UnsafePointer<Bool>?, into target: FramesInPlace) {
        let (input, size) = (SensorSize(width: source.width, height: source.height), target.width)
        prepare(from: input, to: size)
        let lines = self.lines.room(max(1, input.height) * size * 2)
        for timeStep in 0..<target.timeStepCount {
            let flags = occupied.map { $0 + timeStep * input.height }
            let plane = source.base + timeStep * source.stride
            for row in 0..<input.height where flags?[row] ?? true {
                Self.filter(plane + row * input.width * 2, columns, into: lines + row * size * 2)
            }
            let written = target.plane(timeStep)
            written.update(repeating: 0)
            guard let base = written.baseAddress else { continue }
            for (row, taps) in rows.enumerated() {
                let line = base + row * size * 2
                for (place, weight) in taps.weights.enumerated() where flags?[taps.start + place] ?? true {
                    let filtered = lines + (taps.start + place) * size * 2
                    for index in 0..<2 * size { line[index] += weight * filtered[index] }
                }
            }
        }
    }

    /// Filters one row; both polarities at once.
    private static func filter(
        _ source: UnsafePointer<Float>, _ columns: [Taps], into line: UnsafeMutablePointer<Float>
    ) {
        for (column, taps) in columns.enumerated() {
            var (off, on): (Float, Float) = (0, 0)
            for (place, weight) in taps.weights.enumerated() {
                off += weight * source[2 * (taps.start + place)]
                on += weight * source[2 * (taps.start + place) + 1]
            }
            (line[2 * column], line[2 * column + 1]) = (off, on)
        }
    }
}
