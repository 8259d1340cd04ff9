import Tensors

/// Gradients of a neuron's own constants, for variants that train them: threshold θ, the parametric neuron's weight w, and
/// the surrogate's sharpness α.
public final class NeuronParameterGradients {
    private struct Sums { var (threshold, weight, sharpness) = (0.0, 0.0, 0.0) }
    /// One a job; threads write to different ones.
    private let jobs: UnsafeMutableBufferPointer<Sums>

    /// - Parameter jobs: Samples of all streams.
    public init(jobs count: Int) {
        jobs = .allocate(capacity: count)
        jobs.initialize(repeating: Sums())
    }

    deinit { jobs.deallocate() }

    public var threshold: Double { jobs.reduce(0) { $0 + $1.threshold } }
    public var weight: Double { jobs.reduce(0) { $0 + $1.weight } }
    public var sharpness: Double { jobs.reduce(0) { $0 + $1.sharpness } }

    func reset() { jobs.update(repeating: Sums()) }

    /// Adds what some positions of one sample give, after their backward pass.
    ///
    /// - Parameters:
    ///   - potentials: [T, positions, C] before reset.
    ///   - gradients: by time step dL/dI · scale, [P, channels], of images that nothing shares.
    func add(
        job: Int, _ pass: neuron_backward_pass, positions: Range<Int>, channels: Range<Int>,
        potentials: UnsafePointer<Float>, gradients: [UnsafeMutablePointer<Float>?],
        _ configuration: Neuron.Configuration
    ) {
        let width = Int(pass.currents.channels)
        let gain: Float? =
            if case .parametric(let weight) = configuration.dynamics { NeuronDynamics.gain(ofWeight: weight) } else { nil }
        let pooledWidth = Int(pass.pooledWidth) / 2
        var sums = Sums()
        for (timeStep, current) in gradients.enumerated() {
            guard let current, let input = pass.currents.inputs[timeStep], let spike = pass.outputGradients[timeStep]
            else { continue }
            for position in positions {
                for c in channels {
                    let at = (timeStep * positions.count + position - positions.lowerBound) * width + c
                    let potential = potentials[at]
                    var toSpike = 0.0
                    if pass.pooledWidth == 0 {
                        toSpike = Double(spike[position * width + c])
                    } else {
                        let (y, x) = (position / Int(pass.pooledWidth) / 2, position % Int(pass.pooledWidth) / 2)
                        if y < Int(pass.pooledHeight) / 2, x < pooledWidth {
                            toSpike = Double(spike[(y * pooledWidth + x) * width + c]) / 4
                        }
                    }
                    let x = potential - configuration.threshold
                    sums.threshold -= toSpike * Double(configuration.surrogate.derivative(x))
                    sums.sharpness += toSpike * Double(configuration.surrogate.sharpnessDerivative(x))
                    guard let gain else { continue }
                    var before: Float = 0
                    if timeStep > 0 {
                        let earlier = potentials[at - positions.count * width]
                        before = configuration.isFiring(at: earlier) ? 0 : earlier
                    }
                    let row = timeStep * width + c
                    let value = input[position * width + c] * pass.currents.scale[row] + pass.currents.shift[row]
                    // dL/dI = dL/du · gain, and du/dw = (I − m) · gain · (1 − gain).
                    let scale = pass.currents.scale[row]
                    let toCurrent =
                        scale == 0 ? 0 : current[position * channels.count + c - channels.lowerBound] / scale
                    sums.weight += Double(toCurrent * (value - before) * (1 - gain))
                }
            }
        }
        jobs[job].threshold += sums.threshold
        jobs[job].weight += sums.weight
        jobs[job].sharpness += sums.sharpness
    }
}

extension Neuron.Configuration {
    func isFiring(at potential: Float) -> Bool {
        let x = potential - threshold
        return surrogate.firing.equalityFires ? x >= surrogate.firing.offset : x > surrogate.firing.offset
    }
}
