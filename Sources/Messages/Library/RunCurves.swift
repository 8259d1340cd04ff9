import Configuration

/// Curves of one run, to be drawn beside another's.
public struct RunCurves: Sendable, Hashable, Codable {
    public var run: String
    public var name: String
    public var parent: String?
    /// Where the curves begin, if the run is a fork.
    public var forkStep: Int?
    /// By series in the order in which they came up, each by step; thinned so that no spike disappears.
    public var points: [MetricPoint]
    /// For the marks.
    public var edits: [AppliedEdit]

    public init(
        run: String, name: String, parent: String?, forkStep: Int?, points: [MetricPoint], edits: [AppliedEdit]
    ) {
        (self.run, self.name, self.parent, self.forkStep) = (run, name, parent, forkStep)
        (self.points, self.edits) = (points, edits)
    }
}
