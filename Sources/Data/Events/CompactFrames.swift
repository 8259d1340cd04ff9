import FileFormats

/// Event counts as they are kept in memory: one bit a cell says whether it holds anything, then the counts of those that
/// do. An N-MNIST recording of ten time steps takes about 6 kB instead of 23 kB.
///
/// Cells stand in the order of a batch: [T, H, W, polarity].
struct CompactFrames: Sendable, Hashable {
    let timeStepCount: Int
    let sensor: SensorSize
    private let occupied: [UInt64]
    /// One a bit that is set. Either this or `wideCounts` is used.
    private let counts: [UInt8]
    /// Used where a count is beyond 255.
    private let wideCounts: [UInt16]

    var cellCount: Int { timeStepCount * sensor.height * sensor.width * 2 }
    var byteCount: Int { occupied.count * 8 + counts.count + wideCounts.count * 2 }

    /// - Parameter scratch: Memory that is reused from recording to recording.
    init(_ recording: EventRecording, timeStepCount: Int, slicing: any Slicing, scratch: inout [UInt16]) {
        (self.timeStepCount, sensor) = (timeStepCount, recording.sensor)
        let (width, height) = (recording.width, recording.height)
        let cells = timeStepCount * height * width * 2
        if scratch.count < cells { scratch = [UInt16](repeating: 0, count: cells) }
        let ranges = slicing.ranges(of: recording, timeStepCount: timeStepCount)
        var occupied = [UInt64](repeating: 0, count: (cells + 63) / 64)
        var nonzero = 0
        var largest: UInt16 = 0
        scratch.withUnsafeMutableBufferPointer { scratch in
            occupied.withUnsafeMutableBufferPointer { occupied in
                EventFrames.count(recording, in: ranges) { timeStep, x, y, polarity in
                    let cell = ((timeStep * height + y) * width + x) * 2 + polarity
                    let count = scratch[cell]
                    if count == 0 {
                        occupied[cell / 64] |= 1 << UInt64(cell % 64)
                        nonzero += 1
                    }
                    scratch[cell] = count &+ (count == .max ? 0 : 1)
                    largest = max(largest, count &+ 1)
                }
            }
        }
        let (isWide, total) = (largest > 255, nonzero)
        // Collect the counts in order and leave the scratch memory as clean as it was.
        var wide: [UInt16] = []
        counts = [UInt8](unsafeUninitializedCapacity: isWide ? 0 : total) { narrow, written in
            if isWide { wide.reserveCapacity(total) }
            scratch.withUnsafeMutableBufferPointer { scratch in
                Self.forEachBit(of: occupied) { cell in
                    if isWide {
                        wide.append(scratch[cell])
                    } else {
                        narrow[written] = UInt8(truncatingIfNeeded: scratch[cell])
                        written += 1
                    }
                    scratch[cell] = 0
                }
            }
        }
        wideCounts = wide
        self.occupied = occupied
    }

    /// Writes all cells as numbers, [T, H, W, polarity].
    func expand(into target: UnsafeMutablePointer<Float>) {
        target.update(repeating: 0, count: cellCount)
        var next = 0
        if wideCounts.isEmpty {
            counts.withUnsafeBufferPointer { counts in
                Self.forEachBit(of: occupied) { cell in
                    target[cell] = Float(counts[next])
                    next += 1
                }
            }
        } else {
            Self.forEachBit(of: occupied) { cell in
                target[cell] = Float(wideCounts[next])
                next += 1
            }
        }
    }

    @inline(__always)
    private static func forEachBit(of words: [UInt64], _ visit: (Int) -> Void) {
        words.withUnsafeBufferPointer { words in
            for (index, word) in words.enumerated() {
                var rest = word
                while rest != 0 {
                    visit(index * 64 + rest.trailingZeroBitCount)
                    rest &= rest &- 1
                }
            }
        }
    }
}
