import Configuration
import Data
import FileFormats
import Foundation
import Network
import Tensors
import TestSupport
import Testing

@testable import Training

@Suite("Time-step mixup") struct TimeStepMixupTests {
    /// The closed forms: 1 − (1 − p)(1 − (1 − p)^T) / (T p), and that over 1 − (1 − p)^T.
    @Test(arguments: TimeStepMixing.allCases, [1, 2, 6, 10])
    func meanShares(mixing: TimeStepMixing, timeSteps: Int) {
        let count = Double(timeSteps)
        for p in [0.05, 0.3, 0.9, 1] {
            let none = pow(1 - p, count)
            let open = 1 - (1 - p) * (1 - none) / (count * p)
            let found = mixing.meanShare(probability: p, timeSteps: timeSteps)
            #expect(abs(found - (mixing == .open ? open : open / (1 - none))) < 1e-12, "\(p)")
        }
        let least = mixing.meanShare(probability: 0, timeSteps: timeSteps)
        #expect(abs(least - (mixing == .open ? 0 : (count + 1) / (2 * count))) < 1e-12)
    }

    /// Bisection finds the probability that gives the share, where one does.
    @Test(arguments: [0.001, 0.2, 0.5, 0.77, 0.999]) func probabilitiesGiveTheShares(share: Double) {
        for timeSteps in [1, 4, 10] {
            let open = TimeStepMixing.open
            let p = open.probability(ofMean: share, timeSteps: timeSteps)
            #expect(abs(open.meanShare(probability: p, timeSteps: timeSteps) - share) < 1e-9)
            let renormalized = TimeStepMixing.renormalized
            let q = renormalized.probability(ofMean: share, timeSteps: timeSteps)
            let least = Double(timeSteps + 1) / Double(2 * timeSteps)
            #expect(abs(renormalized.meanShare(probability: q, timeSteps: timeSteps) - max(share, least)) < 1e-6)
        }
    }

    /// What is drawn has the wanted share, and the renormalized reading always begins somewhere.
    @Test(arguments: TimeStepMixing.allCases) func drawsHaveTheShare(mixing: TimeStepMixing) {
        let (timeSteps, count) = (6, 20_000)
        let p = mixing.probability(ofMean: 0.7, timeSteps: timeSteps)
        var draws = RandomSource(seed: 2)
        let starts = (0..<count).map { _ in mixing.start(probability: p, timeSteps: timeSteps, using: &draws) }
        let mean = starts.reduce(0.0) { $0 + Double(timeSteps - $1) / Double(timeSteps) } / Double(count)
        // Four standard errors of a share.
        #expect(abs(mean - 0.7) < 4 * 0.5 / Double(count).squareRoot())
        #expect(starts.contains(timeSteps) == (mixing == .open))
        #expect(Set(starts).isSuperset(of: 0..<timeSteps))
    }

    /// The share grows along the sliding curve; edits of the curve are edits of it.
    @Test func theShareIsTheCurves() throws {
        var settings = RunConfiguration()
        settings.sliding.strategy = "time-step-mixup"
        for epoch in 0..<10 {
            let progress = RunProgress(epoch: epoch, batch: 0, epochs: 10, batchesPerEpoch: 1)
            let step = try TrainingCatalogue.shipped.stepSettings(of: settings, progress: progress)
            #expect(abs(step.replacementProbability - pow(Double(epoch) / 10, 3)) < 1e-12)
            #expect(step.replacement == .timeSteps(.open))
        }
        settings[TimeStepMixup.reading] = "renormalized"
        let progress = RunProgress(epoch: 5, batch: 0, epochs: 10, batchesPerEpoch: 1)
        let step = try TrainingCatalogue.shipped.stepSettings(of: settings, progress: progress)
        #expect(step.replacement == .timeSteps(.renormalized))
    }

    /// Heads are there if the run is to have them, learn, and go with the network's checkpoint; a file without
    /// them is taken, too.
    @Test func headsLearn() throws {
        var configuration = RunConfiguration()
        (configuration.data.size, configuration.data.timeStepCount) = (8, 4)
        let plain = try configuration.makeNetwork(classCount: 3)
        #expect(plain.lossParameters.isEmpty)
        configuration.sliding.strategy = "time-step-mixup"
        #expect(try configuration.makeNetwork(classCount: 3).lossParameters.isEmpty)
        for assignment in ["loss.mixup_heads=true", "loss.modality_weight=1", "loss.mix_ratio_weight=5"] {
            try configuration.assign(assignment)
        }
        let network = try configuration.makeNetwork(classCount: 3)
        #expect(
            network.lossParameters.map(\.name) == [
                "modality_head.weight", "modality_head.bias", "mix_ratio_head.weight", "mix_ratio_head.bias",
            ])
        #expect(network.lossParameters[0].value.count == network.alignedFeatureCount)
        // The rest is drawn as without.
        for (a, b) in zip(plain.parameters, network.parameters) { #expect(a.value.values == b.value.values) }

        let batch = Batch(timeStepCount: 4, capacity: 8, size: 8)
        var random = RandomSource(seed: 6)
        for index in 0..<batch.eventFrames.count {
            batch.eventFrames.pointer[index] = Float(max(0, random.below(6) - 2))
        }
        for index in 0..<batch.images.count { batch.images.pointer[index] = random.uniform(0, 1) }
        let step = TrainingStep(network: network, streams: .both, batchSize: 8, seed: 1)
        step.prepare()
        let progress = RunProgress(epoch: 8, batch: 0, epochs: 10, batchesPerEpoch: 1)
        var settings = try TrainingCatalogue.shipped.stepSettings(of: configuration, progress: progress)
        settings.learningRate = 0.01
        let losses = try (0..<60).map { index in
            try step.run(batch, settings: settings, optimizerStep: index)
        }
        func mean(_ series: MetricSeries, _ range: Range<Int>) throws -> Double {
            try range.reduce(0) { $0 + (try #require(losses[$1].loss[series])) } / Double(range.count)
        }
        for series in [ModalityGuidance.loss, MixRatioPerception.loss] {
            let (first, last) = (try mean(series, 0..<10), try mean(series, 50..<60))
            #expect(last < 0.8 * first, "\(series.rawValue): \(first), then \(last)")
        }
        let shares = losses.compactMap(\.eventShare)
        #expect(shares.count == 60)
        #expect(abs(shares.reduce(0, +) / 60 - settings.replacementProbability) < 0.1)

        let file = FileManager.default.temporaryDirectory.appendingPathComponent("mixup-\(UUID()).safetensors")
        defer { try? FileManager.default.removeItem(at: file) }
        try SafetensorsWriter.write(network.stateEntries(), to: file)
        let other = try configuration.makeNetwork(classCount: 3)
        try other.loadState(from: SafetensorsFile(contentsOf: file))
        #expect(other.lossParameters[0].value.values == network.lossParameters[0].value.values)
        try SafetensorsWriter.write(plain.stateEntries(), to: file)
        try other.loadState(from: SafetensorsFile(contentsOf: file))
        #expect(other.parameters[0].value.values == plain.parameters[0].value.values)
    }
}
