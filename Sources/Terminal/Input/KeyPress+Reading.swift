extension KeyPress {
    /// Reads a key as help and footer write it, in any case: `Ctrl-P`, `Enter`, `space`, `G`; arrows also as words.
    ///
    /// - Returns: `nil` for what is none. The mouse is none.
    public init?(title: String) {
        if title.count == 1, let character = title.first {
            self = Self.named[title] ?? .character(character)
            return
        }
        let lower = title.lowercased()
        if lower.hasPrefix("ctrl-"), lower.count == 6, let letter = lower.last, letter.isASCII, letter.isLetter {
            self = .control(letter)
            return
        }
        guard let key = Self.named[lower] else { return nil }
        self = key
    }

    private static let named: [String: KeyPress] = {
        let keys: [KeyPress] = [
            .character(" "), .enter, .escape, .tab, .backTab, .backspace, .delete, .insert, .up, .down, .left, .right,
            .home, .end, .pageUp, .pageDown,
        ]
        var named: [String: KeyPress] = [
            "up": .up, "down": .down, "left": .left, "right": .right, "escape": .escape, "return": .enter,
            "delete": .delete, "pageup": .pageUp, "pagedown": .pageDown,
        ]
        for key in keys { named[key.title.lowercased()] = key }
        return named
    }()

    /// Keys with blanks between them, `"text"` for every character of a text: `/ "domain" Enter →`.
    ///
    /// - Returns: the keys, or the first word that is not one.
    public static func reading(_ text: String) -> Result<[KeyPress], UnknownKey> {
        var keys: [KeyPress] = []
        var rest = text.drop(while: \.isWhitespace)
        while let first = rest.first {
            if first == "\"", let end = rest.dropFirst().firstIndex(of: "\"") {
                keys += rest[rest.index(after: rest.startIndex)..<end].map(KeyPress.character)
                rest = rest[rest.index(after: end)...]
            } else {
                let word = rest.prefix { !$0.isWhitespace }
                guard let key = KeyPress(title: String(word)) else { return .failure(UnknownKey(word: String(word))) }
                keys.append(key)
                rest = rest[word.endIndex...]
            }
            rest = rest.drop(while: \.isWhitespace)
        }
        return .success(keys)
    }

    public struct UnknownKey: Error, Sendable, Hashable, CustomStringConvertible {
        public var word: String

        public var description: String {
            "'\(word)' is not a key: write one as in the help overlay (Enter, Esc, Tab, Ctrl-P, space, Down, G), "
                + "or text in double quotes"
        }
    }
}
