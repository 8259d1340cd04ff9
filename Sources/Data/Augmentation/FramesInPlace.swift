/// Frames of one sample where they stand: [T][H, W, polarity], with room between time steps.
public struct FramesInPlace {
    public let timeStepCount: Int
    public let height: Int
    public let width: Int
    /// First number of the first time step.
    let base: UnsafeMutablePointer<Float>
    /// From a time step to the next, in numbers.
    let stride: Int

    /// [H, W, polarity] of one time step.
    @inline(__always)
    public func plane(_ timeStep: Int) -> UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(start: base + timeStep * stride, count: height * width * 2)
    }
}
