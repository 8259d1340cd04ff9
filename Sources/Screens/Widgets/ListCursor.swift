import Foundation
import Terminal

/// Which row of a list is chosen, and what the list is filtered by. The rows themselves live elsewhere, so the position is
/// always taken within the rows that are there.
struct ListCursor: Hashable, Sendable {
    private(set) var position = 0
    var filter = ""

    func index(in count: Int) -> Int? { count > 0 ? min(max(0, position), count - 1) : nil }

    mutating func select(_ index: Int) { position = max(0, index) }

    mutating func move(by distance: Int, in count: Int) {
        guard let index = index(in: count) else {
            position = 0
            return
        }
        position = min(count - 1, max(0, index + distance))
    }

    /// Follows the moving actions; `false` if the action is another.
    mutating func move(_ action: Action, in count: Int) -> Bool {
        switch action {
        case .up: move(by: -1, in: count)
        case .down: move(by: 1, in: count)
        case .pageUp: move(by: -10, in: count)
        case .pageDown: move(by: 10, in: count)
        case .top: position = 0
        case .bottom: position = max(0, count - 1)
        default: return false
        }
        return true
    }

    /// First row shown, so that the chosen one is in sight and about in the middle.
    func firstShown(count: Int, height: Int) -> Int {
        guard let index = index(in: count), height > 0 else { return 0 }
        return max(0, min(index - height / 2, count - height))
    }

    func matches(_ text: String) -> Bool {
        filter.isEmpty || text.range(of: filter, options: .caseInsensitive) != nil
    }
}

extension Look {
    /// Draws the rows that fit; `line` gives the text and its look. Above a frame, the frame says which row of how many.
    func list(
        _ canvas: inout Canvas, _ rect: Rect, cursor: ListCursor, count: Int, isFocused: Bool,
        isAboveFrame: Bool = true, target: (Int) -> HitTarget = { .row($0) },
        line: (Int) -> (text: String, role: ThemeRole)
    ) {
        guard !rect.isEmpty else { return }
        let first = cursor.firstShown(count: count, height: rect.height.value)
        let chosen = cursor.index(in: count)
        for offset in 0..<rect.height.value where first + offset < count {
            let index = first + offset
            let row = rect.row + offset
            let (text, role) = line(index)
            hits?.add(Rect(row: row, column: rect.column, height: 1, width: rect.width), target(index))
            let isChosen = index == chosen
            canvas.put(isChosen ? "▸" : " ", row: row, column: rect.column, style: self[.accent])
            canvas.put(
                text, row: row, column: rect.column + 1, style: self[role], width: rect.width - 1)
            if isChosen {
                canvas.restyle(
                    Rect(row: row, column: rect.column, height: 1, width: rect.width),
                    isFocused ? self[.selection] : Style(attributes: self[role].attributes))
            }
        }
        if isAboveFrame, count > rect.height.value {
            let note = "\((chosen ?? 0) + 1)/\(count)"
            let column = rect.trailing - note.columnCount - 1
            if column > rect.column + 4 {
                canvas.put(note, row: rect.bottom, column: column, style: self[.muted])
            }
        }
    }
}
