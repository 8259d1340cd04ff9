/// A clock of few bits that begins anew at 2^bits: a fall by more than half its range is such a turn. Every reader of
/// times that are stored in so few bits that a recording can outlast them goes on with this.
///
/// ```
/// counter     … 4294967290  4294967295  3           8           …      32 bits
/// time        … 4294967290  4294967295  4294967299  4294967304  …
/// ```
struct WrappingClock {
    private let bits: Int64
    private var turns: Int64 = 0
    private var last: Int64 = -1
    /// Where the counter was before it rose by more than half its range, and how many times ago.
    private var beforeRise: (value: Int64, age: Int)?
    /// Turns and counter as one number; `nil` before the counter was seen.
    private(set) var time: Int64?

    /// So many values behind a leap, a way back is a turn of the clock; before, the leap was a damaged value.
    private static let strayCount = 8

    init(bits: Int64) { self.bits = bits }

    /// Takes a counter that only ever rises, such as the high words of EVT.
    @inline(__always)
    mutating func set(_ value: Int64) {
        if last - value > 1 << (bits - 1) { turns += 1 }
        last = value
        time = turns << bits | value
    }

    /// The time of an event: events may come a little late, also after a turn, and one whose time is damaged turns
    /// nothing.
    @inline(__always)
    mutating func next(_ value: Int64) -> Int64 {
        let step = value &- last
        let half: Int64 = 1 << (bits - 1)
        if step < -half || (step > half && last >= 0) { return leap(value, half) }
        if beforeRise != nil { beforeRise?.age += 1 }
        last = value
        return turns << bits | value
    }

    @inline(never)
    private mutating func leap(_ value: Int64, _ half: Int64) -> Int64 {
        if value > last {
            // A late one from before the turn.
            if turns > 0 { return (turns - 1) << bits | value }
            beforeRise = (last, 0)
        } else if let before = beforeRise, before.age < Self.strayCount, value >= before.value - half / 2,
            value - before.value < half
        {
            beforeRise = nil
        } else {
            turns += 1
            beforeRise = nil
        }
        last = value
        return turns << bits | value
    }
}

/// Times of a table that come from a clock of 32 bits, as numpy's `uint32` keeps them: they go on where it begins anew.
/// Whether it is such a clock the numbers tell: one below 0 or of more bits is none's.
struct TableClock {
    private var clock = WrappingClock(bits: 32)
    private var isNarrow = true

    @inline(__always)
    mutating func next(_ value: Int64) -> Int64 {
        guard isNarrow, 0..<1 << 32 ~= value else {
            isNarrow = false
            return value
        }
        return clock.next(value)
    }

    /// The numbers of a column as such a clock has them; as they are where it does not begin anew.
    static func continued(_ numbers: [Double]) -> [Double] {
        var (last, falls) = (0.0, false)
        // The very last may be cut, and low for that.
        for number in numbers.dropLast() {
            guard number >= 0, number < 0x1p32, number == number.rounded() else { return numbers }
            falls = falls || last - number > 0x1p31
            last = number
        }
        guard falls else { return numbers }
        var clock = TableClock()
        return numbers.map { number in Int64(exactly: number).map { Double(clock.next($0)) } ?? number }
    }
}
