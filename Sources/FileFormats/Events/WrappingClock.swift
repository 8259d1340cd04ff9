/// A clock of few bits that wraps around at 2^bits: a fall by more than half its range is such a turn. Every reader of
/// times that are stored in so few bits that a recording can outlast them goes on with this.
///
/// ```
/// counter     … 4294967290  4294967295  3           8           …      32 bits
/// time        … 4294967290  4294967295  4294967299  4294967304  …
/// ```
struct WrappingClock {
    private let bits: Int64
    /// How often it wrapped around.
    private(set) var turns: Int64 = 0
    /// `none` before the counter was seen.
    private var last = Self.none
    private static let none = Int64.min
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
        if last != Self.none, last - value > 1 << (bits - 1) { turns += 1 }
        last = value
        time = turns << bits | value
    }

    /// The time of an event: events may come a little late, also after a turn, and one whose time is damaged turns
    /// nothing.
    @inline(__always)
    mutating func next(_ value: Int64) -> Int64 {
        let step = value &- last
        let half: Int64 = 1 << (bits - 1)
        if step < -half || step > half { return leap(value, half) }
        if beforeRise != nil { beforeRise?.age += 1 }
        last = value
        return turns << bits &+ value
    }

    @inline(never)
    private mutating func leap(_ value: Int64, _ half: Int64) -> Int64 {
        if last == Self.none {
            last = value
            return value
        }
        if value > last {
            // A late one from before the turn.
            if turns > 0 { return (turns - 1) << bits &+ value }
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
        return turns << bits &+ value
    }
}

/// Times of a table that come from a clock of 32 bits, as numpy's `uint32` and `int32` keep them: they continue where it
/// wraps around. Whether it is such a clock the numbers tell: of more bits than either has is none's.
///
/// ```
/// uint32      … 4294967295  3           …      wraps around at 0
/// int32       … 2147483647  -2147483645 …      wraps around below 0: it is the same fall by more than half the range
/// ```
struct TableClock {
    private var clock = WrappingClock(bits: 32)
    private var range = Self.both
    private static let (signed, unsigned): (Range<Int64>, Range<Int64>) = (-1 << 31..<1 << 31, 0..<1 << 32)
    /// Until a number tells which.
    private static let both = signed.lowerBound..<unsigned.upperBound

    @inline(__always)
    mutating func next(_ value: Int64) -> Int64 {
        // Half of what either holds tells nothing: nearly all numbers lie there.
        if UInt64(bitPattern: value) >= 1 << 31 { narrow(value) }
        return range.isEmpty ? value : clock.next(value)
    }

    @inline(never)
    private mutating func narrow(_ value: Int64) {
        range = range.clamped(to: value < 0 ? Self.signed : Self.unsigned)
        if !range.contains(value) { range = 0..<0 }
    }

    /// `nil` if the clock never wrapped around.
    var note: String? {
        guard !range.isEmpty, clock.turns > 0 else { return nil }
        let times = clock.turns == 1 ? "once" : "\(clock.turns) times"
        return "the 32-bit time counter wraps around \(times): times continue there"
    }

    /// The numbers of a column as such a clock has them; as they are where it does not wrap around.
    static func continued(_ numbers: [Double]) -> [Double] {
        var (last, falls, low, high) = (-Double.infinity, false, 0.0, 0.0)
        // The very last may be cut, and low for that.
        for number in numbers.dropLast() {
            guard number >= -0x1p31, number < 0x1p32, number == number.rounded() else { return numbers }
            falls = falls || last - number > 0x1p31
            (last, low, high) = (number, min(low, number), max(high, number))
        }
        guard falls, low == 0 || high < 0x1p31 else { return numbers }
        var clock = TableClock()
        return numbers.map { number in Int64(exactly: number).map { Double(clock.next($0)) } ?? number }
    }
}
