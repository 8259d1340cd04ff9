/// Where each pixel of a changed frame comes from: source = matrix · target + offset, in pixels.
public struct FrameTransform: Sendable, Hashable {
    public var xFromX: Float = 1
    public var xFromY: Float = 0
    public var yFromX: Float = 0
    public var yFromY: Float = 1
    public var x: Float = 0
    public var y: Float = 0

    public static let identity = FrameTransform()

    public init() {}

    /// This change, and then `next`.
    public func followed(by next: FrameTransform) -> FrameTransform {
        var result = FrameTransform()
        result.xFromX = xFromX * next.xFromX + xFromY * next.yFromX
        result.xFromY = xFromX * next.xFromY + xFromY * next.yFromY
        result.yFromX = yFromX * next.xFromX + yFromY * next.yFromX
        result.yFromY = yFromX * next.xFromY + yFromY * next.yFromY
        result.x = xFromX * next.x + xFromY * next.y + x
        result.y = yFromX * next.x + yFromY * next.y + y
        return result
    }

    /// A change that only moves whole rows and columns: source row = row + y, source column = column + x or, mirrored,
    /// x − column.
    struct Shift: Equatable {
        var x = 0
        var y = 0
        var isMirrored = false
    }

    /// This change as a shift; `nil` if it turns, stretches or moves by parts of pixels.
    var shift: Shift? {
        guard abs(xFromX) == 1, xFromY == 0, yFromX == 0, yFromY == 1, x == x.rounded(), y == y.rounded(),
            abs(x) < 1e6, abs(y) < 1e6
        else { return nil }
        return Shift(x: Int(x), y: Int(y), isMirrored: xFromX < 0)
    }

    /// For each pixel of a square frame the nearest source pixel, or −1 where nothing comes from (zero).
    func fill(_ sources: inout [Int32], size: Int) {
        for row in 0..<size {
            for column in 0..<size {
                let (targetX, targetY) = (Float(column), Float(row))
                let sourceX = (xFromX * targetX + xFromY * targetY + x).rounded()
                let sourceY = (yFromX * targetX + yFromY * targetY + y).rounded()
                let isInside = sourceX >= 0 && sourceX < Float(size) && sourceY >= 0 && sourceY < Float(size)
                sources[row * size + column] = isInside ? Int32(sourceY) * Int32(size) + Int32(sourceX) : -1
            }
        }
    }
}
