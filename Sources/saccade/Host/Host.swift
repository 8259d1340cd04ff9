import Configuration
import Data
import Engine
import Foundation
import Messages
import Network
import RunStore
import ShippedFiles
import Studies
import Training

/// What every command that trains or looks things up needs: the history, the presets, the engine and its bus.
struct Host {
    let paths: StoragePaths
    let store: RunStore
    let presets: PresetStore
    let bus: MessageBus
    /// Trains in the place of this program's engine.
    let trainer: ExternalTrainer?
    /// What can be set and measured.
    let description: EngineDescription
    /// Presets and runs, also those of other homes that are listed here.
    let stored: StoredLibrary
    let library: EngineLibrary

    /// What could be set and measured in a run, if it is here and an external trainer made it; else this program's own.
    ///
    /// - Parameter run: identifier, beginning or name.
    func description(of run: String) -> EngineDescription {
        guard trainer == nil else { return description }
        return (try? store.identifier(of: run)).flatMap { ExternalTrainer.description(keptIn: store.folder(of: $0)) }
            ?? .shipped
    }

    /// Presets of this program's engine, or of an external trainer: those of other engines mean nothing to it.
    ///
    /// - Parameter trainer: its description; `nil`: our own engine's.
    static func presets(_ paths: StoragePaths, of trainer: EngineDescription?) -> PresetStore {
        guard let trainer else { return PresetStore(paths: paths, described: .shipped) }
        return PresetStore(
            builtInFolder: paths.presets.appendingPathComponent(".none"),
            userFolder: paths.presets.appendingPathComponent(
                ExternalTrainer.folderName(of: trainer), isDirectory: true),
            described: trainer)
    }

    /// Opens the history.
    ///
    /// - Parameter access: `.reading` for commands that only look: they create nothing, and say so if the home that was
    ///   named is not there. `.existing` for commands that change what is there: they create nothing either, and say so if
    ///   they fail.
    /// - Throws: `RunStoreError`; `KernelWidthError` if the environment asks for vectors that the processor does not have.
    init(
        _ access: RunStore.Access = .changing, folders: DataFolders = DataFolders(), trainer: ExternalTrainer? = nil
    ) throws {
        try KernelWidth.check()
        self.trainer = trainer
        description = trainer?.description ?? .shipped
        bus = MessageBus(description: description)
        paths = StoragePaths()
        switch access {
        case .changing: break
        case .existing: MissingHome.matters()
        case .reading, .viewing:
            MissingHome.say(paths)
            do { try paths.checkTrust() } catch { StandardError.line("saccade: read-only: \(error)") }
        }
        store = try RunStore(paths: paths, access: access, described: description)
        presets = Self.presets(paths, of: trainer?.description)
        stored = StoredLibrary(runs: store, presets: presets, others: OtherHomes(of: paths, described: description))
        let studies = StoredStudies(
            store, presets, StudyShelf(shipped: ShippedFiles.studies, paths), remembers: access == .changing,
            hands: .ofProgram(store))
        library = EngineLibrary(stored: stored, folders: folders, studies: studies)
    }
}
