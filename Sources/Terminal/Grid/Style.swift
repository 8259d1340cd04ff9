/// A color as a theme names it: what the terminal shows by itself, or red, green and blue.
public enum Color: Hashable, Sendable {
    /// The terminal's own foreground or background.
    case standard
    case rgb(UInt8, UInt8, UInt8)

    /// `#rrggbb`, `#rgb` or `default`; `nil` for anything else.
    public init?(text: String) {
        if text == "default" {
            self = .standard
            return
        }
        guard text.hasPrefix("#") else { return nil }
        let digits = text.dropFirst().compactMap(\.hexDigitValue)
        guard digits.count == text.count - 1 else { return nil }
        switch digits.count {
        case 3: self = .rgb(UInt8(digits[0] * 17), UInt8(digits[1] * 17), UInt8(digits[2] * 17))
        case 6:
            self = .rgb(
                UInt8(digits[0] * 16 + digits[1]), UInt8(digits[2] * 16 + digits[3]),
                UInt8(digits[4] * 16 + digits[5]))
        default: return nil
        }
    }

    /// Mixes two colors; `share` 0 gives the first, 1 the second. The terminal's own color cannot be mixed.
    public func mixed(with other: Color, share: Double) -> Color {
        guard case .rgb(let r, let g, let b) = self, case .rgb(let r2, let g2, let b2) = other else {
            return share < 0.5 ? self : other
        }
        func mix(_ one: UInt8, _ two: UInt8) -> UInt8 {
            let (from, to) = (Double(one), Double(two))
            let mixed: Double = from + (to - from) * min(1, max(0, share))
            return UInt8(mixed.rounded())
        }
        return .rgb(mix(r, r2), mix(g, g2), mix(b, b2))
    }
}

extension Color: CustomStringConvertible {
    public var description: String {
        switch self {
        case .standard: "default"
        case .rgb(let r, let g, let b):
            "#" + [r, g, b].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
    }
}

/// How a cell looks. A `nil` color lets what is beneath show through.
public struct Style: Hashable, Sendable {
    public struct Attributes: OptionSet, Hashable, Sendable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        public static let bold = Attributes(rawValue: 1)
        public static let dim = Attributes(rawValue: 2)
        public static let underline = Attributes(rawValue: 4)
        public static let reverse = Attributes(rawValue: 8)

        static let names: [(String, Attributes)] = [
            ("bold", .bold), ("dim", .dim), ("underline", .underline), ("reverse", .reverse),
        ]
    }

    public var foreground: Color?
    public var background: Color?
    public var attributes: Attributes

    public init(foreground: Color? = nil, background: Color? = nil, attributes: Attributes = []) {
        (self.foreground, self.background, self.attributes) = (foreground, background, attributes)
    }

    public static let plain = Style(foreground: .standard, background: .standard)

    /// This style laid over another: what it does not say comes from beneath.
    public func over(_ beneath: Style) -> Style {
        Style(
            foreground: foreground ?? beneath.foreground, background: background ?? beneath.background,
            attributes: attributes)
    }

    public func adding(_ more: Attributes) -> Style {
        Style(foreground: foreground, background: background, attributes: attributes.union(more))
    }
}

extension Style: CustomStringConvertible {
    /// As in a theme file: `#aabbcc on #001122 bold`.
    public var description: String {
        var words: [String] = []
        if let foreground { words.append(foreground.description) }
        if let background { words += ["on", background.description] }
        words += Attributes.names.filter { attributes.contains($0.1) }.map(\.0)
        return words.joined(separator: " ")
    }

    /// Reads `[color] [on color] [bold] [dim] [underline] [reverse]`; `nil` if a word is none of these.
    public init?(text: String) {
        self.init()
        var isBackground = false
        for word in text.split(separator: " ").map(String.init) {
            if word == "on" {
                guard !isBackground else { return nil }
                isBackground = true
            } else if let attribute = Attributes.names.first(where: { $0.0 == word }) {
                attributes.insert(attribute.1)
            } else if let color = Color(text: word) {
                if isBackground { background = color } else { foreground = color }
                isBackground = false
            } else {
                return nil
            }
        }
        if isBackground { return nil }
    }
}
