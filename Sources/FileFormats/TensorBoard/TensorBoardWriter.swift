import Foundation

/// Writes a TensorBoard event file of its own into a folder. Whoever reads it meanwhile, or after a sudden end, finds whole
/// records.
public final class TensorBoardWriter {
    public let path: String
    private let descriptor: Int32
    private var pending: [UInt8] = []
    /// Bytes that are in the file.
    private var written = 0

    /// Makes the folder and a file in it whose name comes after those that are there, as TensorBoard reads them.
    ///
    /// - Throws: `FileFormatError.unwritable`.
    public init(folder: String, time: Double) throws(FileFormatError) {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw .unwritable(path: folder, reason: error.localizedDescription)
        }
        let seconds = max(Int(time), (TensorBoardFolder.times(in: folder).max() ?? -1) + 1)
        let digits = String(seconds)
        let host = String(ProcessInfo.processInfo.hostName.map { $0 == "/" || $0 == "\0" ? "-" : $0 })
        let name =
            "\(TensorBoardFolder.mark).\(String(repeating: "0", count: max(0, 10 - digits.count)))\(digits).\(host)."
            + "\(getpid()).0"
        path = folder + "/" + name
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw .unwritable(path: path, reason: FileFormatError.reason(errno, writing: path))
        }
        add(TensorBoardEvent(wallTime: time, step: 0, content: .version(TensorBoardEvent.currentVersion)))
        try flush()
    }

    deinit { close(descriptor) }

    /// Keeps it until `flush`.
    public func add(_ event: TensorBoardEvent) { RecordFraming.append(event.encoded, to: &pending) }

    /// Hands what is kept to the system: from then on it outlives the process.
    ///
    /// - Throws: `FileFormatError.unwritable`; the file then ends with its last whole record, and what was kept is gone.
    public func flush() throws(FileFormatError) {
        var done = 0
        while done < pending.count {
            let count = pending[done...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let reason = FileFormatError.reason(errno, writing: path)
                // A file that cannot be cut ends with part of a record, which every reader leaves out.
                _ = ftruncate(descriptor, off_t(written))
                lseek(descriptor, off_t(written), SEEK_SET)
                pending.removeAll()
                throw .unwritable(path: path, reason: reason)
            }
            done += count
        }
        written += done
        pending.removeAll(keepingCapacity: true)
    }
}
