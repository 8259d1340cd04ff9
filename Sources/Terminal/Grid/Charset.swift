/// Which characters the terminal can show.
public enum Charset: String, Sendable, Hashable, CaseIterable {
    case unicode
    case ascii

    /// The character itself, or the nearest one this charset has. Control characters become `·`.
    public func shown(_ character: Character) -> Character {
        if let ascii = character.asciiValue {
            return ascii < 0x20 || ascii == 0x7F ? shown("·") : character
        }
        guard let first = character.unicodeScalars.first else { return " " }
        if self == .unicode {
            // The only control characters beyond ASCII.
            return (0x80..<0xA0).contains(first.value) ? "·" : character
        }
        if let known = Self.fallbacks[character] { return known }
        switch first.value {
        case 0x2800...0x28FF: return Braille.ascii(UInt8(first.value - 0x2800))
        case 0x24D0...0x24E9: return Character(UnicodeScalar(UInt8(97 + first.value - 0x24D0)))
        case 0x2500...0x257F: return "+"
        default: return character.columnCount == 0 ? "\u{300}" : "?"
        }
    }

    private static let fallbacks: [Character: Character] = [
        "─": "-", "━": "=", "│": "|", "┃": "|", "┊": ":", "┆": ":", "┤": "|", "├": "|", "┼": "+", "╴": "-",
        "▏": "|", "▕": "|", "▸": ">", "▶": ">", "▷": ">", "↔": "=", "θ": "O", "◂": "<", "◀": "<", "▾": "v", "▼": "v",
        "▲": "^", "●": "o", "◉": "*",
        "○": "o", "◌": "'", "★": "*", "⑂": "Y", "◆": "*", "◇": "*", "■": "#", "□": "-", "✓": "+", "✗": "x", "⏸": "=",
        "↻": "r",
        "↺": "r", "…": "~",
        "·": ".", "×": "x", "→": ">", "←": "<", "↑": "^", "↓": "v", "λ": "l", "τ": "t", "γ": "y", "Δ": "d", "σ": "s",
        "∇": "v", "‖": "|", "▁": ".", "▂": ":", "▃": "-", "▄": "=", "▅": "+", "▆": "*", "▇": "#", "█": "@", "▀": "^",
        "░": ".", "▒": ":", "▓": "#", "é": "e", "ä": "a", "ö": "o", "ü": "u", "ß": "s", "–": "-", "—": "-", "“": "\"",
        "”": "\"", "’": "'", "‘": "'", "±": "~", "≤": "<", "≥": ">", "µ": "u", "∞": "8", "²": "2", "÷": "/", "−": "-",
        "\u{A0}": " ",
    ]
}
