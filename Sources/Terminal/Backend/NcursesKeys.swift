import CNcurses

/// What ncurses reads, as keys, mouse events and pasted text.
struct NcursesKeys {
    /// What is being pasted, as far as it has come.
    private var paste: Paste?
    /// Read and not handed out, the first one last.
    private var mouseEvents: [MouseEvent] = []

    /// The terminal reports no more of a paste that has begun.
    mutating func endPaste() { paste = nil }

    /// - Returns: `nil` if nothing waits.
    mutating func next() -> KeyPress? {
        while true {
            if let event = mouseEvents.popLast() { return .mouse(event) }
            var code: UInt32 = 0
            let kind = saccade_next_key(&code)
            if kind == ERR { return nil }
            if kind == KEY_CODE_YES, Int32(bitPattern: code) == Paste.beginKey {
                paste = Paste()
                continue
            }
            if var begun = paste {
                let text = begun.take(code, isKey: kind == KEY_CODE_YES)
                paste = begun.isOver ? nil : begun
                if let text { return .paste(text) }
                continue
            }
            if let key = kind == KEY_CODE_YES ? functionKey(Int32(bitPattern: code)) : characterKey(code) { return key }
        }
    }

    private func characterKey(_ code: UInt32) -> KeyPress? {
        switch code {
        case 9: return .tab
        case 10, 13: return .enter
        case 27: return .escape
        case 8, 127: return .backspace
        case 1...26: return UnicodeScalar(code + 96).map { .control(Character($0)) }
        case 0..<32: return nil
        default: return UnicodeScalar(code).map { .character(Character($0)) }
        }
    }

    private mutating func functionKey(_ code: Int32) -> KeyPress? {
        switch code {
        case KEY_UP: .up
        case KEY_DOWN: .down
        case KEY_LEFT: .left
        case KEY_RIGHT: .right
        case KEY_HOME: .home
        case KEY_END: .end
        case KEY_PPAGE: .pageUp
        case KEY_NPAGE: .pageDown
        case KEY_BACKSPACE: .backspace
        case KEY_DC: .delete
        case KEY_IC: .insert
        case KEY_BTAB: .backTab
        case KEY_ENTER: .enter
        case KEY_MOUSE: mouse()
        default: nil
        }
    }

    /// What comes faster than it is read, as a press and the drag after it, ncurses tells with a single key; it hands the
    /// events out from the last to the first.
    private mutating func mouse() -> KeyPress? {
        while let event = lastMouseEvent() { if let event = event { mouseEvents.append(event) } }
        return mouseEvents.popLast().map(KeyPress.mouse)
    }

    /// - Returns: `nil` if there is none; `.some(nil)` for one that means nothing here.
    private func lastMouseEvent() -> MouseEvent?? {
        var (row, column): (Int32, Int32) = (0, 0)
        let found = UInt32(saccade_read_mouse(&row, &column))
        guard found != saccade_mouse_none.rawValue else { return nil }
        let kinds: [UInt32: MouseEvent.Kind] = [
            saccade_mouse_press.rawValue: .press, saccade_mouse_release.rawValue: .release,
            saccade_mouse_drag.rawValue: .drag, saccade_mouse_up.rawValue: .wheelUp,
            saccade_mouse_down.rawValue: .wheelDown,
        ]
        return .some(
            kinds[found].map { MouseEvent(kind: $0, point: Point(row: Row(Int(row)), column: Column(Int(column)))) })
    }
}
