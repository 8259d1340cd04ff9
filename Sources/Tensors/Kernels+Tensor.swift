@_exported import Kernels

extension Tensor {
    /// Sum of squares, in double.
    public var sumOfSquares: Double { sum_of_squares(pointer, count) }
    /// Share of elements that are not zero, 0…1.
    public var density: Double { count == 0 ? 0 : Double(count_nonzero(pointer, count)) / Double(count) }
}
