/// What the user says about the columns of a table of events.
///
///     t,x,y,p                    the columns in order; any other word skips one: y,x,-,p,t
///     t=stamp,x=u,y=v,p=pol      by the names that the file has
///     davis/left/events:x,y,t,p  one of several tables of a file; `auto` behind the colon leaves the order to the program
public struct ColumnChoice: Sendable, Hashable {
    /// Which table of a file; `nil` if the file is to say.
    let table: String?
    /// The place of t, x, y and p, or the name of each; empty if they are to be found.
    let places: [Int]
    let names: [String]
    /// How many columns were named.
    let count: Int
    private let text: String

    /// What is understood, for messages.
    public static let expectation =
        "auto, or t, x, y and p once each in the file's order, as in x,y,p,t or y,x,-,p,t; or by name, as in t=stamp,x=u,y=v,p=on"

    /// - Returns: `nil` if the text is not understood. For `auto` see `parse`.
    public init?(_ text: String) {
        self.text = text
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, let order = parts.last else { return nil }
        table = parts.count == 2 ? String(parts[0]) : nil
        if order == "auto", table != nil {
            (places, names, count) = ([], [], 0)
            return
        }
        let words = order.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        func place(_ role: EventColumn, _ key: (String) -> String) -> Int? {
            let found = words.indices.filter { ColumnName(key(words[$0])).role == role }
            return found.count == 1 ? found[0] : nil
        }
        if words.contains(where: { $0.contains("=") }) {
            guard words.count == 4, words.allSatisfy({ $0.contains("=") }) else { return nil }
            let found = EventColumn.allCases.compactMap { role in place(role) { String($0.prefix { $0 != "=" }) } }
            guard found.count == 4 else { return nil }
            (places, names, count) = ([], found.map { String(words[$0].drop { $0 != "=" }.dropFirst()) }, 4)
        } else {
            let found = EventColumn.allCases.compactMap { role in place(role) { $0 } }
            guard found.count == 4, words.count <= 64 else { return nil }
            (places, names, count) = (found, [], words.count)
        }
    }

    public static func == (left: Self, right: Self) -> Bool { left.text == right.text }

    public func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

/// What the user says about tables of events, and what files of one set have agreed on.
public struct TableOptions: Sendable, Hashable {
    /// `nil` leaves it to the program.
    public var columns: ColumnChoice?
    public var unit: TimeUnit?
    /// How other files of the set are read: it is followed where a file says nothing of its own, and a file that cannot be
    /// read so is refused.
    public var agreed: TableLayout?

    /// From what the user wrote; `auto` leaves it to the program.
    ///
    /// - Returns: `nil` if one is not understood: see `ColumnChoice.expectation` and `TimeUnit`.
    public init?(columns: String, unit: String) {
        if columns != "auto" {
            guard let choice = ColumnChoice(columns) else { return nil }
            self.columns = choice
        }
        if unit != "auto" {
            guard let unit = TimeUnit(rawValue: unit) else { return nil }
            self.unit = unit
        }
    }

    public init(columns: ColumnChoice? = nil, unit: TimeUnit? = nil, agreed: TableLayout? = nil) {
        (self.columns, self.unit, self.agreed) = (columns, unit, agreed)
    }
}

/// How a table was understood, where that was not told by the file itself or the user.
public struct TableLayout: Sendable, Hashable, CustomStringConvertible {
    /// t, x, y, p, or - for another column, in the file's order; `nil` if names told it.
    public var order: [String]?
    /// Of whole times; `nil` if the file or the user told it.
    public var unit: TimeUnit?
    /// Of times with fractions.
    public var fractionalUnit: TimeUnit?

    public init() {}

    public var description: String {
        let parts = [
            order.map { "columns \($0.joined(separator: ","))" }, unit.map { "whole times in \($0.symbol)" },
            fractionalUnit.map { "times with fractions in \($0.symbol)" },
        ]
        return parts.compactMap { $0 }.joined(separator: ", ")
    }
}
