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
        put(String(text), row: row, column: column, style: style, width: width)
    }

    /// The same, and not generic: other modules would get it unspecialized, many times slower.
    @discardableResult
    public mutating func put(
        _ text: String, row: Row, column: Column, style: Style = Style(), width: Column? = nil
    ) -> Column {
        if charset == .unicode, text.unicodeScalars.allSatisfy({ CellCode.isSimple($0.value) }) {
            return put(simple: text.unicodeScalars, row: row, column: column, style: style, width: width)
        }
        var column = column
        let end = width.map { column + max(0, $0) }
        let overflows = width.map { $0 > 0 && text.columnCount > $0 } ?? false
        for character in text {
            let shown = charset.shown(character)
            let count = shown.columnCount
            guard count > 0 else { continue }
            let code = CellCode.code(shown)
            if let end {
                if overflows, column + count > end - 1 {
                    put(one: CellCode.code(charset.shown("…")), count: 1, row: row, column: column, style: style)
                    return column + 1
                }
                if column + count > end { return column }
            }
            put(one: code, count: count, row: row, column: column, style: style)
            column += count
        }
        return column
    }

    /// The same for text of which every scalar is a column.
    private mutating func put(
        simple scalars: String.UnicodeScalarView, row: Row, column: Column, style: Style, width: Column?
    ) -> Column {
        var column = column
        // Cut text gives its last column to the ellipsis.
        let room = width.map { max(0, $0.value) } ?? Int.max
        let isCut = room < Int.max && scalars.count > room
        for scalar in scalars.prefix(isCut ? max(0, room - 1) : room) {
            put(one: scalar.value, count: 1, row: row, column: column, style: style)
            column += 1
        }
        guard isCut, room > 0 else { return column }
        put(one: 0x2026, count: 1, row: row, column: column, style: style)
        return column + 1
    }

    /// Writes one character that takes one column, such as those of line drawings.
    public mutating func put(character: Character, row: Row, column: Column, style: Style = Style()) {
        let shown = charset.shown(character)
        guard shown.columnCount == 1 else { return }
        put(one: CellCode.code(shown), count: 1, row: row, column: column, style: style)
    }

    private mutating func put(one code: UInt32, count: Int, row: Row, column: Column, style: Style) {
        guard clip.contains(Point(row: row, column: column)) else { return }
        guard column + (count - 1) < clip.trailing else {
            return put(one: 0x20, count: 1, row: row, column: column, style: style)
        }
        let index = offset(Point(row: row, column: column))
        separate(at: index, column)
        if count == 2 { separate(at: index + 1, column + 1) }
        let final = style.over(cells[index].style)
        cells[index] = Cell(code: code, final)
        if count == 2 { cells[index + 1] = .continuation(final) }
    }

    /// Blanks the other half of a wide character that is about to be overwritten in part.
    private mutating func separate(at index: Int, _ column: Column) {
        if cells[index].isContinuation, column > 0 {
            cells[index - 1].code = 0x20
        } else if column + 1 < size.width, cells[index + 1].isContinuation {
            cells[index + 1].code = 0x20
        }
    }

    public mutating func fill(_ rect: Rect, _ character: Character = " ", style: Style) {
        let area = rect.intersection(clip)
        let shown = charset.shown(character)
        guard shown.columnCount == 1 else { return }
        let code = CellCode.code(shown)
        for row in area.rows {
            for column in area.columns { put(one: code, count: 1, row: row, column: column, style: style) }
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
