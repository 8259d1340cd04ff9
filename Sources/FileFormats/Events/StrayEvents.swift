/// Single events far away from all others in a file that does not say its sensor's size: one wrong bit in a coordinate would
/// otherwise make a small sensor a large one, and every frame cut from it empty but for a corner.
public enum StrayEvents {
    /// Pixels: a stray lies beyond this many columns or rows …
    private static let farthestUsual = 1024
    /// … and this many times as far out as all the others …
    private static let factor = 4
    /// … and no more than one event in so many is a stray.
    private static let rarity = 1000
    /// Fewer events do not show where the others are.
    private static let leastCount = 16

    /// An event that alone, or with a few others, makes a sensor much larger that nobody says the size of.
    public struct Suspect: Sendable, Hashable, CustomStringConvertible {
        /// From 0, in file order.
        public let event: Int
        public let x: Int
        public let y: Int
        /// Events as far out as it is.
        public let count: Int
        /// What all the others reach.
        public let usual: SensorSize

        public var description: String {
            "event \(event) at x = \(x), y = \(y) "
                + (count == 1 ? "lies alone" : "and \(count - 1) more lie")
                + " far from all others, which lie within \(usual): a stray event makes the sensor too large; "
                + "events convert --sensor \(usual.width)x\(usual.height) --tolerant removes it"
        }
    }

    /// Events fewer than this show no place where the others are.
    private static let leastSuspectCount = 64

    /// Looks for events beyond a gap: at least as wide as all that the other events reach, and 32 pixels; at most one event in
    /// a thousand lies there, and no more than eight.
    ///
    /// - Returns: the first of them; `nil` if there are none.
    public static func suspect(in events: [Event]) -> Suspect? {
        guard events.count >= leastSuspectCount else { return nil }
        let most = min(8, max(1, events.count / 1000))
        func edge(_ side: KeyPath<Event, UInt16>) -> Int? {
            var counts = [Int](repeating: 0, count: 65_536)
            for event in events { counts[Int(event[keyPath: side])] += 1 }
            var (beyond, last, edge): (Int, Int?, Int?) = (0, nil, nil)
            for place in counts.indices.reversed() where counts[place] > 0 {
                if let last, last - place >= max(32, place + 1) { edge = place }
                guard edge == nil else { break }
                beyond += counts[place]
                guard beyond <= most else { break }
                last = place
            }
            return edge
        }
        let (right, bottom) = (edge(\.x), edge(\.y))
        guard right != nil || bottom != nil else { return nil }
        func isFar(_ event: Event) -> Bool {
            right.map { Int(event.x) > $0 } ?? false || bottom.map { Int(event.y) > $0 } ?? false
        }
        guard let first = events.firstIndex(where: isFar) else { return nil }
        let others = events.filter { !isFar($0) }
        return Suspect(
            event: first, x: Int(events[first].x), y: Int(events[first].y), count: events.count - others.count,
            usual: SensorSize(
                width: others.reduce(0) { max($0, Int($1.x) + 1) }, height: others.reduce(0) { max($0, Int($1.y) + 1) })
        )
    }

    /// - Throws: `.implausible` for the first stray; a tolerant reading leaves strays out and counts them.
    static func check(_ file: inout EventFile, path: String, isTolerant: Bool) throws(FileFormatError) {
        let events = file.events
        guard events.count >= leastCount else { return }
        var (count, usual, first) = (0, UInt16(0), 0)
        for (index, event) in events.enumerated() {
            let side = max(event.x, event.y)
            if side < farthestUsual {
                usual = max(usual, side)
            } else {
                if count == 0 { first = index }
                count += 1
            }
        }
        guard count > 0, count <= max(1, events.count / rarity) else { return }
        let limit = (Int(usual) + 1) * factor
        let isStray = { (event: Event) in
            max(event.x, event.y) >= farthestUsual && Int(max(event.x, event.y)) >= limit
        }
        guard events.allSatisfy({ max($0.x, $0.y) < farthestUsual || isStray($0) }) else { return }
        let error = FileFormatError.implausible(
            path: path, event: first, found: "x = \(events[first].x), y = \(events[first].y)",
            expected: "a place near all the others, which lie within \(Int(usual) + 1) pixels",
            advice:
                "events convert --tolerant writes the file without it; if the sensor really is that large, set --sensor"
        )
        guard isTolerant else { throw error }
        file.events.removeAll(where: isStray)
        var loss = file.loss ?? EventLoss(cause: error)
        loss.events += count
        if let place = file.loss.flatMap({ file.notes.lastIndex(of: $0.description) }) {
            file.notes[place] = loss.description
        } else {
            file.notes.append(loss.description)
        }
        file.loss = loss
    }
}
