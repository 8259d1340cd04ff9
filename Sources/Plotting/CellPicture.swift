/// A screen of character cells, to be written as SVG or PNG: colors and characters, nothing about a terminal.
public struct CellPicture: Sendable, Hashable {
    public struct Cell: Sendable, Hashable {
        /// `nil` behind a character that takes two columns.
        public var character: Character?
        public var foreground: FigureColor
        public var background: FigureColor
        public var isBold: Bool
        public var isUnderlined: Bool

        public init(
            character: Character?, foreground: FigureColor, background: FigureColor, isBold: Bool = false,
            isUnderlined: Bool = false
        ) {
            (self.character, self.foreground, self.background) = (character, foreground, background)
            (self.isBold, self.isUnderlined) = (isBold, isUnderlined)
        }
    }

    public let columnCount: Int
    public let rowCount: Int
    /// Row by row from the upper left.
    public let cells: [Cell]

    /// - Precondition: `cells.count == columnCount * rowCount`.
    public init(columnCount: Int, rowCount: Int, cells: [Cell]) {
        precondition(cells.count == columnCount * rowCount, "a picture needs columns × rows cells")
        (self.columnCount, self.rowCount, self.cells) = (columnCount, rowCount, cells)
    }

    /// Points of a cell: both can be divided by what braille, sextants and eighths divide them by.
    static let (cellWidth, cellHeight) = (12.0, 24.0)

    var width: Double { Double(columnCount) * Self.cellWidth }
    var height: Double { Double(rowCount) * Self.cellHeight }
}

/// What is drawn of a picture of cells, one list for SVG and PNG: shapes that share a look together, then text.
struct CellInk {
    /// Shapes that are drawn alike, in one stroke of the pen.
    struct Look: Hashable {
        var color: FigureColor
        /// `nil`: filled.
        var lineWidth: Double?
        /// Edges on whole pixels, so that neighbors leave no seam.
        var isCrisp: Bool
    }

    struct Text {
        var content: String
        var x: Double
        /// Of the base line.
        var y: Double
        /// Points that it takes across.
        var width: Double
        var size: Double
        var isBold: Bool
        var color: FigureColor
    }

    /// The color of most cells, beneath everything.
    private(set) var ground: FigureColor
    private(set) var shapes: [(look: Look, shapes: [CellShape])] = []
    private(set) var texts: [Text] = []

    static let textSize = 20.0
    private static let baseLine = 18.0
    private var places: [Look: Int] = [:]

    init(_ picture: CellPicture) {
        var counts: [FigureColor: Int] = [:]
        for cell in picture.cells { counts[cell.background, default: 0] += 1 }
        let usual = picture.cells.first?.background ?? FigureColor(0)
        let most = counts.values.max() ?? 0
        // Of two as frequent ones that of the first cell: the same picture each time.
        ground = counts[usual] == most ? usual : counts.first { $0.value == most }?.key ?? usual
        for row in 0..<picture.rowCount {
            let line = Array(picture.cells[row * picture.columnCount..<(row + 1) * picture.columnCount])
            drawBackgrounds(line, row)
            drawCharacters(line, row)
        }
    }

    private mutating func add(_ shape: CellShape, _ color: FigureColor) {
        let look = Look(color: color, lineWidth: shape.lineWidth, isCrisp: shape.isRectangle)
        let place = places[look] ?? shapes.count
        if place == shapes.count {
            places[look] = place
            shapes.append((look, []))
        }
        // A line goes on through many cells.
        if let last = shapes[place].shapes.last, let joined = last.joined(with: shape) {
            shapes[place].shapes[shapes[place].shapes.count - 1] = joined
        } else {
            shapes[place].shapes.append(shape)
        }
    }

    private mutating func drawBackgrounds(_ line: [CellPicture.Cell], _ row: Int) {
        let (width, height) = (CellPicture.cellWidth, CellPicture.cellHeight)
        for (column, cell) in line.enumerated() where cell.background != ground {
            add(
                .rectangle(x: Double(column) * width, y: Double(row) * height, width: width, height: height),
                cell.background)
        }
    }

    private mutating func drawCharacters(_ line: [CellPicture.Cell], _ row: Int) {
        let (width, top) = (CellPicture.cellWidth, Double(row) * CellPicture.cellHeight)
        var run: Text?
        func flush(_ texts: inout [Text]) {
            if let run { texts.append(run) }
            run = nil
        }
        for (column, cell) in line.enumerated() {
            let left = Double(column) * width
            if cell.isUnderlined {
                add(.rectangle(x: left, y: top + 21, width: width, height: 1.5), cell.foreground)
            }
            guard let character = cell.character else {
                run?.width += width
                continue
            }
            if character == " " {
                flush(&texts)
                continue
            }
            if let glyph = CellGlyph.glyph(of: character) {
                flush(&texts)
                for shape in glyph.shapes { add(shape.moved(x: left, y: top), cell.foreground) }
                if let letter = glyph.letter {
                    texts.append(
                        Text(
                            content: String(letter), x: left + 3, y: top + 15.5, width: 6, size: 10, isBold: true,
                            color: cell.foreground))
                }
                continue
            }
            if run?.color != cell.foreground || run?.isBold != cell.isBold { flush(&texts) }
            if run == nil {
                run = Text(
                    content: "", x: left, y: top + Self.baseLine, width: 0, size: Self.textSize, isBold: cell.isBold,
                    color: cell.foreground)
            }
            run?.content.append(character)
            run?.width += width
        }
        flush(&texts)
    }
}
