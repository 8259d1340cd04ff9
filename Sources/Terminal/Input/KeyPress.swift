/// One key, as a person means it.
public enum KeyPress: Hashable, Sendable {
    case character(Character)
    /// Control and a lower-case letter.
    case control(Character)
    case enter, escape, tab, backTab, backspace, delete, insert
    case up, down, left, right, home, end, pageUp, pageDown
    case mouse(MouseEvent)
    /// Text that was pasted, whole, with its line feeds.
    case paste(String)
}

public struct MouseEvent: Hashable, Sendable {
    public enum Kind: Hashable, Sendable { case press, drag, release, wheelUp, wheelDown }

    public var kind: Kind
    public var point: Point

    public init(kind: Kind, point: Point) { (self.kind, self.point) = (kind, point) }
}

extension KeyPress {
    /// As it stands in help and footer: `Ctrl-P`, `Enter`, `space`.
    public var title: String {
        switch self {
        case .character(" "): "space"
        case .character(let character): String(character)
        case .control(let letter): "Ctrl-" + letter.uppercased()
        case .enter: "Enter"
        case .escape: "Esc"
        case .tab: "Tab"
        case .backTab: "Shift-Tab"
        case .backspace: "Backspace"
        case .delete: "Del"
        case .insert: "Ins"
        case .up: "↑"
        case .down: "↓"
        case .left: "←"
        case .right: "→"
        case .home: "Home"
        case .end: "End"
        case .pageUp: "PgUp"
        case .pageDown: "PgDn"
        case .mouse: "mouse"
        case .paste: "paste"
        }
    }
}
