import Foundation
import TestSupport

/// A `SACCADE_HOME` of its own, gone when the test lets go of it. All share the simulated recordings.
final class Home: Sendable {
    let root: URL
    private let turn: Turn?

    /// For a suite: waits until fewer tests than `Turn.limit` have programs at work.
    ///
    /// - Parameter isEmpty: without the simulated recordings, as on a machine on which it was never run.
    static func inTurn(isEmpty: Bool = false) async throws -> Home {
        try Home(isEmpty: isEmpty, turn: await Turn.next())
    }

    /// - Parameter isEmpty: without the simulated recordings, as on a machine on which it was never run.
    init(isEmpty: Bool = false, turn: Turn? = nil) throws {
        self.turn = turn
        root = FileManager.default.temporaryDirectory
            .appendingPathComponent("saccade-program-\(UUID().uuidString)", isDirectory: true).resolvingSymlinksInPath()
        let manager = FileManager.default
        try manager.createDirectory(at: root, withIntermediateDirectories: true)
        if isEmpty { return }
        try manager.createSymbolicLink(
            at: root.appendingPathComponent("cache"), withDestinationURL: SimulatedRecordings.cache)
    }

    deinit { try? FileManager.default.removeItem(at: root) }

    /// Ours, without what would change what the program does.
    var environment: [String: String] {
        var environment = ProcessInfo.processInfo.environment
        for name in ["SACCADE_THEME", "SACCADE_DATA", "NO_COLOR", "COLORTERM"] { environment[name] = nil }
        environment["SACCADE_HOME"] = root.path
        // Of a crash only what our program does about it counts, not the debugger that offers itself.
        environment["SWIFT_BACKTRACE"] = "enable=no"
        return environment
    }

    /// Of a run that takes some hundredths of a second.
    static let tiny = [
        "--set", "data.size=16", "--set", "data.time_steps=2", "--set", "data.recordings_per_class=3", "--set",
        "training.batch_size=8",
    ]
}

/// Beside the checkout, or where `SACCADE_FIXTURES` points.
enum EventFixtures {
    static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["SACCADE_FIXTURES"], !path.isEmpty {
            return URL(fileURLWithPath: path).appendingPathComponent("formats")
        }
        var package = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { package.deleteLastPathComponent() }
        return package.appendingPathComponent("shared/fixtures/formats")
    }()

    /// Recordings, as paths below `folder`.
    static let names: [String] = ["aedat2", "aedat3", "aedat4", "bin", "csv", "hdf5", "mat", "npz", "prophesee"].flatMap
    {
        kind in
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(kind).path)) ?? [])
            .filter { name in
                !name.hasSuffix(".json") && !["labels.csv", "pathFile.csv", "nomniglot_frames.npz"].contains(name)
            }
            .sorted().map { kind + "/" + $0 }
    }

    static let absence = "no fixtures: set SACCADE_FIXTURES, or put them into ../shared/fixtures beside the checkout"
}
