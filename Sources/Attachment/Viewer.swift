import Configuration
import Foundation
import Messages
import Synchronization

/// One viewer as the server sees it.
final class Viewer: Sendable {
    private struct State {
        var answers: [MessageToViewer] = []
        /// Commands of the viewer that have no answer yet.
        var unanswered = 0
        /// What it is told of; `nil` until that is there.
        var attached: (subscription: ReportSubscription, past: AttachedPast?)?
        var hasReports = false
        var isLeaving = false
        var hasGone = false
        var isClosed = false
        /// Of reader and writer; the socket is closed by whoever is last.
        var threads = 0

        /// Everything is said that was to be said.
        var isDone: Bool { isLeaving && unanswered == 0 }
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

        /// Waits until it holds, or until that time is over, and changes the state in the same breath.
        ///
        /// - Parameter seconds: `nil` waits without end.
        @discardableResult
        func wait<Value>(
            until holds: (State) -> Bool, seconds: Double? = nil, _ body: (inout State) -> Value
        ) -> Value {
            let end = seconds.map { Date(timeIntervalSinceNow: $0) }
            condition.lock()
            defer { condition.unlock() }
            while !holds(state) {
                guard let end else {
                    condition.wait()
                    continue
                }
                if !condition.wait(until: end) { break }
            }
            return body(&state)
        }
    }

    private let socket: UnixSocket
    private let lane: CommandLane
    private let patience: AttachmentServer.Patience
    private let onGone: @Sendable (Viewer) -> Void
    private let gate = Gate()
    /// A viewer that sends more commands without waiting for answers has to wait.
    private static let commandLimit = 64
    /// Seconds between two messages of reports.
    private static let pause = 0.1

    init(
        socket: UnixSocket, bus: MessageBus, patience: AttachmentServer.Patience,
        onGone: @escaping @Sendable (Viewer) -> Void
    ) {
        (self.socket, lane, self.patience, self.onGone) = (socket, CommandLane(to: bus), patience, onGone)
    }

    func reportsCame() { gate.change { $0.hasReports = true } }
    func sayGoodbye() { gate.change { $0.isLeaving = true } }

    func hangUp() {
        gate.change { state in
            state.hasGone = true
            // Once it is closed its number may be another socket's.
            if !state.isClosed { socket.hangUp() }
        }
    }

    func start() {
        gate.change { $0.threads = 2 }
        begin("saccade-viewer-out") { self.write() }
        begin("saccade-viewer-in") { self.read() }
    }

    func attached(_ subscription: ReportSubscription, _ past: AttachedPast?) {
        gate.change { $0.attached = (subscription, past) }
    }

    private func begin(_ name: String, _ body: @escaping @Sendable () -> Void) {
        let thread = Thread { [self] in
            body()
            hangUp()
            let left = gate.wait(until: { _ in true }) { state in
                state.threads -= 1
                state.isClosed = state.threads == 0
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
        // A viewer that talks nonsense is disconnected like one that has gone.
        while case .message(.command(let number, let command))? = try? Frame.read(
            MessageToTrainer.self, from: socket)
        {
            gate.wait(until: { $0.unanswered < Self.commandLimit || $0.hasGone }) { $0.unanswered += 1 }
            lane.send(command) { [self] answer in
                gate.change {
                    $0.unanswered -= 1
                    $0.answers.append(.answer(number: number, answer))
                }
            }
        }
    }

    private func write() {
        var outlet = ViewerOutlet(socket: socket, patience: patience)
        guard outlet.write(MessageToViewer.hello(version: Frame.version, process: getpid())) else { return }
        // Between two steps of the engine, or as long as its history takes to be read.
        let attached = gate.wait(until: { $0.attached != nil || $0.hasGone || $0.isLeaving }, { $0.attached })
        guard let (subscription, past) = attached, outlet.write(MessageToViewer.past(past)) else { return }
        var overlap = past.map { Overlap($0.detail) }
        while true {
            let (answers, isDone, hasGone) = gate.wait(
                until: { $0.hasReports || !$0.answers.isEmpty || $0.isDone || $0.hasGone },
                // While something is unread it has to be seen whether anybody reads.
                seconds: outlet.hasUnread ? outlet.interval : nil,
                { state in
                    defer { (state.answers, state.hasReports) = ([], false) }
                    return (state.answers, state.isDone, state.hasGone)
                })
            if hasGone || outlet.isGivenUp() { return }
            var reports = subscription.take().reports
            if overlap != nil { reports = overlap?.removeKnown(from: reports) ?? reports }
            // What was done stands before the answer that it was done.
            if !reports.isEmpty, !outlet.write(MessageToViewer.reports(ReportList(reports))) { return }
            for answer in answers { guard outlet.write(answer) else { return } }
            // Reports may come at every optimizer step; ten messages a second carry them as well, for less.
            if !reports.isEmpty, !isDone {
                gate.wait(until: { !$0.answers.isEmpty || $0.isLeaving || $0.hasGone }, seconds: Self.pause) { _ in }
            }
            if isDone {
                _ = outlet.write(MessageToViewer.goodbye)
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
            // A run that has begun since has its own steps.
            case .metrics(let run, let points) where run == detail.summary.id:
                .metrics(run: run, points.filter { $0.optimizerStep > lastSteps[$0.series] ?? -1 })
            default: report
            }
        }
    }
}
