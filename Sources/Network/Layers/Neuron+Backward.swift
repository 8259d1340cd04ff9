import Tensors

// Backward through time, with the surrogate g and no gradient through the reset:
//
//     dL/du = dL/ds · g(u − θ) + dL/dm · (1 − s)       dL/dI = dL/du / τ       dL/dm(t−1) = dL/du · (1 − 1/τ)
//
// and through the normalization, whose statistics are those of a group:
//
//     dL/dinput = scale · (dL/dI − mean(dL/dI) − x̂ · mean(dL/dI · x̂)),   x̂ = (input − mean) · inverse deviation
//
// The means are over a whole group, so everything is gone through twice: once for the sums, once to write. Potentials are made
// again from the input each time; that is cheaper than to write down and read again what they gave.
extension Neuron {
    public func backward(_ input: Activation, trace: any LayerTrace, inputGradient: UnsafeMutablePointer<Float>?) {
        let trace = trace.own(NeuronTrace.self)
        trace.parameterGradients?.reset()
        let (shape, streams) = (input.shape, input.shape.streamCount)
        WorkerPool.shared.run(blocks: streams * shape.batchSize) { job, thread in
            let (stream, sample) = (job / shape.batchSize, job % shape.batchSize)
            let (sums, products) = trace.sums(stream: stream, sample: sample)
            sums.update(repeating: 0, count: 2 * shape.timeStepCount * shape.channels)
            eachPass(input, trace, stream: stream, sample: sample, thread: thread) { pass, begin, end in
                neuron_backward_sums(&pass, begin, end, sums, products)
            }
        }
        trace.makeFactors(normalization)
        if let gradients = trace.parameterGradients {
            threshold?.gradient.pointer[0] += Float(gradients.threshold)
            timeConstantWeight?.gradient.pointer[0] += Float(gradients.weight)
        }
        guard let inputGradient else { return }
        // A sample at a time, its streams one after the other: they may add to the same images.
        WorkerPool.shared.run(blocks: shape.batchSize) { sample, thread in
            for stream in 0..<streams {
                write(input, trace, stream: stream, sample: sample, thread: thread, into: inputGradient)
            }
        }
        if !input.frames.isIdentity { trace.clearUnused(input.frames, inputGradient) }
    }

    private func write(
        _ input: Activation, _ trace: NeuronTrace, stream: Int, sample: Int, thread: Int,
        into inputGradient: UnsafeMutablePointer<Float>
    ) {
        let (shape, steps) = (input.shape, input.shape.timeStepCount)
        let groups = stream * steps..<(stream + 1) * steps
        let (slope, constant) = trace.factors(stream: stream)
        withUnsafeTemporaryAllocation(of: Optional<UnsafeMutablePointer<Float>>.self, capacity: steps) { gradients in
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: steps) { accumulates in
                for (step, group) in groups.enumerated() {
                    let image = input.frames.image(group: group, sample: sample)
                    gradients[step] = inputGradient + image * shape.featureCount
                    // Backward in time: the latest user of an image comes first, the static stream before the event stream.
                    accumulates[step] = input.frames.isFirstUser(group, sample: sample) ? 0 : 1
                }
                var result = neuron_input_gradient(
                    gradients: gradients.baseAddress, accumulates: accumulates.baseAddress, slope: slope,
                    constant: constant)
                eachPass(input, trace, stream: stream, sample: sample, thread: thread) { pass, begin, end in
                    neuron_backward_write(&pass, begin, end, &result)
                }
            }
        }
    }

    /// Prepares the backward pass of one sample of a stream and hands it out: at once, or some positions at a time where the
    /// surrogate's derivative must be asked for first. The first time, the gradients of the neuron's own constants are made,
    /// too.
    private func eachPass(
        _ input: Activation, _ trace: NeuronTrace, stream: Int, sample: Int, thread: Int,
        _ body: (inout neuron_backward_pass, Int, Int) -> Void
    ) {
        let (shape, steps) = (input.shape, input.shape.timeStepCount)
        let (first, positions) = (stream * steps, shape.height * shape.width)
        withUnsafeTemporaryAllocation(of: Optional<UnsafePointer<Float>>.self, capacity: 3 * steps) { pointers in
            guard let base = pointers.baseAddress else { return }
            for step in 0..<steps {
                let at = (first + step) * shape.batchSize + sample
                base[step] = UnsafePointer(input.floats(group: first + step, sample: sample))
                base[steps + step] = UnsafePointer(trace.outputGradient + at * trace.output.shape.featureCount)
                base[2 * steps + step] = trace.membraneGradient.map {
                    UnsafePointer($0.pointer + at * shape.featureCount)
                }
            }
            let row = first * shape.channels
            var pass = neuron_backward_pass()
            pass.currents = currents(trace, stream: stream, inputs: UnsafePointer(base))
            pass.outputGradients = UnsafePointer(base + steps)
            if configuration.pools {
                (pass.pooledHeight, pass.pooledWidth) = (Int32(shape.height), Int32(shape.width))
            }
            pass.membraneGradients = trace.membraneGradient == nil ? nil : UnsafePointer(base + 2 * steps)
            pass.mean = UnsafePointer(trace.statistics.mean.tensor.pointer + row)
            pass.inverseDeviation = UnsafePointer(trace.statistics.inverseDeviation.tensor.pointer + row)
            pass.detachesMembrane = configuration.detachesMembrane ? 1 : 0
            pass.spikeSlope = trace.spikeSlopes.number(ofStream: stream)
            pass.spikeSlopes = trace.spikeSlopes.byNeuron.map {
                UnsafePointer($0.pointer + (stream * shape.batchSize + sample) * shape.featureCount)
            }
            let kernelShape = configuration.surrogate.kernelShape
            if let kernelShape {
                pass.surrogate = kernelShape
                body(&pass, 0, positions)
            }
            let job = stream * shape.batchSize + sample
            let gradients = trace.parameterGradients.flatMap { $0.isDone(job: job, positions: positions) ? nil : $0 }
            guard kernelShape == nil || gradients != nil else { return }
            let (potentials, derivatives) = trace.scratch(ofThread: thread)
            let trained = trained
            for begin in stride(from: 0, to: positions, by: trace.tile) {
                let end = min(begin + trace.tile, positions)
                neuron_potentials(&pass.currents, begin, end, potentials)
                trained.surrogate.derivatives(
                    of: potentials, threshold: trained.threshold, into: derivatives,
                    count: (end - begin) * shape.channels * steps)
                pass.derivatives = UnsafePointer(derivatives)
                if kernelShape == nil { body(&pass, begin, end) }
                gradients?.set(job: job, pass, positions: begin..<end, potentials: potentials, trained)
            }
        }
    }
}
