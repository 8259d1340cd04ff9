import Configuration
import Data
import Foundation
import Messages
import Network
import Tensors
import Testing
import TestSupport

@testable import Training

/// Training that goes on from a checkpoint gives the bits of training that never stopped, whatever the network is made of.
@Suite(.serialized) struct ResumeNetworkTests {
    @Test(arguments: ["residual", "parametric", "scnn", "nmnist", "mini-single"])
    func aCheckpointGoesOnBitForBit(name: String) throws {
        let model: any NetworkModel =
            ["residual", "parametric"].contains(name)
            ? SmallResidualNetwork() : try #require(ModelCatalogue.named(name))
        let streams: StreamUse = model.heads == .single ? .eventsOnly : .both
        var configuration = SpikingNetwork.Configuration(classCount: 4, timeStepCount: 3, size: 16)
        if name == "parametric" {
            (configuration.neuron.dynamics, configuration.neuron.trainsThreshold) = (.parametric(weight: 0), true)
        }
        if name == "nmnist" { configuration.dropout = 0.5 }
        func made(_ seed: UInt64) -> TrainingStep {
            let network = model.make(configuration, seed: seed)
            // Each optimizer by turns: what it remembers goes on with the weights.
            let optimizers = OptimizerCatalogue.all
            let kind = optimizers[name.count % optimizers.count]
            let step = TrainingStep(
                network: network, streams: streams, batchSize: 4, seed: 7, optimizer: kind.make(network.parameters))
            step.prepare()
            return step
        }
        let whole = made(1)
        for index in 0..<4 { try train(whole, index) }

        let first = made(1)
        for index in 0..<2 { try train(first, index) }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())")
        defer { try? FileManager.default.removeItem(at: folder) }
        try Checkpoint(
            optimizerStep: 2, epoch: 0, configuration: RunConfiguration(), editCount: 0, bestValidationAccuracy: nil,
            bestEpoch: nil, endedEpochs: 0
        ).write(to: folder, network: first.network, optimizer: first.optimizer)
        let second = made(2)
        _ = try Checkpoint.restore(folder, network: second.network, optimizer: second.optimizer)
        for index in 2..<4 { try train(second, index) }
        for (left, right) in zip(whole.network.parameters, second.network.parameters) {
            #expect(memcmp(left.value.pointer, right.value.pointer, 4 * left.value.count) == 0, "\(left.name)")
        }
        for (left, right) in zip(whole.network.buffers, second.network.buffers) {
            #expect(left.tensor.values == right.tensor.values, "\(left.name)")
        }
    }

    private func train(_ step: TrainingStep, _ index: Int) throws {
        let batch = Batch(timeStepCount: 3, capacity: 4, size: 16)
        var random = RandomSource(seed: 2).split("batch", index)
        for index in 0..<batch.eventFrames.count { batch.eventFrames[index] = Float(max(0, random.below(6) - 3)) }
        for index in 0..<batch.images.count { batch.images[index] = random.uniform(0, 1) }
        let outcome = try step.run(
            batch,
            settings: .init(
                loss: .init(), learningRate: 1e-2, weightDecay: 0.01, clipNorm: 0, replacementProbability: 0.5),
            optimizerStep: index)
        #expect(outcome.loss.total.isFinite)
    }
}
