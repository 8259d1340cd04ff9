import Tensors
import Testing

@testable import Training

/// Labels of mixed recordings in the losses.
@Suite struct LabelMixTests {
    private let labels = [0, 2, 1]
    private let mix = LabelMix(partners: [1, 2, 3], ownShares: [0.7, 0.4, 0])

    private func logits() -> [Float] {
        var random = RandomSource(seed: 12)
        return (0..<12).map { _ in random.uniform(-2, 2) }
    }

    private static let criteria: [Criterion] = [
        .crossEntropy(labelSmoothing: 0), .crossEntropy(labelSmoothing: 0.1), .meanSquaredError, .mix,
    ]

    @Test(arguments: criteria) func gradientsAreDerivatives(criterion: Criterion) {
        let outputs = logits()
        var gradient = [Float](repeating: 0, count: 12)
        _ = criterion.value(outputs, labels: labels, mix: mix, classCount: 4, weight: 1, gradient: &gradient)
        for index in outputs.indices {
            func value(_ step: Float) -> Double {
                var moved = outputs
                moved[index] += step
                return criterion.value(moved, labels: labels, mix: mix, classCount: 4, weight: 1, gradient: nil)
            }
            let slope = (value(0.01) - value(-0.01)) / 0.02
            #expect(abs(slope - Double(gradient[index])) < 1e-4, "output \(index)")
        }
    }

    @Test(arguments: criteria) func sharesOfOneClassChangeNoBit(criterion: Criterion) {
        let outputs = logits()
        func evaluate(_ labels: [Int], _ mix: LabelMix?) -> (Double, [Float]) {
            var gradient = [Float](repeating: 0, count: 12)
            let value = criterion.value(
                outputs, labels: labels, mix: mix, classCount: 4, weight: 0.3, gradient: &gradient)
            return (value, gradient)
        }
        let plain = evaluate(labels, nil)
        let alone = evaluate(labels, LabelMix(partners: [3, 3, 3], ownShares: [1, 1, 1]))
        #expect(plain.0 == alone.0 && plain.1 == alone.1)
        // What is mixed in whole is the label.
        let other = evaluate([3, 0, 0], LabelMix(partners: labels, ownShares: [0, 0, 0]))
        #expect(abs(plain.0 - other.0) < 1e-12 && zip(plain.1, other.1).allSatisfy { abs($0 - $1) < 1e-7 })
    }

    @Test func crossEntropyIsSharedLikeTheLabel() {
        let outputs = logits()
        let criterion = Criterion.crossEntropy(labelSmoothing: 0.1)
        func value(_ labels: [Int], _ mix: LabelMix?) -> Double {
            criterion.value(outputs, labels: labels, mix: mix, classCount: 4, weight: 1, gradient: nil)
        }
        let shares = LabelMix(partners: [1, 0, 3], ownShares: [0.25, 0.25, 0.25])
        let expected = 0.25 * value(labels, nil) + 0.75 * value(shares.partners, nil)
        #expect(abs(value(labels, shares) - expected) < 1e-12)
    }

    @Test func anAnswerIsRightByItsShare() {
        let outputs = Tensor([1, 3, 4])
        for (index, value) in logits().enumerated() { outputs.pointer[index] = value }
        let answers = (0..<3).map { Accuracy.answer(outputs.pointer + 4 * $0, classCount: 4) }
        let others = answers.map { ($0 + 1) % 4 }
        #expect(Accuracy.share(outputs, labels: answers) == 1 && Accuracy.share(outputs, labels: others) == 0)
        let mix = LabelMix(partners: others, ownShares: [1, 0.25, 0])
        #expect(abs(Accuracy.share(outputs, labels: answers, mix: mix) - 1.25 / 3) < 1e-12)
    }

    @Test func lossesOverTimeTakeTheMix() {
        let outputs = Tensor([2, 3, 4])
        for (index, value) in (logits() + logits().reversed()).enumerated() { outputs.pointer[index] = value }
        let gradient = Tensor(outputs.shape)
        let loss = TemporalEfficientTrainingLoss(
            criterion: .crossEntropy(labelSmoothing: 0), regularizationWeight: 0.1, threshold: 0.5)
        func evaluate() -> Double {
            gradient.fill(0)
            return loss.value(
                outputs, labels: labels, mix: mix, criterionWeights: [0.5, 1], distanceWeights: [1, 0.5], scale: 1,
                gradient: gradient
            ).loss
        }
        func evaluateMean() -> Double {
            gradient.fill(0)
            return MeanOutputLoss.value(
                outputs, labels: labels, mix: mix, criterion: .meanSquaredError, scale: 1, gradient: gradient)
        }
        for evaluate in [evaluate, evaluateMean] {
            _ = evaluate()
            let derivatives = (0..<24).map { gradient.pointer[$0] }
            for index in 0..<24 {
                let before = outputs.pointer[index]
                outputs.pointer[index] = before + 0.01
                let up = evaluate()
                outputs.pointer[index] = before - 0.01
                let down = evaluate()
                outputs.pointer[index] = before
                #expect(abs((up - down) / 0.02 - Double(derivatives[index])) < 1e-4, "output \(index)")
            }
        }
    }
}
