/// Single events far away from all others in a file that does not say its sensor's size: one wrong bit in a coordinate would
/// otherwise make a small sensor a large one, and every frame cut from it empty but for a corner.
enum StrayEvents {
    /// Pixels: a stray lies beyond this many columns or rows …
    private static let farthestUsual = 1024
    /// … and this many times as far out as all the others …
    private static let factor = 4
    /// … and no more than one event in so many is a stray.
    private static let rarity = 1000
    /// Fewer events do not show where the others are.
    private static let leastCount = 16

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
            advice: "events convert --tolerant writes the file without it; --sensor says that the sensor is so large")
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
