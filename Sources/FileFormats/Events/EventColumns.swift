/// Times, columns, rows and polarities that lie in arrays of their own, as npz, MAT and HDF5 have them.
struct EventColumns {
    enum TimeUnit {
        /// Whole numbers are µs; if any has a fraction, all are seconds.
        case microsecondsOrSeconds
        case milliseconds

        /// What one unit is in µs; `nil` for whole µs.
        func factor(of column: NumberColumn) -> Double? {
            switch self {
            case .milliseconds: 1000
            case .microsecondsOrSeconds: column.isWhole ? nil : 1_000_000
            }
        }
    }

    var time: NumberColumn
    var x: NumberColumn
    var y: NumberColumn
    /// `nil` stands for `constantPolarity`.
    var polarity: NumberColumn?
    var constantPolarity: UInt8 = 0
    var unit = TimeUnit.microsecondsOrSeconds

    init(time: NumberColumn, x: NumberColumn, y: NumberColumn, polarity: NumberColumn?) {
        (self.time, self.x, self.y, self.polarity) = (time, x, y, polarity)
    }

    /// From arrays by their names.
    ///
    /// - Throws: `.missingEntry` with the first that no name stands for.
    init(_ arrays: [String: NumberColumn], path: String) throws(FileFormatError) {
        func column(_ wanted: EventColumn) throws(FileFormatError) -> NumberColumn {
            // By the order of usual names, so that the choice does not depend on a dictionary's order.
            for name in wanted.names {
                if let key = arrays.keys.filter({ $0.lowercased() == name }).min(), let found = arrays[key] {
                    return found
                }
            }
            throw .missingEntry(
                path: path, name: wanted.names.prefix(3).joined(separator: "' or '"), present: arrays.keys.sorted())
        }
        self.init(
            time: try column(.time), x: try column(.x), y: try column(.y), polarity: try column(.polarity))
    }

    /// Adds every event.
    ///
    /// - Throws: `.damaged` if the arrays differ in length, or a number is none that an event can have.
    /// - Returns: a note on how times were understood, if that was not plain.
    func add(to sink: inout EventSink) throws(FileFormatError) -> String? {
        let path = sink.path
        let lengths = [time.count, x.count, y.count, polarity?.count ?? time.count]
        let count = lengths.min() ?? 0
        let factor = unit.factor(of: time)
        // In pieces: the numbers of one fit the cache.
        var scratch = [Int64](repeating: 0, count: 4 * Self.piece)
        try scratch.withUnsafeMutableBufferPointer { scratch throws(FileFormatError) in
            for first in stride(from: 0, to: count, by: Self.piece) {
                try add(first..<min(first + Self.piece, count), factor, scratch, to: &sink)
            }
        }
        guard lengths.allSatisfy({ $0 == count }) else {
            throw .damaged(
                path: path, offset: time.place(min(count, time.count)),
                found: "\(lengths.map(String.init).joined(separator: ", ")) numbers for t, x, y and p",
                expected: "as many of each", advice: "copy or write the file again")
        }
        if unit == .microsecondsOrSeconds, factor != nil { return "times have fractions: they are taken as seconds" }
        return nil
    }

    private static let piece = 1024

    /// - Parameter scratch: room for four pieces.
    private func add(
        _ range: Range<Int>, _ factor: Double?, _ scratch: UnsafeMutableBufferPointer<Int64>, to sink: inout EventSink
    ) throws(FileFormatError) {
        func room(_ place: Int) -> UnsafeMutableBufferPointer<Int64> {
            UnsafeMutableBufferPointer(rebasing: scratch[place * Self.piece..<(place + 1) * Self.piece])
        }
        let (times, columns, rows, polarities) = (room(0), room(1), room(2), room(3))
        let bad = [
            time.integers(range, scaledBy: factor, into: times), x.integers(range, scaledBy: nil, into: columns),
            y.integers(range, scaledBy: nil, into: rows), polarity?.integers(range, scaledBy: nil, into: polarities),
        ]
        if polarity == nil { polarities.update(repeating: Int64(constantPolarity)) }
        let sound = bad.compactMap { $0 }.min() ?? range.upperBound
        for index in range {
            let place = index &- range.lowerBound
            guard index < sound, let column = UInt16(exactly: columns[place]), let row = UInt16(exactly: rows[place]),
                let isOn = EventColumn.polarity(polarities[place])
            else {
                // Behind the first number that is none, each is looked at anew.
                try dropOrAdd(index, factor, to: &sink)
                continue
            }
            try sink.add(
                Event(timestamp: times[place], x: column, y: row, polarity: isOn), at: time.place(index))
        }
    }

    private func dropOrAdd(_ index: Int, _ factor: Double?, to sink: inout EventSink) throws(FileFormatError) {
        func one(_ column: NumberColumn) -> NumberColumn? {
            NumberColumn(
                column.type, isBigEndian: column.isBigEndian, bytes: column.bytes,
                start: column.start + index * column.stride, stride: column.stride, count: 1)
        }
        func whole(_ column: NumberColumn) -> Int64? {
            guard let found = one(column)?.integers(), found.firstBad == nil else { return nil }
            return found.numbers[0]
        }
        var timestamp: Int64?
        if let factor, let found = one(time)?.integers(scaledBy: factor), found.firstBad == nil {
            timestamp = found.numbers[0]
        } else if factor == nil {
            timestamp = whole(time)
        }
        let isOn = polarity.map { whole($0).flatMap(EventColumn.polarity) } ?? constantPolarity
        guard let timestamp, let column = whole(x).flatMap(UInt16.init(exactly:)),
            let row = whole(y).flatMap(UInt16.init(exactly:)), let isOn
        else {
            func shown(_ column: NumberColumn?) -> String {
                column.flatMap { one($0)?.doubles().first }.map { "\($0)" } ?? "\(constantPolarity)"
            }
            return try sink.drop(
                .damaged(
                    path: sink.path, offset: time.place(index),
                    found:
                        "event \(index) with t = \(shown(time)), x = \(shown(x)), y = \(shown(y)), p = \(shown(polarity))",
                    expected: "whole columns and rows of 0…65535, polarity 0, 1 or −1, a finite time",
                    advice: "write the file again, or leave such events out with --tolerant"))
        }
        try sink.add(Event(timestamp: timestamp, x: column, y: row, polarity: isOn), at: time.place(index))
    }
}
