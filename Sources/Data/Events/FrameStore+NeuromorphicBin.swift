import FileFormats

extension FrameStore {
    /// Counts the records of a file of N-MNIST's format as they come, without making events of them.
    ///
    /// - Returns: Whether it could: not if the rule has to see the events, if a time runs backwards, if a record is a clock
    ///   overflow or lies beyond the sensor, or if the file was cut. Nothing has been appended then, and the way over
    ///   events says what is wrong.
    mutating func append(
        binFile bytes: [UInt8], sensor: SensorSize, slicing: any Slicing, scratch: inout CountingScratch
    ) -> Bool {
        let (count, rest) = bytes.count.quotientAndRemainder(dividingBy: NeuromorphicBin.recordSize)
        guard rest == 0, count > 0, sensor.height <= NeuromorphicBin.overflowRow else { return false }
        let (first, last) = bytes.withUnsafeBytes { bytes in
            (
                NeuromorphicBin.Record(bytes, at: 0).timestamp,
                NeuromorphicBin.Record(bytes, at: bytes.count - NeuromorphicBin.recordSize).timestamp
            )
        }
        guard let ends = slicing.ends(first: first, last: last, timeStepCount: timeStepCount) else { return false }
        let plane = sensor.width * sensor.height * 2
        let cells = timeStepCount * plane
        // One plane more takes the events after the last end.
        if scratch.narrow.count < cells + plane { scratch.narrow = [UInt8](repeating: 0, count: cells + plane) }
        let (firstWord, wordCount) = (occupied.count, (cells + plane + 63) / 64)
        occupied.append(contentsOf: repeatElement(0, count: wordCount))
        let isSound = bytes.withUnsafeBytes { bytes in
            scratch.narrow.withUnsafeMutableBufferPointer { counts in
                occupied.withUnsafeMutableBufferPointer { occupied in
                    Self.count(
                        bytes, sensor, ends, into: counts,
                        UnsafeMutableBufferPointer(rebasing: occupied[firstWord...]))
                }
            }
        }
        occupied.removeLast(wordCount - (cells + 63) / 64)
        if isSound {
            // Bits of the plane that does not count may share the last word.
            if cells % 64 != 0 { occupied[occupied.count - 1] &= 1 << UInt64(cells % 64) - 1 }
            entries.append(
                Entry(
                    sensor: sensor, firstWord: firstWord, firstCount: self.counts.count, isWide: false,
                    duration: last - first))
            gather(scratch.narrow, firstWord, into: &counts)
        } else {
            occupied.removeLast(occupied.count - firstWord)
        }
        scratch.narrow.withUnsafeMutableBufferPointer { $0[..<(cells + plane)].update(repeating: 0) }
        return isSound
    }

    /// - Returns: Whether all records are events on the sensor in order of time, and no count went beyond 255.
    private static func count(
        _ bytes: UnsafeRawBufferPointer, _ sensor: SensorSize, _ ends: [Int64],
        into counts: UnsafeMutableBufferPointer<UInt8>, _ occupied: UnsafeMutableBufferPointer<UInt64>
    ) -> Bool {
        let (width, height) = (UInt64(sensor.width), UInt64(sensor.height))
        let plane = sensor.width * sensor.height * 2
        var (timeStep, start, end) = (0, 0, ends[0])
        var previous = Int64.min
        var isFull = false
        for offset in stride(from: 0, to: bytes.count, by: NeuromorphicBin.recordSize) {
            let record = NeuromorphicBin.Record(bytes, at: offset)
            let (x, y, time) = (record.x, record.y, record.timestamp)
            guard x < width, y < height, time >= previous else { return false }
            previous = time
            while time >= end {
                timeStep &+= 1
                start &+= plane
                end = timeStep < ends.count ? ends[timeStep] : .max
            }
            let cell = start &+ Int(truncatingIfNeeded: (y &* width &+ x) &* 2 &+ record.polarity)
            let count = counts[cell] &+ 1
            counts[cell] = count
            isFull = isFull || count == 0
            occupied[cell &>> 6] |= 1 &<< UInt64(truncatingIfNeeded: cell & 63)
        }
        return !isFull
    }
}
