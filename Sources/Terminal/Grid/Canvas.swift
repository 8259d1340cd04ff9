/// A grid of cells that is drawn on; whatever falls outside the clip rectangle is left out.
public struct Canvas: Sendable, Hashable {
    public let size: Size
    public let charset: Charset
    public private(set) var cells: [Cell]
    public private(set) var clip: Rect

    public init(size: Size, charset: Charset = .unicode, style: Style = .plain) {
        let size = Size(width: max(0, size.width), height: max(0, size.height))
        (self.size, self.charset, clip) = (size, charset, Rect(size))
        cells = Array(repeating: .blank(style.over(.plain)), count: size.width.value * size.height.value)
    }

    public var bounds: Rect { Rect(size) }

    public subscript(point: Point) -> Cell {
        get { cells[offset(point)] }
        set { cells[offset(point)] = newValue }
    }

    private func offset(_ point: Point) -> Int { point.row.value * size.width.value + point.column.value }

    /// Draws inside a rectangle only.
    public mutating func clipped(to rect: Rect, _ body: (inout Canvas) -> Void) {
        let outer = clip
        clip = clip.intersection(rect)
        body(&self)
        clip = outer
    }

    /// Writes text on one row; control characters show as `·`.
    ///
    /// - Parameter width: at most so many columns; longer text ends in `…`.
    /// - Returns: the column after the last one written, as if nothing had been clipped.
    @discardableResult
    public mutating func put(
        _ text: some StringProtocol, row: Row, column: Column, style: Style = Style(), width: Column? = nil
    ) -> Column {
        var column = column
        let end = width.map { column + max(0, $0) }
        let overflows = width.map { $0 > 0 && text.columnCount > $0 } ?? false
        for character in text {
            let shown = charset.shown(character)
            let count = shown.columnCount
            guard count > 0 else { continue }
            if let end {
                if overflows, column + count > end - 1 {
                    put(one: charset.shown("…"), count: 1, row: row, column: column, style: style)
                    return column + 1
                }
                if column + count > end { return column }
            }
            put(one: shown, count: count, row: row, column: column, style: style)
            column += count
        }
        return column
    }

    private mutating func put(one character: Character, count: Int, row: Row, column: Column, style: Style) {
        let (first, last) = (Point(row: row, column: column), Point(row: row, column: column + (count - 1)))
        guard clip.contains(first) else { return }
        guard clip.contains(last) else {
            return put(one: " ", count: 1, row: row, column: column, style: style)
        }
        separate(at: first)
        if count == 2 { separate(at: last) }
        let final = style.over(self[first].style)
        self[first] = Cell(character, final)
        if count == 2 { self[last] = .continuation(final) }
    }

    /// Blanks the other half of a wide character that is about to be overwritten in part.
    private mutating func separate(at point: Point) {
        let next = Point(row: point.row, column: point.column + 1)
        if self[point].isContinuation, point.column > 0 {
            self[Point(row: point.row, column: point.column - 1)].character = " "
        } else if next.column < size.width, self[next].isContinuation {
            self[next].character = " "
        }
    }

    public mutating func fill(_ rect: Rect, _ character: Character = " ", style: Style) {
        let area = rect.intersection(clip)
        let shown = charset.shown(character)
        guard shown.columnCount == 1 else { return }
        for row in area.rows {
            for column in area.columns { put(one: shown, count: 1, row: row, column: column, style: style) }
        }
    }

    /// Lays a style over what is there and keeps the characters.
    public mutating func restyle(_ rect: Rect, _ style: Style) {
        let area = rect.intersection(clip)
        for row in area.rows {
            for column in area.columns {
                let point = Point(row: row, column: column)
                self[point].style = style.over(self[point].style)
            }
        }
    }
}
