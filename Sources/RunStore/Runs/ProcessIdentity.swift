import Foundation

/// Names one process beyond doubt, also after its number has been given to another: who runs a run.
///
/// A number alone would not do: after a reboot, or after enough processes, it belongs to somebody else.
public struct ProcessIdentity: Sendable, Hashable {
    public var processIdentifier: Int32
    /// Clock ticks from boot to the start of the process; 0 where the system does not tell.
    public var startTicks: Int64
    /// Random identifier of this boot; empty where the system does not tell.
    public var boot: String

    public init(processIdentifier: Int32, startTicks: Int64, boot: String) {
        (self.processIdentifier, self.startTicks, self.boot) = (processIdentifier, startTicks, boot)
    }

    public static let current = ProcessIdentity(of: getpid())

    /// Reads who has this number now.
    public init(of processIdentifier: Int32) {
        self.init(
            processIdentifier: processIdentifier, startTicks: Self.status(of: processIdentifier)?.startTicks ?? 0,
            boot: Self.currentBoot)
    }

    /// Whether the process still runs. One that was killed and only waits for its parent to notice does not.
    public var isAlive: Bool {
        guard boot == Self.currentBoot else { return false }
        if let status = Self.status(of: processIdentifier) {
            return status.startTicks == startTicks && !"ZX".contains(status.state)
        }
        // Without /proc only the number is known.
        return startTicks == 0 && (kill(processIdentifier, 0) == 0 || errno == EPERM)
    }

    /// Whether it was stopped by a signal, and waits until another lets it go on.
    public var isSuspended: Bool {
        guard isAlive, let status = Self.status(of: processIdentifier) else { return false }
        return "Tt".contains(status.state)
    }

    private static let currentBoot: String =
        (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8))?
        .trimmingCharacters(in: .whitespacesAndNewlines) ?? ""

    /// State letter and start time out of `/proc/<pid>/stat`: fields 3 and 22. The name in field 2 may hold anything,
    /// parentheses too, so counting begins after the last one.
    private static func status(of processIdentifier: Int32) -> (state: Character, startTicks: Int64)? {
        guard let text = try? String(contentsOfFile: "/proc/\(processIdentifier)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 19, let state = fields[0].first, let ticks = Int64(fields[19]) else { return nil }
        return (state, ticks)
    }
}
