/// A picture to be written to a file: plots and heatmaps side by side, in the units of the data. Nothing in it is about
/// pixels, so that PNG, SVG and CSV are made of the same value.
public struct Figure: Sendable, Hashable, Codable {
    public var title: String
    /// A line below the title; may be empty.
    public var subtitle: String
    /// Row by row, from the top left.
    public var panels: [Panel]
    /// Panels beside each other.
    public var columnCount: Int

    public init(title: String, subtitle: String = "", panels: [Panel], columnCount: Int = 1) {
        (self.title, self.subtitle, self.panels, self.columnCount) = (title, subtitle, panels, columnCount)
    }

    public enum Panel: Sendable, Hashable, Codable {
        case plot(PlotPanel)
        case heatmap(HeatmapPanel)
        case intervals(IntervalPanel)

        public var title: String {
            switch self {
            case .plot(let plot): plot.title
            case .heatmap(let heatmap): heatmap.title
            case .intervals(let intervals): intervals.title
            }
        }
    }
}

/// Curves over one axis.
public struct PlotPanel: Sendable, Hashable, Codable {
    public struct Point: Sendable, Hashable, Codable {
        public var x: Double
        /// Not a number is a gap.
        public var y: Double

        public init(x: Double, y: Double) { (self.x, self.y) = (x, y) }
    }

    public struct Series: Sendable, Hashable, Codable {
        public enum Style: String, Sendable, Hashable, Codable {
            case line, steps, dots
            /// Thin and pale, behind the others: another run.
            case ghost
            /// Thin, behind the others, in the color of the text: the run that others are compared with.
            case reference

            var isBehind: Bool { self == .ghost || self == .reference }
        }

        public var name: String
        /// In order of x.
        public var points: [Point]
        public var style: Style
        /// `nil`: the palette's at `colorIndex`.
        public var color: FigureColor?
        /// Among the palette's colors of series, counted round; `nil`: the next one.
        public var colorIndex: Int?

        public init(
            name: String, points: [Point], style: Style = .line, color: FigureColor? = nil, colorIndex: Int? = nil
        ) {
            (self.name, self.points, self.style) = (name, points, style)
            (self.color, self.colorIndex) = (color, colorIndex)
        }
    }

    /// A place on the x axis with a letter above: an edit.
    public struct Mark: Sendable, Hashable, Codable {
        public var x: Double
        public var label: String
        /// For the legend below and for CSV: "exponent 3→4".
        public var text: String

        public init(x: Double, label: String, text: String = "") { (self.x, self.label, self.text) = (x, label, text) }
    }

    public struct Axis: Sendable, Hashable, Codable {
        public var title: String
        public var isLogarithmic: Bool
        /// What is shown; `nil`: everything.
        public var range: ClosedRange<Double>?

        public init(title: String = "", isLogarithmic: Bool = false, range: ClosedRange<Double>? = nil) {
            (self.title, self.isLogarithmic, self.range) = (title, isLogarithmic, range)
        }
    }

    public var title: String
    public var x: Axis
    public var y: Axis
    public var series: [Series]
    public var marks: [Mark]

    public init(title: String, x: Axis, y: Axis, series: [Series], marks: [Mark] = []) {
        (self.title, self.x, self.y, self.series, self.marks) = (title, x, y, series, marks)
    }
}

/// A table of numbers as colored cells.
public struct HeatmapPanel: Sendable, Hashable, Codable {
    public enum Scale: Sendable, Hashable, Codable {
        /// From one end of the ramp to the other.
        case sequential(least: Double, greatest: Double)
        /// From −limit over 0 to +limit: OFF and ON.
        case diverging(limit: Double)
    }

    public var title: String
    public var rowCount: Int
    public var columnCount: Int
    /// Row by row from the top; not a number is left empty.
    public var values: [Double]
    public var scale: Scale
    /// Empty, or one a row or column.
    public var rowLabels: [String]
    public var columnLabels: [String]
    public var xTitle: String
    public var yTitle: String
    /// Pixels: cells stay square. Otherwise they fill the panel.
    public var hasSquareCells: Bool
    /// What the colors stand for, beside the cells; many small panels say it better in words.
    public var hasScale: Bool

    public init(
        title: String, rowCount: Int, columnCount: Int, values: [Double], scale: Scale, rowLabels: [String] = [],
        columnLabels: [String] = [], xTitle: String = "", yTitle: String = "", hasSquareCells: Bool = false,
        hasScale: Bool = true
    ) {
        (self.title, self.rowCount, self.columnCount, self.values) = (title, rowCount, columnCount, values)
        (self.scale, self.rowLabels, self.columnLabels) = (scale, rowLabels, columnLabels)
        (self.xTitle, self.yTitle) = (xTitle, yTitle)
        (self.hasSquareCells, self.hasScale) = (hasSquareCells, hasScale)
    }
}
