/// `BilinearResize` of event frames at speed, with the same bits: rows are interpolated along x once each and then mixed
/// along y in whole lines, rows without events are passed over, and a shift or a mirroring is done on the way.
///
/// Memory and interpolation places are kept from sample to sample; one owner at a time.
final class FrameResizer {
    /// For each target row: the source rows it lies between, and how near the second is.
    private var rows: [(low: Int, high: Int, fraction: Float)] = []
    /// For each target column as for rows; `mirrored` from right to left.
    private var straight = Columns()
    private var mirrored = Columns()
    private var input = SensorSize(width: -1, height: -1)
    private var size = -1
    /// [H of the source, size, 2]: one time step interpolated along x.
    private let lines = Scratch<Float>()

    private struct Columns {
        /// Pair numbers of the left and the right source.
        var low: [Int] = []
        var high: [Int] = []
        /// Shares of the left and the right source, twice each: once a polarity.
        var near: [Float] = []
        var far: [Float] = []

        mutating func removeAll() {
            low.removeAll(keepingCapacity: true)
            high.removeAll(keepingCapacity: true)
            near.removeAll(keepingCapacity: true)
            far.removeAll(keepingCapacity: true)
        }

        mutating func append(_ place: (low: Int, high: Int, fraction: Float)) {
            low.append(place.low)
            high.append(place.high)
            for _ in 0..<2 {
                near.append(1 - place.fraction)
                far.append(place.fraction)
            }
        }
    }

    /// Keeps the places between pixels of these sizes; nothing is allocated if the sizes were met before.
    private func prepare(from input: SensorSize, to size: Int) {
        guard input != self.input || size != self.size else { return }
        (self.input, self.size) = (input, size)
        rows.removeAll(keepingCapacity: true)
        straight.removeAll()
        mirrored.removeAll()
        for position in 0..<size {
            rows.append(BilinearResize.place(position, from: input.height, to: size))
            straight.append(BilinearResize.place(position, from: input.width, to: size))
            mirrored.append(BilinearResize.place(size - 1 - position, from: input.width, to: size))
        }
    }

    /// Resizes a sample to a square and puts it into a batch.
    ///
    /// - Parameters:
    ///   - source: counts on the sensor.
    ///   - occupied: [T, H]: whether a row holds anything but zeros; `nil`: any may.
    ///   - shift: where the pixels of the target come from; those from outside are zero.
    ///   - target: square, of as many time steps.
    func place(
        _ source: FramesInPlace, occupied: UnsafePointer<Bool>?, shift: FrameTransform.Shift, into target: FramesInPlace
    ) {
        let (input, size) = (SensorSize(width: source.width, height: source.height), target.width)
        guard input.width > 0, input.height > 0 else {
            for timeStep in 0..<target.timeStepCount { target.plane(timeStep).update(repeating: 0) }
            return
        }
        let isSameSize = input == SensorSize(width: size, height: size)
        if !isSameSize { prepare(from: input, to: size) }
        let place = Placement(shift, size: size)
        let lines = self.lines.room(input.height * size * 2)
        for timeStep in 0..<target.timeStepCount {
            let plane = source.base + timeStep * source.stride
            let flags = occupied.map { $0 + timeStep * input.height }
            let written = target.base + timeStep * target.stride
            if isSameSize {
                copy(plane, flags, place, into: written)
            } else {
                for row in 0..<input.height where flags?[row] ?? true {
                    Self.interpolate(
                        plane + row * input.width * 2, shift.isMirrored ? mirrored : straight, size,
                        into: lines + row * size * 2)
                }
                mix(lines, flags, place, into: written)
            }
        }
    }

    /// Which columns of the target come from inside, and from where.
    private struct Placement {
        let size: Int
        let firstRow: Int
        /// Columns of the target that come from inside, and the column of the (perhaps mirrored) source of the first.
        let columns: Range<Int>
        let firstColumn: Int
        let isMirrored: Bool

        init(_ shift: FrameTransform.Shift, size: Int) {
            self.size = size
            firstRow = shift.y
            // A mirrored target column c comes from x − c, which is column c + (size − 1 − x) of the mirrored source.
            let offset = shift.isMirrored ? size - 1 - shift.x : shift.x
            let first = max(0, min(size, -offset))
            columns = first..<max(first, min(size, size - offset))
            firstColumn = first + offset
            isMirrored = shift.isMirrored
        }

        /// Sets what comes from outside to zero.
        @inline(__always)
        func clearMargins(_ line: UnsafeMutablePointer<Float>) {
            line.update(repeating: 0, count: 2 * columns.lowerBound)
            (line + 2 * columns.upperBound).update(repeating: 0, count: 2 * (size - columns.upperBound))
        }
    }

    private func copy(
        _ plane: UnsafePointer<Float>, _ occupied: UnsafePointer<Bool>?, _ place: Placement,
        into target: UnsafeMutablePointer<Float>
    ) {
        let size = place.size
        for row in 0..<size {
            let line = target + row * size * 2
            let source = row + place.firstRow
            guard source >= 0, source < size, occupied?[source] ?? true else {
                line.update(repeating: 0, count: size * 2)
                continue
            }
            place.clearMargins(line)
            let pixels = plane + source * size * 2
            if place.isMirrored {
                for column in 0..<place.columns.count {
                    let from = size - 1 - (place.firstColumn + column)
                    line[2 * (place.columns.lowerBound + column)] = pixels[2 * from]
                    line[2 * (place.columns.lowerBound + column) + 1] = pixels[2 * from + 1]
                }
            } else {
                (line + 2 * place.columns.lowerBound).update(
                    from: pixels + 2 * place.firstColumn, count: 2 * place.columns.count)
            }
        }
    }

    /// One row along x: two columns of both polarities at a time.
    @inline(__always)
    private static func interpolate(
        _ row: UnsafePointer<Float>, _ columns: Columns, _ size: Int, into line: UnsafeMutablePointer<Float>
    ) {
        let pixels = UnsafeRawPointer(row)
        let written = UnsafeMutableRawPointer(line)
        let pair = MemoryLayout<SIMD2<Float>>.stride
        columns.low.withUnsafeBufferPointer { low in
            columns.high.withUnsafeBufferPointer { high in
                columns.near.withUnsafeBytes { near in
                    columns.far.withUnsafeBytes { far in
                        @inline(__always) func load(_ position: Int) -> SIMD2<Float> {
                            pixels.loadUnaligned(fromByteOffset: position &* pair, as: SIMD2<Float>.self)
                        }
                        var column = 0
                        while column &+ 1 < size {
                            let left = SIMD4(lowHalf: load(low[column]), highHalf: load(low[column &+ 1]))
                            let right = SIMD4(lowHalf: load(high[column]), highHalf: load(high[column &+ 1]))
                            let offset = column &* pair
                            let mixed =
                                near.loadUnaligned(fromByteOffset: offset, as: SIMD4<Float>.self) * left
                                + far.loadUnaligned(fromByteOffset: offset, as: SIMD4<Float>.self) * right
                            written.storeBytes(of: mixed, toByteOffset: offset, as: SIMD4<Float>.self)
                            column &+= 2
                        }
                        if column < size {
                            let offset = column &* pair
                            let mixed =
                                near.loadUnaligned(fromByteOffset: offset, as: SIMD2<Float>.self) * load(low[column])
                                + far.loadUnaligned(fromByteOffset: offset, as: SIMD2<Float>.self) * load(high[column])
                            written.storeBytes(of: mixed, toByteOffset: offset, as: SIMD2<Float>.self)
                        }
                    }
                }
            }
        }
    }

    /// Mixes interpolated rows along y.
    private func mix(
        _ lines: UnsafePointer<Float>, _ occupied: UnsafePointer<Bool>?, _ place: Placement,
        into target: UnsafeMutablePointer<Float>
    ) {
        let size = place.size
        let (first, count) = (2 * place.columns.lowerBound, 2 * place.columns.count)
        for row in 0..<size {
            let line = target + row * size * 2
            let source = row + place.firstRow
            guard source >= 0, source < size else {
                line.update(repeating: 0, count: size * 2)
                continue
            }
            let (low, high, fraction) = rows[source]
            let (hasLow, hasHigh) = (occupied?[low] ?? true, occupied?[high] ?? true)
            guard hasLow || hasHigh else {
                line.update(repeating: 0, count: size * 2)
                continue
            }
            place.clearMargins(line)
            // What is not there counts as zero: adding it would change no bit.
            let above = lines + low * size * 2 + 2 * place.firstColumn
            let below = lines + high * size * 2 + 2 * place.firstColumn
            let near = 1 - fraction
            if hasLow && hasHigh {
                for index in 0..<count { line[first &+ index] = near * above[index] + fraction * below[index] }
            } else {
                let (only, share) = hasLow ? (above, near) : (below, fraction)
                for index in 0..<count { line[first &+ index] = share * only[index] }
            }
        }
    }
}
