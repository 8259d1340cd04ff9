import Foundation
import Messages
import RunStore
import Training

/// Turns what steps find into points of curves, keeps them for the store, and knows how fast the run goes.
final class RunRecorder {
    private let run: String
    private let store: RunStore
    private var unsaved: [MetricPoint] = []
    private var lastSaved = DispatchTime.now().uptimeNanoseconds
    /// Debiased moving averages over about twenty steps.
    private var (seconds, waiting, weight) = (0.0, 0.0, 0.0)
    private var samplesPerStep = 0
    /// Sums over the epoch for its line in `summary.csv`.
    private var epoch = EpochSums()

    struct EpochSums {
        var (steps, total, image, event, domain, imageAccuracy, eventAccuracy) = (0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        var (probability, learningRate, seconds) = (0.0, 0.0, 0.0)
        var hasImages = false
    }

    init(run: String, store: RunStore) { (self.run, self.store) = (run, store) }

    func addStep(seconds: Double, waiting: Double, samples: Int) {
        let decay = 0.95
        self.seconds = decay * self.seconds + (1 - decay) * seconds
        self.waiting = decay * self.waiting + (1 - decay) * waiting
        weight = decay * weight + (1 - decay)
        samplesPerStep = samples
        epoch.seconds += seconds
    }

    func points(
        of outcome: TrainingStep.Outcome, settings: TrainingStep.Settings, optimizerStep: Int
    ) -> [MetricPoint] {
        var points: [MetricPoint] = []
        func add(_ series: MetricSeries, _ value: Double) {
            points.append(MetricPoint(series: series, optimizerStep: optimizerStep, value: value))
        }
        add(.totalLoss, outcome.loss.total)
        add(.eventLoss, outcome.loss.event)
        add(.eventAccuracy, outcome.eventAccuracy)
        if let imageAccuracy = outcome.imageAccuracy {
            add(.imageLoss, outcome.loss.image)
            add(.domainLoss, outcome.loss.domain)
            add(.imageAccuracy, imageAccuracy)
            add(.replacementProbability, settings.replacementProbability)
            let similarities = outcome.loss.linearCKA
            add(.linearCKA, similarities.reduce(0, +) / Double(max(1, similarities.count)))
            epoch.hasImages = true
            epoch.imageAccuracy += imageAccuracy
        }
        add(.learningRate, settings.learningRate)
        add(.gradientNorm, outcome.gradientNorm)
        epoch.steps += 1
        epoch.total += outcome.loss.total
        epoch.image += outcome.loss.image
        epoch.event += outcome.loss.event
        epoch.domain += outcome.loss.domain
        epoch.eventAccuracy += outcome.eventAccuracy
        (epoch.probability, epoch.learningRate) = (settings.replacementProbability, settings.learningRate)
        return points
    }

    func progress(optimizerStep: Int, totalSteps: Int) -> ProgressSnapshot {
        let perStep = weight > 0 ? seconds / weight : 0
        return ProgressSnapshot(
            optimizerStep: optimizerStep, secondsPerStep: perStep,
            secondsWaitingForData: weight > 0 ? waiting / weight : 0,
            samplesPerSecond: perStep > 0 ? Double(samplesPerStep) / perStep : 0,
            secondsLeft: perStep * Double(max(0, totalSteps - optimizerStep)), residentBytes: MachineMemory.resident)
    }

    // MARK: Store

    /// Keeps points and saves them at least once a second.
    func save(_ points: [MetricPoint]) throws(RunStoreError) {
        unsaved += points
        let now = DispatchTime.now().uptimeNanoseconds
        if unsaved.count >= 4096 || now - lastSaved > 1_000_000_000 { try flush() }
    }

    func flush() throws(RunStoreError) {
        lastSaved = DispatchTime.now().uptimeNanoseconds
        guard !unsaved.isEmpty else { return }
        try store.append(metrics: unsaved, run: run)
        unsaved.removeAll(keepingCapacity: true)
    }

    /// Ends an epoch: its line in `summary.csv`.
    func endEpoch(
        _ number: Int, optimizerStep: Int, validation: Evaluation.Result?
    ) throws(RunStoreError) {
        var summary = EpochSummary(epoch: number, optimizerStep: optimizerStep)
        let steps = Double(max(1, epoch.steps))
        if epoch.steps > 0 {
            summary.trainLoss = epoch.total / steps
            summary.eventLoss = epoch.event / steps
            summary.eventAccuracy = epoch.eventAccuracy / steps
            if epoch.hasImages {
                summary.imageLoss = epoch.image / steps
                summary.domainLoss = epoch.domain / steps
                summary.imageAccuracy = epoch.imageAccuracy / steps
                summary.replacementProbability = epoch.probability
            }
            summary.learningRate = epoch.learningRate
            summary.seconds = epoch.seconds
        }
        summary.validationLoss = validation?.loss
        summary.validationAccuracy = validation?.accuracy
        epoch = EpochSums()
        try store.append(summary: summary, run: run)
    }
}
