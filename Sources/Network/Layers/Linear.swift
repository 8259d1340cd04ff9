import Tensors

/// A full connection: output = features · weightᵀ + bias, of every image.
///
/// Shapes: input [N, H, W, C] with F = H·W·C features an image; weight [K, F] in this program's H·W·C order; output
/// [N, 1, 1, K]. Products are shared among threads in blocks that the layer alone decides, so that no sum depends on the
/// number of threads.
public final class Linear: Layer {
    public let name: String
    public let weight: Parameter
    public let bias: Parameter
    public let outputCount: Int
    public let featureCount: Int
    /// How the weight is drawn; the bias is drawn by the number of features.
    public let initialization: WeightInitialization

    private static let outputsPerBlock = 64
    private static let featuresPerBlock = 1024

    public init(
        name: String, input: ActivationShape, outputCount: Int,
        initialization: WeightInitialization = .uniformByFanIn
    ) {
        (self.name, self.outputCount, self.initialization) = (name, outputCount, initialization)
        featureCount = input.featureCount
        weight = Parameter(
            name: "\(name).weight", shape: [outputCount, input.featureCount],
            layout: .linear(out: outputCount, height: input.height, width: input.width, channels: input.channels))
        bias = Parameter(name: "\(name).bias", shape: [outputCount])
    }

    public var parameters: [Parameter] { [weight, bias] }
    public var randomLabel: StaticString { "linear" }

    public func drawWeights(_ random: inout RandomSource) {
        weight.draw(initialization, fanIn: featureCount, fanOut: outputCount, &random)
        bias.draw(.uniformByFanIn, fanIn: featureCount, fanOut: outputCount, &random)
    }

    public func outputShape(for input: ActivationShape) -> ActivationShape {
        input.with(height: 1, width: 1, channels: outputCount)
    }

    public func makeTrace(input: Activation, planner: TracePlanner) -> any LayerTrace {
        LinearTrace(input: input, shape: outputShape(for: input.shape), planner: planner)
    }

    public func forward(_ input: Activation, trace: any LayerTrace) {
        let trace = trace.own(LinearTrace.self)
        let (rows, output) = (input.imageCount, trace.output.floats)
        let features = trace.features(of: input, backward: false)
        for row in 0..<rows {
            (output + row * outputCount).update(from: bias.value.pointer, count: outputCount)
        }
        Self.eachBlock(of: outputCount, size: Self.outputsPerBlock) { outputs in
            MatrixProduct.multiply(
                features, weight.value.pointer + outputs.lowerBound * featureCount,
                into: output + outputs.lowerBound, rows: rows, columns: outputs.count, inner: featureCount,
                transposesRight: true, accumulates: true, resultStride: outputCount)
        }
        trace.output.activeCount = nil
    }

    public func backward(_ input: Activation, trace: any LayerTrace, inputGradient: UnsafeMutablePointer<Float>?) {
        let trace = trace.own(LinearTrace.self)
        let (rows, gradient) = (input.imageCount, trace.outputGradient)
        let features = trace.features(of: input, backward: true)
        for row in 0..<rows { add_to(bias.gradient.pointer, gradient + row * outputCount, outputCount) }
        Self.eachBlock(of: featureCount, size: Self.featuresPerBlock) { block in
            MatrixProduct.multiply(
                gradient, features + block.lowerBound, into: weight.gradient.pointer + block.lowerBound,
                rows: outputCount, columns: block.count, inner: rows, transposesLeft: true, accumulates: true,
                rightStride: featureCount, resultStride: featureCount)
        }
        // After all of the features have been read, which may lie in the same place.
        guard let inputGradient else { return }
        Self.eachBlock(of: featureCount, size: Self.featuresPerBlock) { block in
            MatrixProduct.multiply(
                gradient, weight.value.pointer + block.lowerBound, into: inputGradient + block.lowerBound, rows: rows,
                columns: block.count, inner: outputCount, rightStride: featureCount, resultStride: featureCount)
        }
    }

    private static func eachBlock(of count: Int, size: Int, _ body: (Range<Int>) -> Void) {
        WorkerPool.shared.run(blocks: (count + size - 1) / size) { block in
            body(block * size..<min((block + 1) * size, count))
        }
    }
}

/// What a pass through a `Linear` remembers.
final class LinearTrace: LayerTrace {
    let output: Activation
    private let gradient: PlannedMemory?
    private let forwardSpace: PlannedMemory?
    private let backwardSpace: PlannedMemory?

    init(input: Activation, shape: ActivationShape, planner: TracePlanner) {
        let count = input.imageCount * shape.featureCount
        output = Activation(
            shape: shape, frames: input.frames, storage: .dense, memory: planner.floats(count, planner.throughBackward))
        gradient = planner.goesBackward ? planner.floats(count, planner.ofGradient) : nil
        guard input.storage != .dense else {
            (forwardSpace, backwardSpace) = (nil, nil)
            return
        }
        let bytes = input.count * MemoryLayout<Float>.stride
        forwardSpace = planner.workSpace(bytes: bytes, backward: false)
        backwardSpace = planner.goesBackward ? planner.workSpace(bytes: bytes, backward: true) : nil
    }

    var outputGradient: UnsafeMutablePointer<Float> {
        guard let gradient else { preconditionFailure("a gradient outside training") }
        return gradient.floats
    }

    /// All images as floats, [N, F].
    func features(of input: Activation, backward: Bool) -> UnsafeMutablePointer<Float> {
        guard input.storage != .dense, let space = backward ? backwardSpace : forwardSpace else { return input.floats }
        let (size, values) = (input.shape.featureCount, space.floats)
        WorkerPool.shared.run(over: input.imageCount, least: 8) { images in
            for image in images { input.expand(image: image, into: values + image * size) }
        }
        return values
    }
}
