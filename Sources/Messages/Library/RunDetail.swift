import Configuration

public struct RunDetail: Sendable, Hashable, Codable {
    public var summary: RunSummary
    /// As started; the edits lead from here to the last values.
    public var configuration: RunConfiguration
    public var edits: [AppliedEdit]
    /// All that were ever made.
    public var checkpoints: [CheckpointRecord]
    /// The paths of those that are not there any more: later ones took their place, or somebody removed them.
    public var goneCheckpoints: [String]
    public var notes: [RunNote]
    public var failure: EngineFailure?
    public var metrics: [MetricPoint]
    /// Where it was begun: the same settings give the same bits on the same machine only.
    public var origin: RunOrigin?
    /// How it ended; `nil` if it has not.
    public var result: RunResult?

    public init(
        summary: RunSummary, configuration: RunConfiguration, edits: [AppliedEdit], checkpoints: [CheckpointRecord],
        notes: [RunNote], failure: EngineFailure?, metrics: [MetricPoint], origin: RunOrigin? = nil,
        goneCheckpoints: [String] = [], result: RunResult? = nil
    ) {
        self.result = result
        (self.origin, self.goneCheckpoints) = (origin, goneCheckpoints)
        (self.summary, self.configuration, self.edits) = (summary, configuration, edits)
        (self.checkpoints, self.notes, self.failure, self.metrics) = (checkpoints, notes, failure, metrics)
    }

    /// Those from which a run can go on, in the order in which they were made.
    public var presentCheckpoints: [CheckpointRecord] {
        let gone = Set(goneCheckpoints)
        return checkpoints.filter { !gone.contains($0.path) }
    }

    /// Where a resume begins: of those that are there the one with the most steps, of several the one made last.
    public var latestCheckpoint: CheckpointRecord? {
        presentCheckpoints.enumerated()
            .max { ($0.element.optimizerStep, $0.offset) < ($1.element.optimizerStep, $1.offset) }?.element
    }
}
