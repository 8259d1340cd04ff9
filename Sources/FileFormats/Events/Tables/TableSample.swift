/// Some rows of a table of numbers, enough to tell what its columns may be.
struct TableSample {
    struct Column {
        var name: ColumnName?
        /// Known of the numbers themselves, or told beside them.
        var unit: TimeUnit?
        /// Of the sampled rows; what is no number is NaN.
        var numbers: [Double]

        init(name: ColumnName? = nil, unit: TimeUnit? = nil, numbers: [Double]) {
            (self.name, self.unit, self.numbers) = (name, unit, numbers)
        }
    }

    var columns: [Column]
    /// Rows of the whole table.
    var count: Int

    /// Which rows of a table are looked at: its beginning, its end, and pieces between them.
    static func ranges(of count: Int) -> [Range<Int>] {
        let (head, piece, pieces) = (4096, 512, 7)
        guard count > head + pieces * piece else { return [0..<count] }
        let step = (count - head - piece) / pieces
        return [0..<head] + (0..<pieces - 1).map { head + $0 * step..<head + $0 * step + piece } + [
            count - piece..<count
        ]
    }
}

/// What the numbers of a column have in common.
struct ColumnFacts {
    let minimum: Double
    let maximum: Double
    let first: Double
    let last: Double
    let isWhole: Bool
    /// All are finite numbers, but for one in a hundred.
    let isSound: Bool
    /// Steps down, of all steps between rows.
    let stepsBack: Int
    let steps: Int
    /// Up to three different numbers, in order; `nil` if there are more.
    let values: [Double]?
    /// How many rows have the rarest of them.
    private let rarest: Int
    /// The rows' own numbers, one more each row.
    let isIndex: Bool

    init(_ stored: [Double]) {
        let numbers = TableClock.continued(stored)
        var (low, high, whole, bad, back) = (Double.infinity, -Double.infinity, true, 0, 0)
        var (first, last): (Double?, Double) = (nil, 0)
        var values: [Double] = []
        var frequencies: [Int] = []
        var counts = numbers.count > 1
        for (index, number) in numbers.enumerated() {
            guard number.isFinite else {
                bad += 1
                continue
            }
            (low, high) = (min(low, number), max(high, number))
            first = first ?? number
            // The very last row may be cut.
            last = index + 4 >= numbers.count ? max(last, number) : number
            if whole, number != number.rounded() { whole = false }
            if let place = values.firstIndex(of: number) {
                frequencies[place] += 1
            } else if values.count < 4 {
                values.append(number)
                frequencies.append(1)
            }
            guard index > 0 else { continue }
            if number < numbers[index - 1] { back += 1 }
            if counts, index < 4096, number != numbers[index - 1] + 1 { counts = false }
        }
        (minimum, maximum, isWhole, isSound) = (low, high, whole, bad * 100 <= numbers.count)
        (self.first, self.last) = (first ?? 0, last)
        (stepsBack, steps) = (back, max(0, numbers.count - 1))
        self.values = values.count <= 3 ? values.sorted() : nil
        rarest = frequencies.min() ?? 0
        isIndex = counts && whole && bad == 0 && (first == 0 || first == 1)
    }

    /// Whether it grows from the first to the last row, but for a few places.
    var rises: Bool {
        isSound && maximum > minimum && stepsBack * 20 <= steps && last - first >= 0.5 * (maximum - minimum)
    }

    /// Whether all could be columns or rows of a sensor that exists.
    var isCoordinate: Bool { isSound && isWhole && minimum >= 0 && maximum < 4096 }

    /// One number in all rows.
    var isConstant: Bool { isSound && minimum == maximum }

    /// As readers of events know them.
    static let plainPolarities: [[Double]] = [[0, 1], [-1, 1], [-1, 0], [0], [1], [-1]]

    /// Values that polarity mostly has.
    var isPolarity: Bool {
        guard isSound, let values else { return false }
        return Self.plainPolarities.contains(values) || [[1, 2], [0, 255], [255]].contains(values)
    }

    /// Two of them.
    var isTwoPolarities: Bool { isPolarity && values?.count == 2 }

    /// Any two whole numbers, each in a tenth of the rows: a single one may be damaged.
    var isTwoValued: Bool {
        isSound && isWhole && values?.count == 2 && steps + 1 >= UnitPlausibility.fewestEvents
            && rarest * 10 >= steps + 1 && abs(minimum) < 0x1p53 && abs(maximum) < 0x1p53
    }

    var mayBePolarity: Bool { isPolarity || isTwoValued }

    /// For messages: `whole 0…31`.
    var description: String {
        func shown(_ number: Double) -> String {
            number == number.rounded() && abs(number) < 1e18 ? "\(Int64(number))" : "\(number)"
        }
        guard isSound else { return "not all numbers" }
        guard minimum <= maximum else { return "nothing" }
        let range = minimum == maximum ? shown(minimum) : "\(shown(minimum))…\(shown(maximum))"
        return isWhole ? range : "\(range) with fractions"
    }
}
