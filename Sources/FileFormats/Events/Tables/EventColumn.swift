/// What a column of events holds.
enum EventColumn: Int, CaseIterable {
    case time, x, y, polarity

    /// As `--columns` has it.
    var letter: String { ["t", "x", "y", "p"][rawValue] }

    /// By the names that people give it: lower case, words joined. The usual ones come first.
    var names: [String] {
        switch self {
        case .time:
            [
                "t", "ts", "time", "times", "timestamp", "timestamps", "tstamp", "stamp", "stamps", "us", "usec", "ms",
                "ns",
            ]
                + ["microseconds", "milliseconds", "nanoseconds", "seconds", "sec", "secs", "nsec", "nsecs"]
        case .x: ["x", "xs", "col", "cols", "column", "columns"]
        case .y: ["y", "ys", "row", "rows"]
        case .polarity: ["p", "ps", "pol", "pols", "polarity", "polarities", "on", "onoff", "sign"]
        }
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

/// What the name of a column says: `t [us]`, `timestamp(s)`, `time_ms`, `x@128`, `"polarity"`.
struct ColumnName: Hashable {
    /// As the file has it, without quotes and blanks around it.
    let text: String
    let role: EventColumn?
    /// Of a column of times.
    let unit: TimeUnit?
    /// `timestamp(s)` may mean seconds, or one or more of them.
    let isPlural: Bool
    /// The sensor's width or height, behind an @.
    let side: Int?
    /// Columns and rows in pairs: `events_xy`, `coords`.
    let tellsPlaces: Bool
    /// Named as something that is no event: a row's number, a brightness, a label.
    let isOther: Bool

    private static let others: Set<String> = [
        "", "index", "idx", "id", "i", "n", "no", "nr", "unnamed", "brightness", "intensity", "adc", "grey", "gray",
        "label",
        "labels", "class", "cluster", "frame", "weight",
    ]
    /// Words around a name that say nothing more.
    private static let fillers: Set<String> = [
        "event", "events", "ev", "evt", "header", "dvs", "cd", "td", "raw", "sensor", "camera", "px", "pix", "pixel",
        "pixels",
        "in",
        "is", "pos", "position", "coord", "coordinate", "address", "addr",
    ]

    init(_ text: String) {
        let trimmed = text.drop { Self.isAround($0) }.reversed().drop { Self.isAround($0) }.reversed()
        self.text = String(trimmed)
        let parts = self.text.split(separator: "@", omittingEmptySubsequences: false)
        side = parts.dropFirst().first.flatMap { Int($0) }.flatMap { 1...65_536 ~= $0 ? $0 : nil }
        var words = Self.words(parts.first ?? "")
        var unit: TimeUnit?
        if words.count > 1, let last = words.last, let found = TimeUnit(word: last) {
            unit = found
            words.removeLast()
        }
        var meant = words.filter { !Self.fillers.contains($0) }
        if meant.isEmpty { meant = words }
        let name = meant.joined()
        let role = EventColumn.allCases.first { $0.names.contains(name) }
        if role == .time, unit == nil, name != "t", name != "ts" { unit = TimeUnit(word: name) }
        self.role = role
        self.unit = role == .time ? unit : nil
        isPlural = self.text.lowercased().hasSuffix("(s)")
        tellsPlaces = ["xy", "xys", "coords", "coordinates", "locations"].contains(name)
        isOther = role == nil && Self.others.contains(meant.first ?? "")
    }

    private static func isAround(_ character: Character) -> Bool {
        character.isWhitespace || "\"'`\u{FEFF}".contains(character)
    }

    /// Letters and digits, parted by anything else and where a small letter is followed by a large one.
    private static func words(_ text: some StringProtocol) -> [String] {
        var words: [String] = []
        var word = ""
        var wasSmall = false
        for character in text {
            // The µ of Latin-1 is no UTF-8, and stands here as what replaces it.
            let isPart = character.isLetter || character.isNumber || character == "\u{FFFD}"
            if !isPart || wasSmall && character.isUppercase, !word.isEmpty {
                words.append(word.lowercased())
                word = ""
            }
            if isPart { word.append(character) }
            wasSmall = character.isLowercase
        }
        if !word.isEmpty { words.append(word.lowercased()) }
        return words
    }
}
