import Configuration
import Messages

extension StoredLibrary: RunHistory {
    public func listRuns() throws(LibraryFailure) -> [RunSummary] { try said { try listedRuns() } }

    public func detail(of run: String) throws(LibraryFailure) -> RunDetail {
        try said {
            let store = try history(of: run)
            var detail = try store.run(run)
            detail.summary.home = others.title(of: store)
            return detail
        }
    }

    public func outcomes(of runs: [String]) throws(LibraryFailure) -> [RunOutcome] {
        try said {
            let own = try self.runs.outcomes(of: runs)
            let found = Dictionary(
                (own + others.outcomes(of: runs.filter { run in !own.contains { $0.summary.id == run } }))
                    .map { ($0.summary.id, $0) }
            ) { first, _ in first }
            return runs.compactMap { found[$0] }
        }
    }

    public func curves(of runs: [String], series: [MetricSeries]) throws(LibraryFailure) -> [RunCurves] {
        try said {
            try runs.flatMap { run in try history(of: run).curves(of: [run], series: series) }
        }
    }

    public func timeline(of run: String) throws(LibraryFailure) -> RunTimeline {
        try said { try history(of: run).timeline(of: run) }
    }

    public func listQueue() throws(LibraryFailure) -> [QueueEntry] { try said { try runs.queue() } }

    public func compare(_ left: ComparisonSide, _ right: ComparisonSide) throws(LibraryFailure) -> Comparison {
        try said { Comparison(try subject(left), try subject(right), described: runs.description) }
    }

    public func listPresets() throws(LibraryFailure) -> [PresetSummary] { try said { try listedPresets() } }

    public func preset(_ reference: String) throws(LibraryFailure) -> PresetContent {
        try said {
            let preset = try presets.load(reference)
            return PresetContent(name: preset.name, configuration: preset.configuration)
        }
    }

    public func change(_ change: HistoryChange) throws(LibraryFailure) -> String { try said { try carryOut(change) } }

    private func carryOut(_ change: HistoryChange) throws -> String {
        switch change {
        case .renameRun(let reference, _), .tagRun(let reference, _), .noteRun(let reference, _),
            .deleteRun(let reference):
            try checkOwn(reference)
        default: break
        }
        switch change {
        case .renameRun(let reference, let name):
            return "\(try runs.rename(run: reference, to: name)) renamed to '\(name)'"
        case .tagRun(let reference, let tags):
            let run = try runs.tag(run: reference, tags: tags)
            return tags.isEmpty ? "\(run) has no tags now" : "\(run) is tagged \(tags.joined(separator: ", "))"
        case .noteRun(let reference, let note):
            let run = try runs.note(run: reference, text: note)
            return note.isEmpty ? "\(run): note removed" : "\(run): note saved"
        case .deleteRun(let reference): return "\(try runs.delete(run: reference)) deleted"
        case .savePreset(let name, let configuration, let note, let replacing):
            try presets.save(name: name, configuration: configuration, note: note, replacing: replacing)
            return "preset \(name) saved"
        case .saveSchedule(let run, let name, let note, let replacing):
            try presets.save(
                name: name, configuration: try scheduledConfiguration(of: run), note: note, replacing: replacing)
            return "preset \(name) saved"
        case .renamePreset(let name, let newName):
            try presets.rename(name, to: newName)
            return "preset '\(name)' renamed to '\(newName)'"
        case .deletePreset(let name):
            try presets.delete(name)
            return "preset '\(name)' deleted"
        }
    }

    /// What was found, as text, of whatever kind the error is.
    private func said<Answer>(_ body: () throws -> Answer) throws(LibraryFailure) -> Answer {
        do { return try body() } catch { throw LibraryFailure("\(error)") }
    }
}
