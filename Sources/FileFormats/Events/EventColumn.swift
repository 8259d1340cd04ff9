/// What a column of events holds, by the names that people give it.
enum EventColumn: Int, CaseIterable {
    case time, x, y, polarity

    /// Lower case.
    var names: [String] {
        switch self {
        case .time: ["t", "ts", "time", "times", "timestamp", "timestamps", "t_us", "timestamp_us"]
        case .x: ["x", "xs", "col", "column"]
        case .y: ["y", "ys", "row"]
        case .polarity: ["p", "ps", "pol", "polarity", "polarities", "on"]
        }
    }

    /// The column that a name stands for; `x@128` says the sensor's width too.
    init?(_ name: some StringProtocol) {
        let name = name.split(separator: "@").first.map { $0.lowercased() } ?? ""
        guard let column = Self.allCases.first(where: { $0.names.contains(name) }) else { return nil }
        self = column
    }

    /// 0 and −1 are OFF, 1 is ON.
    static func polarity(_ number: Int64) -> UInt8? {
        switch number {
        case 1: 1
        case 0, -1: 0
        default: nil
        }
    }
}
