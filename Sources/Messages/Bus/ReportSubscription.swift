import Configuration
import OrderedCollections
import Synchronization

/// What one listener has not taken yet.
///
/// - Lossless reports (the engine's description, state, edits, checkpoints and their end, notes, results, failures) are all kept, in order; of
///   more than `stateLimit`, states of a run that goes on give way to those that followed them.
/// - Metrics are kept by series; a series above `metricLimit` points is thinned to half of them, and no spike disappears.
/// - Progress, preparation, spikes, alignment and queue: the latest value.
/// - Log: the last `logLimit` lines, with a count of what was dropped.
public final class ReportSubscription: Sendable {
    /// Everything taken at once.
    public struct Batch: Sendable {
        /// Lossless reports in the order in which they were published.
        public var lossless: [EngineReport] = []
        /// Of the run that was trained last; points of one before it that nobody took belong to nothing that is shown.
        public var metrics: OrderedDictionary<MetricSeries, [MetricPoint]> = [:]
        /// Whose metrics these are.
        public var metricsRun: String?
        public var progress: ProgressSnapshot?
        public var preparation: Preparation?
        public var spikes: SpikeGrid?
        public var alignment: AlignmentSnapshot?
        public var queue: [QueueEntry]?
        public var log: [LogLine] = []
        public var droppedLogLines = 0

        public init() {}

        public var isEmpty: Bool {
            lossless.isEmpty && metrics.isEmpty && progress == nil && preparation == nil && spikes == nil && alignment == nil
                && queue == nil && log.isEmpty
        }
    }

    public static let metricLimit = 4096
    public static let logLimit = 512
    /// A listener that is held for long while epochs are short would otherwise cost memory without end.
    public static let stateLimit = 4096

    private let pending = Mutex(Batch())
    private let onAvailable: @Sendable () -> Void

    init(onAvailable: @escaping @Sendable () -> Void) { self.onAvailable = onAvailable }

    /// Takes all that has come since the last call; an empty batch if nothing has.
    public func take() -> Batch {
        pending.withLock { batch in
            defer { batch = Batch() }
            return batch
        }
    }

    /// What is published together is taken together.
    func put(_ reports: [EngineReport]) {
        let wasEmpty = pending.withLock { batch in
            let wasEmpty = batch.isEmpty
            for report in reports { batch.add(report) }
            return wasEmpty && !batch.isEmpty
        }
        if wasEmpty { onAvailable() }
    }
}

extension ReportSubscription.Batch {
    mutating func add(_ report: EngineReport) {
        switch report {
        case .description, .state, .edit, .checkpoint, .checkpointsRemoved, .note, .finished, .failure:
            lossless.append(report)
            // Each time a quarter of the limit more has come, so that it costs little.
            if lossless.count > ReportSubscription.stateLimit,
                lossless.count.isMultiple(of: ReportSubscription.stateLimit / 4)
            {
                lossless = Self.withoutSupersededStates(lossless)
            }
        case .progress(let value): progress = value
        case .preparation(let value): preparation = value
        case .spikes(let value): spikes = value
        case .alignment(let value): alignment = value.keepingLayers(of: alignment)
        case .queue(let value): queue = value
        case .metrics(let run, let points):
            if metricsRun != run { (metricsRun, metrics) = (run, [:]) }
            for point in points {
                metrics[point.series, default: []].append(point)
                if metrics[point.series]!.count > ReportSubscription.metricLimit {
                    // To half of it, so that it costs little.
                    metrics[point.series] = metrics[point.series]!.thinned(to: ReportSubscription.metricLimit / 2)
                }
            }
        case .log(let line):
            log.append(line)
            if log.count > ReportSubscription.logLimit {
                log.removeFirst()
                droppedLogLines += 1
            }
        }
    }

    /// Leaves out states of a run that was going on where another state of it follows.
    static func withoutSupersededStates(_ reports: [EngineReport]) -> [EngineReport] {
        var next: RunState?
        var kept: [EngineReport] = []
        for report in reports.reversed() {
            if case .state(let state) = report {
                let isSuperseded = state.isActive && next?.run == state.run
                next = state
                if isSuperseded { continue }
            }
            kept.append(report)
        }
        return kept.reversed()
    }
}
