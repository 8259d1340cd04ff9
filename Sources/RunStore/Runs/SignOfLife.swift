import Foundation
import Messages

/// A file in a run's folder that is touched as long as a process works on the run, training, paused or preparing: for who
/// reads the history on another machine, where the process cannot be asked for.
struct SignOfLife {
    static let fileName = "alive"
    /// Seconds from one touch to the next.
    static let interval = 10
    /// Older than this it is no sign any more.
    static let patience = 60.0

    var host: String
    private var boot: String
    private var machine: String
    /// Seconds since it was given.
    var age: Double

    /// - Returns: `nil` if the folder holds none.
    init?(in folder: URL, now: Date = Date()) {
        let path = folder.appendingPathComponent(Self.fileName).path
        let file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var status = stat()
        var bytes = [UInt8](repeating: 0, count: 512)
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, case let count = read(file, &bytes, 512),
            count > 0
        else { return nil }
        let lines = String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n").map(String.init)
        guard lines.count >= 2 else { return nil }
        (boot, host, machine) = (lines[0], lines[1], lines.count > 2 ? lines[2] : "")
        age = now.timeIntervalSince1970 - Double(status.st_mtim.tv_sec)
    }

    /// On this machine the process itself says more.
    var isOfAnotherMachine: Bool {
        guard boot != ProcessIdentity.current.boot else { return false }
        // Many machines are called alike; the number that each has is its own.
        return machine.isEmpty || Self.machine.isEmpty ? host != RunOrigin.currentHost : machine != Self.machine
    }

    static let machine =
        (try? String(contentsOfFile: "/etc/machine-id", encoding: .utf8))?
        .trimmingCharacters(in: .whitespacesAndNewlines) ?? ""

    /// What a process of this machine writes.
    static var own: String { "\(ProcessIdentity.current.boot)\n\(RunOrigin.currentHost)\n\(machine)\n" }
    var isFresh: Bool { age < Self.patience }
}

/// Gives a run's sign of life until it is let go of.
public final class Heartbeat {
    private let timer: any DispatchSourceTimer

    /// What cannot be written is left: the history says the same to everybody on this machine.
    fileprivate init(_ folder: URL) {
        let path = folder.appendingPathComponent(SignOfLife.fileName).path
        let text = SignOfLife.own
        let source = DispatchSource.makeTimerSource(queue: .global(qos: .utility))
        source.setEventHandler { Self.write(text, to: path) }
        // Not before a write that is under way: it would come back.
        source.setCancelHandler { unlink(path) }
        source.schedule(
            deadline: .now(), repeating: .seconds(SignOfLife.interval), leeway: .seconds(1))
        source.resume()
        timer = source
    }

    private static func write(_ text: String, to path: String) {
        let file = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o600)
        guard file >= 0 else { return }
        // Not emptied before: who reads it meanwhile finds the old text or the new one.
        _ = text.withCString { Foundation.write(file, $0, strlen($0)) }
        ftruncate(file, off_t(text.utf8.count))
        close(file)
    }

    deinit { timer.cancel() }
}

extension RunStore {
    /// To be kept as long as this process works on the run.
    public func heartbeat(run: String) -> Heartbeat { Heartbeat(folder(of: run)) }
}
