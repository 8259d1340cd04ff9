import Configuration
import Foundation
import Network
import Tensors
import TestSupport
import Testing

@testable import Training

/// Terms that come on top of the method's own.
@Suite("Added loss terms") struct AdditionTests {
    @Test func everyOneHasItsSlopesChecked() {
        let names = Set(LossTermCatalogue.all.filter(\.isAddition).map(\.name))
        #expect(names == Set(AdditionCases.all.map(\.term)))
    }

    /// Off by default: no value, no curve, no slope, and none of the colors of the curves before them is another.
    @Test func theyAreOffUntilAsked() throws {
        let (loss, network, trace) = try Self.evaluated([])
        let plain = TransferLoss(trace: trace, terms: LossTermCatalogue.all.filter { !$0.isAddition })
        network.clearGradients()
        let value = plain.evaluate(
            network: network, labels: [0, 1, 2, 1],
            configuration: try RunConfiguration().transferLoss())
        #expect(value.total == loss.total)
        #expect(value.points.map(\.series) == loss.points.map(\.series))

        var fewer = TrainingCatalogue.shipped
        fewer.losses.removeAll(where: \.isAddition)
        let (all, before) = (
            TrainingCatalogue.shipped.description.curveColors, fewer.description.curveColors
        )
        for (series, color) in before { #expect(all[series] == color, "\(series.rawValue)") }
    }

    @Test func spikePenaltyIsTheMeanSquareOfTheRates() throws {
        let (loss, _, trace) = try Self.evaluated([
            "loss.spike_rate_weight=2", "loss.spike_rate_target=0",
        ])
        let rates = trace.eventSpikeStatistics().map(\.meanRate)
        #expect(rates.contains { $0 > 0 })
        let expected = rates.reduce(0) { $0 + $1 * $1 } / Double(rates.count)
        #expect(abs(try #require(loss[SpikeRatePenalty.penalty]) - expected) < 1e-9)
        let (plain, _, _) = try Self.evaluated([])
        #expect(abs(loss.total - plain.total - 2 * expected) < 1e-9)
        let (above, _, quiet) = try Self.evaluated([
            "loss.spike_rate_weight=2", "loss.spike_rate_target=1",
        ])
        #expect(above[SpikeRatePenalty.penalty] == 0)
        #expect(quiet.neuronTraces.count == 2)
    }

    /// Recorded of R2ETL's public code, run on a weight [2, 3]: λ, δ, slopes.
    @Test(arguments: [
        (
            1e-5, 0.5,
            [
                -6.36982077e-06, 3.55632687e-06, 5.58782722e-06, 1.44366982e-06, -8.79559047e-06,
                -5.91376283e-06,
            ]
        ),
        (
            0.01, 0.8,
            [-0.00499861315, 0.00283370866, 0.00438326132, 0.00123773294, -0.00698795589, -0.00463826582]
        ),
    ])
    func temporalDecayIsThatOfThePublicCode(weight: Double, rate: Double, slopes: [Double]) {
        let weights = Tensor([2, 3], RecordedSDSTL.made(6, seed: 7))
        let gradient = Tensor([2, 3])
        let value = TemporalWeightDecay.value(
            weights, fading: (0..<4).map { Float(exp(rate * Double($0)) - 1) }, epsilon: 1e-5,
            scale: Float(weight),
            gradient: gradient)
        for (found, slope) in zip(gradient.values, slopes) {
            #expect(abs(Double(found) - slope) < 2e-5 * abs(slope), "\(found), expected \(slope)")
        }
        // The whole loss there, 1.04182959, less that with λ = 0, 1.03340256.
        if weight == 0.01 { #expect(abs(weight * value - 0.00842703) < 3e-7) }
    }

    /// The criterion of temporal regularization: 1.03340256 of outputs [2, 4, 3] with η = 0.05.
    @Test func blendIsThatOfThePublicCode() {
        let made = RecordedSDSTL.made(24, seed: 9)
        // There [B, T, K], here [T, B, K].
        let logits = Tensor([4, 2, 3], (0..<24).map { made[($0 / 3 % 2) * 12 + $0 / 6 * 3 + $0 % 3] })
        let ones = [1.0, 1, 1, 1]
        let loss = TemporalEfficientTrainingLoss(
            criterion: .blend(labelSmoothing: 0, squaredErrorShare: 0.05), regularizationWeight: 0,
            threshold: 0.5
        ).value(
            logits, labels: [2, 0], criterionWeights: ones, distanceWeights: ones, scale: 1,
            gradient: Tensor(logits.shape))
        #expect(abs(loss.loss - 1.03340256) < 1e-6)
    }

    /// A forward pass of two streams through two layers, and its loss.
    static func evaluated(
        _ assignments: [String]
    ) throws -> (loss: TransferLoss.Value, network: SpikingNetwork, trace: NetworkTrace) {
        var settings = RunConfiguration()
        for assignment in assignments { try settings.assign(assignment) }
        let configuration = SpikingNetwork.Configuration(classCount: 3, timeStepCount: 3, size: 6)
        let network = SpikingNetwork(
            configuration: configuration,
            layers: convolutionalBody([.block(2, 8), .pool, .block(8, 8), .pool], configuration))
        var random = RandomSource(seed: 4)
        for parameter in network.parameters where parameter.isDecayed {
            for index in 0..<parameter.value.count { parameter.value[index] = random.uniform(-0.5, 0.5) }
        }
        let trace = NetworkTrace(network: network, purpose: .training, streamCount: 2, batchSize: 4)
        trace.allocate()
        for index in 0..<trace.input.count { trace.input.floats[index] = random.uniform(0, 2) }
        network.forward(trace)
        let loss = TransferLoss(trace: trace).evaluate(
            network: network, labels: [0, 1, 2, 1], configuration: try settings.transferLoss(),
            settings: settings)
        return (loss, network, trace)
    }
}
