import Messages

/// The half of the library that is on disk: runs and presets.
public struct StoredLibrary: Sendable {
    public let runs: RunStore
    public let presets: PresetStore

    public init(runs: RunStore, presets: PresetStore) { (self.runs, self.presets) = (runs, presets) }

    /// Answers what is asked about runs and presets; `nil` for all else, which needs the engine. Blocks while it reads.
    public func answer(_ request: LibraryRequest) -> LibraryReply? {
        do {
            return try answerRuns(request) ?? answerPresets(request)
        } catch let error as RunStoreError {
            return .failure(request: request, message: error.description)
        } catch let error as PresetError {
            return .failure(request: request, message: error.description)
        } catch {
            return .failure(request: request, message: "\(error)")
        }
    }

    private func answerRuns(_ request: LibraryRequest) throws(RunStoreError) -> LibraryReply? {
        switch request {
        case .runs: return .runs(try runs.runs())
        case .run(let reference): return .run(try runs.run(reference))
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
        case .catalogues, .dataSets, .samples, .recording, .modelView, .presets, .preset, .savePreset, .renamePreset,
            .deletePreset:
            return nil
        }
    }

    private func answerPresets(_ request: LibraryRequest) throws(PresetError) -> LibraryReply? {
        switch request {
        case .presets: return .presets(try presets.list())
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
        case .catalogues, .dataSets, .samples, .recording, .modelView, .runs, .run, .renameRun, .tagRun, .noteRun,
            .deleteRun:
            return nil
        }
    }
}
