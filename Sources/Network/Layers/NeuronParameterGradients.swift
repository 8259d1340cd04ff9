import Tensors

/// Gradients of a neuron's own constants, for variants that train them: threshold θ, the parametric neuron's weight w, and
/// the surrogate's sharpness α.
///
///     dL/dθ = −Σ dL/ds · g(u − θ)        dL/dw = Σ dL/du · (I − m) · σ(w) · (1 − σ(w))
public final class NeuronParameterGradients {
    /// Which of them are asked for.
    public struct Wanted: OptionSet, Sendable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }
        public static let threshold = Wanted(rawValue: 1)
        public static let weight = Wanted(rawValue: 2)
        public static let sharpness = Wanted(rawValue: 4)
        public static let all: Wanted = [.threshold, .weight, .sharpness]
    }

    private struct Sums { var (threshold, weight, sharpness) = (0.0, 0.0, 0.0) }
    private let wanted: Wanted
    /// One a job; threads write to different ones.
    private let jobs: UnsafeMutableBufferPointer<Sums>
    /// The backward pass goes through everything twice; the first time counts.
    private let nextPosition: UnsafeMutableBufferPointer<Int>

    /// - Parameter count: Samples of all streams.
    public init(jobs count: Int, wanted: Wanted = .all) {
        self.wanted = wanted
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

    /// Whether all positions of a sample have been added since `reset()`.
    func isDone(job: Int, positions: Int) -> Bool { nextPosition[job] >= positions }

    /// Adds what some positions of one sample give, if they have not been seen since `reset()`.
    ///
    /// - Parameters:
    ///   - pass: with the surrogate's derivatives [T, positions, C] in it.
    ///   - potentials: [T, positions, C] before reset.
    func set(
        job: Int, _ pass: neuron_backward_pass, positions: Range<Int>, potentials: UnsafePointer<Float>,
        _ configuration: Neuron.Configuration
    ) {
        guard nextPosition[job] == positions.lowerBound, let derivatives = pass.derivatives else { return }
        nextPosition[job] = positions.upperBound
        let (steps, width) = (Int(pass.currents.timeSteps), Int(pass.currents.channels))
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * width) { room in
            let carried = UnsafeMutableBufferPointer(rebasing: room[..<width])
            let summed = UnsafeMutableBufferPointer(rebasing: room[width...])
            for position in positions {
                carried.update(repeating: 0)
                for timeStep in (0..<steps).reversed() {
                    let at = (timeStep * positions.count + position - positions.lowerBound) * width
                    let (gradient, share) = pass.spikeGradient(timeStep, position, summedIn: summed)
                    if let gradient, wanted.contains(.threshold) {
                        var sum: Float = 0
                        for c in 0..<width { sum += gradient[c] * derivatives[at + c] }
                        jobs[job].threshold -= Double(sum * share)
                    }
                    if let gradient, wanted.contains(.sharpness) {
                        for c in 0..<width {
                            let x = potentials[at + c] - configuration.threshold
                            jobs[job].sharpness += Double(
                                gradient[c] * share * configuration.surrogate.sharpnessDerivative(x))
                        }
                    }
                    guard wanted.contains(.weight), case .parametric(let weight) = configuration.dynamics else {
                        continue
                    }
                    // What the potentials before lie from these: nothing before the first time step.
                    let before = timeStep > 0 ? potentials + at - positions.count * width : nil
                    jobs[job].weight += weightShare(
                        pass, timeStep, position, gradient: gradient, share: share, derivatives: derivatives + at,
                        potentials: potentials + at, before: before, gain: NeuronDynamics.gain(ofWeight: weight),
                        configuration, carried)
                }
            }
        }
    }

    /// Σ dL/du · du/dw of one position's channels at one time step; `carried` is dL/dm and goes one time step back.
    private func weightShare(
        _ pass: neuron_backward_pass, _ timeStep: Int, _ position: Int, gradient: UnsafePointer<Float>?, share: Float,
        derivatives: UnsafePointer<Float>, potentials: UnsafePointer<Float>, before: UnsafePointer<Float>?, gain: Float,
        _ configuration: Neuron.Configuration, _ carried: UnsafeMutableBufferPointer<Float>
    ) -> Double {
        let width = carried.count
        let firing = configuration.firing
        let membranes = pass.membraneGradients?[timeStep].map { $0 + position * width }
        let inputs = pass.currents.inputs[timeStep].map { $0 + position * width }
        let row = timeStep * width
        var sum: Float = 0
        for c in 0..<width {
            let fires = firing.isFiring(potentials[c])
            let toPotential =
                (gradient.map { $0[c] * share * derivatives[c] } ?? 0)
                + (fires ? 0 : carried[c] + (membranes?[c] ?? 0))
            carried[c] = pass.detachesMembrane != 0 ? 0 : toPotential * (1 - gain)
            let earlier = before?[c] ?? 0
            let membrane = before == nil || firing.isFiring(earlier) ? 0 : earlier
            let current = (inputs?[c] ?? 0) * pass.currents.scale[row + c] + pass.currents.shift[row + c]
            sum += toPotential * (current - membrane)
        }
        return Double(sum * gain * (1 - gain))
    }
}

extension neuron_backward_pass {
    /// dL/dspike of one position's channels as numbers and their common factor, with what the loss adds to it.
    fileprivate func spikeGradient(
        _ timeStep: Int, _ position: Int, summedIn room: UnsafeMutableBufferPointer<Float>
    ) -> (UnsafePointer<Float>?, share: Float) {
        let (gradient, share) = outputGradient(timeStep, position)
        guard spikeSlope != 0 || spikeSlopes != nil, let summed = room.baseAddress else { return (gradient, share) }
        for c in 0..<room.count {
            let added = spikeSlope + (spikeSlopes.map { $0[position * room.count + c] } ?? 0)
            summed[c] = added + (gradient.map { $0[c] * share } ?? 0)
        }
        return (UnsafePointer(summed), 1)
    }

    /// dL/d(output) of one position's channels, also where the output is pooled, and the factor that makes it dL/dspike; `nil`
    /// where pooling drops the position.
    fileprivate func outputGradient(_ timeStep: Int, _ position: Int) -> (UnsafePointer<Float>?, share: Float) {
        guard let gradient = outputGradients[timeStep] else { return (nil, 1) }
        let (width, channels) = (Int(pooledWidth), Int(currents.channels))
        guard width > 0 else { return (gradient + position * channels, 1) }
        let (y, x) = (position / width / 2, position % width / 2)
        guard y < Int(pooledHeight) / 2, x < width / 2 else { return (nil, 1) }
        return (gradient + (y * (width / 2) + x) * channels, 0.25)
    }
}

extension Neuron.Configuration {
    /// Which potentials fire.
    struct Firing {
        let (threshold, offset): (Float, Float)
        let equalityFires: Bool

        func isFiring(_ potential: Float) -> Bool {
            let x = potential - threshold
            return equalityFires ? x >= offset : x > offset
        }
    }

    var firing: Firing {
        Firing(
            threshold: threshold, offset: surrogate.firing.offset, equalityFires: surrogate.firing.equalityFires)
    }

    func isFiring(at potential: Float) -> Bool { firing.isFiring(potential) }
}
