import Tensors

/// A buffer that is planned before the run and exists once its arena is allocated.
public final class PlannedTensor {
    private let arena: Arena
    private let reservation: Arena.Reservation
    private let shape: Shape
    public private(set) lazy var tensor: Tensor = {
        let whole = arena.tensor(reservation)
        return whole.shape == shape ? whole : Tensor(shape, viewing: whole.pointer, ownedBy: arena)
    }()

    init(arena: Arena, reservation: Arena.Reservation, shape: Shape) {
        (self.arena, self.reservation, self.shape) = (arena, reservation, shape)
    }
}

/// Gives layers the buffers of a pass: one each in training, two in turn in evaluation, where nothing is kept.
public final class TracePlanner {
    public let purpose: PassPurpose
    let arena: Arena
    /// Largest output of any layer, in elements; what the buffers in turn must hold.
    private let largestOutput: Int
    private var inTurn: [Arena.Reservation] = []
    private var turn = 0

    init(purpose: PassPurpose, arena: Arena, largestOutput: Int) {
        (self.purpose, self.arena, self.largestOutput) = (purpose, arena, largestOutput)
    }

    /// A layer's output: kept until the backward pass in training, until the layer after next in evaluation.
    func output(_ shape: Shape) -> PlannedTensor {
        guard purpose == .evaluation else { return kept(shape) }
        if inTurn.count < 2 { inTurn.append(arena.reserve([largestOutput])) }
        defer { turn = (turn + 1) % 2 }
        return PlannedTensor(arena: arena, reservation: inTurn[turn], shape: shape)
    }

    /// A buffer of its own.
    func kept(_ shape: Shape) -> PlannedTensor {
        PlannedTensor(arena: arena, reservation: arena.reserve(shape), shape: shape)
    }
}
