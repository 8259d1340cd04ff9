import Terminal

/// One line of text that is being typed.
struct TextField: Hashable, Sendable {
    private(set) var characters: [Character]
    private(set) var cursor: Int

    init(_ text: String = "") {
        characters = Array(text)
        cursor = characters.count
    }

    var text: String { String(characters) }

    /// Takes an editing key; `false` if it is none.
    mutating func take(_ key: KeyPress) -> Bool {
        switch key {
        case .character(let character):
            guard characters.count < 500 else { return true }
            characters.insert(character, at: cursor)
            cursor += 1
        case .backspace:
            guard cursor > 0 else { return true }
            cursor -= 1
            characters.remove(at: cursor)
        case .delete:
            if cursor < characters.count { characters.remove(at: cursor) }
        case .left: cursor = max(0, cursor - 1)
        case .right: cursor = min(characters.count, cursor + 1)
        case .home, .control("a"): cursor = 0
        case .end, .control("e"): cursor = characters.count
        case .control("u"): (characters, cursor) = (Array(characters[cursor...]), 0)
        case .control("k"): characters.removeSubrange(cursor...)
        case .control("w"):
            var start = cursor
            while start > 0, characters[start - 1] == " " { start -= 1 }
            while start > 0, characters[start - 1] != " " { start -= 1 }
            characters.removeSubrange(start..<cursor)
            cursor = start
        default: return false
        }
        return true
    }

    /// Draws the part around the cursor; gives the cursor's place.
    func draw(_ canvas: inout Canvas, row: Row, column: Column, width: Column, style: Style) -> Point {
        canvas.fill(Rect(row: row, column: column, height: 1, width: width), style: style)
        // Characters that are left out so that those up to the cursor fit.
        var (overhang, columns) = (0, String(characters[..<cursor]).columnCount.value)
        while columns > max(1, width.value - 1) {
            columns -= characters[overhang].columnCount
            overhang += 1
        }
        let shown = String(characters.dropFirst(overhang))
        canvas.clipped(to: Rect(row: row, column: column, height: 1, width: width)) {
            _ = $0.put(shown, row: row, column: column, style: style)
        }
        let place = String(characters[min(overhang, cursor)..<cursor]).columnCount
        return Point(row: row, column: column + min(place, max(0, width - 1)))
    }
}
