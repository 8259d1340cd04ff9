import Data
import Foundation

/// Recordings of the digits, simulated once for all tests: that takes longer than most of them.
public enum SimulatedRecordings {
    /// A cache folder that holds them, kept from one test run to the next.
    public static let cache: URL = {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("saccade-tests-cache", isDirectory: true)
        var folders = DataFolders()
        folders.cache = folder.path
        // What goes wrong here goes wrong again in the test that needs them, and is reported there.
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        _ = try? DigitsDataSet().open(folders).prepare([])
        return folder
    }()
}
