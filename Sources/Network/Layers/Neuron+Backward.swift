import Tensors

// Backward through time, with the surrogate g and no gradient through the reset:
//
//     dL/du = dL/ds · g(u − θ) + dL/dm · (1 − s)       dL/dI = dL/du / τ       dL/dm(t−1) = dL/du · (1 − 1/τ)
//
// and through the normalization, whose statistics are those of a group:
//
//     dL/dinput = scale · (dL/dI − mean(dL/dI) − x̂ · mean(dL/dI · x̂)),   x̂ = (input − mean) · inverse deviation
//
// Potentials are made again from the input. The means are over a whole group, so a few channels at a time go through both
// passes: as many as the third-level cache holds.
extension Neuron {
    public func backward(_ input: Activation, trace: any LayerTrace, inputGradient: UnsafeMutablePointer<Float>?) {
        let trace = trace.own(NeuronTrace.self)
        trace.parameterGradients?.reset()
        // Streams that share images must both be known before the gradient of an image can be.
        let streams = input.shape.streamCount
        let ranges = input.frames.isIdentity ? (0..<streams).map { $0..<$0 + 1 } : [0..<streams]
        for range in ranges {
            for begin in stride(from: 0, to: input.shape.channels, by: trace.channelsAtOnce) {
                let channels = begin..<min(begin + trace.channelsAtOnce, input.shape.channels)
                // A sample at a time, its streams one after the other: they may add to the same images.
                WorkerPool.shared.run(blocks: input.shape.batchSize) { sample, thread in
                    for stream in range {
                        throughTime(input, trace, stream: stream, sample: sample, thread: thread, channels: channels)
                    }
                }
                throughNormalization(input, trace, streams: range, channels: channels, into: inputGradient)
            }
        }
    }

    private func throughTime(
        _ input: Activation, _ trace: NeuronTrace, stream: Int, sample: Int, thread: Int, channels: Range<Int>
    ) {
        let (shape, steps) = (input.shape, input.shape.timeStepCount)
        let groups = stream * steps..<(stream + 1) * steps
        let row = stream * steps * shape.channels
        let inputs = groups.map { UnsafePointer(input.floats(group: $0, sample: sample)) }
        let outputs = groups.map {
            UnsafePointer(
                trace.outputGradient + ($0 * shape.batchSize + sample) * trace.output.shape.featureCount)
        }
        let membranes = trace.membraneGradient.map { gradient in
            groups.map { UnsafePointer(gradient.pointer + ($0 * shape.batchSize + sample) * shape.featureCount) }
        }
        let images = groups.map { input.frames.image(group: $0, sample: sample) }
        let gradients = images.map { Optional(trace.currentGradient(image: $0, stream: stream, channels)) }
        // Backward in time: the latest user of an image comes first, the static stream before the event stream.
        let accumulates = groups.map { group -> UInt8 in input.frames.isFirstUser(group, sample: sample) ? 0 : 1 }
        let (sums, products) = trace.sums(stream: stream, sample: sample)
        sums.update(repeating: 0, count: 2 * steps * shape.channels)
        inputs.withOptionals { inputs in
            outputs.withOptionals { outputs in
                (membranes ?? []).withOptionals(orNil: membranes == nil) { membranes in
                    var pass = neuron_backward_pass()
                    pass.currents = self.currents(trace, stream: stream, inputs: inputs)
                    pass.outputGradients = outputs
                    if configuration.pools {
                        (pass.pooledHeight, pass.pooledWidth) = (Int32(shape.height), Int32(shape.width))
                    }
                    pass.membraneGradients = membranes
                    pass.mean = UnsafePointer(trace.statistics.mean.tensor.pointer + row)
                    pass.inverseDeviation = UnsafePointer(trace.statistics.inverseDeviation.tensor.pointer + row)
                    pass.detachesMembrane = configuration.detachesMembrane ? 1 : 0
                    if let kernelShape = configuration.surrogate.kernelShape, trace.parameterGradients == nil {
                        pass.surrogate = kernelShape
                        neuron_backward(
                            &pass, 0, shape.height * shape.width, Int32(channels.lowerBound),
                            Int32(channels.upperBound), gradients, accumulates, sums, products)
                    } else {
                        withGivenDerivatives(
                            &pass, trace, job: stream * shape.batchSize + sample, thread: thread, channels: channels,
                            gradients, accumulates, sums, products)
                    }
                }
            }
        }
    }

    /// Some positions at a time, with the surrogate's derivative asked for first.
    private func withGivenDerivatives(
        _ pass: inout neuron_backward_pass, _ trace: NeuronTrace, job: Int, thread: Int, channels: Range<Int>,
        _ gradients: [UnsafeMutablePointer<Float>?], _ accumulates: [UInt8], _ sums: UnsafeMutablePointer<Double>,
        _ products: UnsafeMutablePointer<Double>
    ) {
        let shape = trace.input
        let (potentials, derivatives) = trace.scratch(ofThread: thread)
        for begin in stride(from: 0, to: shape.height * shape.width, by: trace.tile) {
            let end = min(begin + trace.tile, shape.height * shape.width)
            let count = (end - begin) * shape.channels * shape.timeStepCount
            neuron_potentials(&pass.currents, begin, end, potentials)
            configuration.surrogate.derivatives(
                of: potentials, threshold: configuration.threshold, into: derivatives, count: count)
            pass.derivatives = UnsafePointer(derivatives)
            neuron_backward(
                &pass, begin, end, Int32(channels.lowerBound), Int32(channels.upperBound), gradients, accumulates,
                sums, products)
            trace.parameterGradients?.add(
                job: job, pass, positions: begin..<end, channels: channels, potentials: potentials, gradients: gradients,
                configuration)
        }
    }

    private func throughNormalization(
        _ input: Activation, _ trace: NeuronTrace, streams: Range<Int>, channels: Range<Int>,
        into inputGradient: UnsafeMutablePointer<Float>?
    ) {
        let (shape, steps) = (input.shape, input.shape.timeStepCount)
        trace.makeFactors(streams: streams, channels: channels, normalization)
        guard let inputGradient else { return }
        let images =
            input.frames.isIdentity
            ? streams.lowerBound * steps * shape.batchSize..<streams.upperBound * steps * shape.batchSize
            : 0..<input.imageCount
        WorkerPool.shared.run(blocks: images.count) { block, thread in
            let image = images.lowerBound + block
            let target = inputGradient + image * shape.featureCount
            guard let (slope, constant) = trace.factors(input.frames, image, thread: thread, channels: channels) else {
                // Nobody looked at this image.
                trace.clear(target, channels)
                return
            }
            normalization_backward(
                input.floats(image: image), target,
                trace.currentGradient(image: image, stream: streams.lowerBound, channels), constant, slope,
                shape.height * shape.width, Int32(shape.channels), Int32(channels.lowerBound),
                Int32(channels.upperBound))
        }
    }
}

extension Array {
    fileprivate func withOptionals<Pointee, Result>(
        orNil isNil: Bool, _ body: (UnsafePointer<UnsafePointer<Pointee>?>?) -> Result
    ) -> Result where Element == UnsafePointer<Pointee> {
        isNil ? body(nil) : withOptionals { body($0) }
    }
}
