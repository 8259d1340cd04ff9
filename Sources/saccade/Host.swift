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

    /// Begins to serve the bus.
    ///
    /// - Parameter handsOver: whether the queue goes on when a run ends.
    /// - Returns: ends once the bus is closed and the engine has let go of its run.
    func startEngine(handsOver: Bool) -> Task<Void, Never> {
        let engine = Engine(bus: bus, store: store, handsOver: handsOver)
        return Task { await engine.run() }
    }
}
