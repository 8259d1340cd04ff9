import Communication
import Engine
import Foundation
import RunStore
import Synchronization

/// The processes that a launcher (mpirun, srun) has started to train together.
final class Ranks {
    private let launch: Launch
    private var group: RankGroup?
    /// This one owns journal, history, socket and output.
    let isFirst: Bool
    /// For people.
    let text: String

    /// Joins the others; `nil` where there are none.
    ///
    /// - Throws: `CommunicationError` if MPI is not there, or does not belong to the launcher.
    static func join() throws(CommunicationError) -> Ranks? {
        let launch = Launch()
        guard launch.hasOthers else { return nil }
        return try Ranks(launch)
    }

    /// For commands of which several at a time would get into each other's way.
    ///
    /// - Throws: `CommandFailure` if a launcher has started several.
    static func refuseOthers(_ command: String) throws {
        let launch = Launch()
        guard launch.hasOthers else { return }
        throw CommandFailure(
            "`saccade \(command)` is one process, but the launcher started \(launch.taskCount) (\(launch.variable)="
                + "\(launch.taskCount)): several train a run together with `saccade train`, `saccade runs fork` and "
                + "`saccade runs reproduce`; start this one alone", code: 64)
    }

    private init(_ launch: Launch) throws(CommunicationError) {
        self.launch = launch
        let transport = try MPITransport(launch)
        let group = RankGroup(transport, isStopWanted: { StopSignal.hasCome })
        self.group = group
        isFirst = group.isFirst
        let hosts = Set(group.places.map(\.machine)).count
        text = "\(group.count) ranks on \(hosts) machine\(hosts == 1 ? "" : "s"), \(transport.library)"
    }

    /// Does what the first rank says, until it is over. Signals are the first rank's to act on: it stops with a checkpoint and
    /// then lets the others go.
    func follow() throws {
        guard let group = takeGroup() else { return }
        for number in TrainingLoop.haltingSignals { signal(number, SIG_IGN) }
        try RankFollower(paths: StoragePaths()).run(in: group)
        group.finish()
    }

    /// Hands the group over, once.
    func takeGroup() -> sending RankGroup? {
        // Safe: this was the only reference, and it is given up.
        nonisolated(unsafe) let taken = group
        group = nil
        return taken
    }

    /// Lets the others go, if this process still has the group: it cannot train.
    func release() {
        guard isFirst, let group = takeGroup() else { return }
        do throws(CommunicationError) {
            try RankFollower.release(group)
            group.finish()
        } catch {
            StandardError.line("saccade: \(error)")
        }
    }
}

/// Whether a signal has asked this process to stop: who waits for other ranks has to know it at once.
enum StopSignal {
    private static let flag = Atomic(false)

    static var hasCome: Bool { flag.load(ordering: .relaxed) }
    static func note() { flag.store(true, ordering: .relaxed) }
}
