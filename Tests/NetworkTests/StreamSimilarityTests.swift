import Tensors
import Testing

@testable import Network

@Suite("Similarity of the streams") struct StreamSimilarityTests {
    /// The definition, by way of floats: features centered over the batch, kernels, inner products.
    private static func linearCKA(_ x: [ArraySlice<Float>], _ y: [ArraySlice<Float>]) -> Double {
        func kernel(_ rows: [ArraySlice<Float>]) -> [Double] {
            let rows = rows.map { $0.map(Double.init) }
            let means = rows[0].indices.map { column in rows.reduce(0) { $0 + $1[column] } / Double(rows.count) }
            let centered = rows.map { row in zip(row, means).map { $0 - $1 } }
            return centered.flatMap { one in centered.map { other in zip(one, other).reduce(0) { $0 + $1.0 * $1.1 } } }
        }
        let (x, y) = (kernel(x), kernel(y))
        func inner(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        return inner(x, y) / (inner(x, x).squareRoot() * inner(y, y).squareRoot() + 1e-7)
    }

    private func harness(channels: Int, batchSize: Int, timeSteps: Int) -> LayerHarness {
        let shape = ActivationShape(
            streamCount: 2, timeStepCount: timeSteps, batchSize: batchSize, height: 3, width: 5, channels: channels)
        return LayerHarness([Neuron(name: "n", configuration: .init(), normalization: nil)], shape)
    }

    @Test(arguments: [(3, 5, 4), (12, 8, 2), (16, 2, 7), (70, 6, 3)])
    func bitsGiveWhatFloatsGive(channels: Int, batchSize: Int, timeSteps: Int) throws {
        let harness = harness(channels: channels, batchSize: batchSize, timeSteps: timeSteps)
        var random = RandomSource(seed: 3)
        for index in 0..<harness.input.count { harness.input[index] = random.uniform(-1, 2.5) }
        harness.forward()
        let trace = try #require(harness.traces[0] as? NeuronTrace)
        let found = StreamSimilarity(layer: "n", spikes: trace.spikes).linearCKA
        let (values, size) = (harness.output.values, 15 * channels)
        func rows(group: Int) -> [ArraySlice<Float>] {
            (0..<batchSize).map { values[(group * batchSize + $0) * size..<(group * batchSize + $0 + 1) * size] }
        }
        #expect(found.count == timeSteps)
        for step in 0..<timeSteps {
            let expected = Self.linearCKA(rows(group: step), rows(group: timeSteps + step))
            #expect(abs(found[step] - expected) < 1e-9 && found[step] > 0)
        }
    }

    @Test func equalStreamsAreAlikeAndSilentOnesAreNot() throws {
        let harness = harness(channels: 9, batchSize: 4, timeSteps: 3)
        var random = RandomSource(seed: 4)
        let half = harness.input.count / 2
        for index in 0..<half {
            harness.input[index] = random.uniform(-1, 2.5)
            harness.input[half + index] = harness.input[index]
        }
        harness.forward()
        let trace = try #require(harness.traces[0] as? NeuronTrace)
        #expect(StreamSimilarity(layer: "n", spikes: trace.spikes).linearCKA.allSatisfy { abs($0 - 1) < 1e-6 })
        for index in half..<2 * half { harness.input[index] = -1 }
        harness.forward()
        #expect(StreamSimilarity(layer: "n", spikes: trace.spikes).linearCKA == [0, 0, 0])
    }
}
