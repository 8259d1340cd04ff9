import Configuration
import FileFormats
import Files
import Foundation

/// Where data sets are looked for.
public struct DataFolders: Sendable, Hashable {
    /// Folder of the recordings as given by the user; empty: the usual places.
    public var recordings: String
    /// Folder of the static images as given by the user; empty: the usual places.
    public var images: String
    /// Folder of files that can be made again.
    public var cache: String
    /// Whether anything is written there. Not where the home itself is not there: nobody makes a home by looking at data.
    public var isCacheKept = true
    /// `$SACCADE_DATA`, if set.
    public var shared: String?
    /// `<data home>/saccade/datasets`.
    public var installed: String
    /// The camera's, as given by the user, for sets whose files may not tell it; `nil`: as the set says.
    public var sensor: SensorSize?
    /// What the user says about tables of events.
    public var table = TableOptions()
    /// Of the run: for what a data set declares itself.
    public var settings = RunConfiguration()

    /// - Parameter environment: Looked up for `SACCADE_DATA`, `SACCADE_HOME`, `XDG_DATA_HOME`, `XDG_CACHE_HOME` and `HOME`; as the XDG
    ///   base directory specification says, relative values of the XDG variables are ignored.
    public init(
        recordings: String = "", images: String = "", sensor: SensorSize? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        (self.recordings, self.images) = (Self.plain(Self.expanded(recordings)), Self.plain(Self.expanded(images)))
        self.sensor = sensor
        func base(_ variable: String, _ otherwise: String) -> String {
            if let path = environment[variable], path.hasPrefix("/") { return path }
            return (environment["HOME"] ?? NSHomeDirectory()) + "/" + otherwise
        }
        shared = environment["SACCADE_DATA"].flatMap { $0.isEmpty ? nil : Self.expanded($0) }
        if let home = environment["SACCADE_HOME"], !home.isEmpty {
            (cache, installed) = (Self.expanded(home) + "/cache", Self.expanded(home) + "/data/datasets")
            isCacheKept = Self.exists(Self.expanded(home))
            return
        }
        cache = base("XDG_CACHE_HOME", ".cache") + "/saccade"
        installed = base("XDG_DATA_HOME", ".local/share") + "/saccade/datasets"
    }

    private static func expanded(_ path: String) -> String { PathName(path).expandingTilde() }

    /// Without the slashes at the end that people's shells add: paths below a folder begin with its name and one slash.
    private static func plain(_ path: String) -> String {
        var path = path[...]
        while path.count > 1, path.last == "/" { path.removeLast() }
        return String(path)
    }

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    /// Names of files and folders in a folder, byte-wise sorted; hidden ones and those of the system are left out. Empty if
    /// there is no such folder.
    static func names(in folder: String) -> [String] {
        let listing = FolderListing(folder)
        return (listing.folders + listing.files).sortedByBytes
    }
}
