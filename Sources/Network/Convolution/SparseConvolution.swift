import Tensors

/// Convolution 3×3 that visits active inputs only, and its weight's gradient. The arithmetic stands in `sparse.c`; here the
/// lists of active inputs are made and the work is shared among threads, sixteen output channels at a time.
struct SparseConvolution {
    private let input: ActivationShape
    private let images: Int
    private let (inputChannels, outputChannels): (Int, Int)

    init(layer: Convolution, input: ActivationShape, images: Int) {
        (self.input, self.images) = (input, images)
        (inputChannels, outputChannels) = (layer.inputChannels, layer.outputChannels)
    }

    private var blocks: Int { outputChannels / 8 }
    /// Two blocks share their cache lines, and are done together.
    private var pairs: Int { (blocks + 1) / 2 }
    private var blockSize: Int { inputChannels * 72 }
    private var threads: Int { WorkerPool.shared.threadCount }

    /// Where lists, planes and weights of a pass lie.
    private struct Space {
        var layout: sparse_layout
        var units: Int
        var capacity: Int
        var offsets: UnsafeMutablePointer<UInt16>?
        /// `nil` for spikes.
        var values: UnsafeMutablePointer<Float>?
        var counts: UnsafeMutablePointer<Int32>?
        var planes: UnsafeMutablePointer<Float>?
        var planeSize: Int
        /// Forward [blocks][Cin, 9, 8]; backward the same for each part of the images that is summed alone.
        var weights: UnsafeMutablePointer<Float>?
        var bytes: Int
    }

    /// Parts of the images that gradients are summed in; by the layer alone, so that bits do not depend on the threads.
    private func parts(units: Int) -> Int { max(1, min(units, 32 / pairs)) }

    private func space(
        _ base: UnsafeMutableRawPointer?, _ storage: Activation.Storage, input pointer: UnsafeRawPointer?, halo: Bool
    ) -> Space {
        var layout = sparse_layout()
        layout.input = pointer
        layout.inputKind = storage.kind
        layout.inputPositionBytes = Activation.positionBytes(inputChannels, storage)
        layout.images = Int32(images)
        (layout.height, layout.width) = (Int32(input.height), Int32(input.width))
        layout.channels = Int32(inputChannels)
        layout.halo = halo ? 1 : 0
        sparse_choose_units(&layout)
        let units = Int(sparse_unit_count(&layout))
        let capacity = sparse_list_capacity(&layout)
        let entries = units * inputChannels * capacity
        var cutter = SpaceCutter(base)
        let offsets = cutter.take(UInt16.self, entries)
        let values = storage == .spikes ? nil : cutter.take(Float.self, entries)
        let counts = cutter.take(Int32.self, units * inputChannels)
        let planeSize = (sparse_plane_size(&layout) + 15) / 16 * 16
        let planes = cutter.take(Float.self, threads * planeSize)
        let weights = cutter.take(Float.self, (halo ? 1 : parts(units: units)) * blocks * blockSize)
        return Space(
            layout: layout, units: units, capacity: capacity, offsets: offsets, values: values, counts: counts,
            planes: planes, planeSize: planeSize, weights: weights, bytes: cutter.used)
    }

    func forwardBytes(_ storage: Activation.Storage) -> Int {
        space(nil, storage, input: nil, halo: true).bytes
    }

    func backwardBytes(_ storage: Activation.Storage) -> Int {
        space(nil, storage, input: nil, halo: false).bytes
    }

    private func buildLists(_ space: Space) {
        guard let offsets = space.offsets, let counts = space.counts else { return }
        withUnsafePointer(to: space.layout) { layout in
            // Safe: read only while the threads run, and the call waits for them.
            nonisolated(unsafe) let layout = layout
            WorkerPool.shared.run(blocks: space.units) { unit in
                let first = unit * inputChannels
                sparse_build_lists(
                    layout, Int32(unit), offsets + first * space.capacity,
                    space.values.map { $0 + first * space.capacity }, counts + first)
            }
        }
    }

    func run(
        _ activation: Activation, weight: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>,
        moments: Activation.Moments?, space base: UnsafeMutableRawPointer
    ) {
        let space = space(base, activation.storage, input: activation.pointer, halo: true)
        guard let weights = space.weights, let planes = space.planes else { return }
        buildLists(space)
        WorkerPool.shared.run(blocks: blocks) { block in copy(weight, block, into: weights + block * blockSize) }
        // Whole images a part, so that no two threads add to the same image's moments.
        let strips = (input.height + Int(space.layout.unitRows) - 1) / Int(space.layout.unitRows)
        let groups = space.units / strips
        let parts = min(groups, max(1, (8 * threads + pairs - 1) / pairs))
        withUnsafePointer(to: space.layout) { layout in
            // Safe: as above.
            nonisolated(unsafe) let layout = layout
            WorkerPool.shared.run(blocks: pairs * parts) { job, thread in
                let (pair, part) = (job / parts, job % parts)
                sparse_forward(
                    layout, space.offsets, space.values, space.counts, weights, output, Int32(outputChannels),
                    Int32(2 * pair), Int32(min(2 * pair + 2, blocks)), Int32(groups * part / parts * strips),
                    Int32(groups * (part + 1) / parts * strips), planes + thread * space.planeSize,
                    moments?.sums.doubles, moments?.squares.doubles)
            }
        }
    }

    func addWeightGradient(
        _ activation: Activation, outputGradient: UnsafePointer<Float>, to gradient: UnsafeMutablePointer<Float>,
        space base: UnsafeMutableRawPointer
    ) {
        let space = space(base, activation.storage, input: activation.pointer, halo: false)
        guard let weights = space.weights, let planes = space.planes else { return }
        buildLists(space)
        let parts = parts(units: space.units)
        withUnsafePointer(to: space.layout) { layout in
            // Safe: as above.
            nonisolated(unsafe) let layout = layout
            WorkerPool.shared.run(blocks: pairs * parts) { job, thread in
                let (pair, part) = (job / parts, job % parts)
                let range = 2 * pair..<min(2 * pair + 2, blocks)
                let sums = weights + (part * blocks + range.lowerBound) * blockSize
                sums.update(repeating: 0, count: range.count * blockSize)
                sparse_weight_gradient(
                    layout, space.offsets, space.values, space.counts, outputGradient, Int32(outputChannels),
                    Int32(range.lowerBound), Int32(range.upperBound), Int32(space.units * part / parts),
                    Int32(space.units * (part + 1) / parts), planes + thread * space.planeSize, sums)
            }
        }
        WorkerPool.shared.run(blocks: blocks) { block in
            add(weights + block * blockSize, parts: parts, to: gradient, block)
        }
    }

    /// [9·Cin, Cout] → [Cin, 9, 8] of one block of output channels.
    private func copy(_ weight: UnsafePointer<Float>, _ block: Int, into target: UnsafeMutablePointer<Float>) {
        let target = UnsafeMutableRawPointer(target).assumingMemoryBound(to: SIMD8<Float>.self)
        for tap in 0..<9 {
            for channel in 0..<inputChannels {
                let source = UnsafeRawPointer(weight + (tap * inputChannels + channel) * outputChannels + block * 8)
                target[channel * 9 + tap] = source.loadUnaligned(as: SIMD8<Float>.self)
            }
        }
    }

    /// The other way round, added up over parts.
    private func add(
        _ source: UnsafePointer<Float>, parts: Int, to gradient: UnsafeMutablePointer<Float>, _ block: Int
    ) {
        let source = UnsafeRawPointer(source).assumingMemoryBound(to: SIMD8<Float>.self)
        for tap in 0..<9 {
            for channel in 0..<inputChannels {
                var sum = source[channel * 9 + tap]
                for part in 1..<max(parts, 1) { sum += source[part * blocks * inputChannels * 9 + channel * 9 + tap] }
                let target = UnsafeMutableRawPointer(
                    gradient + (tap * inputChannels + channel) * outputChannels + block * 8)
                target.storeBytes(of: target.loadUnaligned(as: SIMD8<Float>.self) + sum, as: SIMD8<Float>.self)
            }
        }
    }
}
