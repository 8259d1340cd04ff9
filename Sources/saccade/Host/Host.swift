import Data
import Engine
import Foundation
import Messages
import RunStore

/// What every command that trains or looks things up needs: the history, the presets, the engine and its bus.
struct Host {
    let paths: StoragePaths
    let store: RunStore
    let presets: PresetStore
    let bus = MessageBus()
    let library: EngineLibrary

    /// Opens the history.
    ///
    /// - Parameter access: `.reading` for commands that only look: they create nothing, and say so if the home that was
    ///   named is not there.
    /// - Throws: `RunStoreError`.
    init(_ access: RunStore.Access = .changing, folders: DataFolders = DataFolders()) throws {
        paths = StoragePaths()
        if access == .reading, let missing = paths.missingHome {
            try? FileHandle.standardError.write(
                contentsOf: Foundation.Data(
                    "saccade: SACCADE_HOME names \(missing), which is not there: nothing is kept in it yet\n".utf8))
        }
        store = try RunStore(paths: paths, access: access)
        presets = PresetStore(paths: paths)
        library = EngineLibrary(stored: StoredLibrary(runs: store, presets: presets), folders: folders)
    }
}
