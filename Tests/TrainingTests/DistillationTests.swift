import Configuration
import Data
import Foundation
import Network
import Tensors
import TestSupport
import Testing

@testable import Training

@Suite("Distillation") struct DistillationTests {
    /// Worked out by hand: shares of the teacher 1/4, 3/4 at τ 1; of the student 1/2, 1/2, or 1/3, 2/3 at τ 2.
    @Test func distanceOfTwoClasses() {
        let teacher = Tensor([1, 2], [0, log(Float(3))])
        func value(_ outputs: [Float], _ temperature: Double) -> (Double, [Float]) {
            let gradient = Tensor([1, 1, 2])
            let value = Distillation.value(
                of: Tensor([1, 2], outputs), from: teacher, temperatures: (teacher: 1, student: temperature), weight: 1,
                gradient: gradient)
            return (value, gradient.values)
        }
        let (even, slopes) = value([5, 5], 1)
        #expect(abs(even - (0.25 * log(0.5) + 0.75 * log(1.5))) < 1e-7)
        #expect(abs(slopes[0] - 0.25) < 1e-6 && abs(slopes[1] + 0.25) < 1e-6)
        let (soft, softSlopes) = value([0, 2 * log(Float(2))], 2)
        #expect(abs(soft - (0.25 * log(0.75) + 0.75 * log(1.125))) < 1e-7)
        #expect(abs(softSlopes[0] - Float(1.0 / 12 / 2)) < 1e-6)
        #expect(abs(value([0, log(Float(3))], 1).0) < 1e-9)
    }

    /// A teacher answers as an evaluation of its network would, of events or of images at every time step.
    @Test(arguments: TeacherInput.allCases) func teachersAnswerAsEvaluated(input: TeacherInput) throws {
        let (network, batch) = (try Self.configuration().makeNetwork(classCount: 3), Self.batch())
        let frames: Tensor
        switch input {
        case .events: frames = batch.eventFrames
        case .images:
            frames = Tensor(batch.eventFrames.shape)
            for t in 0..<2 {
                (frames.pointer + t * batch.images.count).update(from: batch.images.pointer, count: batch.images.count)
            }
        }
        let expected = Evaluation(network: network, batchSize: 4).meanLogits(of: frames)
        let found = Teacher(network, sees: input, batchSize: 4).logits(for: batch)
        for (a, b) in zip(found.values, expected.values) { #expect(abs(a - b) < 1e-5) }
    }

    /// A step asks its teacher, tells the distance, phases it out, and is the same step without a weight.
    @Test func stepsAskTheTeacher() throws {
        let batch = Self.batch()
        let teacher = try Self.configuration("training.seed=9").makeNetwork(classCount: 3)
        func step(_ assignments: String..., probability: Double = 0.25, asks: Bool = true) throws -> TransferLoss.Value
        {
            let configuration = try Self.configuration()
            var edited = configuration
            for assignment in assignments { try edited.assign(assignment) }
            let step = TrainingStep(
                network: try configuration.makeNetwork(classCount: 3), streams: .both, batchSize: 4, seed: 1,
                teacher: asks ? Teacher(teacher, sees: .events, batchSize: 4) : nil)
            step.prepare()
            var settings = TrainingStep.Settings(
                loss: try edited.transferLoss(), learningRate: 0.01, weightDecay: 0, clipNorm: 0,
                replacementProbability: probability, settings: edited)
            settings.settings = edited
            _ = try step.run(batch, settings: settings, optimizerStep: 0)
            return try step.run(batch, settings: settings, optimizerStep: 1).loss
        }
        let plain = try step(asks: false)
        #expect(try step().total == plain.total)
        #expect(plain[Distillation.distance] == nil)
        let constant = try step("loss.distillation_weight=2")
        #expect(try #require(constant[Distillation.distance]) > 0)
        #expect(constant[Distillation.weightNow] == 2)
        let phased = try step("loss.distillation_weight=2", "loss.distillation_phase=phased")
        #expect(phased[Distillation.weightNow] == 1.5)
        // Without anybody to ask there is nothing to learn from.
        #expect(try step("loss.distillation_weight=2", asks: false).total == plain.total)
    }

    private static func configuration(_ assignments: String...) throws -> RunConfiguration {
        var configuration = RunConfiguration()
        for assignment in ["data.size=8", "data.time_steps=2"] + assignments { try configuration.assign(assignment) }
        return configuration
    }

    private static func batch() -> Batch {
        let batch = Batch(timeStepCount: 2, capacity: 4, size: 8)
        var random = RandomSource(seed: 6)
        for index in 0..<batch.eventFrames.count {
            batch.eventFrames.pointer[index] = Float(max(0, random.below(6) - 2))
        }
        for index in 0..<batch.images.count { batch.images.pointer[index] = random.uniform(0, 1) }
        return batch
    }
}
