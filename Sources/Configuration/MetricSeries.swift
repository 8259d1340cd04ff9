/// One point of one curve.
public struct MetricPoint: Sendable, Hashable, Codable {
    public var series: MetricSeries
    public var optimizerStep: Int
    public var value: Double

    public init(series: MetricSeries, optimizerStep: Int, value: Double) {
        (self.series, self.optimizerStep, self.value) = (series, optimizerStep, value)
    }
}

/// The key of a curve, as in `loss.total`. What it is stands in the engine's description.
public struct MetricSeries: RawRepresentable, Sendable, Hashable, Codable {
    public var rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public init(_ key: String) { rawValue = key }

    public init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(String.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }

    /// The curve of one layer, of a series with one a layer.
    public func ofLayer(_ layer: String) -> MetricSeries { MetricSeries(rawValue + "." + layer) }
    /// The curve of one time step, from 1, of a series with one a time step.
    public func ofTimeStep(_ timeStep: Int) -> MetricSeries { MetricSeries(rawValue + ".\(timeStep)") }
}

/// What a curve is. Declared by what measures it.
public struct SeriesDescription: Sendable, Hashable, Codable {
    public var series: MetricSeries
    public var title: String
    /// In the legend of its panel, where there is little room.
    public var shortTitle: String
    public var unit: Unit
    /// Which direction is better; `nil` where neither is.
    public var higherIsBetter: Bool?
    public var scope: Scope
    /// Key of the panel that draws it; `nil`: none does.
    public var panel: String?
    /// Its column in `summary.csv`; `nil`: none.
    public var column: Column?

    public enum Unit: String, Sendable, Hashable, Codable {
        case plain
        /// 0…1, shown in percent.
        case share
        case count

        /// One that a later version has is plain here.
        public init(from decoder: any Decoder) throws {
            self = Unit(rawValue: try decoder.singleValueContainer().decode(String.self)) ?? .plain
        }
    }

    /// How often there is a point, and whether of each layer or time step.
    public enum Scope: String, Sendable, Hashable, Codable {
        case step
        case epoch
        /// A curve for each layer, at steps: its points are of `series.ofLayer(name)`.
        case layer
        /// A curve for each time step, at optimizer steps: its points are of `series.ofTimeStep(t)`.
        case timeStep = "time step"

        /// Whether it has several curves.
        public var hasParts: Bool { self == .layer || self == .timeStep }

        /// One that a later version has is taken for steps.
        public init(from decoder: any Decoder) throws {
            self = Scope(rawValue: try decoder.singleValueContainer().decode(String.self)) ?? .step
        }
    }

    public struct Column: Sendable, Hashable, Codable {
        public var name: String
        public var figure: Figure

        /// What of an epoch's points stands there.
        public enum Figure: String, Sendable, Hashable, Codable { case mean, last }

        public init(_ name: String, _ figure: Figure) { (self.name, self.figure) = (name, figure) }
    }

    public init(
        _ series: MetricSeries, _ title: String, short: String? = nil, unit: Unit = .plain,
        higherIsBetter: Bool? = nil, scope: Scope = .step, panel: String? = nil, column: Column? = nil
    ) {
        (self.series, self.title, self.unit) = (series, title, unit)
        (self.higherIsBetter, self.scope, self.panel, self.column) = (higherIsBetter, scope, panel, column)
        shortTitle = short ?? title
    }
}
