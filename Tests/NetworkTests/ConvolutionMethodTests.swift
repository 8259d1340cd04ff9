@testable import Network
import Tensors
import Testing

/// Every fast convolution beside its plain twin, on the same inputs.
@Suite struct ConvolutionMethodTests {
    struct Entry: Sendable, CustomTestStringConvertible {
        let name: String
        let shape: ActivationShape
        let outputs: Int
        var storage = Activation.Storage.spikes
        /// Of the elements, 0…1.
        var density = 0.15
        /// Only this element of each image is active.
        var onePixel = false
        var testDescription: String { name }
    }

    private static func shape(
        _ height: Int, _ width: Int, _ channels: Int, timeSteps: Int = 2, batch: Int = 3
    ) -> ActivationShape {
        ActivationShape(
            streamCount: 1, timeStepCount: timeSteps, batchSize: batch, height: height, width: width,
            channels: channels)
    }

    static let entries: [Entry] = [
        Entry(name: "spikes", shape: shape(12, 12, 16), outputs: 24),
        Entry(name: "many spikes", shape: shape(8, 8, 32), outputs: 16, density: 0.5),
        Entry(name: "counts", shape: shape(12, 12, 8), outputs: 32, storage: .counts, density: 0.4),
        Entry(name: "few counts", shape: shape(16, 16, 16), outputs: 16, storage: .counts, density: 0.03),
        Entry(name: "dense", shape: shape(8, 8, 8), outputs: 8, storage: .dense, density: 1),
        Entry(name: "nothing active", shape: shape(12, 12, 16), outputs: 16, density: 0),
        Entry(name: "all active", shape: shape(12, 12, 16), outputs: 16, density: 1),
        Entry(name: "all counts active", shape: shape(6, 6, 16), outputs: 16, storage: .counts, density: 1),
        Entry(name: "one pixel", shape: shape(9, 9, 8), outputs: 8, onePixel: true),
        Entry(name: "odd sizes", shape: shape(7, 11, 16), outputs: 8),
        Entry(name: "odd sizes, counts", shape: shape(13, 5, 8), outputs: 16, storage: .counts, density: 0.6),
        Entry(name: "smaller than a tile", shape: shape(2, 3, 8), outputs: 8),
        Entry(name: "one position", shape: shape(1, 1, 8), outputs: 8, density: 0.5),
        Entry(name: "one channel", shape: shape(10, 10, 1), outputs: 16, storage: .dense, density: 0.2),
        Entry(name: "two channels, strips", shape: shape(40, 40, 2), outputs: 16, storage: .dense, density: 0.1),
        Entry(name: "spikes in strips", shape: shape(34, 40, 8), outputs: 8, density: 0.05),
        Entry(name: "channels no multiple of eight", shape: shape(9, 9, 12), outputs: 24),
        Entry(
            name: "counts of channels no multiple of eight", shape: shape(9, 9, 12), outputs: 8, storage: .counts,
            density: 0.3),
        Entry(name: "three channels", shape: shape(11, 7, 3), outputs: 16, storage: .dense, density: 0.4),
        Entry(
            name: "sums too large for one thread", shape: shape(6, 6, 96, timeSteps: 1), outputs: 96,
            storage: .counts, density: 0.5),
        Entry(name: "outputs no multiple of eight", shape: shape(9, 9, 8), outputs: 12),
        Entry(name: "one image", shape: shape(12, 12, 8, timeSteps: 1, batch: 1), outputs: 8),
        Entry(name: "wide", shape: shape(6, 6, 64, timeSteps: 1), outputs: 40, density: 0.12),
    ]

    @Test(arguments: entries)
    func fastAndPlainAgree(_ entry: Entry) throws {
        let layer = Convolution(name: "c", inputChannels: entry.shape.channels, outputChannels: entry.outputs)
        var random = RandomSource(seed: 4)
        for index in 0..<layer.weight.value.count { layer.weight.value[index] = random.uniform(-1, 1) }
        let (input, planner) = Self.input(entry, &random)
        // The planner owns the memory that the input lies in.
        defer { withExtendedLifetime(planner) {} }
        let objective = (0..<entry.shape.imageCount * entry.shape.height * entry.shape.width * entry.outputs)
            .map { _ in random.uniform(-1, 1) }
        let fast = Self.run(layer, input, objective, policy: .fast)
        let plain = Self.run(layer, input, objective, policy: .exact)
        for (name, found, expected) in [
            ("output", fast.output, plain.output), ("weight gradient", fast.weight, plain.weight),
            ("input gradient", fast.input, plain.input),
        ] {
            let largest = expected.map(abs).max() ?? 0
            let difference = zip(found, expected).map { abs($0 - $1) }.max() ?? 0
            #expect(difference <= 3e-5 * max(largest, 1e-3), "\(name) of \(fast.use)")
        }
        // Sums over an image differ by as much as its pixels may.
        let most = Double(plain.output.map(abs).max() ?? 0)
        let bound = 3e-5 * max(most, 1e-3) * Double(entry.shape.height * entry.shape.width)
        for (found, expected, scale) in [(fast.sums, plain.sums, 1), (fast.squares, plain.squares, 2 * max(most, 1))] {
            #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= bound * scale })
        }
    }

    /// Methods that are asked for by name, so that no density decides whether they are tested.
    @Test(arguments: [4, 6], [Activation.Storage.spikes, .counts, .dense])
    func winogradsOfBothSizes(side: Int, storage: Activation.Storage) throws {
        guard kernels_have_convolutions() != 0 else { return }
        let entry = Entry(
            name: "", shape: Self.shape(14, 9, 16), outputs: 24, storage: storage, density: 0.5)
        let layer = Convolution(name: "c", inputChannels: 16, outputChannels: 24)
        var random = RandomSource(seed: 9)
        for index in 0..<layer.weight.value.count { layer.weight.value[index] = random.uniform(-1, 1) }
        let (input, planner) = Self.input(entry, &random)
        // The planner owns the memory that the input lies in.
        defer { withExtendedLifetime(planner) {} }
        let images = entry.shape.imageCount
        let plain = PlainConvolution(layer: layer, input: entry.shape, images: images)
        let outputSize = 14 * 9 * 24
        let (found, expected) = (Tensor([images, outputSize]), Tensor([images, outputSize]))
        let fast = WinogradConvolution(
            height: 14, width: 9, inputChannels: 16, outputChannels: 24, side: side, rotates: false, images: images)
        withSpace(max(fast.workBytes, plain.backwardBytes)) { space in
            fast.run(
                input.pointer, input.storage, weight: layer.weight.value.pointer, into: found.pointer, images: images,
                space: space)
            plain.run(input, weight: layer.weight.value.pointer, into: expected.pointer, space: space) { _ in }
        }
        let largest = expected.values.map(abs).max() ?? 0
        #expect(zip(found.values, expected.values).allSatisfy { abs($0 - $1) <= 3e-5 * largest })

        let gradient = WinogradGradient(layer: layer, input: entry.shape, images: images, side: side)
        let (fastSum, plainSum) = (Tensor(layer.weight.value.shape), Tensor(layer.weight.value.shape))
        withSpace(max(gradient.workBytes, plain.backwardBytes)) { space in
            gradient.add(input, outputGradient: expected.pointer, to: fastSum.pointer, space: space)
            plain.addWeightGradient(input, outputGradient: expected.pointer, to: plainSum.pointer, space: space)
        }
        let most = plainSum.values.map(abs).max() ?? 0
        #expect(zip(fastSum.values, plainSum.values).allSatisfy { abs($0 - $1) <= 3e-5 * most })
    }

    @Test func withoutVectorsThePlainKernelsRun() {
        let shape = Self.shape(8, 8, 8)
        let layer = Convolution(name: "c", inputChannels: 8, outputChannels: 8)
        #expect(ConvolutionChoice(layer, input: shape, policy: .exact).candidates(.spikes) == [.plain])
        #expect(ConvolutionChoice(layer, input: shape, policy: .exact).inputGradient == .plain)
    }

    // MARK: Help

    private func withSpace(_ bytes: Int, _ body: (UnsafeMutableRawPointer) -> Void) {
        let space = UnsafeMutableRawPointer.allocate(byteCount: max(bytes, 64), alignment: 64)
        defer { space.deallocate() }
        body(space)
    }

    /// An activation that keeps its numbers as the entry says.
    static func input(_ entry: Entry, _ random: inout RandomSource) -> (Activation, TracePlanner) {
        let planner = TracePlanner(purpose: .training, layerCount: 1)
        let frames = FrameSources(entry.shape)
        let bytes = Activation.byteCount(entry.shape, images: frames.imageCount, storage: entry.storage)
        let activation = Activation(
            shape: entry.shape, frames: frames, storage: entry.storage, memory: planner.bytes(bytes, planner.always))
        planner.allocate()
        var active = 0
        let raw = activation.pointer.assumingMemoryBound(to: UInt8.self)
        for position in 0..<entry.shape.imageCount * entry.shape.height * entry.shape.width {
            for channel in 0..<entry.shape.channels {
                let isActive =
                    entry.onePixel
                    ? position % (entry.shape.height * entry.shape.width) == 13 && channel == 3
                    : Double(random.uniform(0, 1)) < entry.density
                guard isActive else { continue }
                active += 1
                switch entry.storage {
                case .spikes: raw[position * activation.positionBytes + channel / 8] |= 1 << UInt8(channel % 8)
                case .counts: raw[position * entry.shape.channels + channel] = UInt8(1 + random.below(4))
                case .dense: activation.floats[position * entry.shape.channels + channel] = random.uniform(-1, 2)
                }
            }
        }
        activation.activeCount = active
        return (activation, planner)
    }

    struct Result {
        var output: [Float]
        var weight: [Float]
        var input: [Float]
        var sums: [Double]
        var squares: [Double]
        var use: ConvolutionUse
    }

    static func run(
        _ layer: Convolution, _ input: Activation, _ objective: [Float], policy: KernelPolicy
    ) -> Result {
        let planner = TracePlanner(purpose: .training, layerCount: 1, policy: policy, firstLayerHasGradient: true)
        let trace = planner.traces(of: [layer], input: input)[0].own(ConvolutionTrace.self)
        planner.allocate()
        layer.forward(input, trace: trace)
        let (output, moments) = (trace.output.expanded().values, trace.output.moments!)
        let count = trace.output.imageCount * layer.outputChannels
        let sums = Array(UnsafeBufferPointer(start: moments.sums.doubles, count: count))
        let squares = Array(UnsafeBufferPointer(start: moments.squares.doubles, count: count))
        layer.weight.gradient.fill(0)
        trace.outputGradient.update(from: objective, count: objective.count)
        let inputGradient = Tensor([input.count])
        layer.backward(input, trace: trace, inputGradient: inputGradient.pointer)
        return Result(
            output: output, weight: layer.weight.gradient.values, input: inputGradient.values, sums: sums,
            squares: squares, use: trace.used)
    }
}
