import Configuration
import DequeModule
import Synchronization

/// Carries commands to the engine and reports to everybody who listens.
///
/// Commands: at most `capacity` wait; who sends more waits for room. First in, first out, none lost, each answered. A
/// sender that does not wait for its answers keeps its order through a `CommandLane`.
/// Reports: a subscription of its own for every listener, so that a slow or dead one never slows the engine.
public actor MessageBus {
    /// A command on its way, with the means to answer it. Exactly one answer is to be given.
    public struct Envelope: Sendable {
        public let command: TuningCommand
        let pending: PendingAnswer

        public func answer(_ answer: CommandAnswer) { pending.give(answer) }
    }

    private let capacity: Int
    private(set) var waiting: Deque<Envelope> = [] { didSet { noteStops() } }
    private var senders: Deque<CheckedContinuation<Void, Never>> = []
    private var receiver: CheckedContinuation<Envelope?, Never>?
    private var subscriptions: [ObjectIdentifier: WeakSubscription] = [:]
    private var lastState = RunState.idle
    private var description: EngineDescription?
    /// What the engine has said of itself; `nil` before it has.
    public var knownDescription: EngineDescription? { description }
    private var lastQueue: [QueueEntry] = []
    private var isClosed = false { didSet { noteStops() } }
    private let hasStop = Atomic(false)

    private struct WeakSubscription { weak var value: ReportSubscription? }

    /// - Parameter description: what every listener is told first; `nil`: it comes from elsewhere and is published.
    public init(capacity: Int = 64, description: EngineDescription? = nil) {
        (self.capacity, self.description) = (capacity, description)
    }

    // MARK: Commands

    /// Sends a command and waits for the engine's answer.
    public func send(_ command: TuningCommand) async -> CommandAnswer { await place(command).value }

    /// Sends a command that is about the run that goes on now, if it is still this one.
    public func send(_ command: TuningCommand, whileAt run: String) async -> CommandAnswer {
        guard lastState.run == run, lastState.isActive else { return .refused("the run \(run) is no longer active") }
        return await place(command).value
    }

    /// Sends a command, waiting for room but not for the answer: who sends one after the other is heard in that order.
    public func place(_ command: TuningCommand) async -> PendingAnswer {
        let pending = PendingAnswer()
        while waiting.count >= capacity, !isClosed {
            await withCheckedContinuation { senders.append($0) }
        }
        let envelope = Envelope(command: command, pending: pending)
        if isClosed {
            envelope.answer(.refused("the engine has ended"))
        } else if let receiver {
            self.receiver = nil
            receiver.resume(returning: envelope)
        } else {
            waiting.append(envelope)
        }
        return pending
    }

    /// All commands that wait now, in order; `nil` once the bus is closed. For the engine, between two optimizer steps.
    public func drainCommands() -> [Envelope]? {
        guard !isClosed else { return nil }
        defer {
            waiting.removeAll(keepingCapacity: true)
            wakeSenders()
        }
        return Array(waiting)
    }

    /// The next command, however long it takes; `nil` once the bus is closed. For the engine while it is idle or paused.
    public func nextCommand() async -> Envelope? {
        if let first = waiting.popFirst() {
            wakeSenders()
            return first
        }
        guard !isClosed else { return nil }
        return await withCheckedContinuation { receiver = $0 }
    }

    /// Refuses what waits and whatever is still sent.
    public func close() {
        isClosed = true
        for envelope in waiting { envelope.answer(.refused("the engine has ended")) }
        waiting.removeAll()
        wakeSenders()
        receiver?.resume(returning: nil)
        receiver = nil
    }

    /// Whether a command waits that ends what goes on, or the bus is closed: what takes long and hears no commands
    /// meanwhile may ask from any thread, as often as it likes.
    public nonisolated var wantsStop: Bool { hasStop.load(ordering: .relaxed) }

    private func noteStops() {
        hasStop.store(isClosed || waiting.contains(where: \.command.endsRun), ordering: .relaxed)
    }

    private func wakeSenders() {
        while let sender = senders.popFirst() { sender.resume() }
    }

    // MARK: Reports

    /// Begins to listen. The engine's description, the latest state and the queue are delivered at once, the rest from now on.
    ///
    /// - Parameter onAvailable: called, on any thread, when a subscription that was empty no longer is. It must return
    ///   quickly: write to a pipe, resume a continuation.
    public func subscribe(onAvailable: @escaping @Sendable () -> Void) -> ReportSubscription {
        let subscription = ReportSubscription(onAvailable: onAvailable)
        subscriptions[ObjectIdentifier(subscription)] = WeakSubscription(value: subscription)
        subscription.put(
            (description.map { [.description($0)] } ?? []) + [.state(lastState)]
                + (lastQueue.isEmpty ? [] : [.queue(lastQueue)]))
        return subscription
    }

    public func publish(_ reports: [EngineReport]) {
        for report in reports {
            switch report {
            case .description(let description): self.description = description
            case .state(let state): lastState = state
            case .queue(let queue): lastQueue = queue
            default: break
            }
        }
        for (key, weak) in subscriptions {
            guard let subscription = weak.value else {
                subscriptions[key] = nil
                continue
            }
            subscription.put(reports)
        }
    }

    public func publish(_ report: EngineReport) { publish([report]) }
}
