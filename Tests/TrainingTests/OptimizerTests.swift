import Configuration
import Network
import Tensors
import Testing
import Training

@Suite("Optimizers") struct OptimizerTests {
    /// Three steps by hand: momentum 0.9, decay 0.1 on a matrix, none on a vector.
    @Test(arguments: [false, true]) func momentum(looksAhead: Bool) {
        let matrix = Parameter(name: "m", shape: [1, 1], layout: .linear(out: 1, height: 1, width: 1, channels: 1))
        let vector = Parameter(name: "v", shape: [1])
        var settings = RunConfiguration()
        settings[SGD.nesterov] = looksAhead
        let sgd = SGD(parameters: [matrix, vector])
        var expected: [(weight: Double, buffer: Double)] = [(1, 0), (1, 0)]
        (matrix.value.pointer[0], vector.value.pointer[0]) = (1, 1)
        for gradient in [0.5, -0.25, 1] {
            for (place, parameter) in [matrix, vector].enumerated() {
                parameter.gradient.pointer[0] = Float(gradient)
                let decayed = 2 * gradient + (place == 0 ? 0.1 : 0) * expected[place].weight
                expected[place].buffer = 0.9 * expected[place].buffer + decayed
                let move = looksAhead ? decayed + 0.9 * expected[place].buffer : expected[place].buffer
                expected[place].weight -= 0.01 * move
            }
            sgd.update(
                OptimizerUpdate(learningRate: 0.01, weightDecay: 0.1, gradientScale: 2, settings: settings),
                isSkipped: { _ in false })
        }
        #expect(abs(Double(matrix.value.pointer[0]) - expected[0].weight) < 1e-6)
        #expect(abs(Double(vector.value.pointer[0]) - expected[1].weight) < 1e-6)
    }

    @Test(arguments: OptimizerCatalogue.all.map(\.name)) func whatHasNoGradientIsLeftAlone(name: String) throws {
        let kind = try #require(OptimizerCatalogue.all.first { $0.name == name })
        let parameters = ["a", "b"].map { Parameter(name: $0, shape: [2]) }
        for parameter in parameters { (parameter.value.pointer[0], parameter.gradient.pointer[0]) = (1, 1) }
        let optimizer = kind.make(parameters)
        #expect(optimizer.byteCount > 0)
        optimizer.update(OptimizerUpdate(learningRate: 0.1, weightDecay: 0)) { $0.name == "b" }
        #expect(parameters[0].value[0] < 1 && parameters[1].value[0] == 1)
    }
}
