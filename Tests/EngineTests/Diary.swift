import Configuration
import Foundation
import Messages
import Synchronization
import TestSupport

/// Keeps everything that the engine says, and waits for what a test hopes for.
final class Diary: Sendable {
    private struct Entries {
        var lossless: [EngineReport] = []
        var log: [LogLine] = []
        var metrics: [MetricPoint] = []
        var (spikes, alignments, progress) = (0, 0, 0)
        var queue: [QueueEntry]?
    }

    private let entries = Mutex(Entries())
    private let subscription: ReportSubscription

    init(_ bus: MessageBus) async {
        subscription = await bus.subscribe {}
    }

    private func catchUp() {
        let batch = subscription.take()
        entries.withLock { entries in
            entries.lossless += batch.lossless
            entries.log += batch.log
            entries.metrics += batch.metrics.values.joined()
            if let queue = batch.queue { entries.queue = queue }
            if batch.spikes != nil { entries.spikes += 1 }
            if batch.alignment != nil { entries.alignments += 1 }
            if batch.progress != nil { entries.progress += 1 }
        }
    }

    private func read<Value: Sendable>(_ body: (Entries) -> Value) -> Value {
        catchUp()
        return entries.withLock { body($0) }
    }

    var lossless: [EngineReport] { read(\.lossless) }
    var log: [String] { read { $0.log.map(\.text) } }
    var points: [MetricPoint] { read(\.metrics) }
    var queue: [QueueEntry]? { read(\.queue) }
    var sawSpikes: Bool { read { $0.spikes > 0 } }
    var sawAlignment: Bool { read { $0.alignments > 0 } }
    var sawProgress: Bool { read { $0.progress > 0 } }
    var states: [RunState] { lossless.compactMap { if case .state(let state) = $0 { state } else { nil } } }
    var phases: [RunState.Phase] { states.map(\.phase) }
    var edits: [AppliedEdit] { lossless.compactMap { if case .edit(let edit) = $0 { edit } else { nil } } }
    var failures: [EngineFailure] {
        lossless.compactMap { if case .failure(let failure) = $0 { failure } else { nil } }
    }
    var results: [RunResult] { lossless.compactMap { if case .finished(let result) = $0 { result } else { nil } } }

    /// Waits until the latest state is like this.
    @discardableResult
    func state(_ condition: (RunState) -> Bool) async throws -> RunState {
        try await eventualValue("such a state; the last was \(states.last?.phase.rawValue ?? "none")", seconds: 120) {
            states.last.flatMap { condition($0) ? $0 : nil }
        }
    }
}
