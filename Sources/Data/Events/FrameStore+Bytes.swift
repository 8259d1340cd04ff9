extension FrameStore {
    /// All of it, for another process of the same program: five numbers of 64 bits (time steps, recordings, words, counts, wide
    /// counts), then each recording's five, the words, the counts and the wide counts.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(byteCount + 8 * (5 + 6 * entries.count))
        func add<Value: BitwiseCopyable>(_ values: [Value]) {
            values.withUnsafeBytes { bytes.append(contentsOf: $0) }
        }
        add([timeStepCount, entries.count, occupied.count, counts.count, wideCounts.count].map(Int64.init))
        for entry in entries {
            add(
                [
                    entry.sensor.width, entry.sensor.height, entry.firstWord, entry.firstCount, entry.isWide ? 1 : 0,
                    Int(entry.duration),
                ].map(Int64.init))
        }
        add(occupied)
        add(counts)
        add(wideCounts)
        return bytes
    }

    /// - Returns: `nil` where these are not what `bytes` gave.
    init?(bytes: [UInt8]) {
        var reader = Reader(bytes: bytes)
        guard let head: [Int64] = reader.take(5), head.allSatisfy({ $0 >= 0 }) else { return nil }
        self.init(timeStepCount: Int(head[0]))
        for _ in 0..<head[1] {
            guard let entry: [Int64] = reader.take(6) else { return nil }
            entries.append(
                Entry(
                    sensor: SensorSize(width: Int(entry[0]), height: Int(entry[1])), firstWord: Int(entry[2]),
                    firstCount: Int(entry[3]), isWide: entry[4] != 0, duration: entry[5]))
        }
        guard let words: [UInt64] = reader.take(Int(head[2])), let counts: [UInt8] = reader.take(Int(head[3])),
            let wide: [UInt16] = reader.take(Int(head[4])), reader.isAtEnd
        else { return nil }
        (occupied, self.counts, wideCounts) = (words, counts, wide)
    }

    private struct Reader {
        let bytes: [UInt8]
        var place = 0

        var isAtEnd: Bool { place == bytes.count }

        mutating func take<Value: BitwiseCopyable & ExpressibleByIntegerLiteral>(_ count: Int) -> [Value]? {
            let size = count * MemoryLayout<Value>.stride
            guard size <= bytes.count - place else { return nil }
            var values = [Value](repeating: 0, count: count)
            values.withUnsafeMutableBytes { $0.copyBytes(from: bytes[place..<place + size]) }
            place += size
            return values
        }
    }
}
