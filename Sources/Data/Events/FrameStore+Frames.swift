import FileFormats

extension FrameStore {
    /// Keeps frames that another program counted as they are; each time step counts as a second.
    ///
    /// - Parameter frames: of as many time steps as this store has.
    mutating func append(_ frames: FrameFile) {
        precondition(frames.timeStepCount == timeStepCount, "frames of another number of time steps")
        let plane = frames.height * frames.width
        let cells = timeStepCount * plane * 2
        let firstWord = occupied.count
        occupied.append(contentsOf: repeatElement(0, count: (cells + 63) / 64))
        // From [T, polarity, H, W] to [T, H, W, polarity].
        var ordered = [UInt16](repeating: 0, count: cells)
        for timeStep in 0..<timeStepCount {
            for polarity in 0..<2 {
                let start = (timeStep * 2 + polarity) * plane
                for pixel in 0..<plane where frames.counts[start + pixel] != 0 {
                    let cell = (timeStep * plane + pixel) * 2 + polarity
                    ordered[cell] = frames.counts[start + pixel]
                    occupied[firstWord + cell / 64] |= 1 << UInt64(cell % 64)
                }
            }
        }
        let isWide = ordered.contains { $0 > UInt8.max }
        entries.append(
            Entry(
                sensor: SensorSize(width: frames.width, height: frames.height), firstWord: firstWord,
                firstCount: isWide ? wideCounts.count : counts.count, isWide: isWide,
                duration: Int64(timeStepCount) * StoredFrames.stepLength))
        if isWide {
            gather(ordered, firstWord, into: &wideCounts)
        } else {
            gather(ordered.map { UInt8(truncatingIfNeeded: $0) }, firstWord, into: &counts)
        }
    }
}

/// Frames of other programs where events are wanted: to be drawn, checked or written.
enum StoredFrames {
    /// Microseconds that a time step lasts, for want of times.
    static let stepLength: Int64 = 1_000_000
    private static let mostEvents = 1 << 26

    /// As many events at each pixel and time step as were counted there. They fill the first half of their step, so that ways
    /// to cut times into as many steps find them.
    static func recording(_ frames: FrameFile, path: String) throws(DataSetError) -> EventRecording {
        let total = frames.counts.reduce(0) { $0 + Int($1) }
        guard total <= mostEvents else {
            throw .incomplete(
                dataSet: "frames", folder: path, found: "\(total) events in one recording",
                expected: "at most \(mostEvents)", advice: "check what the other program wrote")
        }
        var events: [Event] = []
        events.reserveCapacity(total)
        let plane = frames.height * frames.width
        for timeStep in 0..<frames.timeStepCount {
            let own = frames.counts[timeStep * 2 * plane..<(timeStep + 1) * 2 * plane]
            let count = max(1, own.reduce(0) { $0 + Int64($1) })
            var place: Int64 = 0
            for (cell, number) in own.enumerated() where number > 0 {
                let (polarity, pixel) = cell.quotientAndRemainder(dividingBy: plane)
                for _ in 0..<number {
                    events.append(
                        Event(
                            timestamp: Int64(timeStep) * stepLength + place * stepLength / 2 / count,
                            x: UInt16(pixel % frames.width), y: UInt16(pixel / frames.width),
                            polarity: UInt8(polarity)))
                    place += 1
                }
            }
        }
        return EventRecording(events, sensor: SensorSize(width: frames.width, height: frames.height))
    }
}
