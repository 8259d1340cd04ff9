import Configuration
import Data
import Foundation
import Messages
import RunStore
import Training

/// A run of an external trainer. What it says is checked, and what it does not say is left out.
final class ExternalLearner: Learner {
    private let process: ExternalProcess
    private let description: EngineDescription
    private let endIsWanted: () -> Bool
    private let start: ExternalStart
    private(set) var configuration: RunConfiguration
    private var lastSpikes: ExternalStep.Spikes?
    private var lastAlignment: ExternalStep.Alignment?
    /// Curves that were told of once: they had a value that is no number, or nobody has described them.
    private var toldSeries: Set<String> = []
    private var notes: [String] = []

    /// - Parameter folder: of the run, for whatever the trainer keeps.
    init(
        _ order: LearnerOrder, _ process: ExternalProcess, folder: URL, _ description: EngineDescription,
        endIsWanted: @escaping () -> Bool
    ) throws(ExternalError) {
        (self.process, self.description, self.endIsWanted) = (process, description, endIsWanted)
        configuration = order.configuration
        var request = ExternalRequest(.start)
        request.run = order.run
        request.settings = Self.settings(order.configuration, description)
        request.folder = folder.path
        request.epochs = order.configuration.training.epochs
        start = try ExternalAnswer.decode(
            try process.ask(request, Self.patience(order.configuration, endIsWanted)), to: .start)
        guard start.stepsPerEpoch > 0 else {
            throw .badAnswer(
                to: "start", found: "'steps_per_epoch' is \(start.stepsPerEpoch)", expected: "a whole number above 0")
        }
        if let checkpoint = order.checkpoint { try restore(external: checkpoint) }
    }

    private static func settings(
        _ configuration: RunConfiguration, _ description: EngineDescription
    ) -> [String: KnobValue] {
        Dictionary(
            description.knobs.filter { $0.key != KnownKnob.externalTrainer }.map {
                ($0.key, $0.value(in: configuration))
            }
        ) { first, _ in first }
    }

    private static func patience(
        _ configuration: RunConfiguration, _ endIsWanted: @escaping () -> Bool
    ) -> ExternalProcess.Patience {
        .init(
            seconds: configuration[ExternalSettings.shared.answerTimeout], endIsWanted: endIsWanted)
    }

    private func ask<Answer: Decodable>(_ request: ExternalRequest) throws(ExternalError) -> Answer {
        try ExternalAnswer.decode(
            try process.ask(request, Self.patience(configuration, endIsWanted)), to: request.kind)
    }

    var stepsPerEpoch: Int { start.stepsPerEpoch }
    var dataFingerprint: String? { start.fingerprint }
    var plan: [Double]? { nil }
    var rankCount: Int? { nil }
    func makeManifest() throws -> Manifest? { nil }
    var openingNotes: [String] {
        ["\(description.engine), \(start.stepsPerEpoch) steps an epoch: `\(process.command)`"] + (start.notes ?? [])
    }

    func hasRecordings(of split: Split) -> Bool {
        switch split {
        case .training: true
        case .validation: start.validation ?? true
        case .test: start.test ?? true
        }
    }

    // MARK: Edits

    func check(_ edited: RunConfiguration) throws {}

    func adopt(_ edited: RunConfiguration) throws {
        let differences = description.differences(from: configuration, to: edited)
        // What this program sees to itself is nothing to the trainer.
        let own = ExternalSettings.knobs.map(\.key)
        let changed = differences.filter { !own.contains($0.key) }
        if !changed.isEmpty {
            var request = ExternalRequest(.edit)
            request.settings = Dictionary(changed.map { ($0.key, $0.new) }) { first, _ in first }
            let _: ExternalDone = try ask(request)
        }
        configuration = edited
    }

    // MARK: Steps

    func advance(_ moment: StepMoment) throws -> LearnerStep {
        var request = ExternalRequest(.step)
        (request.step, request.epoch, request.batch) = (
            moment.optimizerStep, moment.progress.epoch, moment.progress.batch
        )
        request.epochs = moment.progress.epochs
        let begin = DispatchTime.now().uptimeNanoseconds
        let answer: ExternalStep = try ask(request)
        let seconds = Double(DispatchTime.now().uptimeNanoseconds - begin) / 1e9
        (lastSpikes, lastAlignment) = (answer.spikes ?? lastSpikes, answer.alignment ?? lastAlignment)
        return LearnerStep(
            points: points(answer.values, optimizerStep: moment.optimizerStep + 1),
            samples: max(0, answer.samples ?? 0),
            seconds: seconds, waiting: min(max(0, answer.waiting ?? 0), seconds))
    }

    private func points(_ values: [String: Double?], optimizerStep: Int) -> [MetricPoint] {
        values.sorted { $0.key < $1.key }.compactMap { key, value in
            guard let value else { return nil }
            let series = MetricSeries(key)
            if description.series(series) == nil, toldSeries.insert(key).inserted {
                notes.append("the trainer reports '\(key)', which it has not described: it is stored, but in no plot")
            }
            guard value.isFinite else {
                if toldSeries.insert(key + " ").inserted {
                    notes.append("'\(key)' is \(value) at step \(optimizerStep): such values are left out")
                }
                return nil
            }
            return MetricPoint(series: series, optimizerStep: optimizerStep, value: value)
        }
    }

    func takeNotes() -> [String] {
        defer { notes = [] }
        return notes
    }

    func pictures(optimizerStep: Int, measuresLayers: Bool) -> LearnerPictures {
        LearnerPictures(
            spikes: lastSpikes.map { spikes in
                SpikeGrid(
                    optimizerStep: optimizerStep,
                    layers: spikes.layers.map {
                        SpikeGrid.Layer(
                            name: $0.name, rates: $0.rates.map { $0.isFinite ? min(max($0, 0), 1) : 0 },
                            deadShare: min(max($0.dead ?? 0, 0), 1), saturatedShare: min(max($0.saturated ?? 0, 0), 1))
                    })
            },
            alignment: lastAlignment.map {
                AlignmentSnapshot(
                    optimizerStep: optimizerStep, linearCKA: $0.cka,
                    timeStepWeights: $0.weights ?? [Double](repeating: 1, count: $0.cka.count))
            })
    }

    // MARK: Evaluation

    func evaluation(of split: Split) throws -> any PartialEvaluation {
        var request = ExternalRequest(.evaluate)
        request.split = split == .test ? "test" : "validation"
        return try ExternalEvaluationInProgress(self, request)
    }

    private final class ExternalEvaluationInProgress: PartialEvaluation {
        private let learner: ExternalLearner
        private let request: ExternalRequest
        private let asked: Int
        private var waiting: ExternalProcess.Waiting

        init(_ learner: ExternalLearner, _ request: ExternalRequest) throws(ExternalError) {
            (self.learner, self.request) = (learner, request)
            asked = try learner.process.send(request)
            // Whoever wants the end need not wait for the answer.
            waiting = .init(request, ExternalLearner.patience(learner.configuration, { false }))
        }

        func proceed() throws -> LearnerEvaluation? {
            guard let line = try learner.process.answer(to: asked, request, &waiting) else { return nil }
            let answer: ExternalEvaluation = try ExternalAnswer.decode(line, to: .evaluate)
            guard (0...1).contains(answer.accuracy) else {
                throw ExternalError.badAnswer(
                    to: "evaluate", found: "'accuracy' is \(answer.accuracy)", expected: "a share from 0 to 1")
            }
            let figures = (answer.values ?? [:]).sorted { $0.key < $1.key }.compactMap { key, value in
                value.flatMap { $0.isFinite ? (series: MetricSeries(key), value: $0) : nil }
            }
            return LearnerEvaluation(
                accuracy: answer.accuracy, loss: answer.loss.flatMap { $0.isFinite ? $0 : nil }, figures: figures,
                spikesPerInference: answer.spikes.flatMap { $0.isFinite ? $0 : nil })
        }
    }

    // MARK: Checkpoints

    func write(_ checkpoint: Checkpoint, to folder: URL) throws {
        try checkpoint.write(to: folder, described: description) { temporary in
            let own = temporary.appendingPathComponent(ExternalFiles.folder, isDirectory: true)
            try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
            var request = ExternalRequest(.checkpoint)
            (request.folder, request.step) = (own.path, checkpoint.optimizerStep)
            let answer: ExternalCheckpoint = try ask(request)
            return [ExternalFiles.key: try ExternalFiles.seal(own, named: answer.files ?? [])]
        }
    }

    func restore(_ folder: URL, goesOn: Bool) throws { try restore(external: folder) }

    private func restore(external folder: URL) throws(ExternalError) {
        let own = folder.appendingPathComponent(ExternalFiles.folder, isDirectory: true)
        let (saved, files): (Checkpoint, [String: String])
        do {
            (saved, files) = try Checkpoint.read(folder, described: description, key: ExternalFiles.key)
        } catch {
            throw .badCheckpoint(folder: folder.path, problem: "\(error)")
        }
        try ExternalFiles.verify(own, files)
        var request = ExternalRequest(.restore)
        (request.folder, request.step) = (own.path, saved.optimizerStep)
        request.settings = Self.settings(configuration, description)
        let _: ExternalDone = try ask(request)
    }

    // MARK: The end

    func predictions(of evaluation: LearnerEvaluation) -> TestPredictions? { nil }
    func energyPerInference() throws -> Double? { nil }
    func summary(steps: Int, seconds: Double) -> String? { nil }

    func end() {
        if let asked = try? process.send(ExternalRequest(.stop)) { _ = asked }
        process.end()
    }
}
