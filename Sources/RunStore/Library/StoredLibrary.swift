import Configuration
import Messages

/// The half of the library that is on disk: runs and presets.
public struct StoredLibrary: Sendable {
    public let runs: RunStore
    public let presets: PresetStore

    public init(runs: RunStore, presets: PresetStore) { (self.runs, self.presets) = (runs, presets) }

    /// All presets, and how many runs were begun with each.
    public func listedPresets() throws(PresetError) -> [PresetSummary] {
        // A history that cannot be read takes nothing from the presets but the count.
        let uses = (try? runs.presetUses()) ?? [:]
        return try presets.list().map { preset in
            var preset = preset
            preset.useCount = uses[preset.name] ?? 0
            return preset
        }
    }

    /// What a side was, or would be, started with.
    ///
    /// - Throws: `RunStoreError` or `PresetError`.
    public func configuration(of side: ComparisonSide) throws -> RunConfiguration {
        switch side {
        case .run(let reference): try runs.run(reference).configuration
        case .preset(let reference): try presets.load(reference).configuration
        case .configuration(_, let configuration): configuration
        }
    }

    /// A side of a comparison with all that is known of it.
    ///
    /// - Throws: `RunStoreError` or `PresetError`.
    public func subject(_ side: ComparisonSide) throws -> Comparison.Subject {
        switch side {
        case .run(let reference): Comparison.Subject(try runs.run(reference))
        case .preset(let reference):
            {
                Comparison.Subject(title: $0.name, configuration: $0.configuration)
            }(try presets.load(reference))
        case .configuration(let title, let configuration):
            Comparison.Subject(title: title, configuration: configuration)
        }
    }

    /// What a run was started with, and its edits as a schedule: a new run of it makes the same edits at the same steps.
    ///
    /// - Throws: `RunStoreError`; `noSteps` for a run that never began.
    public func scheduledConfiguration(of reference: String) throws(RunStoreError) -> RunConfiguration {
        let (detail, state) = (try runs.run(reference), try runs.lastState(run: reference))
        guard !detail.edits.isEmpty else { return detail.configuration }
        guard state.totalSteps > 0 else { throw .noSteps(run: detail.summary.id) }
        return detail.configuration.scheduling(detail.edits, totalSteps: state.totalSteps)
    }
}
