import Attachment
import Communication
import Engine
import Foundation
import Messages
import RunStore

/// An engine at work, to which viewers may attach.
final class Trainer: Sendable {
    let engine: Engine
    private let bus: MessageBus
    private let store: RunStore
    private let work: Task<Void, Never>
    private let server: AttachmentServer?
    private let alerts: AlertFollower
    private let tensorBoard: TensorBoardFollower?

    /// - Parameters:
    ///   - handsOver: whether the queue goes on when a run ends.
    ///   - alerts: rules besides those of the home.
    ///   - tensorBoard: folder in which TensorBoard is told of the runs; `nil`: it is not.
    ///   - group: processes that train with this one.
    init(
        _ host: Host, handsOver: Bool, alerts: [AlertRule] = [], tensorBoard folder: URL? = nil,
        group: sending RankGroup? = nil
    ) {
        let engine =
            if let trainer = host.trainer {
                Engine(bus: host.bus, store: host.store, trainer: trainer, handsOver: handsOver)
            } else {
                Engine(bus: host.bus, store: host.store, handsOver: handsOver, group: group)
            }
        self.engine = engine
        bus = host.bus
        store = host.store
        let follower = AlertFollower(host.bus, host.paths, rules: alerts)
        self.alerts = follower
        let tensorBoard = folder.map { TensorBoardFollower(host.bus, host.store, folder: $0) }
        self.tensorBoard = tensorBoard
        work = Task {
            await follower.begin()
            await tensorBoard?.begin()
            await engine.run()
        }
        do {
            try StoragePaths.ensure(host.paths.sockets)
            let store = host.store
            server = try AttachmentServer(
                path: AttachmentSockets(folder: host.paths.sockets).path(of: getpid()), bus: host.bus
            ) { onAvailable in
                let (subscription, run) = await engine.attach(onAvailable: onAvailable)
                guard let run else { return (subscription, nil) }
                return (subscription, await Self.past(of: run, store))
            }
        } catch {
            // A run that nobody can watch is better than none.
            server = nil
            let line = LogLine(level: .warning, text: "\(error)")
            Task { [bus] in await bus.publish(.log(line)) }
        }
    }

    /// On a thread of its own: a long past takes a while to be read, and the run needs the others.
    private static func past(of run: String, _ store: RunStore) async -> AttachedPast? {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let state = try? store.lastState(run: run)
                let detail = try? store.run(run)
                continuation.resume(
                    returning: state.flatMap { state in detail.map { AttachedPast(state: state, detail: $0) } })
            }
        }
    }

    /// Says what alerts there are of everything that has been reported so far.
    func settleAlerts() async { await alerts.settle() }

    /// Stops what goes on, with a checkpoint, and tells the viewers.
    func end() async {
        await bus.close()
        await work.value
        await alerts.end()
        await tensorBoard?.end()
        await server?.end()
        store.emptyWriteAheadLog()
    }
}
