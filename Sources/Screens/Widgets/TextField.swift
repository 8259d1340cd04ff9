import Messages
import Terminal

/// One line of text that is being typed.
struct TextField: Hashable, Sendable {
    /// In characters; further ones are not taken.
    static let sizeLimit = 2000

    private(set) var characters: [Character]
    private(set) var cursor: Int
    /// All of the text is selected: what is typed next takes its place, and keys that move begin to edit it.
    private(set) var isSelected: Bool

    init(_ text: String = "", isSelected: Bool = false) {
        characters = Array(text)
        cursor = characters.count
        self.isSelected = isSelected && !text.isEmpty
    }

    var text: String { String(characters) }

    /// Takes an editing key; `false` if it is not one.
    mutating func take(_ key: KeyPress) -> Bool {
        let wasSelected = isSelected
        isSelected = false
        switch key {
        case .character, .paste, .backspace, .delete, .control("w"):
            if wasSelected {
                (characters, cursor) = ([], 0)
                if [.backspace, .delete, .control("w")].contains(key) { return true }
            }
        default: break
        }
        switch key {
        case .character(let character):
            insert([character])
        case .paste(let text):
            insert(Self.line(of: text))
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
        default:
            isSelected = wasSelected
            return false
        }
        return true
    }

    var isFull: Bool { characters.count >= Self.sizeLimit }

    private mutating func insert(_ new: [Character]) {
        let fitting = new.prefix(max(0, Self.sizeLimit - characters.count))
        characters.insert(contentsOf: fitting, at: cursor)
        cursor += fitting.count
    }

    /// Several lines as one: a blank for each end of a line and each tab, so that what is pasted next stands apart.
    private static func line(of text: String) -> [Character] {
        text.map { $0.isNewline || $0 == "\t" ? " " : $0 }
            .filter { !$0.unicodeScalars.contains(where: \.isControl) }
    }

    /// Draws the part around the cursor; gives the cursor's place.
    func draw(_ canvas: inout Canvas, row: Row, column: Column, width: Column, _ look: Look) -> Point {
        let style = look[.field]
        canvas.fill(Rect(row: row, column: column, height: 1, width: width), style: style)
        // Characters that are left out so that those up to the cursor fit.
        var (overhang, columns) = (0, String(characters[..<cursor]).columnCount.value)
        while columns > max(1, width.value - 1) {
            columns -= characters[overhang].columnCount
            overhang += 1
        }
        let shown = String(characters.dropFirst(overhang))
        canvas.clipped(to: Rect(row: row, column: column, height: 1, width: width)) {
            _ = $0.put(shown, row: row, column: column, style: isSelected ? style.adding(.reverse) : style)
        }
        let place = String(characters[min(overhang, cursor)..<cursor]).columnCount
        return Point(row: row, column: column + min(place, max(0, width - 1)))
    }
}
