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
    let bus = MessageBus(description: .shipped)
    /// Presets and runs, also those of other homes that are listed here.
    let stored: StoredLibrary
    let library: EngineLibrary

    /// Opens the history.
    ///
    /// - Parameter access: `.reading` for commands that only look: they create nothing, and say so if the home that was
    ///   named is not there. `.existing` for commands that change what is there: they create nothing either, and say so if
    ///   they fail.
    /// - Throws: `RunStoreError`; `KernelWidthError` if the environment asks for vectors that the processor does not have.
    init(_ access: RunStore.Access = .changing, folders: DataFolders = DataFolders()) throws {
        try KernelWidth.check()
        paths = StoragePaths()
        switch access {
        case .changing: break
        case .existing: MissingHome.matters()
        case .reading, .viewing:
            MissingHome.say(paths)
            do { try paths.checkTrust() } catch { StandardError.line("saccade: read-only: \(error)") }
        }
        store = try RunStore(paths: paths, access: access, described: .shipped)
        presets = PresetStore(paths: paths, described: .shipped)
        stored = StoredLibrary(runs: store, presets: presets, others: OtherHomes(of: paths, described: .shipped))
        let studies = StoredStudies(
            store, presets, StudyShelf(shipped: ShippedFiles.studies, paths), remembers: access == .changing,
            hands: .ofProgram(store))
        library = EngineLibrary(stored: stored, folders: folders, studies: studies)
    }
}
