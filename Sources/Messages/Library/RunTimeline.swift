import Configuration

/// Everything that happened in a run, so that it can be gone through again.
public struct RunTimeline: Sendable, Hashable, Codable {
    public struct Moment: Sendable, Hashable, Codable {
        public enum Kind: Sendable, Hashable, Codable {
            case phase(RunState.Phase)
            /// The edit of that number in `detail.edits`.
            case edit(Int)
            case checkpoint(reason: String)
            case note(String)
            case failure(String)
        }

        public var optimizerStep: Int
        /// From the run's creation to when it was written down.
        public var seconds: Double
        public var kind: Kind

        public init(optimizerStep: Int, seconds: Double, kind: Kind) {
            (self.optimizerStep, self.seconds, self.kind) = (optimizerStep, seconds, kind)
        }
    }

    public var detail: RunDetail
    /// In the order in which they were written down.
    public var moments: [Moment]
    public var totalSteps: Int
    /// One an epoch, in order.
    public var spikes: [SpikeGrid]
    public var alignments: [AlignmentSnapshot]

    public init(
        detail: RunDetail, moments: [Moment], totalSteps: Int, spikes: [SpikeGrid], alignments: [AlignmentSnapshot]
    ) {
        (self.detail, self.moments, self.totalSteps) = (detail, moments, totalSteps)
        (self.spikes, self.alignments) = (spikes, alignments)
    }

    /// What a step was made with: step 0 is the first; edits take effect before their step.
    ///
    /// - Parameter description: of an engine; edits of knobs that it does not know are left out.
    public func configuration(at optimizerStep: Int, described description: EngineDescription) -> RunConfiguration {
        var configuration = detail.configuration
        for edit in detail.edits where edit.optimizerStep <= optimizerStep {
            for difference in edit.differences {
                try? description.restore(difference.key, to: difference.new, in: &configuration)
            }
        }
        return configuration
    }

    /// The points of a curve that were known after this many steps.
    public func points(of series: MetricSeries, through optimizerStep: Int) -> [MetricPoint] {
        detail.metrics.filter { $0.series == series && $0.optimizerStep <= optimizerStep }
    }

    /// The latest grid at or before this step.
    public func spikes(at optimizerStep: Int) -> SpikeGrid? {
        spikes.last { $0.optimizerStep <= optimizerStep }
    }

    public func alignment(at optimizerStep: Int) -> AlignmentSnapshot? {
        alignments.last { $0.optimizerStep <= optimizerStep }
    }
}
