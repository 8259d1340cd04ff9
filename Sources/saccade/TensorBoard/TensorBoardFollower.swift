import Configuration
import FileFormats
import Foundation
import Messages
import RunStore

/// Tells TensorBoard of the runs that are trained here, while they go on.
actor TensorBoardFollower {
    private let bus: MessageBus
    private let store: RunStore
    /// Each run has a folder of its own in it.
    private let folder: URL
    private var runs: [String: TensorBoardRun] = [:]
    /// Runs of which nothing can be written.
    private var failed: Set<String> = []
    private var epochs: [String: Int] = [:]
    private var subscription: ReportSubscription?
    private let signal: AsyncStream<Void>.Continuation
    private let stream: AsyncStream<Void>
    private var work: Task<Void, Never>?

    init(_ bus: MessageBus, _ store: RunStore, folder: URL) {
        (self.bus, self.store, self.folder) = (bus, store, folder)
        (stream, signal) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Listens from now on; nothing is begun before.
    func begin() async {
        subscription = await bus.subscribe { [signal] in signal.yield() }
        work = Task { for await _ in stream { await look() } }
    }

    /// What has ended the last run is written, too.
    func end() async {
        signal.finish()
        await work?.value
        await look()
        for file in runs.values {
            file.release()
            try? file.flush()
        }
        runs.removeAll()
    }

    private func look() async {
        // What another listener has heard already is on its way to this one: the bus has told all once it answers.
        _ = await bus.knownDescription
        guard let batch = subscription?.take() else { return }
        for problem in take(batch, at: Date().timeIntervalSince1970) {
            await bus.publish(.log(LogLine(level: .warning, text: problem)))
        }
    }

    /// - Returns: what could not be written, for people.
    private func take(_ batch: ReportSubscription.Batch, at time: Double) -> [String] {
        var problems: [String] = []
        func attempt(_ run: String, _ body: () throws -> Void) {
            do {
                try body()
            } catch {
                failed.insert(run)
                runs[run] = nil
                problems.append("\(error); the run continues, but TensorBoard hears no more of it")
            }
        }
        for case .state(let state) in batch.lossless where state.isActive && state.phase != .preparing {
            guard let run = state.run, runs[run] == nil, !failed.contains(run) else { continue }
            attempt(run) { runs[run] = try open(run, state, at: time) }
        }
        for case .state(let state) in batch.lossless where state.totalSteps > 0 {
            state.run.flatMap { runs[$0] }?.finalStep = state.totalSteps
        }
        if let run = batch.metricsRun, let file = runs[run] {
            file.add(batch.metrics.values.flatMap { $0 }) { _ in time }
            if let spikes = batch.spikes { file.see(spikes) }
        }
        var ended: Set<String> = []
        for report in batch.lossless {
            switch report {
            case .edit(let edit): runs[edit.run]?.add(edit, at: time)
            case .note(let note): runs[note.run]?.add(note, at: time)
            case .finished(let result): runs[result.run]?.add(result, at: time)
            case .failure(let failure): failure.run.flatMap { runs[$0] }?.add(failure, at: time)
            case .state(let state):
                guard let run = state.run, let file = runs[run], state.phase != .preparing else { continue }
                if !state.isActive || state.epoch > epochs[run] ?? state.epoch { file.endEpoch(at: time) }
                epochs[run] = state.epoch
                if state.isActive { ended.remove(run) } else { ended.insert(run) }
            default: break
            }
        }
        for run in ended {
            runs[run]?.release()
            if let spikes = try? store.lastSpikes(of: run) { runs[run]?.end(spikes, at: time) }
        }
        for (run, file) in runs { attempt(run) { try file.flush() } }
        for run in ended { runs[run] = nil }
        return problems
    }

    /// - Parameter state: the first of the run in which it trains: its steps are those that are kept.
    private func open(_ run: String, _ state: RunState, at time: Double) throws -> TensorBoardRun {
        let place = folder.appendingPathComponent(run, isDirectory: true).path
        let detail = try store.run(run)
        let goesOn = !TensorBoardFolder.files(in: place).isEmpty
        let file = try TensorBoardRun(
            folder: place, time: time, firstStep: goesOn ? state.optimizerStep + 1 : nil, described: store.description)
        if !goesOn { file.begin(detail.summary, detail.configuration) }
        // Of an earlier file that is damaged, TensorBoard makes what it can.
        if goesOn, let earlier = try? TensorBoardFolder.read(place) { file.know(earlier.events, of: detail) }
        // What the history knows and the earlier files do not, or no more.
        file.add(try store.metrics(run: run).filter { $0.optimizerStep <= state.optimizerStep }) { _ in time }
        for edit in detail.edits { file.add(edit, at: time) }
        for note in detail.notes { file.add(note, at: time) }
        return file
    }
}
