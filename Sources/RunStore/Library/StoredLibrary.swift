import Configuration
import Messages

/// The half of the library that is on disk: runs and presets, and the runs of other homes, which can be looked at.
public struct StoredLibrary: Sendable {
    public let runs: RunStore
    public let presets: PresetStore
    public let others: OtherHomes

    public init(runs: RunStore, presets: PresetStore, others: OtherHomes? = nil) {
        (self.runs, self.presets) = (runs, presets)
        self.others = others ?? OtherHomes(described: runs.description)
    }

    /// All runs, this home's first.
    ///
    /// A run that is in several homes is listed once.
    public func listedRuns() throws(RunStoreError) -> [RunSummary] {
        let own = try runs.runs()
        var seen = Set(own.map(\.id))
        return own + others.runs().filter { seen.insert($0.id).inserted }
    }

    /// The history that has a run: this home's, or that of another one.
    ///
    /// - Parameter reference: identifier, beginning of one, or name.
    /// - Throws: `unknownRun`, `ambiguousRun`.
    public func history(of reference: String) throws(RunStoreError) -> RunStore {
        do {
            _ = try runs.summary(of: reference)
            return runs
        } catch {
            guard case .unknownRun = error, let other = try others.home(of: reference) else { throw error }
            return other.store
        }
    }

    /// The same, for what is changed: a run of another home has to be brought over first.
    ///
    /// - Throws: as `history(of:)`, and `ofAnotherHome`.
    public func checkOwn(_ reference: String) throws(RunStoreError) {
        do {
            _ = try runs.summary(of: reference)
        } catch {
            guard case .unknownRun = error, let refusal = others.refusal(of: reference) else { throw error }
            throw refusal
        }
    }

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
        case .run(let reference): try history(of: reference).run(reference).configuration
        case .preset(let reference): try presets.load(reference).configuration
        case .configuration(_, let configuration): configuration
        }
    }

    /// A side of a comparison with all that is known of it.
    ///
    /// - Throws: `RunStoreError` or `PresetError`.
    public func subject(_ side: ComparisonSide) throws -> Comparison.Subject {
        switch side {
        case .run(let reference): Comparison.Subject(try history(of: reference).run(reference))
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
        let runs = try history(of: reference)
        let (detail, state) = (try runs.run(reference), try runs.lastState(run: reference))
        guard !detail.edits.isEmpty else { return detail.configuration }
        guard state.totalSteps > 0 else { throw .noSteps(run: detail.summary.id) }
        return detail.configuration.scheduling(detail.edits, totalSteps: state.totalSteps)
    }
}
