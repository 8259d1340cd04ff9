/// Characters that are drawn as shapes and need no font: lines, blocks, sextants, braille and the marks of the screens.
struct CellGlyph: Hashable {
    var shapes: [CellShape]
    /// Written small in the middle.
    var letter: Character?

    /// - Returns: `nil` for what a font draws.
    static func glyph(of character: Character) -> CellGlyph? {
        if let marks = mark(character) { return CellGlyph(shapes: marks) }
        guard let scalar = character.unicodeScalars.first, character.unicodeScalars.count == 1 else { return nil }
        let code = Int(scalar.value)
        switch code {
        case 0x2800...0x28FF: return CellGlyph(shapes: braille(code - 0x2800))
        case 0x2500...0x257F: return line(character).map { CellGlyph(shapes: $0) }
        case 0x2580...0x2595: return blocks(code).map { CellGlyph(shapes: [$0]) }
        case 0x1FB00...0x1FB3B: return CellGlyph(shapes: sextant(code - 0x1FB00))
        case 0x24D0...0x24E9:
            let letter = UnicodeScalar(UInt8(97 + code - 0x24D0))
            return CellGlyph(
                shapes: [.circle(x: 6, y: 12, radius: 5.4, width: 1.2)], letter: Character(letter))
        default: return nil
        }
    }

    // MARK: Dots and blocks

    /// Unicode counts the first three rows of a column, then of the other, then the fourth row.
    private static let dots: [CellShape.Point] = [
        .init(x: 3, y: 3), .init(x: 3, y: 9), .init(x: 3, y: 15), .init(x: 9, y: 3), .init(x: 9, y: 9),
        .init(x: 9, y: 15), .init(x: 3, y: 21), .init(x: 9, y: 21),
    ]

    private static func braille(_ mask: Int) -> [CellShape] {
        dots.indices.filter { mask >> $0 & 1 == 1 }.map { .line([dots[$0]], width: 4.4) }
    }

    private static func blocks(_ code: Int) -> CellShape? {
        switch code {
        case 0x2580: .rectangle(x: 0, y: 0, width: 12, height: 12)
        case 0x2581...0x2588:
            .rectangle(x: 0, y: Double(0x2588 - code) * 3, width: 12, height: Double(code - 0x2580) * 3)
        case 0x2589...0x258F: .rectangle(x: 0, y: 0, width: Double(0x2590 - code) * 1.5, height: 24)
        case 0x2590: .rectangle(x: 6, y: 0, width: 6, height: 24)
        case 0x2594: .rectangle(x: 0, y: 0, width: 12, height: 3)
        case 0x2595: .rectangle(x: 10.5, y: 0, width: 1.5, height: 24)
        default: nil
        }
    }

    private static func sextant(_ index: Int) -> [CellShape] {
        // Those that existed before have no number here: nothing, the two halves, everything.
        var mask = index + 1
        if mask > 20 { mask += 1 }
        if mask > 41 { mask += 1 }
        return (0..<6).filter { mask >> $0 & 1 == 1 }.map { part -> CellShape in
            let (column, row) = (part % 2, part / 2)
            return .rectangle(x: Double(column) * 6, y: Double(row) * 8, width: 6, height: 8)
        }
    }

    // MARK: Lines

    /// Thickness of the arms to the left, the right, up and down.
    private static let arms: [Character: [Double]] = [
        "─": [2, 2, 0, 0], "━": [4, 4, 0, 0], "│": [0, 0, 2, 2], "┃": [0, 0, 4, 4], "┌": [0, 2, 0, 2],
        "┐": [2, 0, 0, 2], "└": [0, 2, 2, 0], "┘": [2, 0, 2, 0], "├": [0, 2, 2, 2], "┤": [2, 0, 2, 2],
        "┬": [2, 2, 0, 2], "┴": [2, 2, 2, 0], "┼": [2, 2, 2, 2], "╴": [2, 0, 0, 0], "╶": [0, 2, 0, 0],
        "╵": [0, 0, 2, 0], "╷": [0, 0, 0, 2],
    ]

    private static func line(_ character: Character) -> [CellShape]? {
        guard let arms = arms[character] else { return dashes(character) }
        var shapes: [CellShape] = []
        // Arms in one direction are one piece; the pieces overlap in the middle.
        let across = max(arms[0], arms[1])
        let along = max(arms[2], arms[3])
        if across > 0 {
            let reach = max(along, 2) / 2
            let begin = arms[0] > 0 ? 0 : 6 - reach
            let end = arms[1] > 0 ? 12 : 6 + reach
            shapes.append(.rectangle(x: begin, y: 12 - across / 2, width: end - begin, height: across))
        }
        if along > 0 {
            let reach = max(across, 2) / 2
            let begin = arms[2] > 0 ? 0 : 12 - reach
            let end = arms[3] > 0 ? 24 : 12 + reach
            shapes.append(.rectangle(x: 6 - along / 2, y: begin, width: along, height: end - begin))
        }
        return shapes
    }

    private static func dashes(_ character: Character) -> [CellShape]? {
        let (count, isVertical): (Int, Bool)
        switch character {
        case "┄": (count, isVertical) = (3, false)
        case "┈": (count, isVertical) = (4, false)
        case "┆": (count, isVertical) = (3, true)
        case "┊": (count, isVertical) = (4, true)
        default: return nil
        }
        let pitch: Double = (isVertical ? 24 : 12) / Double(count)
        return (0..<count).map { index -> CellShape in
            let begin = (Double(index) + 0.25) * pitch
            return isVertical
                ? .rectangle(x: 5, y: begin, width: 2, height: pitch / 2)
                : .rectangle(x: begin, y: 11, width: pitch / 2, height: 2)
        }
    }

    // MARK: Marks

    private static func mark(_ character: Character) -> [CellShape]? {
        switch character {
        case "·": [disc(1.3)]
        case "●": [disc(4.4)]
        case "○": [ring(3.8)]
        case "◉": [ring(4.6), disc(2.4)]
        case "◌": [3, 9].flatMap { (x: Double) in [dot(x, 8), dot(x, 16)] } + [dot(1.8, 12), dot(10.2, 12)]
        case "◆": [fill(6, 6.5, 11.2, 12, 6, 17.5, 0.8, 12)]
        case "◇": [pen(1.5, 6, 7.5, 10.2, 12, 6, 16.5, 1.8, 12, 6, 7.5)]
        case "■": [.rectangle(x: 1.5, y: 7.5, width: 9, height: 9)]
        case "□": [pen(1.4, 2.2, 8.2, 9.8, 8.2, 9.8, 15.8, 2.2, 15.8, 2.2, 8.2)]
        case "▶": [fill(1, 6, 11.5, 12, 1, 18)]
        case "◀": [fill(11, 6, 0.5, 12, 11, 18)]
        case "▸": [fill(2.5, 7.5, 10, 12, 2.5, 16.5)]
        case "◂": [fill(9.5, 7.5, 2, 12, 9.5, 16.5)]
        case "▷": [pen(1.4, 2, 7, 10.5, 12, 2, 17, 2, 7)]
        case "▲": [fill(0.5, 17, 6, 6.5, 11.5, 17)]
        case "▼": [fill(0.5, 7, 6, 17.5, 11.5, 7)]
        case "▾": [fill(2, 9, 6, 16, 10, 9)]
        case "✓": [pen(1.8, 2, 12.5, 5, 16.5, 10.5, 7)]
        case "✗": [pen(1.8, 2.5, 7.5, 9.5, 16.5), pen(1.8, 9.5, 7.5, 2.5, 16.5)]
        case "⏸": [2.5, 7].map { (x: Double) in .rectangle(x: x, y: 6.5, width: 2.5, height: 11) }
        case "⑂": [pen(1.8, 6, 18, 6, 13, 2.5, 6.5), pen(1.8, 6, 13, 9.5, 6.5)]
        default: nil
        }
    }

    private static func points(_ numbers: [Double]) -> [CellShape.Point] {
        stride(from: 0, to: numbers.count - 1, by: 2).map { .init(x: numbers[$0], y: numbers[$0 + 1]) }
    }

    private static func fill(_ numbers: Double...) -> CellShape { .polygon(points(numbers)) }
    private static func pen(_ width: Double, _ numbers: Double...) -> CellShape {
        .line(points(numbers), width: width)
    }
    private static func dot(_ x: Double, _ y: Double) -> CellShape { .line([.init(x: x, y: y)], width: 1.8) }
    private static func disc(_ radius: Double) -> CellShape { .line([.init(x: 6, y: 12)], width: radius * 2) }
    private static func ring(_ radius: Double) -> CellShape { .circle(x: 6, y: 12, radius: radius, width: 1.6) }
}
