import Configuration

/// A run without its curves: what it was told and what came of it, as much as it takes to set many runs side by side.
public struct RunOutcome: Sendable, Hashable, Codable {
    public var summary: RunSummary
    /// As started; the edits lead from here to the last values.
    public var configuration: RunConfiguration
    public var edits: [AppliedEdit]
    /// How it ended; `nil` if it has not.
    public var result: RunResult?

    public init(summary: RunSummary, configuration: RunConfiguration, edits: [AppliedEdit], result: RunResult?) {
        (self.summary, self.configuration, self.edits, self.result) = (summary, configuration, edits, result)
    }

    public init(_ detail: RunDetail) {
        self.init(
            summary: detail.summary, configuration: detail.configuration, edits: detail.edits, result: detail.result)
    }

    /// What one setting was: as started, and every later change.
    public struct Course: Sendable, Hashable {
        public var start: KnobValue
        public var changes: [Comparison.Change]

        public var last: KnobValue { changes.last?.value ?? start }
    }

    func course(of key: String, from start: KnobValue) -> Course {
        Course(
            start: start,
            changes: edits.compactMap { edit in
                edit.differences.last { $0.key == key }.map {
                    Comparison.Change(optimizerStep: edit.optimizerStep, value: $0.new)
                }
            })
    }
}

/// All that makes a run what it is but its seed: two runs with equal settings differ by chance alone.
public struct SeedlessSettings: Sendable, Hashable {
    private var configuration: RunConfiguration
    private var edits: [Edit]
    /// A fork has its parent's weights at that step; 0 of a run from the start.
    private var forkStep: Int

    private struct Edit: Hashable {
        var optimizerStep: Int
        var differences: [KnobDifference]
    }

    public init(_ run: RunOutcome, described description: EngineDescription) {
        configuration = run.configuration
        if run.summary.forkStep ?? 0 > 0, description.text(of: KnownKnob.selectionSeed, in: configuration) == "-1" {
            // Forks with other seeds say which recordings they train on: those of their parent.
            try? description.restore(KnownKnob.selectionSeed, to: .integer(run.summary.seed), in: &configuration)
        }
        // Any value, as long as it is the same of all.
        try? description.restore(KnownKnob.seed, to: .integer(0), in: &configuration)
        edits = run.edits.map { Edit(optimizerStep: $0.optimizerStep, differences: $0.differences) }
        forkStep = run.summary.forkStep ?? 0
    }
}

extension RunOutcome {
    /// The finished and tested runs with the settings of a run but for the seed, itself among them if it is one: one a
    /// seed, the latest of several, by seed.
    static func tested(
        like run: RunOutcome, among runs: [RunOutcome], described description: EngineDescription
    ) -> [Int: RunOutcome] {
        let settings = SeedlessSettings(run, described: description)
        let alike = runs.filter {
            $0.summary.phase == .finished && $0.summary.testAccuracy != nil
                && $0.summary.optimizerStep == run.summary.optimizerStep
                && SeedlessSettings($0, described: description) == settings
        }
        return Dictionary(alike.map { ($0.summary.seed, $0) }) { $0.summary.created >= $1.summary.created ? $0 : $1 }
    }
}
