/// Values with their intervals, a row each: how arms of a study compare.
public struct IntervalPanel: Sendable, Hashable, Codable {
    public struct Row: Sendable, Hashable, Codable {
        public var label: String
        /// Not a number is left empty.
        public var value: Double
        /// Ends of the interval; `nil`: there is none.
        public var low: Double?
        public var high: Double?
        /// A line through it shows who lies beyond.
        public var isReference: Bool

        public init(label: String, value: Double, low: Double? = nil, high: Double? = nil, isReference: Bool = false) {
            (self.label, self.value, self.low, self.high) = (label, value, low, high)
            self.isReference = isReference
        }
    }

    public var title: String
    public var x: PlotPanel.Axis
    /// From the top.
    public var rows: [Row]

    public init(title: String, x: PlotPanel.Axis, rows: [Row]) { (self.title, self.x, self.rows) = (title, x, rows) }
}
