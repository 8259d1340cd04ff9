import Tensors

/// Gradients of a neuron's own constants, for variants that train them: threshold θ, the parametric neuron's weight w, and
/// the surrogate's sharpness α.
public final class NeuronParameterGradients {
    /// The part of a backward pass that is at hand: elements begin..<end of one stream.
    struct Tile {
        let shape: ActivationShape
        let stream: Int
        let begin: Int
        let end: Int
        let input: Tensor
        /// dL/dspike before, dL/dI after the backward kernel.
        let gradient: Tensor
        let statistics: BatchNormalization.Statistics
        /// [T, end − begin] before reset.
        let potentials: Tensor.Pointer
        let derivatives: Tensor.Pointer

        func forEach(_ body: (_ element: Int, _ scratch: Int, _ row: Int, _ timeStep: Int) -> Void) {
            for timeStep in 0..<shape.timeStepCount {
                let group = stream * shape.timeStepCount + timeStep
                for element in begin..<end {
                    body(
                        group * shape.groupSize + element, timeStep * (end - begin) + element - begin,
                        group * shape.channels + element % shape.channels, timeStep)
                }
            }
        }
    }

    private struct Sums { var (threshold, weight, sharpness) = (0.0, 0.0, 0.0) }
    /// One a block; threads write to different ones.
    private let blocks: UnsafeMutableBufferPointer<Sums>

    public init() {
        blocks = .allocate(capacity: Neuron.blockCount)
        blocks.initialize(repeating: Sums())
    }

    deinit { blocks.deallocate() }

    public var threshold: Double { blocks.reduce(0) { $0 + $1.threshold } }
    public var weight: Double { blocks.reduce(0) { $0 + $1.weight } }
    public var sharpness: Double { blocks.reduce(0) { $0 + $1.sharpness } }

    func addBeforeBackward(block: Int, _ tile: Tile, _ configuration: Neuron.Configuration) {
        var sums = Sums()
        tile.forEach { element, scratch, _, _ in
            let toSpike = Double(tile.gradient.pointer[element])
            sums.threshold -= toSpike * Double(tile.derivatives[scratch])
            sums.sharpness +=
                toSpike
                * Double(
                    configuration.surrogate.sharpnessDerivative(tile.potentials[scratch] - configuration.threshold))
        }
        blocks[block].threshold += sums.threshold
        blocks[block].sharpness += sums.sharpness
    }

    func addAfterBackward(block: Int, _ tile: Tile, _ configuration: Neuron.Configuration) {
        guard case .parametric(let weight) = configuration.dynamics else { return }
        let gain = NeuronDynamics.gain(ofWeight: weight)
        var sum = 0.0
        let width = tile.end - tile.begin
        tile.forEach { element, scratch, row, timeStep in
            let current =
                tile.input.pointer[element] * tile.statistics.scale.tensor.pointer[row]
                + tile.statistics.shift.tensor.pointer[row]
            var before: Float = 0
            if timeStep > 0 {
                let potential = tile.potentials[scratch - width]
                before = configuration.isFiring(at: potential) ? 0 : potential
            }
            // dL/dI = dL/du · gain, and du/dw = (I − m) · gain · (1 − gain).
            sum += Double(tile.gradient.pointer[element] * (current - before) * (1 - gain))
        }
        blocks[block].weight += sum
    }
}

extension Neuron.Configuration {
    func isFiring(at potential: Float) -> Bool {
        let x = potential - threshold
        return surrogate.firing.equalityFires ? x >= surrogate.firing.offset : x > surrogate.firing.offset
    }
}
