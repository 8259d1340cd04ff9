/// A rectangle of cells; never of negative extent.
public struct Rect: Hashable, Sendable {
    public var row: Row
    public var column: Column
    public var height: Row
    public var width: Column

    public init(row: Row, column: Column, height: Row, width: Column) {
        (self.row, self.column) = (row, column)
        (self.height, self.width) = (max(0, height), max(0, width))
    }

    public init(_ size: Size) { self.init(row: 0, column: 0, height: size.height, width: size.width) }

    public var isEmpty: Bool { height <= 0 || width <= 0 }
    /// First row below.
    public var bottom: Row { row + height }
    /// First column to the right.
    public var trailing: Column { column + width }
    public var rows: Range<Row> { row..<bottom }
    public var columns: Range<Column> { column..<trailing }
    public var origin: Point { Point(row: row, column: column) }

    public func contains(_ point: Point) -> Bool { rows.contains(point.row) && columns.contains(point.column) }

    public func intersection(_ other: Rect) -> Rect {
        let (top, left) = (max(row, other.row), max(column, other.column))
        return Rect(
            row: top, column: left, height: min(bottom, other.bottom) - top,
            width: min(trailing, other.trailing) - left)
    }

    /// Smaller by so many cells on every side.
    public func inset(_ count: Int = 1) -> Rect {
        Rect(row: row + count, column: column + count, height: height - 2 * count, width: width - 2 * count)
    }

    /// The rectangle of that size in the middle, cut to fit.
    public func centered(height wanted: Row, width wantedWidth: Column) -> Rect {
        let (h, w) = (min(height, wanted), min(width, wantedWidth))
        return Rect(row: row + (height - h) / 2, column: column + (width - w) / 2, height: h, width: w)
    }
}

// MARK: Splitting

extension Rect {
    /// Cuts so many rows off the top; what does not fit is cut.
    public func split(top count: Row) -> (top: Rect, rest: Rect) {
        let count = max(0, min(count, height))
        return (
            Rect(row: row, column: column, height: count, width: width),
            Rect(row: row + count, column: column, height: height - count, width: width)
        )
    }

    public func split(bottom count: Row) -> (rest: Rect, bottom: Rect) {
        let (rest, bottom) = split(top: height - min(count, height))
        return (rest, bottom)
    }

    public func split(left count: Column) -> (left: Rect, rest: Rect) {
        let count = max(0, min(count, width))
        return (
            Rect(row: row, column: column, height: height, width: count),
            Rect(row: row, column: column + count, height: height, width: width - count)
        )
    }

    public func split(right count: Column) -> (rest: Rect, right: Rect) {
        let (rest, right) = split(left: width - min(count, width))
        return (rest, right)
    }

    /// Side by side, in the proportion of the weights; the last takes what rounding leaves.
    public func columns(weights: [Int]) -> [Rect] {
        Self.cut(width.value, weights).map { start, length in
            Rect(row: row, column: column + start, height: height, width: Column(length))
        }
    }

    /// One below the other, in the proportion of the weights.
    public func rows(weights: [Int]) -> [Rect] {
        Self.cut(height.value, weights).map { start, length in
            Rect(row: row + start, column: column, height: Row(length), width: width)
        }
    }

    private static func cut(_ length: Int, _ weights: [Int]) -> [(start: Int, length: Int)] {
        let total = max(1, weights.reduce(0, +))
        var (sum, start) = (0, 0)
        return weights.map { weight in
            sum += weight
            let end = length * sum / total
            defer { start = end }
            return (start, end - start)
        }
    }
}
