import Configuration
import Foundation
import Messages
import Synchronization

/// A program of somebody else that trains in the place of this program's engine. It is started to say what it can do, and
/// again for every run but the first.
public final class ExternalTrainer: Sendable {
    /// Seconds that a program has to describe itself: large libraries are read first.
    private static let secondsToDescribe = 120

    public let command: String
    public let description: EngineDescription
    /// Of a folder for what belongs to trainers of this name: without the version, and what no file should be called.
    public static func folderName(of description: EngineDescription) -> String {
        let words = description.engine.split(separator: " ")
        let named = words.count > 1 && words.last?.first?.isNumber == true ? words.dropLast() : words[...]
        let name = named.joined(separator: "-").lowercased().map { $0.isLetter || $0.isNumber ? $0 : "-" }
        return "trainer-" + String(name.prefix(60))
    }

    /// As the trainer gave it, for comparison and for those who read a run later.
    let describedAs: Foundation.Data
    /// The one that has described itself and has no run yet.
    private let waiting: Mutex<Handed>

    /// A process has one owner at a time.
    private struct Handed: @unchecked Sendable {
        // Proof: the mutex around it hands the process to one owner, which empties it.
        var process: ExternalProcess?
    }

    /// Starts it and hears what it can do; takes as long as the program needs for that.
    ///
    /// - Parameter onLog: takes what it writes meanwhile.
    /// - Throws: `ExternalError`.
    public init(_ command: String, onLog: @escaping (LogLine) -> Void = { _ in }) throws(ExternalError) {
        let process = try ExternalProcess(command)
        process.onLog = onLog
        let (description, line) = try Self.describe(process)
        process.onLog = { _ in }
        (self.command, describedAs) = (command, line)
        self.description = description
        waiting = Mutex(Handed(process: process))
    }

    deinit { waiting.withLock { $0.process }?.end(patience: 500) }

    private static func describe(_ process: ExternalProcess) throws(ExternalError) -> (
        EngineDescription, Foundation.Data
    ) {
        var request = ExternalRequest(.describe)
        request.protocol = ExternalRequest.protocolVersion
        let line = try process.ask(request, .init(seconds: secondsToDescribe))
        let answer: ExternalDescription = try ExternalAnswer.decode(line, to: .describe)
        guard answer.protocol == ExternalRequest.protocolVersion else {
            throw .otherVersion(found: answer.protocol, known: ExternalRequest.protocolVersion)
        }
        return (try answer.engineDescription(), line)
    }

    /// Where a run keeps what its trainer said of itself.
    static func file(in folder: URL) -> URL {
        folder.appendingPathComponent("trainer", isDirectory: true).appendingPathComponent("description.json")
    }

    /// What the trainer of a run could do, as it was kept with the run.
    ///
    /// - Parameter folder: of the run.
    /// - Returns: `nil` for a run of this program's own engine.
    public static func description(keptIn folder: URL) -> EngineDescription? {
        guard let line = try? Foundation.Data(contentsOf: file(in: folder)) else { return nil }
        return try? ExternalAnswer.decode(line, as: ExternalDescription.self, to: .describe).engineDescription()
    }

    /// A process that has said what it can do and has no run.
    func freshProcess(onLog: @escaping (LogLine) -> Void) throws(ExternalError) -> ExternalProcess {
        if let process = waiting.withLock({ handed in
            let process = handed.process
            handed.process = nil
            return process
        }) {
            process.onLog = onLog
            return process
        }
        let process = try ExternalProcess(command)
        process.onLog = onLog
        guard try Self.describe(process).0 == description else {
            process.end(patience: 0)
            throw .changed(command: command)
        }
        return process
    }
}

extension RunConfiguration {
    /// The command of the external trainer of a run; empty for this program's own engine.
    public var externalCommand: String { stored(KnownKnob.externalTrainer)?.description ?? "" }
}
