import Configuration
import Foundation
import Messages
import Terminal
import Training

@testable import Screens

/// Made-up runs, recordings and reports: the same every time.
enum Samples {
    static func run(_ id: String, _ name: String, isInterrupted: Bool = false, created: Double = 0) -> RunSummary {
        RunSummary(
            id: id, name: name, phase: isInterrupted ? .running : .finished, isInterrupted: isInterrupted,
            created: created, epoch: 7, epochs: 20, optimizerStep: 400, validationAccuracy: 0.6 + created / 100,
            testAccuracy: isInterrupted ? nil : 0.55, lastLoss: 0.412, editCount: 1, tags: ["slide"], note: "",
            parent: nil, dataSet: "digits", seed: 42, preset: "mine")
    }

    static func edit(_ number: Int, at step: Int, run: String = "r9") -> AppliedEdit {
        AppliedEdit(
            number: number, run: run, optimizerStep: step,
            differences: [KnobDifference(key: "sliding.exponent", old: .number(3), new: .number(4))], origin: .user,
            checkpoint: nil)
    }

    static func detail(_ id: String, exponent: Double = 3) -> RunDetail {
        var configuration = RunConfiguration()
        configuration[Sliding.exponent] = exponent
        let losses = (0..<400).map { step in
            MetricPoint(series: .totalLoss, optimizerStep: step, value: 3 / (1 + Double(step) / 50))
        }
        let accuracies = (1...4).map { epoch in
            MetricPoint(series: .validationAccuracy, optimizerStep: epoch * 100, value: 0.2 * Double(epoch))
        }
        return RunDetail(
            summary: run(id, "run-\(id)"), configuration: configuration,
            edits: exponent == 3 ? [edit(1, at: 120, run: id)] : [],
            checkpoints: [
                CheckpointRecord(run: id, optimizerStep: 350, epoch: 6, path: "/runs/\(id)/350", reason: "epoch"),
                CheckpointRecord(run: id, optimizerStep: 400, epoch: 7, path: "/runs/\(id)", reason: "final"),
            ],
            notes: [RunNote(run: id, optimizerStep: 50, text: "plateau")], failure: nil,
            metrics: losses + accuracies + [
                MetricPoint(
                    series: .spikesPerInference, optimizerStep: 400, value: exponent == 3 ? 1_210_000 : 1_080_000)
            ], origin: RunOrigin(host: "a1", processor: "Some Processor", version: "0.1.0"),
            goneCheckpoints: ["/runs/\(id)/350"])
    }

    /// Without its curves; of the runs of `compared`.
    static func outcome(_ id: String, seed: Int, test: Double, exponent: Double) -> RunOutcome {
        var configuration = RunConfiguration()
        configuration[Sliding.exponent] = exponent
        try? EngineDescription.shipped.set(KnownKnob.seed, to: .integer(seed), in: &configuration)
        var summary = run(id, "exponent-\(Int(exponent))-seed-\(seed)", created: Double(seed))
        (summary.seed, summary.testAccuracy, summary.editCount) = (seed, test, 0)
        return RunOutcome(
            summary: summary, configuration: configuration, edits: [],
            result: RunResult(
                run: id, optimizerSteps: 400, validationAccuracy: summary.validationAccuracy, testAccuracy: test,
                selection: "validation", testedEpoch: 4, testedStep: 340, seconds: 8.25 + 100 * Double(seed)))
    }

    /// Two settings with three seeds each.
    static let compared = [
        outcome("a1", seed: 1, test: 0.610, exponent: 3), outcome("b1", seed: 1, test: 0.640, exponent: 5),
        outcome("a2", seed: 2, test: 0.600, exponent: 3), outcome("b2", seed: 2, test: 0.635, exponent: 5),
        outcome("a3", seed: 3, test: 0.620, exponent: 3), outcome("b3", seed: 3, test: 0.645, exponent: 5),
    ]

    static let dataSets = [
        DataSetSummary(
            name: "digits", title: "Digits", classCount: 10, recordingCount: 200, imageCount: 100, sensorWidth: 16,
            sensorHeight: 16, isSimulated: true, isPresent: true, location: "ships with the program", license: "CC0"),
        DataSetSummary(
            name: "n-mnist", title: "N-MNIST", classCount: 0, recordingCount: 0, imageCount: 0, sensorWidth: 0,
            sensorHeight: 0, isSimulated: false, isPresent: false,
            location: "unpack the authors' archives into a folder with Train and Test", license: "CC BY",
            publishedCount: 70_000, publishedClassCount: 10),
    ]

    static let samples = (0..<40).map { index in
        SampleSummary(
            index: index, name: "s\(index)", classIndex: index % 10, split: index < 30 ? "train" : "test",
            eventCount: index == 7 ? nil : 3000 + index * 37 % 900, durationMicroseconds: 300_000)
    }

    static let classNames = (0..<10).map { "digit \($0)" }

    /// A ring that ON and OFF events run round.
    static func recording(_ index: Int = 0, eventCount: Int = 1200) -> RecordingPicture {
        let events = (0..<eventCount).map { number -> PictureEvent in
            let share = Double(number) / Double(max(1, eventCount))
            let angle = share * 12
            return PictureEvent(
                microseconds: Int32(share * 300_000), x: UInt16(8 + 6 * cos(angle)), y: UInt16(8 + 6 * sin(angle)),
                isOn: number / 5 % 2 == 0)
        }
        return RecordingPicture(
            reference: SampleReference(dataSet: "digits", index: index), name: "s\(index)", className: "digit 0",
            split: "train", width: 16, height: 16, durationMicroseconds: 300_000, events: events,
            staticPair: GrayPicture(
                width: 16, height: 16, values: (0..<256).map { ($0 / 16 + $0 % 16) % 4 == 0 ? 1 : 0.1 }),
            pairing: "paired by class name", isSimulated: true)
    }

    /// The same with a pixel that fires all the time.
    static let hotRecording: RecordingPicture = {
        var hot = recording(1)
        hot.events += (0..<600).map {
            PictureEvent(microseconds: Int32($0 * 500), x: 2, y: 2, isOn: $0 % 2 == 0)
        }
        hot.events.sort { $0.microseconds < $1.microseconds }
        return hot
    }()

    static let modelView = ModelView(
        reference: SampleReference(dataSet: "digits", index: 0), run: "r1",
        imageGuesses: [.init(className: "digit 0", probability: 0.71), .init(className: "digit 6", probability: 0.12)],
        eventGuesses: [.init(className: "digit 0", probability: 0.44)],
        spikes: SpikeGrid(
            optimizerStep: 400,
            layers: [.init(name: "conv1", rates: [0.1, 0.2, 0.3, 0.2], deadShare: 0.1, saturatedShare: 0)]))

    static let presets = [
        PresetSummary(
            name: "digits", note: "small start", isBuiltIn: true, path: "/presets/digits.yaml", problem: nil,
            modified: TimeOfDay(wrappedValue: 0), useCount: 4),
        PresetSummary(
            name: "mine", note: "hard slide", isBuiltIn: false, path: "/presets/mine.yaml", problem: nil,
            modified: TimeOfDay(wrappedValue: 1_764_000_000), editCount: 2, useCount: 1),
        PresetSummary(
            name: "broken", note: "", isBuiltIn: false, path: "/presets/broken.yaml", problem: "line 3: unknown key"),
    ]

    static func curves(_ id: String, from step: Int = 0, steps: Int = 300) -> RunCurves {
        RunCurves(
            run: id, name: "run-\(id)", parent: step > 0 ? "r9" : nil, forkStep: step > 0 ? step : nil,
            points: (step..<steps).flatMap { step -> [MetricPoint] in
                [
                    MetricPoint(series: .totalLoss, optimizerStep: step, value: 4 / (1 + Double(step) / 40)),
                    MetricPoint(series: .linearCKA, optimizerStep: step, value: 0.2 + Double(step) / 1500),
                ]
            }, edits: [])
    }

    static func timeline(_ id: String) -> RunTimeline {
        RunTimeline(
            detail: detail(id), moments: [], totalSteps: 400,
            spikes: [0, 200].map { step in
                SpikeGrid(
                    optimizerStep: step,
                    layers: [
                        .init(name: "conv1", rates: [0.1, 0.2, Double(step) / 400], deadShare: 0.1, saturatedShare: 0)
                    ])
            },
            alignments: [
                AlignmentSnapshot(optimizerStep: 0, linearCKA: [0.2, 0.3, 0.4], timeStepWeights: [0.5, 0.5, 0.6])
            ])
    }

    static let queue = [
        QueueEntry(
            number: 4, job: .start(configuration: RunConfiguration(), name: nil), title: "new run of digits, seed 3",
            created: 0),
        QueueEntry(
            number: 7, job: .resume(run: "r1"), title: "resume of slide-base", created: 1),
    ]

    static let comparison: Comparison = {
        var other = RunConfiguration()
        other[Sliding.exponent] = 7
        return Comparison(
            .init(title: "mine", configuration: other), .init(title: "now", configuration: RunConfiguration()),
            described: .shipped)
    }()

    static let replies: [LibraryReply] = [
        .presets(presets), .dataSets(dataSets),
        .samples(DataSetSamples(dataSet: "digits", samples: samples, classNames: classNames)), .recording(recording()),
        .runs([run("r1", "slide-base", created: 1), run("r2", "slide-hard", created: 2)]),
        .modelView(modelView), .run(detail("r1")), .run(detail("r2", exponent: 5)),
        .outcomes(runs: ["r1", "r2"], [RunOutcome(detail("r1")), RunOutcome(detail("r2", exponent: 5))]),
    ]

    static func state(
        _ phase: RunState.Phase, step: Int, configuration: RunConfiguration = RunConfiguration(), run: String = "r9"
    ) -> RunState {
        RunState(
            run: run, name: "demo", phase: phase, optimizerStep: step, totalSteps: 1000, epoch: step / 50, epochs: 20,
            configuration: configuration, plan: SlidingPlan.probabilities(configuration, .shipped))
    }

    private static func points(at step: Int, of steps: Int) -> [MetricPoint] {
        let time = Double(step)
        let wave = Double(step * 7919 % 13) / 130
        let loss: Double = step == steps / 2 ? .nan : 3 / (1 + time / 60) + wave
        var values: [(MetricSeries, Double)] = [
            (.totalLoss, loss), (.eventLoss, 2 / (1 + time / 60) + wave), (.eventAccuracy, 1 - 1 / (1 + time / 90)),
            (.imageAccuracy, 1 - 1 / (1 + time / 40)), (.gradientNorm, 1 + 3 / (1 + time / 30) + wave),
            (.replacementProbability, pow(time / 1000, 3)),
            (.linearCKA, 0.3 + time / 2000),
        ]
        if step % 50 == 0 { values.append((.validationAccuracy, 1 - 1 / (1 + time / 120))) }
        return values.map { MetricPoint(series: $0.0, optimizerStep: step, value: $0.1) }
    }

    /// What an engine has said after some hundred steps.
    static func batch(steps: Int) -> ReportSubscription.Batch {
        var batch = ReportSubscription.Batch()
        batch.metricsRun = "r9"
        var edited = RunConfiguration()
        edited[Sliding.exponent] = 4
        batch.lossless = [
            .state(state(.running, step: 0)), .state(state(.running, step: steps, configuration: edited)),
            .edit(edit(1, at: steps / 3)),
            .checkpoint(
                CheckpointRecord(run: "r9", optimizerStep: steps / 2, epoch: 2, path: "/ck", reason: "epoch")),
            .note(RunNote(run: "r9", optimizerStep: steps / 2 + 5, text: "plateau")),
        ]
        for step in 1...max(1, steps) {
            for point in points(at: step, of: steps) { batch.metrics[point.series, default: []].append(point) }
        }
        batch.progress = ProgressSnapshot(
            optimizerStep: steps, secondsPerStep: 0.021, secondsWaitingForData: 0.001, samplesPerSecond: 1540,
            secondsLeft: 2461, residentBytes: 300 << 20)
        batch.spikes = SpikeGrid(
            optimizerStep: steps,
            layers: (1...5).map { layer in
                let rates: [Double] = (0..<6).map { Double((layer * 3 + $0 * 5) % 11) / 40 }
                return SpikeGrid.Layer(
                    name: "conv\(layer)", rates: rates, deadShare: 0.05 * Double(layer), saturatedShare: 0.001)
            })
        batch.alignment = AlignmentSnapshot(
            optimizerStep: steps, linearCKA: [0.3, 0.4, 0.5, 0.6, 0.65, 0.7],
            timeStepWeights: [0.5, 0.5, 0.52, 0.6, 0.6, 0.6],
            layers: (1...5).map { layer in
                AlignmentSnapshot.Layer(
                    name: "conv\(layer)", linearCKA: (0..<6).map { 0.9 - 0.12 * Double(layer) + 0.02 * Double($0) })
            })
        batch.log = [LogLine(level: .info, text: "reading digits"), LogLine(level: .warning, text: "a slow disk")]
        return batch
    }
}

extension WorkbenchState {
    /// Sends messages and forgets the effects.
    mutating func receive(_ messages: [WorkbenchMessage]) {
        for message in messages { _ = answeringPlans(update(message)) }
    }

    mutating func press(_ keys: KeyPress...) -> [WorkbenchEffect] { keys.flatMap { answeringPlans(update(.key($0))) } }

    mutating func type(_ text: String) -> [WorkbenchEffect] {
        text.flatMap { answeringPlans(update(.key(.character($0)))) }
    }

    /// As an engine would: how static inputs give way is told at once, and is nothing that a test has to wait for.
    mutating func answeringPlans(_ effects: [WorkbenchEffect]) -> [WorkbenchEffect] {
        effects.flatMap { effect -> [WorkbenchEffect] in
            guard case .ask(.plan(let configuration)) = effect else { return [effect] }
            return answeringPlans(
                update(.reply(.plan(configuration, SlidingPlan.probabilities(configuration, .shipped)))))
        }
    }

    /// As at the start, with everything answered.
    static func answered(size: Size = Size(width: 120, height: 36)) -> WorkbenchState {
        var state = WorkbenchState(described: .shipped)
        state.receive([.size(size)] + Samples.replies.map { .reply($0) })
        return state
    }

    /// In the middle of a run.
    static func running(size: Size = Size(width: 120, height: 36), steps: Int = 300) -> WorkbenchState {
        var state = answered(size: size)
        state.receive([.reports(Samples.batch(steps: steps))])
        return state
    }

    /// All of `Samples.compared` in the table.
    static func comparing(size: Size = Size(width: 120, height: 36), pinned: String? = nil) -> WorkbenchState {
        var state = answered(size: size)
        state.shared.pinned = pinned
        state.receive([.reply(.runs(Samples.compared.map(\.summary)))])
        _ = state.press(.character("3"), .character("A"), .character("d"))
        state.receive(
            [.reply(.outcomes(runs: state.runs.marked, Samples.compared))]
                + Samples.compared.map { outcome in
                    var detail = Samples.detail(outcome.summary.id)
                    detail.summary = outcome.summary
                    return .reply(.run(detail))
                })
        return state
    }

    func drawn(charset: Charset = .unicode, theme: Theme = .builtIn) -> Canvas {
        var canvas = Canvas(size: size, charset: charset, style: theme.background)
        _ = draw(&canvas, theme: theme)
        return canvas
    }
}

extension [WorkbenchEffect] {
    /// Without what is kept for the next visit.
    var withoutLayouts: [WorkbenchEffect] { filter { if case .savedLayout = $0 { false } else { true } } }

    /// Without the questions what runs would take.
    var withoutCosts: [WorkbenchEffect] { filter { if case .ask(.cost) = $0 { false } else { true } } }
}
