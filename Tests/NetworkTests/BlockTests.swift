@testable import Network
import Tensors
import Testing

@Suite struct BlockTests {
    /// What is summed in parts is summed in parts that the layer alone decides.
    @Test func gradientBlocksDependOnTheLayerAlone() throws {
        let shape = ActivationShape(
            streamCount: 1, timeStepCount: 1, batchSize: 2, height: 4, width: 4, channels: 512)
        let planner = TracePlanner(purpose: .training, largestOutput: shape.count)
        let large = Convolution(name: "c", inputChannels: 512, outputChannels: 512)
        let small = Convolution(name: "c", inputChannels: 512, outputChannels: 8)
        #expect((large.makeTrace(input: shape, planner: planner) as? ConvolutionTrace)?.gradientBlocks == 2)
        #expect((small.makeTrace(input: shape, planner: planner) as? ConvolutionTrace)?.gradientBlocks == 16)
    }
}
