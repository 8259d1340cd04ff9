import Foundation

/// One way to understand a table: which column is which, and what its times are.
struct Reading: Hashable {
    /// Columns of t, x, y and p.
    var places: [Int]
    var unit: TimeUnit

    /// t, x, y and p by the file's order, - for others.
    func order(of count: Int) -> [String] {
        var order = [String](repeating: "-", count: count)
        for role in EventColumn.allCases { order[places[role.rawValue]] = role.letter }
        return order
    }
}

/// How usual a recording would be if its times were of some unit: a matter of its length and of its events a second.
///
/// Recordings last some milliseconds to hours; a sensor sends a thousand to some million events a second. A unit that is
/// wrong is wrong by a thousand, and moves both: so the right one mostly stands out.
struct UnitPlausibility {
    /// Decades away from a second with 30,000 events; `nil` if there is no such recording.
    let distance: Double?

    /// Fewer events tell nothing.
    static let fewestEvents = 8
    /// How many decades another unit must be nearer before the usual one is doubted.
    static let margin = 3.0

    /// Whether there may be such a recording all the same: of so few events that a wrong unit would look more usual.
    let isPossible: Bool

    init(_ facts: ColumnFacts, count: Int, unit: TimeUnit) {
        self.init(facts.minimum, facts.maximum, isWhole: facts.isWhole, count: count, unit: unit)
    }

    init(_ minimum: Double, _ maximum: Double, isWhole: Bool, count: Int, unit: TimeUnit) {
        let seconds = unit.factor / 1_000_000
        let duration = (maximum - minimum) * seconds
        let farthest = max(abs(minimum), abs(maximum)) * seconds
        let (day, years) = (86_400.0, 365.25 * 86_400.0)
        guard duration.isFinite, farthest < 200 * years,
            // Nobody counts in whole seconds, nor in parts of a nanosecond.
            !(unit == .seconds && isWhole), !(unit == .nanoseconds && !isWhole)
        else {
            (distance, isPossible) = (nil, false)
            return
        }
        let rate = Double(count - 1) / max(duration, 1e-12)
        isPossible = (1e-4...day).contains(duration) && (0.005...1e9).contains(rate)
        let isUsual = (1e-4...30 * day).contains(duration) && (5...1e9).contains(rate)
        distance = isUsual ? abs(log10(duration)) + abs(log10(rate) - 4.5) : nil
    }
}
