import Tensors

/// A buffer that is planned before the run and exists once its planner has allocated.
public final class PlannedTensor {
    private let reservation: Arena.Reservation
    private let shape: Shape
    private var allocated: Tensor?

    init(reservation: Arena.Reservation, shape: Shape) {
        (self.reservation, self.shape) = (reservation, shape)
    }

    public var tensor: Tensor {
        guard let allocated else { preconditionFailure("a planned buffer is used before it is allocated") }
        return allocated
    }

    /// On one thread, before any other sees the buffer.
    fileprivate func takeMemory(of arena: Arena) {
        let whole = arena.tensor(reservation)
        allocated = whole.shape == shape ? whole : Tensor(shape, viewing: whole.pointer, ownedBy: arena)
    }
}

/// Memory for the work of one call; see `TracePlanner.workSpace`.
public final class WorkSpace {
    let elements: Int
    fileprivate var allocated: Tensor?

    fileprivate init(elements: Int) { self.elements = elements }

    var pointer: Tensor.Pointer {
        guard let allocated else { preconditionFailure("a work space is used before it is allocated") }
        return allocated.pointer
    }
}

/// Gives layers the buffers of a pass: one each in training, two in turn in evaluation, where nothing is kept.
public final class TracePlanner {
    public let purpose: PassPurpose
    private let arena = Arena()
    private var planned: [PlannedTensor] = []
    private var scratches: [WorkSpace] = []
    /// Largest output of any layer, in elements; what the buffers in turn must hold.
    private let largestOutput: Int
    private var inTurn: [Arena.Reservation] = []
    private var turn = 0

    init(purpose: PassPurpose, largestOutput: Int) {
        (self.purpose, self.largestOutput) = (purpose, largestOutput)
    }

    /// Bytes that `allocate()` takes.
    var byteCount: Int {
        arena.byteCount + (arena.isAllocated ? 0 : largestScratch * MemoryLayout<Float>.stride)
    }

    /// Takes the memory of everything planned; nothing can be planned afterwards. A second call does nothing.
    func allocate() {
        guard !arena.isAllocated else { return }
        let work = arena.reserve([largestScratch])
        arena.allocate()
        for buffer in planned { buffer.takeMemory(of: arena) }
        for scratch in scratches { scratch.allocated = arena.tensor(work) }
    }

    /// Space that all layers share: what stands in it is lost when another layer works.
    func workSpace(_ elements: Int) -> WorkSpace {
        let scratch = WorkSpace(elements: elements)
        scratches.append(scratch)
        return scratch
    }

    private var largestScratch: Int { scratches.map(\.elements).max() ?? 0 }

    /// A layer's output: kept until the backward pass in training, until the layer after next in evaluation.
    func output(_ shape: Shape) -> PlannedTensor {
        guard purpose == .evaluation else { return kept(shape) }
        if inTurn.count < 2 { inTurn.append(arena.reserve([largestOutput])) }
        defer { turn = (turn + 1) % 2 }
        return plan(inTurn[turn], shape)
    }

    /// A buffer of its own.
    func kept(_ shape: Shape) -> PlannedTensor { plan(arena.reserve(shape), shape) }

    private func plan(_ reservation: Arena.Reservation, _ shape: Shape) -> PlannedTensor {
        let buffer = PlannedTensor(reservation: reservation, shape: shape)
        planned.append(buffer)
        return buffer
    }
}
