import Configuration
import Foundation
import Messages
import RunStore

/// Turns what steps find into points of curves, keeps them for the store, and knows how fast the run goes.
final class RunRecorder {
    private let run: String
    private let store: RunStore
    private let troubles: WriteTroubles
    private let description: EngineDescription
    private var unsaved: [MetricPoint] = []
    /// Points that are kept while the history takes none: what is more takes the place of the oldest.
    private static let unsavedLimit = 1 << 20
    /// Rows of the summary that could not be written yet.
    private var unwritten: [EpochSummary] = []
    private var lastSaved = DispatchTime.now().uptimeNanoseconds
    /// Debiased moving averages over about twenty steps.
    private var (seconds, waiting, weight) = (0.0, 0.0, 0.0)
    private var samplesPerStep = 0
    /// What follows the steps of an epoch: validation, checkpoint, pictures. Over about five epochs.
    private var (endSeconds, endWeight) = (0.0, 0.0)
    /// Of the epoch so far, for its line in `summary.csv`.
    private var epoch: [MetricSeries: (sum: Double, count: Int, last: Double)] = [:]
    private var epochSeconds = 0.0

    init(run: String, store: RunStore, troubles: WriteTroubles, description: EngineDescription) {
        (self.run, self.store, self.troubles, self.description) = (run, store, troubles, description)
    }

    func addStep(seconds: Double, waiting: Double, samples: Int) {
        let decay = 0.95
        self.seconds = decay * self.seconds + (1 - decay) * seconds
        self.waiting = decay * self.waiting + (1 - decay) * waiting
        weight = decay * weight + (1 - decay)
        samplesPerStep = samples
        epochSeconds += seconds
    }

    func addEpochEnd(seconds: Double) {
        let decay = 0.8
        endSeconds = decay * endSeconds + (1 - decay) * seconds
        endWeight = decay * endWeight + (1 - decay)
    }

    /// Adds points to the figures of the epoch; after a resume those of its first part.
    func gather(_ points: [MetricPoint]) {
        for point in points {
            let known = epoch[point.series] ?? (0, 0, 0)
            epoch[point.series] = (known.sum + point.value, known.count + 1, point.value)
        }
    }

    /// - Parameter epochsToEnd: epochs whose validation is still to come, this one among them.
    func progress(optimizerStep: Int, totalSteps: Int, epochsToEnd: Int) -> ProgressSnapshot {
        let perStep = weight > 0 ? seconds / weight : 0
        let perEnd = endWeight > 0 ? endSeconds / endWeight : 0
        return ProgressSnapshot(
            optimizerStep: optimizerStep, secondsPerStep: perStep,
            secondsWaitingForData: weight > 0 ? waiting / weight : 0,
            samplesPerSecond: perStep > 0 ? Double(samplesPerStep) / perStep : 0,
            secondsLeft: perStep * Double(max(0, totalSteps - optimizerStep)) + perEnd * Double(max(0, epochsToEnd)),
            residentBytes: MachineMemory.resident)
    }

    // MARK: Store

    /// Keeps points and saves them at least once a second.
    ///
    /// - Throws: only what the run must not go on after; see `WriteTroubles`.
    func save(_ points: [MetricPoint]) throws {
        unsaved += points
        let now = DispatchTime.now().uptimeNanoseconds
        let isMany = unsaved.count >= 4096 && unsaved.count < 8192
        if isMany || now - lastSaved > 1_000_000_000 { try flush() }
    }

    /// Saves what is kept. Points that cannot be written stay.
    func flush() throws {
        lastSaved = DispatchTime.now().uptimeNanoseconds
        guard !unsaved.isEmpty else { return }
        if try troubles.attempt(.figures, { try store.append(metrics: unsaved, run: run) }) {
            unsaved.removeAll(keepingCapacity: unsaved.count <= 8192)
        } else if unsaved.count > Self.unsavedLimit {
            unsaved.removeFirst(unsaved.count - Self.unsavedLimit / 2)
        }
    }

    /// Ends an epoch: its line in `summary.csv`.
    func endEpoch(
        _ number: Int, optimizerStep: Int, validation: LearnerEvaluation?
    ) throws {
        var summary = EpochSummary(epoch: number, optimizerStep: optimizerStep)
        if let validation {
            gather(
                [(MetricSeries.validationLoss, validation.loss), (.validationAccuracy, validation.accuracy)].compactMap
                {
                    series, value in
                    value.map { MetricPoint(series: series, optimizerStep: optimizerStep, value: $0) }
                })
        }
        for series in description.series {
            guard let column = series.column, let known = epoch[series.series] else { continue }
            summary.figures[column.name] =
                switch column.figure {
                case .mean: known.sum / Double(known.count)
                case .last: known.last
                }
        }
        if epochSeconds > 0 { summary.seconds = epochSeconds }
        epoch.removeAll(keepingCapacity: true)
        epochSeconds = 0
        unwritten.append(summary)
        if try troubles.attempt(.summary, { try store.append(summary: unwritten, run: run) }) { unwritten.removeAll() }
    }
}
