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

    /// - Parameter scratch: Memory that is reused from recording to recording; zero before and after.
    init(_ recording: EventRecording, timeStepCount: Int, slicing: any Slicing, scratch: inout [UInt16]) {
        (self.timeStepCount, sensor) = (timeStepCount, recording.sensor)
        let (width, height) = (recording.width, recording.height)
        let cells = timeStepCount * height * width * 2
        if scratch.count < cells { scratch = [UInt16](repeating: 0, count: cells) }
        let ranges = slicing.ranges(of: recording, timeStepCount: timeStepCount)
        var occupied = [UInt64](repeating: 0, count: (cells + 63) / 64)
        // No branch depends on what an event finds: it would be mispredicted every other time.
        scratch.withUnsafeMutableBufferPointer { scratch in
            occupied.withUnsafeMutableBufferPointer { occupied in
                EventFrames.count(recording, in: ranges) { timeStep, x, y, polarity in
                    let cell = ((timeStep * height + y) * width + x) * 2 + polarity
                    let count = scratch[cell]
                    scratch[cell] = count &+ (count == .max ? 0 : 1)
                    occupied[cell >> 6] |= 1 << UInt64(cell & 63)
                }
            }
        }
        let total = occupied.reduce(0) { $0 + $1.nonzeroBitCount }
        var largest: UInt16 = 0
        let narrow = [UInt8](unsafeUninitializedCapacity: total) { narrow, written in
            scratch.withUnsafeBufferPointer { scratch in
                Self.forEachBit(of: occupied) { cell in
                    let count = scratch[cell]
                    largest = max(largest, count)
                    narrow[written] = UInt8(truncatingIfNeeded: count)
                    written += 1
                }
            }
        }
        var wide: [UInt16] = []
        if largest > 255 {
            wide.reserveCapacity(total)
            Self.forEachBit(of: occupied) { wide.append(scratch[$0]) }
        }
        counts = wide.isEmpty ? narrow : []
        wideCounts = wide
        self.occupied = occupied
        scratch.withUnsafeMutableBufferPointer { scratch in scratch[..<cells].update(repeating: 0) }
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
