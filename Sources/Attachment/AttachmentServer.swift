import Foundation
import Messages
import Synchronization

/// Lets viewers attach to the engine of this process: one thread waits for them, two serve each.
///
/// A viewer has a subscription of its own, so that one that is slow, stopped or dead never slows the run: its metrics are
/// thinned while it does not read, and after a minute without taking a byte it is disconnected. There are no more viewers than
/// `viewerLimit`: the descriptors that are left are the run's.
public final class AttachmentServer: Sendable {
    /// What a new viewer is given.
    public typealias Attach =
        @Sendable (_ onAvailable: @escaping @Sendable () -> Void) async -> (
            subscription: ReportSubscription, past: AttachedPast?
        )

    /// How long a viewer that takes nothing is borne, in seconds.
    public struct Patience: Sendable {
        /// With one that has not even taken the greeting.
        public var greeting = 10.0
        public var later = 60.0

        public init(greeting: Double = 10, later: Double = 60) { (self.greeting, self.later) = (greeting, later) }
    }

    /// Viewers at once.
    public let viewerLimit: Int
    private let listener: UnixSocket
    private let path: String
    private let bus: MessageBus
    private let attach: Attach
    private let patience: Patience
    private let viewers = Mutex<[ObjectIdentifier: Viewer]>([:])
    private let isEnding = Atomic(false)
    /// Whether the listening socket is open.
    private let isListening = Mutex(true)

    /// Listens from now on.
    ///
    /// - Parameters:
    ///   - path: of the socket, in a folder that is its owner's alone. A stale one is replaced.
    ///   - viewerLimit: more are turned away with a message.
    ///   - attach: subscribes, and says what happened before.
    public init(
        path: String, bus: MessageBus, viewerLimit: Int = DescriptorRoom.viewers(), patience: Patience = Patience(),
        attach: @escaping Attach
    ) throws(AttachmentError) {
        (self.path, self.bus, self.attach) = (path, bus, attach)
        (self.viewerLimit, self.patience) = (viewerLimit, patience)
        listener = try UnixSocket.listen(at: path)
        let thread = Thread { [listener] in
            let spare = DescriptorRoom.Spare()
            while true {
                switch listener.accept() {
                case .came(let socket): self.welcome(socket)
                case .noRoom: spare.lend { if case .came(let socket) = listener.accept() { self.turnAway(socket) } }
                case .ended:
                    // Closed by the thread that uses it: its number may be another socket's from then on.
                    return self.isListening.withLock { isListening in
                        isListening = false
                        listener.end()
                    }
                }
            }
        }
        thread.name = "saccade-attachments"
        thread.start()
    }

    public var viewerCount: Int { viewers.withLock(\.count) }

    private func welcome(_ socket: UnixSocket) {
        guard !isEnding.load(ordering: .acquiring) else { return socket.end() }
        guard viewerCount < viewerLimit else { return turnAway(socket) }
        let viewer = Viewer(socket: socket, bus: bus, patience: patience) { [weak self] in self?.forget($0) }
        viewers.withLock { $0[ObjectIdentifier(viewer)] = viewer }
        viewer.start()
        Task { [attach] in
            let (subscription, past) = await attach { [weak viewer] in viewer?.reportsCame() }
            viewer.attached(subscription, past)
        }
    }

    /// Never waits: what is said fits into any new socket.
    private func turnAway(_ socket: UnixSocket) {
        let reason =
            "\(viewerCount) viewers are attached to process \(getpid()), the maximum: detach one first"
        if let data = Frame.data(of: MessageToViewer.refused(reason: reason)) { _ = socket.send(data, from: 0) }
        socket.end()
    }

    private func forget(_ viewer: Viewer) { viewers.withLock { $0[ObjectIdentifier(viewer)] = nil } }

    /// Says what is left to say, hangs up, and removes the socket. Waits for viewers no longer than `seconds`.
    public func end(seconds: Double = 2) async {
        guard !isEnding.exchange(true, ordering: .acquiringAndReleasing) else { return }
        unlink(path)
        isListening.withLock { if $0 { listener.hangUp() } }
        for viewer in viewers.withLock({ Array($0.values) }) { viewer.sayGoodbye() }
        let deadline = ContinuousClock.now + .seconds(seconds)
        while viewerCount > 0, ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(5)) }
        for viewer in viewers.withLock({ Array($0.values) }) { viewer.hangUp() }
    }
}
