import FileFormats
import Files
import Foundation

/// Where the program keeps its files, after the XDG base directories.
///
/// | folder | variable | otherwise | holds |
/// |---|---|---|---|
/// | `config` | `XDG_CONFIG_HOME` | `~/.config` | presets, themes |
/// | `data` | `XDG_DATA_HOME` | `~/.local/share` | run database, a folder for each run |
/// | `state` | `XDG_STATE_HOME` | `~/.local/state` | logs, layout |
/// | `cache` | `XDG_CACHE_HOME` | `~/.cache` | prepared frames; may be deleted at any time |
///
/// Each gets a folder `saccade`. A variable that is empty or relative is ignored, as XDG demands. `SACCADE_HOME` goes
/// before them all: one folder with the subfolders `config`, `data`, `state` and `cache`; an empty one counts as none, a
/// relative one from the current folder. Nothing is created until `ensure` is called. `SACCADE_TRUST_HOME=1` allows folders to which others
/// may write.
public struct StoragePaths: Sendable, Hashable {
    public var config: URL
    public var data: URL
    public var state: URL
    public var cache: URL
    /// The one folder for everything, if there is one.
    public var home: URL?
    /// Whether everybody who may write to these folders is trusted (`SACCADE_TRUST_HOME=1`).
    public var trustsOthers = false

    public init(config: URL, data: URL, state: URL, cache: URL) {
        (self.config, self.data, self.state, self.cache) = (config, data, state, cache)
    }

    /// Everything in one folder.
    public init(root: URL) {
        func folder(_ name: String) -> URL { root.appendingPathComponent(name, isDirectory: true) }
        self.init(config: folder("config"), data: folder("data"), state: folder("state"), cache: folder("cache"))
        home = root
    }

    /// - Parameters:
    ///   - environment: the process's own, unless told otherwise.
    ///   - currentFolder: what a relative `SACCADE_HOME` counts from.
    public init(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        currentFolder: String = FileManager.default.currentDirectoryPath
    ) {
        if let named = environment["SACCADE_HOME"], !named.isEmpty {
            // In quotes the shell leaves a `~` as it is.
            let root = PathName(named).expandingTilde()
            let path = root.hasPrefix("/") ? root : currentFolder + "/" + root
            self.init(root: URL(fileURLWithPath: path, isDirectory: true).standardizedFileURL)
            trustsOthers = environment["SACCADE_TRUST_HOME"] == "1"
            return
        }
        func absolute(_ name: String) -> URL? {
            guard let value = environment[name], value.hasPrefix("/") else { return nil }
            return URL(fileURLWithPath: value, isDirectory: true)
        }
        let home = absolute("HOME") ?? FileManager.default.homeDirectoryForCurrentUser
        func folder(_ variable: String, _ usual: String) -> URL {
            (absolute(variable) ?? home.appendingPathComponent(usual, isDirectory: true))
                .appendingPathComponent("saccade", isDirectory: true)
        }
        self.init(
            config: folder("XDG_CONFIG_HOME", ".config"), data: folder("XDG_DATA_HOME", ".local/share"),
            state: folder("XDG_STATE_HOME", ".local/state"), cache: folder("XDG_CACHE_HOME", ".cache"))
        trustsOthers = environment["SACCADE_TRUST_HOME"] == "1"
    }

    /// `SACCADE_HOME`, if it names a folder that is not there: so it is, too, when its name was mistyped.
    public var missingHome: String? {
        var status = stat()
        guard let home, lstat(home.path, &status) != 0, errno == ENOENT || errno == ENOTDIR else { return nil }
        return home.path
    }

    /// The user's own presets, `*.yaml`.
    public var presets: URL { config.appendingPathComponent("presets", isDirectory: true) }
    /// The user's own themes, `*.yaml`.
    public var themes: URL { config.appendingPathComponent("themes", isDirectory: true) }
    public var runDatabase: URL { data.appendingPathComponent("runs.sqlite") }
    /// Holds one folder for each run, named after its identifier.
    public var runs: URL { data.appendingPathComponent("runs", isDirectory: true) }
    public var logs: URL { state.appendingPathComponent("logs", isDirectory: true) }
    /// Sockets of processes that train, for viewers of the same user.
    public var sockets: URL { state.appendingPathComponent("sockets", isDirectory: true) }
    public var frameCache: URL { cache.appendingPathComponent("frames", isDirectory: true) }
    /// What was found of the sensors of data sets.
    public var sensors: URL { cache.appendingPathComponent("sensors", isDirectory: true) }
    public var simulatedRecordings: URL { cache.appendingPathComponent("digits-recordings.bin") }
    /// How the screens were left.
    public var layout: URL { state.appendingPathComponent("layout.json") }

    /// Makes a folder with all that lead to it, for its owner alone, and makes sure that files can be put into it.
    public static func ensure(_ folder: URL) throws(StorageError) {
        try make(folder.path)
        guard access(folder.path, W_OK | X_OK) == 0 else {
            throw .unwritableFolder(path: folder.path, reason: systemMessage(errno))
        }
    }

    private static func make(_ path: String) throws(StorageError) {
        guard let code = refusal(of: path) else { return }
        try HomePlace.check(folder: path)
        if Foundation.access(path, F_OK) == 0 { return }
        let parent = PathName(path).folder
        guard code == ENOENT, !parent.isEmpty, parent != path else {
            if code == ENOTDIR, !parent.isEmpty { try make(parent) }
            throw .unwritableFolder(path: path, reason: systemMessage(code))
        }
        try make(parent)
        // Another process may have made it in between: that is as good.
        if let code = refusal(of: path), code != EEXIST {
            throw .unwritableFolder(path: path, reason: systemMessage(code))
        }
    }

    /// Makes one folder, on the disk when this returns. Why it could not be.
    private static func refusal(of path: String) -> Int32? {
        do {
            try Disk.makeFolder(path)
            return nil
        } catch {
            return error.code
        }
    }
}
