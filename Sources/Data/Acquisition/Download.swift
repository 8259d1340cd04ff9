import FileFormats
import Foundation

/// Fetches one file with the program curl, and goes on where an earlier try ended.
///
/// A child process, because data are fetched once: a network library would be linked, loaded and kept up to date for every
/// run that only trains.
struct Download {
    let address: String
    /// Grows while the file arrives, and stays when the download stops.
    let part: String

    /// Ends of curl that say the same the next time, and what they mean (man curl).
    private static let rangeRefused: Int32 = 33
    private static let writeFailed: Int32 = 23

    /// - Parameter progress: hears several times a second how many bytes have arrived.
    /// - Throws: `AcquisitionError`; `FileFormatError.unwritable` where the disk is full.
    func run(progress: (Int) -> Void) throws {
        var outcome = try curl(progress)
        if outcome.code == Self.rangeRefused, ClassFolders.size(part) ?? 0 > 0 {
            // The server cannot go on in the middle: from the beginning, once.
            try? FileManager.default.removeItem(atPath: part)
            outcome = try curl(progress)
        }
        guard outcome.code != 0 else { return }
        let kept = ClassFolders.size(part) ?? 0
        if outcome.code == Self.writeFailed {
            let room = (try? FileManager.default.attributesOfFileSystem(forPath: folder))?[.systemFreeSize] as? Int
            throw FileFormatError.unwritable(
                path: part,
                reason: room ?? .max < 1 << 20
                    ? "no space left on the device; free some space, and the same command goes on" : outcome.problem)
        }
        throw AcquisitionError.transfer(address: address, reason: outcome.problem, kept: kept)
    }

    private var folder: String { String(part[..<(part.lastIndex(of: "/") ?? part.startIndex)]) }

    private func curl(_ progress: (Int) -> Void) throws -> (code: Int32, problem: String) {
        guard let program = Self.program else { throw AcquisitionError.noProgram("curl") }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = [
            "--fail", "--silent", "--show-error", "--location", "--proto", "=http,https", "--proto-redir",
            "=http,https",
            "--connect-timeout", "30", "--speed-time", "60", "--speed-limit", "1", "--continue-at", "-", "--output",
            part,
            "--", address,
        ]
        let errors = Pipe()
        process.standardInput = FileHandle.nullDevice
        (process.standardOutput, process.standardError) = (FileHandle.nullDevice, errors)
        do { try process.run() } catch { throw AcquisitionError.noProgram("curl") }
        while process.isRunning {
            progress(ClassFolders.size(part) ?? 0)
            usleep(100_000)
        }
        process.waitUntilExit()
        progress(ClassFolders.size(part) ?? 0)
        let said = String(decoding: (try? errors.fileHandleForReading.readToEnd()) ?? Data(), as: UTF8.self)
        let last = said.split(whereSeparator: \.isNewline).last.map(String.init)
        let problem = last.map { $0.hasPrefix("curl: ") ? String($0.dropFirst(6)) : $0 }
        return (process.terminationStatus, problem ?? "curl ended with \(process.terminationStatus)")
    }

    private static var program: String? {
        let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
        return folders.map { "\($0)/curl" }.first { access($0, X_OK) == 0 }
    }
}
