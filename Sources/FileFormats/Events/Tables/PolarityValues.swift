/// What OFF and ON are in a column of polarities, where that is not −1 or 0, and 1.
struct PolarityValues: Hashable {
    let off: Int64
    let on: Int64

    init(off: Int64, on: Int64) { (self.off, self.on) = (off, on) }

    /// 1 and 2 as MATLAB's scripts have them, 0 and 255 as pictures do, and any other two numbers that are both frequent.
    ///
    /// - Returns: `nil` for those that every reader knows, and for what is no polarity.
    init?(_ facts: ColumnFacts) {
        guard let values = facts.values, !ColumnFacts.plainPolarities.contains(values) else { return nil }
        if values == [255] {
            (off, on) = (0, 255)
        } else if [[1, 2], [0, 255]].contains(values) || facts.isTwoValued {
            (off, on) = (Int64(values[0]), Int64(values[1]))
        } else {
            return nil
        }
    }
}
