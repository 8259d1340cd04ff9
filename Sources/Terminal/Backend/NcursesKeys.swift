import CNcurses
import Foundation

/// What ncurses reads, as keys, mouse events and pasted text.
struct NcursesKeys {
    /// What is being pasted, as far as it has come.
    private var paste: Paste?
    /// Read and not handed out, the first one last.
    private var mouseEvents: [MouseEvent] = []
    /// Read behind a paste whose end was lost.
    private var next: KeyPress?

    /// The terminal reports no more of a paste that has begun.
    mutating func endPaste() { paste = nil }

    /// - Returns: `nil` if nothing waits.
    mutating func nextKey() -> KeyPress? {
        while true {
            if let event = mouseEvents.popLast() { return .mouse(event) }
            if let key = next {
                next = nil
                return key
            }
            var code: UInt32 = 0
            let kind = saccade_next_key(&code)
            if kind == ERR { return nil }
            let (isKey, now) = (kind == KEY_CODE_YES, Self.now)
            if var begun = paste {
                // Its end was lost: what has come is text, and this is a key again.
                if let text = begun.givenUp(now: now) {
                    paste = isBegin(code, isKey) ? Paste(now: now) : nil
                    next = paste == nil ? key(code, isKey) : nil
                    return .paste(text)
                }
                let text = begun.take(code, isKey: isKey, now: now)
                paste = begun.isOver ? nil : begun
                if let text { return .paste(text) }
                continue
            }
            if isBegin(code, isKey) {
                paste = Paste(now: now)
                continue
            }
            if let key = key(code, isKey) { return key }
        }
    }

    private func isBegin(_ code: UInt32, _ isKey: Bool) -> Bool {
        isKey && Int32(bitPattern: code) == Paste.beginKey
    }

    private mutating func key(_ code: UInt32, _ isKey: Bool) -> KeyPress? {
        isKey ? functionKey(Int32(bitPattern: code)) : characterKey(code)
    }

    /// Seconds of a clock that only goes forward.
    private static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
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
