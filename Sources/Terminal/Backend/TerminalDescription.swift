import CNcurses

/// What terminfo says of a terminal, without opening it.
public struct TerminalDescription: Sendable, Hashable {
    public let colorCount: Int
    public let hasDirectColor: Bool
    /// Without that nothing can be drawn on it.
    public let movesCursor: Bool

    /// `nil` for a type that terminfo does not know.
    ///
    /// - Parameter type: as in `$TERM`.
    public init?(type: String) {
        var (colors, direct, moves): (Int32, Int32, Int32) = (0, 0, 0)
        guard !type.isEmpty, saccade_describe_terminal(type, &colors, &direct, &moves) == 1 else { return nil }
        colorCount = max(0, Int(colors))
        hasDirectColor = direct == 1 && colors > 256
        movesCursor = moves == 1
    }

    /// Whether the screens would be drawn with all characters: the locale's are UTF-8, or no locale is asked for.
    public static func isUnicode(_ environment: TerminalEnvironment) -> Bool {
        if saccade_set_character_locale("") == 1 { return true }
        return environment.locale == nil && saccade_set_character_locale("C.UTF-8") == 1
    }

    /// Name and version of the library behind it.
    public static var library: String { String(cString: curses_version()) }
}
