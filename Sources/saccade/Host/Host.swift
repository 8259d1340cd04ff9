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
    /// - Throws: `RunStoreError`.
    init(folders: DataFolders = DataFolders()) throws {
        paths = StoragePaths()
        store = try RunStore(paths: paths)
        presets = PresetStore(paths: paths)
        library = EngineLibrary(stored: StoredLibrary(runs: store, presets: presets), folders: folders)
    }
}
