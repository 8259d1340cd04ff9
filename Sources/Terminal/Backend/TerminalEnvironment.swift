/// What the environment variables say about the terminal.
public struct TerminalEnvironment: Sendable, Hashable {
    public var variables: [String: String]

    public init(_ variables: [String: String]) { self.variables = variables }

    private func value(_ name: String) -> String? {
        variables[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    public var terminalType: String { value("TERM") ?? "" }

    /// How many colors to use on a terminal that claims `colorCount` of them.
    ///
    /// A non-empty `NO_COLOR` means none; `SACCADE_COLORS` (`0`, `16`, `256`, `truecolor`) overrules all else.
    public func depth(colorCount: Int, hasDirectColor: Bool) -> ColorDepth {
        if let wish = value("SACCADE_COLORS") {
            switch wish {
            case "0", "mono": return .monochrome
            case "16": return colorCount >= 8 ? .sixteen : .monochrome
            case "256": return colorCount >= 256 ? .palette : colorCount >= 8 ? .sixteen : .monochrome
            default: break
            }
        }
        if value("NO_COLOR") != nil { return .monochrome }
        if hasDirectColor { return .trueColor }
        return colorCount >= 256 ? .palette : colorCount >= 8 ? .sixteen : .monochrome
    }

    /// Terminal types to try, best first: where 24-bit color is announced, the `-direct` variant of the type.
    public var typesToTry: [String] {
        let type = terminalType
        let wantsTrueColor = ["truecolor", "24bit"].contains(value("COLORTERM") ?? "")
        guard wantsTrueColor || value("SACCADE_COLORS") == "truecolor",
            value("SACCADE_COLORS") ?? "truecolor" == "truecolor",
            value("NO_COLOR") == nil, let family = type.split(separator: "-").first, !type.hasSuffix("-direct")
        else { return [type] }
        return ["\(family == "screen" && value("TMUX") != nil ? "tmux" : String(family))-direct", type]
    }

    /// Whether the mouse is to be reported: yes, unless `SACCADE_MOUSE` is `0` or `off`. Selecting text needs Shift then.
    public var usesMouse: Bool { !["0", "off", "no"].contains(value("SACCADE_MOUSE") ?? "") }

    /// Whether `COLORFGBG`, which some terminals set, tells of a light background: its last number is a light color.
    public var hasLightBackground: Bool {
        guard let last = value("COLORFGBG")?.split(separator: ";").last, let number = Int(last) else { return false }
        return number == 7 || (9...15).contains(number)
    }

    /// The locale category for characters asked for: `nil` if nothing is said about it.
    public var locale: String? { value("LC_ALL") ?? value("LC_CTYPE") ?? value("LANG") }

    /// Whether the terminal type is one whose fonts lack line and braille characters.
    public var isPlainTerminal: Bool {
        let family = terminalType.split(separator: "-").first.map(String.init) ?? ""
        return ["linux", "vt52", "vt100", "vt102", "vt220", "ansi", "cons25", "pcansi", "sun", "hurd"].contains(family)
    }

    /// Whether the terminal is known to hold back drawing between `CSI ?2026h` and `l`.
    public var knowsSynchronizedOutput: Bool {
        let type = terminalType
        if ["kitty", "foot", "alacritty", "wezterm", "contour", "ghostty"].contains(where: type.contains) {
            return true
        }
        if value("TMUX") != nil { return false }
        let program = value("TERM_PROGRAM") ?? ""
        return ["WezTerm", "iTerm.app", "ghostty", "vscode"].contains(program) || value("KITTY_WINDOW_ID") != nil
            || value("WT_SESSION") != nil
    }
}
