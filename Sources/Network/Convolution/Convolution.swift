import Tensors

/// Convolution without bias, all images of both streams at once.
///
/// Shapes: input [N, H, W, Cin], output [N, H', W', Cout]; weight [k·k·Cin, Cout]. The work is done by one of the methods
/// beside this file, chosen for each of the three passes by shape and by the density of the input (`ConvolutionMethod`).
public final class Convolution: Layer {
    public let name: String
    public let weight: Parameter
    public let inputChannels: Int
    public let outputChannels: Int
    public let kernel: Int
    public let padding: Int
    /// Pixels of the input from one of the output to the next.
    public let stride: Int
    /// How the weight is drawn.
    public let initialization: WeightInitialization

    public init(
        name: String, inputChannels: Int, outputChannels: Int, kernel: Int = 3, padding: Int = 1, stride: Int = 1,
        initialization: WeightInitialization = .uniformByFanIn
    ) {
        self.name = name
        (self.inputChannels, self.outputChannels) = (inputChannels, outputChannels)
        (self.kernel, self.padding, self.stride) = (kernel, padding, stride)
        self.initialization = initialization
        weight = Parameter(
            name: "\(name).weight", shape: [kernel * kernel * inputChannels, outputChannels],
            layout: .convolution(out: outputChannels, in: inputChannels, kernel: kernel))
    }

    public var parameters: [Parameter] { [weight] }
    public var randomLabel: StaticString { "convolution" }

    public func drawWeights(_ random: inout RandomSource) {
        let taps = kernel * kernel
        weight.draw(initialization, fanIn: taps * inputChannels, fanOut: taps * outputChannels, &random)
    }

    public func outputShape(for input: ActivationShape) -> ActivationShape {
        input.with(
            height: (input.height + 2 * padding - kernel) / stride + 1,
            width: (input.width + 2 * padding - kernel) / stride + 1, channels: outputChannels)
    }

    public func makeTrace(input: Activation, planner: TracePlanner) -> any LayerTrace {
        ConvolutionTrace(layer: self, input: input, planner: planner)
    }

    public func forward(_ input: Activation, trace: any LayerTrace) {
        let trace = trace.own(ConvolutionTrace.self)
        trace.usesForwardMemory()
        convolve(input, trace, space: trace.forwardSpace, measures: true)
    }

    public func restoreOutput(_ input: Activation, trace: any LayerTrace) {
        let trace = trace.own(ConvolutionTrace.self)
        guard trace.usesRestoredMemory() else { return }
        convolve(input, trace, space: trace.restoringSpace, measures: false)
    }

    public func backward(_ input: Activation, trace: any LayerTrace, inputGradient: UnsafeMutablePointer<Float>?) {
        let trace = trace.own(ConvolutionTrace.self)
        trace.profile.measure(.init(layer: trace.layer, phase: .weightGradient)) {
            addWeightGradient(input, trace, space: trace.backwardSpace)
        }
        guard let inputGradient else { return }
        trace.profile.measure(.init(layer: trace.layer, phase: .inputGradient)) {
            writeInputGradient(inputGradient, input, trace, space: trace.backwardSpace)
        }
    }

    private func addWeightGradient(_ input: Activation, _ trace: ConvolutionTrace, space: UnsafeMutableRawPointer) {
        let gradient = weight.gradient.pointer
        let method = trace.choice.weightGradient(input)
        trace.used.weightGradient = method
        switch method {
        case .plain:
            trace.plain.addWeightGradient(input, outputGradient: trace.outputGradient, to: gradient, space: space)
        case .sparse:
            trace.sparse.addWeightGradient(input, outputGradient: trace.outputGradient, to: gradient, space: space)
        case .winograd4, .winograd6:
            trace.winogradGradient?.add(input, outputGradient: trace.outputGradient, to: gradient, space: space)
        }
    }

    private func writeInputGradient(
        _ inputGradient: UnsafeMutablePointer<Float>, _ input: Activation, _ trace: ConvolutionTrace,
        space: UnsafeMutableRawPointer
    ) {
        trace.used.inputGradient = trace.choice.inputGradient
        switch trace.choice.inputGradient {
        case .plain:
            trace.plain.writeInputGradient(
                inputGradient, outputGradient: trace.outputGradient, weight: weight.value.pointer,
                images: input.imageCount, space: space)
        case .sparse, .winograd4, .winograd6:
            trace.winogradBackward?.run(
                trace.outputGradient, .dense, weight: weight.value.pointer, into: inputGradient,
                images: input.imageCount, space: space)
        }
    }

    private func convolve(
        _ input: Activation, _ trace: ConvolutionTrace, space: UnsafeMutableRawPointer, measures: Bool
    ) {
        let output = trace.output
        let method = trace.choice.forward(input)
        trace.used.forward = method
        trace.used.density = input.density
        let moments = measures && trace.measures ? output.moments : nil
        moments?.clear(output)
        switch method {
        case .plain:
            trace.plain.run(input, weight: weight.value.pointer, into: output.floats, space: space) { image in
                moments?.add(image, of: output)
            }
        case .winograd4, .winograd6:
            trace.winogradForward?.run(
                input.pointer, input.storage, weight: weight.value.pointer, into: output.floats,
                images: input.imageCount, space: space
            ) { image in
                moments?.add(image, of: output)
            }
        case .sparse:
            trace.sparse.run(
                input, weight: weight.value.pointer, into: output.floats, moments: moments, space: space)
        }
        moments?.areFresh = true
        output.activeCount = nil
    }
}

extension Activation.Moments {
    func clear(_ activation: Activation) {
        let count = activation.imageCount * activation.shape.channels
        sums.doubles.update(repeating: 0, count: count)
        squares.doubles.update(repeating: 0, count: count)
    }

    /// Those of one image of a dense activation.
    func add(_ image: Int, of activation: Activation) {
        let (shape, row) = (activation.shape, image * activation.shape.channels)
        channel_moments(
            activation.floats(image: image), shape.height * shape.width, Int32(shape.channels), sums.doubles + row,
            squares.doubles + row)
    }
}
