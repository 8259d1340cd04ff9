import FileFormats
import Foundation

/// Fetches one file with the program curl, and goes on where an earlier try ended.
///
/// A child process, because data are fetched once: a network library would be linked, loaded and kept up to date for every
/// run that only trains. It writes into a pipe, so that it ends when this process does, however that happens.
struct Download {
    let address: String
    /// Grows while the file arrives, and stays when the download stops.
    let part: String

    /// What curl ends with where a server cannot begin in the middle (man curl).
    private static let rangeRefused: Int32 = 33

    /// - Parameter progress: hears several times a second how many bytes have arrived.
    /// - Throws: `AcquisitionError`; `FileFormatError.unwritable` where the disk is full.
    func run(progress: (Int) -> Void) throws {
        let file = open(part, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw unwritable(errno) }
        defer { close(file) }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            throw FileFormatError.unwritable(
                path: part, reason: "another process is downloading it; wait until it ends")
        }
        var outcome = try curl(into: file, from: ClassFolders.size(part) ?? 0, progress)
        if outcome.code == Self.rangeRefused {
            guard ftruncate(file, 0) == 0 else { throw unwritable(errno) }
            outcome = try curl(into: file, from: 0, progress)
        }
        guard outcome.code != 0 else { return }
        throw AcquisitionError.transfer(
            address: address, reason: outcome.problem, kept: ClassFolders.size(part) ?? 0)
    }

    private func unwritable(_ code: Int32) -> FileFormatError {
        let advice = [ENOSPC, EDQUOT].contains(code) ? "; free some space, and the same command goes on" : ""
        return .unwritable(path: part, reason: String(cString: strerror(code)) + advice)
    }

    private func curl(
        into file: Int32, from start: Int, _ progress: (Int) -> Void
    ) throws -> (code: Int32, problem: String) {
        guard let program = Self.program else { throw AcquisitionError.noProgram("curl") }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments =
            [
                "--fail", "--silent", "--show-error", "--location", "--proto", "=http,https", "--proto-redir",
                "=http,https", "--connect-timeout", "30", "--speed-time", "60", "--speed-limit", "1",
            ] + (start > 0 ? ["--continue-at", "\(start)"] : []) + ["--", address]
        let (output, errors) = (Pipe(), Pipe())
        process.standardInput = FileHandle.nullDevice
        (process.standardOutput, process.standardError) = (output, errors)
        do { try process.run() } catch { throw AcquisitionError.noProgram("curl") }
        do {
            try copy(output.fileHandleForReading.fileDescriptor, to: file, from: start, progress)
        } catch {
            process.terminate()
            process.waitUntilExit()
            throw error
        }
        // A line or two: they wait in the pipe.
        let said = String(decoding: (try? errors.fileHandleForReading.readToEnd()) ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        let last = said.split(whereSeparator: \.isNewline).last.map(String.init)
        let problem = last.map { $0.hasPrefix("curl: ") ? String($0.dropFirst(6)) : $0 }
        return (process.terminationStatus, problem ?? "curl ended with \(process.terminationStatus)")
    }

    private func copy(_ source: Int32, to file: Int32, from start: Int, _ progress: (Int) -> Void) throws {
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        var (total, told) = (start, ContinuousClock.now - .seconds(1))
        while true {
            let count = read(source, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            var done = 0
            while done < count {
                let written = buffer[done..<count].withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
                if written < 0 {
                    if errno == EINTR { continue }
                    throw unwritable(errno)
                }
                done += written
            }
            total += count
            if ContinuousClock.now - told > .milliseconds(100) {
                told = .now
                progress(total)
            }
        }
        progress(total)
    }

    private static var program: String? {
        let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
        return folders.map { "\($0)/curl" }.first { access($0, X_OK) == 0 }
    }
}
