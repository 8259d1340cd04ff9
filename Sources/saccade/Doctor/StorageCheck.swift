import Configuration
import Data
import Engine
import Foundation
import Messages
import RunStore
import ShippedFiles
import Terminal

/// What is stored: the files that come with the program, the home with its history, room on the disks, data sets.
struct StorageCheck {
    private let paths = StoragePaths()

    /// Less is soon full of checkpoints.
    private static let plentyBytes = 1 << 30
    /// Less holds not even a history.
    private static let leastBytes = 16 << 20

    func findings() async -> [DoctorReport.Finding] {
        let host = Result { try Host(.reading) }
        return [shipped(), history(host), room("home", paths.data), room("cache", paths.cache)] + (await dataSets(host))
    }

    /// Presets, themes and the digits: without them there is nothing to begin with.
    private func shipped() -> DoctorReport.Finding {
        let presets = (try? FileManager.default.contentsOfDirectory(atPath: ShippedFiles.presets.path)) ?? []
        let themes = (try? FileManager.default.contentsOfDirectory(atPath: ShippedFiles.themes.path)) ?? []
        let place = ShippedFiles.presets.deletingLastPathComponent().path
        let figures = ["presets": Double(presets.count), "themes": Double(themes.count)]
        do {
            _ = try DigitsDataSet().open(DataFolders())
        } catch {
            return .wrong("files", "\(error)", "reinstall the program: its own files belong into \(place)", figures)
        }
        guard !presets.isEmpty, !themes.isEmpty else {
            return .wrong(
                "files", "no presets or no themes in \(place)", "reinstall the program: they come with it", figures)
        }
        return .ok("files", "\(presets.count) presets and \(themes.count) themes in \(place)", figures)
    }

    private func history(_ host: Result<Host, any Error>) -> DoctorReport.Finding {
        let place = paths.runDatabase.path
        do {
            let host = try host.get()
            try paths.checkTrust()
            try checkWritable(paths.data)
            let runs = try host.store.runs()
            let figures = ["runs": Double(runs.count)]
            let damaged = runs.count { $0.problem != nil }
            guard damaged == 0 else {
                return .note(
                    "history", "\(damaged) of \(runs.count) runs in \(place) are damaged",
                    "`saccade runs list` says what is wrong with them; the others are as they were", figures)
            }
            return .ok("history", "\(runs.count) run\(runs.count == 1 ? "" : "s") in \(place)", figures)
        } catch {
            return .wrong(
                "history", failureText(of: error).0,
                "nothing can be trained there: put it right, or name another home with SACCADE_HOME")
        }
    }

    /// - Throws: `StorageError.unwritable` if the nearest folder that is there cannot be written to.
    private func checkWritable(_ folder: URL) throws {
        let there = Self.nearest(folder)
        guard access(there.path, W_OK | X_OK) == 0 else {
            throw StorageError.unwritable(path: there.path, reason: String(cString: strerror(errno)))
        }
    }

    private static func nearest(_ folder: URL) -> URL {
        var folder = folder
        while folder.path != "/", !FileManager.default.fileExists(atPath: folder.path) {
            folder.deleteLastPathComponent()
        }
        return folder
    }

    private func room(_ subject: String, _ folder: URL) -> DoctorReport.Finding {
        var status = statvfs()
        let there = Self.nearest(folder)
        guard statvfs(there.path, &status) == 0 else {
            return .note(subject, "how much room there is in \(there.path) is not known", nil)
        }
        let free = Int(status.f_bavail) * Int(status.f_frsize)
        let text = String(format: "%.1f GiB free for %@", Double(free) / Double(1 << 30), folder.path)
        let figures = ["free_bytes": Double(free)]
        if free < Self.leastBytes {
            return .wrong(subject, text, "make room, or name another home with SACCADE_HOME", figures)
        }
        if free < Self.plentyBytes {
            return .note(
                subject, text, "a run of the paper's network needs about 1 GiB for its checkpoints: make room", figures)
        }
        return .ok(subject, text, figures)
    }

    private func dataSets(_ host: Result<Host, any Error>) async -> [DoctorReport.Finding] {
        guard let host = try? host.get(), let sets = try? await host.library.dataSets() else { return [] }
        let present = sets.filter(\.isPresent)
        let absent = sets.filter { !$0.isPresent && $0.name != "folders" && $0.name != "simulated" }
        var findings = present.map { set -> DoctorReport.Finding in
            let text =
                "\(set.title): \(set.recordingCount) recordings\(set.isSimulated ? ", simulated" : ""), \(set.location)"
            let figures = ["recordings": Double(set.recordingCount), "images": Double(set.imageCount)]
            guard let published = set.publishedCount, set.recordingCount < published else {
                return .ok("data set", text, figures)
            }
            return .note(
                "data set", text,
                "\(published) were published: `saccade data verify \(set.name)` tells what is missing", figures)
        }
        if !absent.isEmpty {
            findings.append(
                .note(
                    "data sets", "not found: \(absent.map(\.name).joined(separator: ", "))",
                    "`saccade data show NAME` says where to get one and where it is looked for"))
        }
        return findings
    }
}
