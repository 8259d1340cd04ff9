extension SensorSize {
    /// Of `128x128` or `128×128`: width, then height, each 1…`largestSide`.
    public init?(_ text: some StringProtocol) {
        let sides = text.split(omittingEmptySubsequences: false) { "xX×".contains($0) }.map { Int($0) }
        guard sides.count == 2, let width = sides[0], let height = sides[1] else { return nil }
        self.init(checked: width, height)
    }
}
