/// All buffers of a training step, planned before the run and allocated once.
///
/// Use: plan every buffer (`reserve`), read `byteCount` to show or refuse it, `allocate()` once, then ask for the tensors.
public final class Arena {
    /// A planned buffer.
    public struct Reservation: Sendable {
        let offset: Int
        public let shape: Shape
    }

    private var reservedElements = 0
    private var memory: UnsafeMutableRawPointer?

    public init() {}

    deinit { memory?.deallocate() }

    /// Bytes that `allocate()` takes.
    public var byteCount: Int { reservedElements * MemoryLayout<Float>.stride }

    public var isAllocated: Bool { memory != nil }

    public func reserve(_ shape: Shape) -> Reservation {
        precondition(memory == nil, "the arena is allocated already")
        let reservation = Reservation(offset: reservedElements, shape: shape)
        let line = Tensor.alignment / MemoryLayout<Float>.stride
        reservedElements += (shape.count + line - 1) / line * line
        return reservation
    }

    /// Takes the memory, filled with zeros.
    public func allocate() {
        guard memory == nil else { return }
        let memory = UnsafeMutableRawPointer.allocate(byteCount: max(byteCount, 1), alignment: 4096)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
        self.memory = memory
    }

    public func tensor(_ reservation: Reservation) -> Tensor {
        guard let memory else { preconditionFailure("the arena is not allocated yet") }
        let base = memory.assumingMemoryBound(to: Float.self) + reservation.offset
        return Tensor(reservation.shape, viewing: base, ownedBy: self)
    }
}
