import Configuration
import Messages

/// The half of the library that is on disk: runs and presets.
public struct StoredLibrary: Sendable {
    public let runs: RunStore
    public let presets: PresetStore

    public init(runs: RunStore, presets: PresetStore) { (self.runs, self.presets) = (runs, presets) }

    /// Answers what is asked about runs and presets; `nil` for all else, which needs the engine. Blocks while it reads.
    public func answer(_ request: LibraryRequest) -> LibraryReply? {
        do {
            return try answerRuns(request) ?? answerPresets(request) ?? answerBoth(request)
        } catch let error as RunStoreError {
            return .failure(request: request, message: error.description)
        } catch let error as PresetError {
            return .failure(request: request, message: error.description)
        } catch {
            return .failure(request: request, message: "\(error)")
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

    private func answerRuns(_ request: LibraryRequest) throws(RunStoreError) -> LibraryReply? {
        switch request {
        case .runs: return .runs(try runs.runs())
        case .run(let reference): return .run(try runs.run(reference))
        case .outcomes(let references):
            return .outcomes(runs: references, try runs.outcomes(of: references))
        case .renameRun(let reference, let name):
            let identifier = try runs.rename(run: reference, to: name)
            return .done("\(identifier) is now called '\(name)'")
        case .tagRun(let reference, let tags):
            let identifier = try runs.tag(run: reference, tags: tags)
            return .done(
                tags.isEmpty
                    ? "\(identifier) has no tags now" : "\(identifier) is tagged \(tags.joined(separator: ", "))")
        case .noteRun(let reference, let note):
            let identifier = try runs.note(run: reference, text: note)
            return .done(note.isEmpty ? "\(identifier) has no note now" : "\(identifier) has a new note")
        case .deleteRun(let reference):
            return .done("\(try runs.delete(run: reference)) is deleted")
        case .curves(let references, let series): return .curves(try runs.curves(of: references, series: series))
        case .timeline(let reference): return .timeline(try runs.timeline(of: reference))
        case .queue: return .queue(try runs.queue())
        case .plan, .dataSets, .samples, .counted, .recording, .modelView, .check, .cost, .presets, .preset,
            .savePreset,
            .renamePreset, .deletePreset, .saveSchedule, .comparison:
            return nil
        }
    }

    private func answerPresets(_ request: LibraryRequest) throws(PresetError) -> LibraryReply? {
        switch request {
        case .presets: return .presets(try listedPresets())
        case .preset(let reference):
            let preset = try presets.load(reference)
            return .preset(name: preset.name, preset.configuration)
        case .savePreset(let name, let configuration, let note, let replacing):
            try presets.save(name: name, configuration: configuration, note: note, replacing: replacing)
            return .presetSaved(name: name)
        case .renamePreset(let name, let newName):
            try presets.rename(name, to: newName)
            return .done("the preset '\(name)' is now called '\(newName)'")
        case .deletePreset(let name):
            try presets.delete(name)
            return .done("the preset '\(name)' is deleted")
        case .plan, .dataSets, .samples, .counted, .recording, .modelView, .check, .cost, .runs, .run, .outcomes,
            .renameRun, .tagRun, .noteRun, .deleteRun, .curves, .timeline, .queue, .saveSchedule, .comparison:
            return nil
        }
    }

    /// What needs both.
    private func answerBoth(_ request: LibraryRequest) throws -> LibraryReply? {
        switch request {
        case .comparison(let left, let right):
            return .comparison(
                Comparison(try subject(left), try subject(right), described: runs.description))
        case .saveSchedule(let run, let name, let note, let replacing):
            try presets.save(
                name: name, configuration: try scheduledConfiguration(of: run), note: note, replacing: replacing)
            return .presetSaved(name: name)
        default: return nil
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
