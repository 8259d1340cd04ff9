import Foundation
import Tensors
import Testing
import Training

@Suite("Alignment measures") struct AlignmentMeasureTests {
    @Test(arguments: AlignmentMeasureCatalogue.all.map(\.name)) func slopesAreThoseOfTheDistance(
        name: String
    ) throws {
        let measure = try #require(AlignmentMeasureCatalogue.all.first { $0.name == name })
        let (timeSteps, batchSize, width) = (2, 5, 3)
        let evaluator = measure.makeEvaluator(
            timeStepCount: timeSteps, batchSize: batchSize, width: width)
        let feature = Tensor([2 * timeSteps, batchSize, width])
        var random = RandomSource(seed: 3)
        for index in 0..<feature.count { feature.pointer[index] = random.uniform(-1, 1) }
        let scales = [0.75, -2]
        func value() -> Double {
            zip(scales, evaluator.distances(feature)).reduce(0) { $0 + $1.0 * $1.1 }
        }
        let (here, hasMedian) = (value(), ["mmd-rbf", "rbf-cka"].contains(name))
        let gradient = Tensor(feature.shape)
        evaluator.writeGradient(scales: scales, of: feature, into: gradient)
        for index in 0..<feature.count {
            // Steps small enough that hardly ever two distances become the median on the way.
            let step: Float = hasMedian ? 1 / 4096 : 1 / 256
            let old = feature.pointer[index]
            feature.pointer[index] = old + step
            let above = value()
            feature.pointer[index] = old - step
            let below = value()
            feature.pointer[index] = old
            let found = Double(gradient.pointer[index])
            if hasMedian {
                // Another distance may be the median on the way there: then it is the slope of one of both sides.
                let sides = [(above - here) / Double(step), (here - below) / Double(step)].sorted()
                #expect(
                    sides[0] - 2e-3 < found && found < sides[1] + 2e-3, "\(index): \(found), sides \(sides)")
            } else {
                #expect(abs((above - below) / Double(2 * step) - found) < 2e-3, "\(index)")
            }
        }
    }

    @Test func equalMeansAreNoDistanceApart() {
        let evaluator = MeanDifferenceMeasure().makeEvaluator(timeStepCount: 1, batchSize: 2, width: 2)
        // Static: (1, 2), (3, 4); events: (3, 4), (1, 2), and then moved by (1, 0).
        let feature = Tensor([2, 2, 2], [1, 2, 3, 4, 3, 4, 1, 2])
        #expect(evaluator.distances(feature) == [0])
        for sample in 0..<2 { feature.pointer[4 + 2 * sample] += 1 }
        #expect(evaluator.distances(feature) == [0.5])
    }

    /// What the public code of R2ETL gives, which divides by nothing where ours divides by the width.
    static let recorded: [(String, RecordedSDSTL.Measure, ownFactor: Double, isSimilarity: Bool)] = [
        ("debiased-cka", RecordedSDSTL.debiasedCKA, 1, true),
        ("rbf-cka", RecordedSDSTL.radialCKA, 1, true),
        ("mean-difference", RecordedSDSTL.meanDifference, 3, false),
        ("squared-error", RecordedSDSTL.squaredError, 1, false),
        ("mmd-rbf", RecordedSDSTL.radialDiscrepancy, 1, false),
    ]

    @Test(arguments: recorded.map(\.0)) func agreesWithThePublicCode(name: String) throws {
        let (_, expected, factor, isSimilarity) = try #require(Self.recorded.first { $0.0 == name })
        let measure = try #require(AlignmentMeasureCatalogue.all.first { $0.name == name })
        let evaluator = measure.makeEvaluator(timeStepCount: 1, batchSize: 5, width: 3)
        let feature = Tensor(
            [2, 5, 3], RecordedSDSTL.made(15, seed: 1) + RecordedSDSTL.made(15, seed: 2))
        let distance = evaluator.distances(feature)[0]
        #expect(abs((isSimilarity ? 1 - distance : distance * factor) - expected.value) < 2e-6)
        let gradient = Tensor(feature.shape)
        evaluator.writeGradient(scales: [isSimilarity ? -1 : factor], of: feature, into: gradient)
        for (found, slope) in zip(gradient.values, expected.slopesOfX + expected.slopesOfY) {
            #expect(abs(Double(found) - slope) < 5e-6, "\(found), expected \(slope)")
        }
    }

    /// R2ETL's loss of the features: each time step's CKA.
    @Test func featuresAreAlignedAsInThePublicCode() {
        let (x, y) = (RecordedSDSTL.made(30, seed: 5), RecordedSDSTL.made(30, seed: 6))
        // There [B, T, width], here [2T, B, width].
        func there(_ index: Int) -> Int { (index / 3 % 5) * 6 + index / 15 * 3 + index % 3 }
        let feature = Tensor([4, 5, 3], (0..<30).map { x[there($0)] } + (0..<30).map { y[there($0)] })
        let evaluator = LinearCKAMeasure().makeEvaluator(timeStepCount: 2, batchSize: 5, width: 3)
        let distances = evaluator.distances(feature)
        #expect(abs((distances[0] + distances[1]) / 2 - RecordedSDSTL.features.value) < 2e-6)
        let gradient = Tensor(feature.shape)
        evaluator.writeGradient(scales: [0.5, 0.5], of: feature, into: gradient)
        for index in 0..<30 {
            let expected = (
                RecordedSDSTL.features.slopesOfX[there(index)],
                RecordedSDSTL.features.slopesOfY[there(index)]
            )
            #expect(abs(Double(gradient.pointer[index]) - expected.0) < 2e-6)
            #expect(abs(Double(gradient.pointer[30 + index]) - expected.1) < 2e-6)
        }
    }

    /// R2ETL's loss of the encoder: CKA of spikes summed over time, whose slope is that of each of them.
    @Test func spikesAreAlignedAsInThePublicCode() {
        func counts(_ seed: Int, _ threshold: Float) -> [Float] {
            let spikes = RecordedSDSTL.made(60, seed: seed).map { $0 > threshold ? Float(1) : 0 }
            return (0..<20).map { (place: Int) -> Float in
                let first = place / 4 * 12 + place % 4
                return spikes[first] + spikes[first + 4] + spikes[first + 8]
            }
        }
        let (x, y) = (Tensor([5, 4], counts(3, 0)), Tensor([5, 4], counts(4, 0.2)))
        let cka = LinearCKA(batchSize: 5)
        #expect(
            abs(1 - cka.value(x.pointer, width: 4, y.pointer, width: 4) - RecordedSDSTL.encoder.value)
                < 2e-6)
        for (features, side, expected) in [
            (x, LinearCKA.Side.x, RecordedSDSTL.encoder.slopesOfX),
            (y, .y, RecordedSDSTL.encoder.slopesOfY),
        ] {
            let gradient = Tensor([5, 4])
            cka.writeGradient(scale: -1, of: features.pointer, width: 4, side, into: gradient.pointer)
            for index in 0..<60 {
                let found = gradient.pointer[index / 12 * 4 + index % 4]
                #expect(abs(Double(found) - expected[index]) < 2e-6)
            }
        }
    }

    @Test func discrepancyIsZeroForTheSameSamplesInAnyOrder() {
        let evaluator = RadialDiscrepancyMeasure().makeEvaluator(
            timeStepCount: 1, batchSize: 2, width: 1)
        let feature = Tensor([2, 2, 1], [0, 1, 1, 0])
        #expect(abs(evaluator.distances(feature)[0]) < 1e-12)
        // 0, 1 against 2, 3: squared distances 1, 1, 4, 4, 1, 9 twice and four zeros, of which the lower median is 1.
        for place in 2..<4 { feature.pointer[place] = Float(place) }
        func kernel(_ squared: Double) -> Double { exp(-squared / (2 + 1e-7)) }
        let within = (2 + 2 * kernel(1)) / 4
        let between = (2 * kernel(4) + kernel(1) + kernel(9)) / 4
        #expect(abs(evaluator.distances(feature)[0] - (2 * within - 2 * between)) < 1e-6)
    }

    @Test func fewerThanFourSamplesSayNothingWithoutTheDiagonal() {
        let evaluator = DebiasedCKAMeasure().makeEvaluator(timeStepCount: 1, batchSize: 3, width: 1)
        let (feature, gradient) = (Tensor([2, 3, 1], [1, 2, 3, 3, 1, 2]), Tensor([2, 3, 1]))
        gradient.fill(7)
        #expect(evaluator.distances(feature) == [1])
        evaluator.writeGradient(scales: [1], of: feature, into: gradient)
        #expect(gradient.values.allSatisfy { $0 == 0 })
    }
}
