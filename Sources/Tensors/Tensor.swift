/// Float32 numbers in row-major order, 64-byte aligned, with a shape.
///
/// A tensor either owns its memory or is a view of an `Arena`, which it keeps alive. It is not Sendable: one owner at a
/// time; batches cross actors with `sending`.
public final class Tensor {
    public typealias Pointer = UnsafeMutablePointer<Float>

    public let shape: Shape
    /// First element. Valid as long as the tensor is.
    public let pointer: Pointer
    private let owner: AnyObject?

    public static let alignment = 64

    /// Zeros.
    public init(_ shape: Shape) {
        self.shape = shape
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: max(shape.count, 1) * MemoryLayout<Float>.stride, alignment: Self.alignment)
        pointer = memory.bindMemory(to: Float.self, capacity: shape.count)
        pointer.initialize(repeating: 0, count: shape.count)
        owner = nil
    }

    /// Copies `values`, which must be as many as the shape has elements.
    public convenience init(_ shape: Shape, _ values: [Float]) {
        precondition(values.count == shape.count, "\(values.count) values for shape \(shape)")
        self.init(shape)
        values.withUnsafeBufferPointer { source in
            if let base = source.baseAddress { pointer.update(from: base, count: source.count) }
        }
    }

    /// A view of memory that `owner` keeps alive.
    public init(_ shape: Shape, viewing pointer: Pointer, ownedBy owner: AnyObject) {
        (self.shape, self.pointer, self.owner) = (shape, pointer, owner)
    }

    deinit {
        if owner == nil { UnsafeMutableRawPointer(pointer).deallocate() }
    }

    public var count: Int { shape.count }
    public var values: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }
    public var buffer: UnsafeMutableBufferPointer<Float> { UnsafeMutableBufferPointer(start: pointer, count: count) }

    public subscript(index: Int) -> Float {
        get {
            precondition(index >= 0 && index < count, "element \(index) of \(shape)")
            return pointer[index]
        }
        set {
            precondition(index >= 0 && index < count, "element \(index) of \(shape)")
            pointer[index] = newValue
        }
    }

    public func fill(_ value: Float) { pointer.update(repeating: value, count: count) }

    public func copy(from other: Tensor) {
        precondition(other.count == count, "copy of \(other.shape) into \(shape)")
        pointer.update(from: other.pointer, count: count)
    }

    /// Part `index` of the outermost dimension, same memory.
    public func slice(_ range: Range<Int>) -> Tensor {
        precondition(range.lowerBound >= 0 && range.upperBound <= shape[0], "slice \(range) of \(shape)")
        let stride = shape[0] == 0 ? 0 : count / shape[0]
        return Tensor(
            Shape([range.count] + shape.sizes.dropFirst()), viewing: pointer + range.lowerBound * stride, ownedBy: self)
    }
}
