/// Times, columns, rows and polarities that lie in arrays, and how their numbers are to be understood.
struct EventColumns {
    var time: NumberColumn
    var x: NumberColumn
    var y: NumberColumn
    /// `nil` stands for `constantPolarity`.
    var polarity: NumberColumn?
    var constantPolarity: UInt8 = 0
    var unit = TimeUnit.microseconds
    /// OFF and ON, where they are not −1 or 0, and 1.
    var polarityValues: PolarityValues?
    /// µs that are added to every time.
    var offset: Int64 = 0

    init(time: NumberColumn, x: NumberColumn, y: NumberColumn, polarity: NumberColumn?) {
        (self.time, self.x, self.y, self.polarity) = (time, x, y, polarity)
    }

    /// Adds every event.
    ///
    /// - Throws: `.damaged` if the arrays differ in length, or a number is none that an event can have.
    func add(to sink: inout EventSink) throws(FileFormatError) {
        let path = sink.path
        let lengths = [time.count, x.count, y.count, polarity?.count ?? time.count]
        let count = lengths.min() ?? 0
        // In pieces: the numbers of one fit the cache.
        var scratch = [Int64](repeating: 0, count: 4 * Self.piece)
        var clock = TableClock()
        try scratch.withUnsafeMutableBufferPointer { scratch throws(FileFormatError) in
            for first in stride(from: 0, to: count, by: Self.piece) {
                try add(first..<min(first + Self.piece, count), scratch, &clock, to: &sink)
            }
        }
        if let note = clock.note { sink.note(note) }
        guard lengths.allSatisfy({ $0 == count }) else {
            throw .damaged(
                path: path, offset: time.place(min(count, time.count)),
                found: "\(lengths.map(String.init).joined(separator: ", ")) numbers for t, x, y and p",
                expected: "the same number of each", advice: "write the file again with arrays of one length")
        }
    }

    private static let piece = 1024

    /// - Parameter scratch: room for four pieces.
    private func add(
        _ range: Range<Int>, _ scratch: UnsafeMutableBufferPointer<Int64>, _ clock: inout TableClock,
        to sink: inout EventSink
    ) throws(FileFormatError) {
        func room(_ place: Int) -> UnsafeMutableBufferPointer<Int64> {
            UnsafeMutableBufferPointer(rebasing: scratch[place * Self.piece..<(place + 1) * Self.piece])
        }
        let (times, columns, rows, polarities) = (room(0), room(1), room(2), room(3))
        let bad = [
            microseconds(range, into: times), x.integers(range, scaledBy: nil, into: columns),
            y.integers(range, scaledBy: nil, into: rows), polarity?.integers(range, scaledBy: nil, into: polarities),
        ]
        if polarity == nil { polarities.update(repeating: Int64(constantPolarity)) }
        if let polarityValues {
            for place in 0..<range.count { polarities[place] = polarityValues.number(polarities[place]) }
        }
        let sound = bad.compactMap { $0 }.min() ?? range.upperBound
        for index in range {
            let place = index &- range.lowerBound
            guard index < sound, let column = UInt16(exactly: columns[place]), let row = UInt16(exactly: rows[place]),
                let isOn = EventColumn.polarity(polarities[place])
            else {
                // Behind the first number that is not one, each is checked again.
                try dropOrAdd(index, &clock, to: &sink)
                continue
            }
            try sink.add(
                Event(timestamp: going(times[place], &clock), x: column, y: row, polarity: isOn),
                at: time.place(index))
        }
    }

    /// Times in µs: whole numbers exactly, others rounded.
    ///
    /// - Returns: the first that is not one.
    private func microseconds(_ range: Range<Int>, into target: UnsafeMutableBufferPointer<Int64>) -> Int? {
        var bad: Int?
        if time.type.isFloating {
            bad = time.integers(range, scaledBy: unit.factor, into: target)
        } else {
            bad = time.integers(range, scaledBy: nil, into: target)
            if unit != .microseconds {
                for place in 0..<range.count {
                    let scaled = unit.microseconds(target[place])
                    target[place] = scaled ?? 0
                    if scaled == nil { bad = min(bad ?? .max, range.lowerBound + place) }
                }
            }
        }
        guard offset != 0 else { return bad }
        for place in 0..<range.count {
            let (sum, overflows) = target[place].addingReportingOverflow(offset)
            target[place] = overflows ? 0 : sum
            if overflows { bad = min(bad ?? .max, range.lowerBound + place) }
        }
        return bad
    }

    /// A time in µs, by the clock that counted it.
    @inline(__always)
    private func going(_ time: Int64, _ clock: inout TableClock) -> Int64 {
        unit == .microseconds ? clock.next(time &- offset) &+ offset : time
    }

    private func dropOrAdd(
        _ index: Int, _ clock: inout TableClock, to sink: inout EventSink
    ) throws(FileFormatError) {
        func one(_ column: NumberColumn) -> NumberColumn? { column.part(index..<index + 1) }
        func whole(_ column: NumberColumn) -> Int64? {
            guard let found = one(column)?.integers(), found.firstBad == nil else { return nil }
            return found.numbers[0]
        }
        var timestamp: Int64 = 0
        let isTime = withUnsafeMutablePointer(to: &timestamp) {
            microseconds(index..<index + 1, into: UnsafeMutableBufferPointer(start: $0, count: 1)) == nil
        }
        let isOn =
            polarity.map { whole($0).map { polarityValues?.number($0) ?? $0 }.flatMap(EventColumn.polarity) }
            ?? constantPolarity
        guard isTime, let column = whole(x).flatMap(UInt16.init(exactly:)),
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
                    expected: "integer columns and rows of 0…65535, polarity 0, 1 or −1, a finite time",
                    advice:
                        "if the columns have another order, set it with --columns and --unit; --tolerant skips such events"
                ))
        }
        try sink.add(
            Event(timestamp: going(timestamp, &clock), x: column, y: row, polarity: isOn), at: time.place(index))
    }
}

extension PolarityValues {
    /// 0 for OFF, 1 for ON, and what is no polarity for others.
    func number(_ stored: Int64) -> Int64 { stored == off ? 0 : stored == on ? 1 : .max }
}
