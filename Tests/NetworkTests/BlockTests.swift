@testable import Network
import Tensors
import Testing

@Suite struct BlockTests {
    /// What is summed in parts is summed in parts that the layer alone decides.
    @Test func gradientBlocksDependOnTheLayerAlone() {
        let shape = ActivationShape(
            streamCount: 1, timeStepCount: 1, batchSize: 2, height: 4, width: 4, channels: 512)
        let large = Convolution(name: "c", inputChannels: 512, outputChannels: 512)
        let small = Convolution(name: "c", inputChannels: 512, outputChannels: 8)
        #expect(PlainConvolution(layer: large, input: shape, images: 2).gradientBlocks == 2)
        #expect(PlainConvolution(layer: small, input: shape, images: 2).gradientBlocks == 16)
    }
}
