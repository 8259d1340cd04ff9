import Configuration
import Data
import Foundation
import Messages
import RunStore
import Testing
import TestSupport

@testable import Engine

@Suite("A run", .serialized)
struct RunTests {
    let scratch = try! Scratch()

    @Test("goes from start to result, and everything is in the store")
    func whole() async throws {
        let bench = try await Bench(scratch.paths)
        let configuration = try RunConfiguration.tiny(epochs: 12)
        let run = try await bench.start(configuration, name: "first light")
        try await bench.end()
        let phases = bench.diary.phases
        #expect(phases.first == .idle && phases.contains(.preparing) && phases.contains(.validating))
        #expect(Array(phases.suffix(2)) == [.testing, .finished])
        #expect(bench.diary.sawSpikes && bench.diary.sawAlignment && bench.diary.sawProgress)
        #expect(bench.diary.log.contains { $0.contains("30 training, 30 validation and 539 test") })

        let detail = try bench.store.run(run)
        #expect(detail.summary.phase == .finished && detail.summary.name == "first light")
        #expect(detail.configuration == configuration)
        let reasons = Set(detail.checkpoints.map(\.reason))
        #expect(reasons == ["best", "epoch", "final"])
        // Those that were superseded are gone; the last of each kind is there.
        for reason in reasons {
            let last = try #require(detail.checkpoints.last { $0.reason == reason })
            #expect(FileManager.default.fileExists(atPath: last.path + "/model.safetensors"))
        }
        let removed = bench.diary.lossless.flatMap { report -> [String] in
            if case .checkpointsRemoved(run, let paths) = report { paths } else { [] }
        }
        #expect(removed.count >= 2 && Set(removed) == Set(detail.goneCheckpoints))
        let folders = try FileManager.default.contentsOfDirectory(atPath: bench.store.checkpointFolder(of: run).path)
        #expect(
            detail.presentCheckpoints.map { URL(fileURLWithPath: $0.path).lastPathComponent }.sorted()
                == folders.sorted())
        #expect(detail.summary.epoch == 12 && detail.latestCheckpoint?.reason == "final")
        let result = try #require(try bench.store.result(run: run))
        #expect(bench.diary.results == [result])
        #expect(result.optimizerSteps == 36 && result.selection == "validation")
        let (validation, test) = (try #require(result.validationAccuracy), try #require(result.testAccuracy))
        #expect((0...1).contains(validation) && (0...1).contains(test))

        for series in [
            MetricSeries.totalLoss, .imageLoss, .eventLoss, .domainLoss, .imageAccuracy, .eventAccuracy,
            .replacementProbability, .linearCKA, .learningRate, .gradientNorm,
        ] {
            let steps = try bench.store.metrics(run: run, series: series).map(\.optimizerStep)
            #expect(steps == Array(1...36), "\(series.rawValue)")
        }
        let validated = try bench.store.metrics(run: run, series: .validationAccuracy)
        #expect(validated.map(\.optimizerStep) == Array(stride(from: 3, through: 36, by: 3)))
        #expect(validated.map(\.value).max() == validation)
        #expect(try bench.store.metrics(run: run, series: .testAccuracy).map(\.value) == [test])
        // At every validation and at the test; a spike per neuron and time step at most.
        let spikes = try bench.store.metrics(run: run, series: .spikesPerInference)
        #expect(spikes.map(\.optimizerStep) == validated.map(\.optimizerStep))
        #expect(spikes.allSatisfy { $0.value > 0 && $0.value < 100_000 })
        #expect(detail.origin?.version == EngineDescription.programVersion && detail.origin?.host.isEmpty == false)
        let summary = try String(
            contentsOf: bench.store.folder(of: run).appendingPathComponent("summary.csv"), encoding: .utf8)
        #expect(summary.split(separator: "\n").count == 13)
        await bench.close()
    }

    @Test("tells what its neurons learn of themselves")
    func learnedConstants() async throws {
        let bench = try await Bench(scratch.paths)
        let run = try await bench.start(
            .tiny(epochs: 4, "network.neuron=parametric", "network.learnable_threshold=true"))
        try await bench.end()
        for layer in ["conv1", "conv2", "conv3"] {
            let constants = try bench.store.metrics(run: run, series: .timeConstant.ofLayer(layer))
            #expect(constants.map(\.optimizerStep) == [5, 10])
            #expect(constants.allSatisfy { abs($0.value - 2) < 0.5 && $0.value != 2 })
            let thresholds = try bench.store.metrics(run: run, series: .threshold.ofLayer(layer))
            #expect(thresholds.count == 2 && thresholds.allSatisfy { abs($0.value - 0.5) < 0.2 })
        }
        #expect(try bench.store.metrics(run: run, series: .timeConstant.ofLayer("none")).isEmpty)
        await bench.close()
    }

    @Test("learns")
    func learns() async throws {
        let bench = try await Bench(scratch.paths)
        let run = try await bench.start(
            .tiny(epochs: 15, "data.recordings_per_class=8", "sliding.strategy=events-only"))
        try await bench.end()
        let losses = try bench.store.metrics(run: run, series: .totalLoss).map(\.value)
        let mean = { (part: ArraySlice<Double>) in part.reduce(0, +) / Double(part.count) }
        #expect(mean(losses.suffix(10)) < 0.8 * mean(losses.prefix(10)))
        let test = try #require(try bench.store.result(run: run)?.testAccuracy)
        #expect(test > 0.25, "guessing gives 0.1")
        await bench.close()
    }

    @Test("with every strategy ends well", arguments: EngineDescription.shipped.catalogues["strategies"] ?? [])
    func strategies(name: String) async throws {
        let bench = try await Bench(scratch.paths)
        _ = try await bench.start(.tiny(epochs: 2, "sliding.strategy=\(name)"))
        #expect(try await bench.end().phase == .finished)
        await bench.close()
    }

    @Test("gives the same bits for the same seed, and others for another")
    func seeds() async throws {
        let bench = try await Bench(scratch.paths)
        var models: [Data] = []
        var curves: [[String: Double]] = []
        for seed in [7, 7, 8] {
            let run = try await bench.start(.tiny(epochs: 2, "training.seed=\(seed)", "network.dropout=0.2"))
            try await bench.end()
            try await bench.diary.state { $0.run == run && $0.phase == .finished }
            models.append(try bench.store.finalModel(of: run))
            curves.append(try bench.store.curves(of: run))
        }
        #expect(models[0] == models[1] && curves[0] == curves[1])
        #expect(models[0] != models[2] && curves[0] != curves[2])
        await bench.close()
    }

    @Test("tests what it was told to select", arguments: ["validation", "last", "reference-best-test"])
    func selection(name: String) async throws {
        let bench = try await Bench(scratch.paths)
        let run = try await bench.start(.tiny(epochs: 3, "training.selection=\(name)"))
        try await bench.end()
        let result = try #require(try bench.store.result(run: run))
        #expect(result.selection == name)
        if name == "last" { #expect(result.testedEpoch == 3) }
        await bench.close()
    }

    @Test("without a validation part tests the last epoch and says so")
    func noValidation() async throws {
        let bench = try await Bench(scratch.paths)
        let run = try await bench.start(.tiny(epochs: 2, "data.validation_share=0"))
        try await bench.end()
        let result = try #require(try bench.store.result(run: run))
        #expect(result.selection == "last" && result.validationAccuracy == nil && result.testAccuracy != nil)
        await bench.close()
    }

    @Test("tells how long it takes still, with what follows the steps of each epoch")
    func timeLeft() throws {
        let store = try RunStore(paths: scratch.paths, identity: .current)
        let recorder = RunRecorder(run: "r", store: store, troubles: WriteTroubles(), description: .shipped)
        for _ in 0..<3 { recorder.addStep(seconds: 2, waiting: 0, samples: 8) }
        #expect(abs(recorder.progress(optimizerStep: 3, totalSteps: 9, epochsToEnd: 3).secondsLeft - 12) < 1e-9)
        recorder.addEpochEnd(seconds: 30)
        let progress = recorder.progress(optimizerStep: 3, totalSteps: 9, epochsToEnd: 2)
        #expect(abs(progress.secondsLeft - 72) < 1e-9)
        #expect(abs(progress.secondsPerStep - 2) < 1e-9)
    }
}
