import Foundation
import Messages
import Synchronization

/// Lets viewers attach to the engine of this process: one thread waits for them, two serve each.
///
/// A viewer has a subscription of its own, so that one that is slow, stopped or dead never slows the run: its metrics are
/// thinned while it does not read, and after a minute without taking a byte it is let go.
public final class AttachmentServer: Sendable {
    /// What a new viewer is given.
    public typealias Attach =
        @Sendable (_ onAvailable: @escaping @Sendable () -> Void) async -> (
            subscription: ReportSubscription, past: AttachedPast?
        )

    private let listener: UnixSocket
    private let path: String
    private let bus: MessageBus
    private let attach: Attach
    private let writeLimit: Int
    private let viewers = Mutex<[ObjectIdentifier: Viewer]>([:])
    private let isEnding = Atomic(false)

    /// Listens from now on.
    ///
    /// - Parameters:
    ///   - path: of the socket, in a folder that is its owner's alone. A stale one is replaced.
    ///   - attach: subscribes, and says what happened before.
    ///   - writeLimit: seconds after which a viewer that takes nothing is let go.
    public init(
        path: String, bus: MessageBus, writeLimit: Int = 60, attach: @escaping Attach
    ) throws(AttachmentError) {
        (self.path, self.bus, self.attach, self.writeLimit) = (path, bus, attach, writeLimit)
        listener = try UnixSocket.listen(at: path)
        let thread = Thread { [listener] in
            while let socket = listener.accept() { self.welcome(socket) }
        }
        thread.name = "saccade-attachments"
        thread.start()
    }

    public var viewerCount: Int { viewers.withLock(\.count) }

    private func welcome(_ socket: UnixSocket) {
        guard !isEnding.load(ordering: .acquiring) else { return socket.end() }
        socket.limitWrites(seconds: writeLimit)
        let viewer = Viewer(socket: socket, bus: bus) { [weak self] in self?.forget($0) }
        viewers.withLock { $0[ObjectIdentifier(viewer)] = viewer }
        Task { [attach] in
            let (subscription, past) = await attach { [weak viewer] in viewer?.reportsCame() }
            viewer.start(subscription: subscription, past: past)
        }
    }

    private func forget(_ viewer: Viewer) { viewers.withLock { $0[ObjectIdentifier(viewer)] = nil } }

    /// Says what is left to say, hangs up, and removes the socket. Waits for viewers no longer than `seconds`.
    public func end(seconds: Double = 2) async {
        guard !isEnding.exchange(true, ordering: .acquiringAndReleasing) else { return }
        unlink(path)
        listener.hangUp()
        for viewer in viewers.withLock({ Array($0.values) }) { viewer.sayGoodbye() }
        let deadline = ContinuousClock.now + .seconds(seconds)
        while viewerCount > 0, ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(5)) }
        for viewer in viewers.withLock({ Array($0.values) }) { viewer.hangUp() }
        listener.end()
    }
}

/// One viewer as the server sees it.
private final class Viewer: Sendable {
    private struct State {
        var answers: [MessageToViewer] = []
        var hasReports = false
        var isLeaving = false
        var hasGone = false
        /// Of reader and writer; the socket is closed by whoever is last.
        var threads = 0
    }

    private final class Gate: @unchecked Sendable {
        // Safe to share: every access to `state` is under the condition's lock.
        private let condition = NSCondition()
        private var state = State()

        func change(_ body: (inout State) -> Void) {
            condition.lock()
            body(&state)
            condition.broadcast()
            condition.unlock()
        }

        /// Waits until it holds, and changes the state in the same breath.
        func wait<Value>(until holds: (State) -> Bool, _ body: (inout State) -> Value) -> Value {
            condition.lock()
            defer { condition.unlock() }
            while !holds(state) { condition.wait() }
            let value = body(&state)
            condition.broadcast()
            return value
        }

        /// Waits until it holds, or until that time is over.
        func wait(until holds: (State) -> Bool, seconds: Double) {
            let end = Date(timeIntervalSinceNow: seconds)
            condition.lock()
            while !holds(state), condition.wait(until: end) {}
            condition.unlock()
        }
    }

    private let socket: UnixSocket
    private let bus: MessageBus
    private let onGone: @Sendable (Viewer) -> Void
    private let gate = Gate()
    /// A viewer that sends more commands without waiting for answers has to wait.
    private static let commandLimit = 64
    /// Seconds between two messages of reports.
    private static let pause = 0.1
    private let waitingCommands = Mutex(0)

    init(socket: UnixSocket, bus: MessageBus, onGone: @escaping @Sendable (Viewer) -> Void) {
        (self.socket, self.bus, self.onGone) = (socket, bus, onGone)
    }

    func reportsCame() { gate.change { $0.hasReports = true } }
    func sayGoodbye() { gate.change { $0.isLeaving = true } }

    func hangUp() {
        gate.change { $0.hasGone = true }
        socket.hangUp()
    }

    func start(subscription: ReportSubscription, past: AttachedPast?) {
        gate.change { $0.threads = 2 }
        begin("saccade-viewer-out") { self.write(subscription, past) }
        begin("saccade-viewer-in") { self.read() }
    }

    private func begin(_ name: String, _ body: @escaping @Sendable () -> Void) {
        let thread = Thread { [self] in
            body()
            hangUp()
            let left = gate.wait(until: { _ in true }) { state in
                state.threads -= 1
                return state.threads
            }
            guard left == 0 else { return }
            socket.end()
            onGone(self)
        }
        thread.name = name
        thread.start()
    }

    private func read() {
        // A viewer that talks nonsense is let go like one that has gone.
        while let message = try? Frame.read(MessageToTrainer.self, from: socket) {
            guard case .command(let number, let command) = message else { return }
            while waitingCommands.withLock({ $0 }) >= Self.commandLimit { usleep(10_000) }
            waitingCommands.withLock { $0 += 1 }
            Task {
                let answer = await bus.send(command)
                waitingCommands.withLock { $0 -= 1 }
                gate.change { $0.answers.append(.answer(number: number, answer)) }
            }
        }
    }

    private func write(_ subscription: ReportSubscription, _ past: AttachedPast?) {
        guard Frame.write(MessageToViewer.hello(version: Frame.version, process: getpid()), to: socket),
            Frame.write(MessageToViewer.past(past), to: socket)
        else { return }
        var overlap = past.map { Overlap($0.detail) }
        while true {
            let (answers, isLeaving, hasGone) = gate.wait(
                until: { $0.hasReports || !$0.answers.isEmpty || $0.isLeaving || $0.hasGone },
                { state in
                    defer { (state.answers, state.hasReports) = ([], false) }
                    return (state.answers, state.isLeaving, state.hasGone)
                })
            if hasGone { return }
            var reports = subscription.take().reports
            if overlap != nil { reports = overlap?.removeKnown(from: reports) ?? reports }
            // What was done stands before the answer that it was done.
            if !reports.isEmpty, !Frame.write(MessageToViewer.reports(reports), to: socket) { return }
            for answer in answers { guard Frame.write(answer, to: socket) else { return } }
            // Reports may come at every optimizer step; ten messages a second carry them as well, for less.
            if !reports.isEmpty, !isLeaving {
                gate.wait(until: { !$0.answers.isEmpty || $0.isLeaving || $0.hasGone }, seconds: Self.pause)
            }
            if isLeaving {
                _ = Frame.write(MessageToViewer.goodbye, to: socket)
                return
            }
        }
    }
}

/// What came between the subscription and the reading of the past stands in both: it is told once.
private struct Overlap {
    private let detail: RunDetail
    private var lastSteps: [MetricSeries: Int] = [:]

    init(_ detail: RunDetail) {
        self.detail = detail
        for point in detail.metrics { lastSteps[point.series] = max(lastSteps[point.series] ?? 0, point.optimizerStep) }
    }

    mutating func removeKnown(from reports: [EngineReport]) -> [EngineReport] {
        reports.compactMap { report in
            switch report {
            case .edit(let edit) where detail.edits.contains(edit): nil
            case .checkpoint(let record) where detail.checkpoints.contains(record): nil
            case .checkpointsRemoved(let run, let paths)
            where run == detail.summary.id && paths.allSatisfy(detail.goneCheckpoints.contains): nil
            case .note(let note) where detail.notes.contains(note): nil
            case .metrics(let points):
                .metrics(points.filter { $0.optimizerStep > lastSteps[$0.series] ?? -1 })
            default: report
            }
        }
    }
}

extension ReportSubscription.Batch {
    /// As reports again, the lossless ones first.
    var reports: [EngineReport] {
        var reports = lossless
        let points = metrics.values.flatMap { $0 }
        if !points.isEmpty { reports.append(.metrics(points)) }
        if let progress { reports.append(.progress(progress)) }
        if let spikes { reports.append(.spikes(spikes)) }
        if let alignment { reports.append(.alignment(alignment)) }
        if let queue { reports.append(.queue(queue)) }
        if droppedLogLines > 0 {
            reports.append(.log(LogLine(level: .warning, text: "\(droppedLogLines) lines of the log were dropped")))
        }
        return reports + log.map(EngineReport.log)
    }
}
