public struct SampleReference: Sendable, Hashable, Codable {
    public var dataSet: String
    /// Position among the data set's recordings.
    public var index: Int

    public init(dataSet: String, index: Int) { (self.dataSet, self.index) = (dataSet, index) }
}

public struct SampleSummary: Sendable, Hashable, Codable {
    public var index: Int
    public var name: String
    public var classIndex: Int
    public var split: String
    /// `nil` where counting would mean reading the file.
    public var eventCount: Int?
    public var durationMicroseconds: Int?

    public init(
        index: Int, name: String, classIndex: Int, split: String, eventCount: Int?, durationMicroseconds: Int?
    ) {
        (self.index, self.name, self.classIndex, self.split) = (index, name, classIndex, split)
        (self.eventCount, self.durationMicroseconds) = (eventCount, durationMicroseconds)
    }
}

/// The recordings of a data set and the names of its classes.
public struct DataSetSamples: Sendable, Hashable {
    public var dataSet: String
    public var samples: [SampleSummary]
    /// By class index.
    public var classNames: [String]

    public init(dataSet: String, samples: [SampleSummary], classNames: [String]) {
        (self.dataSet, self.samples, self.classNames) = (dataSet, samples, classNames)
    }
}
