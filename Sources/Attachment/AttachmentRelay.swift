import Configuration
import Messages
import Synchronization

/// A viewer's bus that outlives its connection: where that is lost although the other process goes on, as after a viewer
/// that was stopped for long, it attaches again and tells what was missed.
public final class AttachmentRelay: Sendable {
    /// For the screens: reports of whichever connection there is, and commands to it.
    public let bus: MessageBus
    private let path: String
    private let timeout: Double
    private let current: Mutex<AttachmentClient>
    /// Hears all that the screens are told.
    private let listener: ReportSubscription

    /// Attaches.
    ///
    /// - Parameter timeout: seconds for which connection, hello, past and each answer are waited for.
    /// - Throws: `AttachmentError`.
    public init(path: String, timeout: Double = AttachmentClient.usualTimeout) async throws(AttachmentError) {
        let bus = MessageBus()
        (self.path, self.timeout, self.bus) = (path, timeout, bus)
        listener = await bus.subscribe {}
        current = Mutex(
            try await AttachmentClient.attach(path: path, bus: bus, timeout: timeout) { [.state($0.state)] })
        Task { while let envelope = await bus.nextCommand() { self.client.carry(envelope) } }
    }

    /// The connection that there is now.
    public var client: AttachmentClient { current.withLock { $0 } }

    /// Waits until the other process ends, or has gone for good; attaches again where it has not.
    public func end() async -> AttachmentClient.End {
        var known = Known()
        if let past = client.past { known.add(past) }
        while true {
            let end = await client.end()
            for report in listener.take().reports { known.add(report) }
            guard end == .lost, let next = await attachedAgain(known) else { return end }
            current.withLock { $0 = next }
        }
    }

    /// Leaves; the run goes on.
    public func detach() async { await client.detach() }

    /// A process that has died leaves its socket for a moment; one that lives answers at once.
    private func attachedAgain(_ known: Known) async -> AttachmentClient? {
        for attempt in 0..<3 {
            if attempt > 0 { try? await Task.sleep(for: .milliseconds(300)) }
            let client = try? await AttachmentClient.attach(path: path, bus: bus, timeout: timeout) { past in
                let text = "reconnected after the connection was lost; missed reports have been read"
                return known.missed(of: past) + [.log(LogLine(level: .warning, text: text))]
            }
            if let client { return client }
        }
        return nil
    }
}

/// What the screens have been told, so that a second past tells only what is new.
private struct Known: Sendable {
    private var edits: Set<Int> = []
    private var checkpoints: Set<String> = []
    private var notes: Set<RunNote> = []
    private var lastSteps: [MetricSeries: Int] = [:]
    private var run: String?

    /// What was given when the viewer attached: it has been shown, or the screens have asked for it themselves.
    mutating func add(_ past: AttachedPast) {
        run = past.detail.summary.id
        for edit in past.detail.edits { add(.edit(edit)) }
        for record in past.detail.checkpoints { add(.checkpoint(record)) }
        for note in past.detail.notes { add(.note(note)) }
        add(.metrics(run: past.detail.summary.id, past.detail.metrics))
    }

    mutating func add(_ report: EngineReport) {
        switch report {
        case .state(let state):
            guard let next = state.run, next != run else { return }
            self = Known()
            run = next
        case .edit(let edit): edits.insert(edit.number)
        case .checkpoint(let record): checkpoints.insert(record.path)
        case .checkpointsRemoved(_, let paths): checkpoints.subtract(paths)
        case .note(let note): notes.insert(note)
        case .metrics(_, let points):
            for point in points { lastSteps[point.series] = max(lastSteps[point.series] ?? 0, point.optimizerStep) }
        default: break
        }
    }

    /// State first: a run that is new to the screens makes them ask for its past themselves.
    func missed(of past: AttachedPast) -> [EngineReport] {
        var reports: [EngineReport] = [.state(past.state)]
        guard past.state.run == run else { return reports }
        let detail = past.detail
        reports += detail.edits.filter { !edits.contains($0.number) }.map(EngineReport.edit)
        reports += detail.presentCheckpoints.filter { !checkpoints.contains($0.path) }.map(EngineReport.checkpoint)
        let gone = detail.goneCheckpoints.filter(checkpoints.contains)
        if !gone.isEmpty { reports.append(.checkpointsRemoved(run: detail.summary.id, paths: gone)) }
        reports += detail.notes.filter { !notes.contains($0) }.map(EngineReport.note)
        let points = detail.metrics.filter { $0.optimizerStep > lastSteps[$0.series] ?? -1 }
            .sorted { $0.optimizerStep < $1.optimizerStep }
        return points.isEmpty ? reports : reports + [.metrics(run: detail.summary.id, points)]
    }
}
