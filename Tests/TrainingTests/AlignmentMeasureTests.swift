import Tensors
import Testing
import Training

@Suite("Alignment measures") struct AlignmentMeasureTests {
    @Test(arguments: AlignmentMeasureCatalogue.all.map(\.name)) func slopesAreThoseOfTheDistance(name: String) throws {
        let measure = try #require(AlignmentMeasureCatalogue.all.first { $0.name == name })
        let (timeSteps, batchSize, width) = (2, 4, 3)
        let evaluator = measure.makeEvaluator(timeStepCount: timeSteps, batchSize: batchSize, width: width)
        let feature = Tensor([2 * timeSteps, batchSize, width])
        var random = RandomSource(seed: 3)
        for index in 0..<feature.count { feature.pointer[index] = random.uniform(-1, 1) }
        let scales = [0.75, -2]
        func value() -> Double { zip(scales, evaluator.distances(feature)).reduce(0) { $0 + $1.0 * $1.1 } }
        _ = value()
        let gradient = Tensor(feature.shape)
        evaluator.writeGradient(scales: scales, of: feature, into: gradient)
        for index in 0..<feature.count {
            let (old, step) = (feature.pointer[index], Float(1) / 256)
            feature.pointer[index] = old + step
            let above = value()
            feature.pointer[index] = old - step
            let below = value()
            feature.pointer[index] = old
            let slope = (above - below) / Double(2 * step)
            #expect(abs(slope - Double(gradient.pointer[index])) < 2e-3, "\(index)")
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
}
