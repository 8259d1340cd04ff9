import Tensors

/// Gradients of a neuron's own constants, for variants that train them: threshold θ, the parametric neuron's weight w, and
/// the surrogate's sharpness α.
public final class NeuronParameterGradients {
    private struct Sums { var (threshold, weight, sharpness) = (0.0, 0.0, 0.0) }
    /// One a job; threads write to different ones.
    private let jobs: UnsafeMutableBufferPointer<Sums>
    /// The backward pass goes through everything twice; the first time counts.
    private let nextPosition: UnsafeMutableBufferPointer<Int>

    /// - Parameter count: Samples of all streams.
    public init(jobs count: Int) {
        jobs = .allocate(capacity: count)
        jobs.initialize(repeating: Sums())
        nextPosition = .allocate(capacity: count)
        nextPosition.initialize(repeating: 0)
    }

    deinit {
        jobs.deallocate()
        nextPosition.deallocate()
    }

    public var threshold: Double { jobs.reduce(0) { $0 + $1.threshold } }
    public var weight: Double { jobs.reduce(0) { $0 + $1.weight } }
    public var sharpness: Double { jobs.reduce(0) { $0 + $1.sharpness } }

    func reset() {
        jobs.update(repeating: Sums())
        nextPosition.update(repeating: 0)
    }

    /// Adds what some positions of one sample give, if they have not been seen since `reset()`.
    ///
    /// - Parameter potentials: [T, positions, C] before reset.
    func set(
        job: Int, _ pass: neuron_backward_pass, positions: Range<Int>, potentials: UnsafePointer<Float>,
        _ configuration: Neuron.Configuration
    ) {
        guard nextPosition[job] == positions.lowerBound else { return }
        nextPosition[job] = positions.upperBound
        let (steps, width) = (Int(pass.currents.timeSteps), Int(pass.currents.channels))
        var sums = Sums()
        for position in positions {
            for c in 0..<width {
                var carried: Float = 0
                for timeStep in (0..<steps).reversed() {
                    let at = (timeStep * positions.count + position - positions.lowerBound) * width + c
                    let potential = potentials[at]
                    let x = potential - configuration.threshold
                    let toSpike = pass.outputGradient(timeStep, position, c)
                    sums.threshold -= Double(toSpike) * Double(configuration.surrogate.derivative(x))
                    sums.sharpness += Double(toSpike) * Double(configuration.surrogate.sharpnessDerivative(x))
                    guard case .parametric(let weight) = configuration.dynamics else { continue }
                    let gain = NeuronDynamics.gain(ofWeight: weight)
                    let membrane = pass.membraneGradients?[timeStep]?[position * width + c] ?? 0
                    let toPotential =
                        toSpike * configuration.surrogate.derivative(x)
                        + (configuration.isFiring(at: potential) ? 0 : carried + membrane)
                    carried = pass.detachesMembrane != 0 ? 0 : toPotential * (1 - gain)
                    var before: Float = 0
                    if timeStep > 0 {
                        let earlier = potentials[at - positions.count * width]
                        before = configuration.isFiring(at: earlier) ? 0 : earlier
                    }
                    let row = timeStep * width + c
                    let input = pass.currents.inputs[timeStep]?[position * width + c] ?? 0
                    let current = input * pass.currents.scale[row] + pass.currents.shift[row]
                    // du/dw = (I − m) · gain · (1 − gain)
                    sums.weight += Double(toPotential * (current - before) * gain * (1 - gain))
                }
            }
        }
        jobs[job].threshold += sums.threshold
        jobs[job].weight += sums.weight
        jobs[job].sharpness += sums.sharpness
    }
}

extension neuron_backward_pass {
    /// dL/dspike of one neuron, also where the output is pooled.
    fileprivate func outputGradient(_ timeStep: Int, _ position: Int, _ channel: Int) -> Float {
        guard let gradient = outputGradients[timeStep] else { return 0 }
        let (width, channels) = (Int(pooledWidth), Int(currents.channels))
        guard width > 0 else { return gradient[position * channels + channel] }
        let (y, x) = (position / width / 2, position % width / 2)
        guard y < Int(pooledHeight) / 2, x < width / 2 else { return 0 }
        return gradient[(y * (width / 2) + x) * channels + channel] / 4
    }
}

extension Neuron.Configuration {
    func isFiring(at potential: Float) -> Bool {
        let x = potential - threshold
        return surrogate.firing.equalityFires ? x >= surrogate.firing.offset : x > surrogate.firing.offset
    }
}
