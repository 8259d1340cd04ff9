import Files
import Foundation
import Logging
import Messages
import RunStore

/// Writes what the engine says into a file, for as long as the screen has the terminal.
struct FileLog {
    private let subscription: ReportSubscription?
    private let logger: Logger?
    private let signal: AsyncStream<Void>.Continuation?

    /// Follows the bus into `logs/saccade.log`; if that cannot be written the bus is told why.
    static func follow(_ bus: MessageBus, in paths: StoragePaths) async -> FileLog {
        let handler: FileLogHandler
        do throws(StorageError) {
            try StoragePaths.ensure(paths.logs)
            handler = try FileLogHandler(paths.logs.appendingPathComponent("saccade.log"))
        } catch {
            await bus.publish(.log(LogLine(level: .warning, text: "the log cannot be written to a file: \(error)")))
            return FileLog(subscription: nil, logger: nil, signal: nil)
        }
        let logger = Logger(label: "saccade", factory: { _ in handler })
        let (stream, signal) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let subscription = await bus.subscribe { signal.yield() }
        Task { for await _ in stream { write(subscription.take(), to: logger) } }
        return FileLog(subscription: subscription, logger: logger, signal: signal)
    }

    /// Writes what is left.
    func finish() {
        signal?.finish()
        if let subscription, let logger { Self.write(subscription.take(), to: logger) }
    }

    private static func write(_ batch: ReportSubscription.Batch, to logger: Logger) {
        for report in batch.lossless {
            switch report {
            case .state(let state):
                if let run = state.run { logger.info("\(run): \(state.phase.rawValue) at step \(state.optimizerStep)") }
            case .edit(let edit):
                let changes = edit.differences.map { "\($0.key) \($0.old) → \($0.new)" }.joined(separator: ", ")
                logger.info("\(edit.run): edit \(edit.letter) at step \(edit.optimizerStep): \(changes)")
            case .failure(let failure): logger.error("\(failure.text)")
            case .alert(let alert): logger.warning("\(alert.run): alert at step \(alert.optimizerStep): \(alert.text)")
            default: break
            }
        }
        for line in batch.log {
            let level: Logger.Level =
                switch line.level {
                case .debug: .debug
                case .info: .info
                case .warning: .warning
                case .error: .error
                }
            logger.log(level: level, "\(line.text)")
        }
    }
}

/// Appends lines with time and level.
private struct FileLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .info
    private let handle: FileHandle

    init(_ file: URL) throws(StorageError) {
        // Opening a named pipe for writing would wait for a reader; a link could lead into any file.
        if let kind = RegularFile.otherKind(of: file.path) { throw .notAFile(path: file.path, kind: kind) }
        let descriptor = open(
            file.path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw errno == ELOOP
                ? .link(path: file.path) : .unwritable(path: file.path, reason: String(cString: strerror(errno)))
        }
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        // Somebody will look at it in a terminal.
        let line = "\(Date().ISO8601Format()) \(event.level) \(event.message)\n".visible
        try? handle.write(contentsOf: Foundation.Data(line.utf8))
    }
}
