import FileFormats

/// Event counts of many recordings as they are kept in memory: one bit a cell says whether it holds anything, then the
/// counts of those that do, in one byte each. An N-MNIST recording of ten time steps takes about 6 kB instead of 23 kB.
///
/// Cells stand in the order of a batch: [T, H, W, polarity]. Appending allocates nothing but, now and then, room for many
/// more recordings.
struct FrameStore: Sendable, Hashable {
    /// Where one recording lies.
    struct Entry: Hashable {
        let sensor: SensorSize
        let firstWord: Int
        /// In `counts`, or in `wideCounts` where a count is beyond 255.
        let firstCount: Int
        let isWide: Bool
        /// Microseconds from the first event to the last.
        let duration: Int64
    }

    let timeStepCount: Int
    var entries: [Entry] = []
    var occupied: [UInt64] = []
    var counts: [UInt8] = []
    var wideCounts: [UInt16] = []

    init(timeStepCount: Int) { self.timeStepCount = timeStepCount }

    /// Recordings in it.
    var count: Int { entries.count }
    var byteCount: Int {
        occupied.count * 8 + counts.count + wideCounts.count * 2 + entries.count * MemoryLayout<Entry>.stride
    }

    func sensor(_ index: Int) -> SensorSize { entries[index].sensor }
    /// Microseconds from the first event to the last.
    func duration(_ index: Int) -> Int64 { entries[index].duration }
    func cellCount(_ index: Int) -> Int {
        let sensor = entries[index].sensor
        return timeStepCount * sensor.height * sensor.width * 2
    }

    /// Forgets all recordings and keeps the memory.
    mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
        occupied.removeAll(keepingCapacity: true)
        counts.removeAll(keepingCapacity: true)
        wideCounts.removeAll(keepingCapacity: true)
    }

    /// Memory that is reused from recording to recording; zero before and after.
    struct CountingScratch {
        var narrow: [UInt8] = []
        var wide: [UInt16] = []
    }

    mutating func append(_ recording: EventRecording, slicing: any Slicing, scratch: inout CountingScratch) {
        let (width, height) = (recording.width, recording.height)
        let cells = timeStepCount * height * width * 2
        let ranges = slicing.ranges(of: recording, timeStepCount: timeStepCount)
        let firstWord = occupied.count
        occupied.append(contentsOf: repeatElement(0, count: (cells + 63) / 64))
        // Few pixels report more than 255 times in a time step: bytes are tried first, because they fit the fastest cache.
        if scratch.narrow.count < cells { scratch.narrow = [UInt8](repeating: 0, count: cells) }
        let fits = Self.count(recording, ranges, into: &scratch.narrow, &occupied, firstWord)
        if fits {
            entries.append(
                Entry(
                    sensor: recording.sensor, firstWord: firstWord, firstCount: counts.count, isWide: false,
                    duration: recording.duration))
            gather(scratch.narrow, firstWord, into: &counts)
        } else {
            if scratch.wide.count < cells { scratch.wide = [UInt16](repeating: 0, count: cells) }
            _ = Self.count(recording, ranges, into: &scratch.wide, &occupied, firstWord)
            entries.append(
                Entry(
                    sensor: recording.sensor, firstWord: firstWord, firstCount: wideCounts.count, isWide: true,
                    duration: recording.duration))
            gather(scratch.wide, firstWord, into: &wideCounts)
            scratch.wide.withUnsafeMutableBufferPointer { $0[..<cells].update(repeating: 0) }
        }
        scratch.narrow.withUnsafeMutableBufferPointer { $0[..<cells].update(repeating: 0) }
    }

    /// - Returns: Whether every count stayed within the numbers of `cells`; those that did not stay at the largest.
    @inline(__always)
    private static func count<Count: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
        _ recording: EventRecording, _ ranges: [Range<Int>], into cells: inout [Count], _ occupied: inout [UInt64],
        _ firstWord: Int
    ) -> Bool {
        let (width, height) = (recording.width, recording.height)
        var isFull: Count = 0
        // No branch depends on what an event finds: it would be mispredicted every other time.
        cells.withUnsafeMutableBufferPointer { cells in
            occupied.withUnsafeMutableBufferPointer { occupied in
                EventFrames.count(recording, in: ranges) { timeStep, x, y, polarity in
                    let cell = ((timeStep &* height &+ y) &* width &+ x) &* 2 &+ polarity
                    let full: Count = cells[cell] == .max ? 1 : 0
                    cells[cell] = cells[cell] &+ 1 &- full
                    isFull |= full
                    occupied[firstWord &+ cell >> 6] |= 1 << UInt64(truncatingIfNeeded: cell & 63)
                }
            }
        }
        return isFull == 0
    }

    func gather<Count: BitwiseCopyable & ExpressibleByIntegerLiteral>(
        _ cells: [Count], _ firstWord: Int, into target: inout [Count]
    ) {
        let total = occupied[firstWord...].reduce(0) { $0 + $1.nonzeroBitCount }
        var next = target.count
        target.append(contentsOf: repeatElement(0, count: total))
        target.withUnsafeMutableBufferPointer { target in
            cells.withUnsafeBufferPointer { cells in
                forEachBit(from: firstWord, count: occupied.count - firstWord) { cell in
                    target[next] = cells[cell]
                    next &+= 1
                }
            }
        }
    }

    /// Writes the rows of a recording that hold any event as numbers, [T, H, W, polarity]; other rows are left as they
    /// are, or set to zero where `clearing` asks for it.
    ///
    /// - Parameter rows: [T, H]: whether the row holds any event.
    func expand(
        _ index: Int, into target: UnsafeMutablePointer<Float>, rows: UnsafeMutablePointer<Bool>, clearing: Bool = false
    ) {
        let entry = entries[index]
        if entry.isWide {
            wideCounts.withUnsafeBufferPointer { expand(entry, $0, into: target, rows, clearing) }
        } else {
            counts.withUnsafeBufferPointer { expand(entry, $0, into: target, rows, clearing) }
        }
    }

    @inline(__always)
    private func expand<Count: FixedWidthInteger>(
        _ entry: Entry, _ counts: UnsafeBufferPointer<Count>, into target: UnsafeMutablePointer<Float>,
        _ rows: UnsafeMutablePointer<Bool>, _ clearing: Bool
    ) {
        let rowBits = entry.sensor.width * 2
        var next = entry.firstCount
        occupied.withUnsafeBufferPointer { words in
            for row in 0..<timeStepCount * entry.sensor.height {
                let first = row &* rowBits
                var (bit, isOccupied) = (first, false)
                while bit < first &+ rowBits {
                    // The part of this row that lies in one word.
                    let place = bit & 63
                    let taken = min(64 &- place, first &+ rowBits &- bit)
                    var rest = words[entry.firstWord &+ (bit &>> 6)] &>> UInt64(place)
                    if taken < 64 { rest &= (1 &<< UInt64(taken)) &- 1 }
                    if rest != 0 && !isOccupied {
                        isOccupied = true
                        (target + first).update(repeating: 0, count: rowBits)
                    }
                    while rest != 0 {
                        target[bit &+ rest.trailingZeroBitCount] = Float(counts[next])
                        next &+= 1
                        rest &= rest &- 1
                    }
                    bit &+= taken
                }
                rows[row] = isOccupied
                if clearing && !isOccupied { (target + first).update(repeating: 0, count: rowBits) }
            }
        }
    }

    @inline(__always)
    private func forEachBit(from firstWord: Int, count: Int, _ visit: (Int) -> Void) {
        occupied.withUnsafeBufferPointer { words in
            for index in 0..<count {
                var rest = words[firstWord &+ index]
                let first = index &* 64
                while rest != 0 {
                    visit(first &+ rest.trailingZeroBitCount)
                    rest &= rest &- 1
                }
            }
        }
    }
}
