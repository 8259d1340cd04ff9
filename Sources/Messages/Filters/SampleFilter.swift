/// Which recordings of a data set are meant.
public typealias SampleFilter = Filter<NamedSample>

/// A recording with the name of its class.
public struct NamedSample: Sendable, Hashable {
    public var sample: SampleSummary
    public var className: String

    public init(_ sample: SampleSummary, className: String) { (self.sample, self.className) = (sample, className) }
}

extension NamedSample: Filterable {
    public static let filterFields: [FilterField<NamedSample>] = [
        .text("class", aliases: ["label"]) { [$0.className] },
        .text("split") { [$0.sample.split] },
        .text("name") { [$0.sample.name] },
        .number("events", .count) { $0.sample.eventCount.map(Double.init) },
        .number("time", .seconds) { $0.sample.durationMicroseconds.map { Double($0) / 1e6 } },
    ]

    public var filterWords: [String] { [sample.name, className, sample.split] }
}

extension Filter<NamedSample> {
    public func matches(_ sample: SampleSummary, className: String) -> Bool {
        matches(NamedSample(sample, className: className), now: 0)
    }
}
