/// One shape, in points from the upper left corner of what it is drawn on.
enum CellShape: Hashable {
    struct Point: Hashable {
        var x: Double
        var y: Double
    }

    case rectangle(x: Double, y: Double, width: Double, height: Double)
    case polygon([Point])
    /// From point to point, round at the ends; one point is a disc.
    case line([Point], width: Double)
    case circle(x: Double, y: Double, radius: Double, width: Double)

    /// `nil`: it is filled.
    var lineWidth: Double? {
        switch self {
        case .rectangle, .polygon: nil
        case .line(_, let width), .circle(_, _, _, let width): width
        }
    }

    var isRectangle: Bool { if case .rectangle = self { true } else { false } }

    func moved(x dx: Double, y dy: Double) -> CellShape {
        func moved(_ points: [Point]) -> [Point] { points.map { Point(x: $0.x + dx, y: $0.y + dy) } }
        return switch self {
        case .rectangle(let x, let y, let width, let height):
            .rectangle(x: x + dx, y: y + dy, width: width, height: height)
        case .polygon(let points): .polygon(moved(points))
        case .line(let points, let width): .line(moved(points), width: width)
        case .circle(let x, let y, let radius, let width):
            .circle(x: x + dx, y: y + dy, radius: radius, width: width)
        }
    }

    /// Two rectangles of one height side by side are one.
    func joined(with next: CellShape) -> CellShape? {
        guard case .rectangle(let x, let y, let width, let height) = self,
            case .rectangle(x + width, y, let more, height) = next
        else { return nil }
        return .rectangle(x: x, y: y, width: width + more, height: height)
    }
}
