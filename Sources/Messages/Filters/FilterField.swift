/// What can be filtered.
public protocol Filterable: Sendable {
    /// What can be asked for by name.
    static var filterFields: [FilterField<Self>] { get }
    /// Texts in which a word without a field is looked for.
    var filterWords: [String] { get }
}

/// Something of an item that a filter can ask for by name.
public struct FilterField<Item>: Sendable {
    enum Values: Sendable {
        case text(@Sendable (Item) -> [String])
        /// Of the item now, in seconds since 1970; `nil`: it has none.
        case number(FilterUnit, @Sendable (Item, Double) -> Double?)
    }

    let name: String
    let aliases: [String]
    let values: Values

    var isText: Bool { if case .text = values { true } else { false } }

    static func text(_ name: String, aliases: [String] = [], _ texts: @escaping @Sendable (Item) -> [String]) -> Self {
        Self(name: name, aliases: aliases, values: .text(texts))
    }

    static func number(
        _ name: String, _ unit: FilterUnit = .plain, _ value: @escaping @Sendable (Item) -> Double?
    ) -> Self {
        Self(name: name, aliases: [], values: .number(unit) { item, _ in value(item) })
    }

    /// Seconds since a moment, in seconds since 1970.
    static func age(_ name: String, since moment: @escaping @Sendable (Item) -> Double) -> Self {
        Self(name: name, aliases: [], values: .number(.age) { item, now in now - moment(item) })
    }

    func number(of item: Item, now: Double) -> Double? {
        guard case .number(_, let value) = values else { return nil }
        return value(item, now)
    }
}

/// How a field's numbers are written.
enum FilterUnit: Sendable {
    case plain
    /// `4k` are 4000.
    case count
    /// Of a hundred; `%` may stand behind it.
    case percentage
    /// Seconds, with a unit behind it: `30m`, `12h`, `2d`; days without one.
    case age
    case seconds

    /// What an example of it is, for messages.
    var expectation: String {
        switch self {
        case .plain: "a number"
        case .count: "a number such as 250 or 4k"
        case .percentage: "a percentage such as 50"
        case .age: "an age such as 30m, 12h or 2d"
        case .seconds: "a time in seconds such as 0.5"
        }
    }

    /// What is shown with one digit after the point is found by what is shown.
    var tolerance: Double { self == .percentage ? 0.05 : 1e-9 }

    private var factors: [Character: Double] {
        switch self {
        case .plain: [:]
        case .count: ["k": 1000]
        case .percentage: ["%": 1]
        case .age: ["s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604_800]
        case .seconds: ["s": 1]
        }
    }

    /// The finite number that is written there.
    func number(_ text: String) -> Double? {
        let unit = text.last.flatMap { factors[$0] }
        guard let number = Double(unit == nil ? text : String(text.dropLast())), number.isFinite else { return nil }
        return number * (unit ?? (self == .age ? 86400 : 1))
    }
}
