import Communication
import Tensors

/// A buffer that is planned before the run and exists once its planner has allocated.
public final class PlannedMemory {
    private let reservation: Arena.Reservation
    private var allocated: UnsafeMutableRawPointer?

    fileprivate init(reservation: Arena.Reservation) { self.reservation = reservation }

    public var pointer: UnsafeMutableRawPointer {
        guard let allocated else { preconditionFailure("a planned buffer is used before it is allocated") }
        return allocated
    }

    var floats: UnsafeMutablePointer<Float> { pointer.assumingMemoryBound(to: Float.self) }
    var doubles: UnsafeMutablePointer<Double> { pointer.assumingMemoryBound(to: Double.self) }

    /// On one thread, before any other sees the buffer.
    fileprivate func takeMemory(of arena: Arena) { allocated = arena.pointer(reservation) }
}

/// A planned buffer of floats with a shape.
public final class PlannedTensor {
    let memory: PlannedMemory
    private let shape: Shape
    private let arena: Arena
    private var made: Tensor?

    fileprivate init(memory: PlannedMemory, shape: Shape, arena: Arena) {
        (self.memory, self.shape, self.arena) = (memory, shape, arena)
    }

    public var tensor: Tensor {
        guard let made else { preconditionFailure("a planned buffer is used before it is allocated") }
        return made
    }

    fileprivate func makeTensor() { made = Tensor(shape, viewing: memory.floats, ownedBy: arena) }
}

/// Gives layers the buffers of a pass. Each lives only while it is needed, and others take its place before and after:
///
///     tick   0      1 … L            L + 1   L + 2 … 2L + 1        2L + 2
///            input  forward of 1…L   loss    backward of L … 1     after the step
///
/// Layers are counted with the parts of residual blocks one by one, the heads' layers last.
public final class TracePlanner {
    public let purpose: PassPurpose
    public let policy: KernelPolicy
    private let arena = Arena()
    private let layerCount: Int
    private var planned: [PlannedMemory] = []
    private var tensors: [PlannedTensor] = []
    /// The layer that plans now.
    private(set) var layer = 0
    /// How many layers what reads its output is made of: all of them may read it.
    private(set) var readers = 1
    /// Whether something is added to its output, which then cannot be made again from its input.
    private(set) var isSummed = false
    private let mayRecompute: Bool
    private let sharesMemory: Bool
    /// Whether the gradient of the first layer's input is wanted.
    let firstLayerHasGradient: Bool
    /// Who has the other samples of the batch, where several processes share it: what is made of the whole batch is made
    /// together with them.
    let group: RankGroup?
    /// Who has the other samples that normalization is made of.
    let statisticsGroup: RankGroup?

    init(
        purpose: PassPurpose, layerCount: Int, policy: KernelPolicy = .fast, recomputes: Bool = false,
        firstLayerHasGradient: Bool = false, sharesMemory: Bool = true, group: RankGroup? = nil,
        sharesStatistics: Bool = true
    ) {
        (self.group, statisticsGroup) = (group, sharesStatistics ? group : nil)
        (self.purpose, self.layerCount, self.policy) = (purpose, layerCount, policy)
        (mayRecompute, self.firstLayerHasGradient) = (recomputes, firstLayerHasGradient)
        // What gradients of earlier layers were is looked at when the pass is over.
        self.sharesMemory = sharesMemory && purpose != .attribution
    }

    /// Whether a backward pass follows.
    var goesBackward: Bool { purpose == .training || purpose == .attribution }
    /// Whether the output is made again in the backward pass instead of kept: less memory for one more forward pass.
    var recomputes: Bool { mayRecompute && !isSummed }

    /// Plans the traces of layers, in order; `input` is what the first of them reads.
    ///
    /// - Parameters:
    ///   - readers: layers of what reads the last output.
    ///   - sums: whether something is added to the last output.
    func traces(
        of layers: [any Layer], input: Activation, readers: Int = 1, sums: Bool = false
    ) -> [any LayerTrace] {
        var activation = input
        return layers.indices.map { index in
            let isLast = index == layers.count - 1
            self.readers = isLast ? readers : layers[index + 1].leaves.count
            isSummed = isLast && sums
            let first = layer
            let trace = layers[index].makeTrace(input: activation, planner: self)
            // What is made of layers has counted them itself.
            if layer == first { layer += 1 }
            activation = trace.output
            return trace
        }
    }

    // MARK: Memory

    /// Bytes that `allocate()` takes.
    var byteCount: Int { arena.byteCount }

    /// Takes the memory of everything planned; nothing can be planned afterwards. A second call does nothing.
    func allocate() {
        guard !arena.isAllocated else { return }
        arena.allocate()
        for buffer in planned { buffer.takeMemory(of: arena) }
        for tensor in tensors { tensor.makeTensor() }
    }

    // MARK: Ticks

    private var lastTick: Int { 2 * layerCount + 2 }
    var forwardTick: Int { layer + 1 }
    var backwardTick: Int { backwardTick(of: layer) }
    private func backwardTick(of layer: Int) -> Int { 2 * layerCount + 1 - layer }

    /// From the layer's forward pass until it has been read by the next layer, in training also backward.
    var untilReadAgain: ClosedRange<Int> {
        switch purpose {
        case .training, .attribution: forwardTick...backwardTick - 1
        case .evaluation: untilRead
        case .inspection: forwardTick...lastTick
        }
    }
    /// From the layer's forward pass to the end of its backward pass.
    var throughBackward: ClosedRange<Int> { goesBackward ? forwardTick...backwardTick : untilReadAgain }
    /// From the layer's forward pass to the end of the step, to be looked at.
    var toTheEnd: ClosedRange<Int> { purpose == .evaluation ? untilReadAgain : forwardTick...lastTick }
    /// Until the next layer has read it.
    var untilRead: ClosedRange<Int> { forwardTick...forwardTick + readers }
    /// From the backward pass of the next layer to the end of this one's.
    var ofGradient: ClosedRange<Int> { backwardTick - readers...backwardTick }
    /// The backward passes of these layers.
    func backward(of layers: Range<Int>) -> ClosedRange<Int> {
        backwardTick(of: layers.upperBound - 1)...backwardTick(of: layers.lowerBound)
    }
    var always: ClosedRange<Int> { 0...lastTick }

    // MARK: Buffers

    func bytes(_ count: Int, _ ticks: ClosedRange<Int>) -> PlannedMemory {
        let buffer = PlannedMemory(reservation: arena.reserve(byteCount: count, ticks: sharesMemory ? ticks : always))
        planned.append(buffer)
        return buffer
    }

    func floats(_ count: Int, _ ticks: ClosedRange<Int>) -> PlannedMemory {
        bytes(count * MemoryLayout<Float>.stride, ticks)
    }

    func doubles(_ count: Int, _ ticks: ClosedRange<Int>) -> PlannedMemory {
        bytes(count * MemoryLayout<Double>.stride, ticks)
    }

    func tensor(_ shape: Shape, _ ticks: ClosedRange<Int>) -> PlannedTensor {
        let tensor = PlannedTensor(memory: floats(shape.count, ticks), shape: shape, arena: arena)
        tensors.append(tensor)
        return tensor
    }

    /// Space that the layer works in during one of its two passes.
    func workSpace(bytes count: Int, backward: Bool) -> PlannedMemory {
        let tick = backward ? backwardTick : forwardTick
        return bytes(count, tick...tick)
    }
}
