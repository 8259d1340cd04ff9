import Tensors

/// A first convolution with weights of its own for images and for event frames (R2ETL's separate input layers): one of twice
/// the input's channels, of which an image fills the first half and an event frame the second.
///
/// What is shown decides: event frames in a static stream go through the events' weights. With a single stream everything
/// does. Where the input holds an image for each sample of each group, the static stream's are taken for images.
public final class SeparateInput: Layer {
    public let convolution: Convolution
    /// Channels of the input.
    public let channels: Int

    /// - Parameter first: the convolution that it takes the place of.
    public init(of first: Convolution) {
        channels = first.inputChannels
        convolution = Convolution(
            name: first.name, inputChannels: 2 * first.inputChannels, outputChannels: first.outputChannels,
            kernel: first.kernel, padding: first.padding, stride: first.stride, initialization: first.initialization)
    }

    public var parameters: [Parameter] { convolution.parameters }
    public var randomLabel: StaticString { convolution.randomLabel }

    /// As wide as if each half were alone.
    public func drawWeights(_ random: inout RandomSource) {
        let taps = convolution.kernel * convolution.kernel
        convolution.weight.draw(
            convolution.initialization, fanIn: taps * channels, fanOut: taps * convolution.outputChannels, &random)
    }

    public func outputShape(for input: ActivationShape) -> ActivationShape { convolution.outputShape(for: input) }

    public func makeTrace(input: Activation, planner: TracePlanner) -> any LayerTrace {
        SeparateInputTrace(self, input: input, planner: planner)
    }

    public func forward(_ input: Activation, trace: any LayerTrace) {
        let trace = trace.own(SeparateInputTrace.self)
        let channels = channels
        eachPixel(of: input) { image, pixel, slot in
            let target = trace.wide.floats(image: image) + pixel * 2 * channels
            let source = input.floats(image: image) + pixel * channels
            for c in 0..<channels {
                target[slot * channels + c] = source[c]
                target[(1 - slot) * channels + c] = 0
            }
        }
        convolution.forward(trace.wide, trace: trace.inner)
    }

    public func restoreOutput(_ input: Activation, trace: any LayerTrace) {
        let trace = trace.own(SeparateInputTrace.self)
        convolution.restoreOutput(trace.wide, trace: trace.inner)
    }

    public func backward(_ input: Activation, trace: any LayerTrace, inputGradient: UnsafeMutablePointer<Float>?) {
        let trace = trace.own(SeparateInputTrace.self)
        convolution.backward(trace.wide, trace: trace.inner, inputGradient: trace.wideGradient)
        guard let inputGradient, let wide = trace.wideGradient else { return }
        let (channels, size) = (channels, input.shape.height * input.shape.width)
        eachPixel(of: input) { image, pixel, slot in
            let place = image * size + pixel
            for c in 0..<channels { inputGradient[place * channels + c] = wide[(2 * place + slot) * channels + c] }
        }
    }

    /// - Parameter body: the last argument is 0 for images, 1 for event frames.
    private func eachPixel(of input: Activation, _ body: (_ image: Int, _ pixel: Int, _ slot: Int) -> Void) {
        let (shape, isIdentity) = (input.shape, input.frames.isIdentity)
        let events = shape.timeStepCount * shape.batchSize
        WorkerPool.shared.run(over: input.imageCount, least: 8) { images in
            for image in images {
                // Shared images begin with the event stream's, others with the static stream's.
                let slot = shape.streamCount == 2 && isIdentity == (image < events) ? 0 : 1
                for pixel in 0..<shape.height * shape.width { body(image, pixel, slot) }
            }
        }
    }
}

/// What a pass through a `SeparateInput` remembers.
final class SeparateInputTrace: LayerTrace {
    /// The input with twice its channels.
    let wide: Activation
    let inner: any LayerTrace
    private let plannedGradient: PlannedMemory?

    init(_ layer: SeparateInput, input: Activation, planner: TracePlanner) {
        let shape = input.shape.with(
            height: input.shape.height, width: input.shape.width, channels: 2 * layer.channels)
        let count = input.imageCount * shape.featureCount
        wide = Activation(
            shape: shape, frames: input.frames, storage: .dense, memory: planner.floats(count, planner.throughBackward))
        inner = layer.convolution.makeTrace(input: wide, planner: planner)
        let isWanted = planner.goesBackward && (planner.layer > 0 || planner.firstLayerHasGradient)
        plannedGradient =
            isWanted ? planner.workSpace(bytes: count * MemoryLayout<Float>.stride, backward: true) : nil
    }

    var output: Activation { inner.output }
    var outputGradient: UnsafeMutablePointer<Float> { inner.outputGradient }
    var wideGradient: UnsafeMutablePointer<Float>? { plannedGradient?.floats }
    var profile: StepProfile? {
        get { inner.profile }
        set { inner.profile = newValue }
    }
}
