/// Looks for roles, series and ramps. Read from a YAML file; see `Themes/dark.yaml` for every key.
public struct Theme: Sendable, Hashable {
    public enum Appearance: String, Sendable, Hashable, Codable, CaseIterable { case dark, light }

    public static let seriesCount = 6

    public var name: String
    /// One line for the list of themes.
    public var note: String
    public var appearance: Appearance
    var styles: [ThemeRole: Style]
    var series: [Style]
    var ramps: [ThemeRamp: [Color]]
    var isMonochrome = false

    /// What is drawn first, everywhere.
    public var background: Style { self[.text].over(.plain) }

    public subscript(role: ThemeRole) -> Style {
        if isMonochrome { return role.monochrome }
        var next: ThemeRole? = role
        while let current = next {
            if let style = styles[current] { return style }
            next = current.fallback
        }
        return Style()
    }

    /// The look of the nth curve; counts round.
    public func series(_ index: Int) -> Style {
        if isMonochrome || series.isEmpty { return Style(attributes: index % 2 == 0 ? .bold : []) }
        return series[index % series.count]
    }

    /// The look of another run's curve beneath: that of its color, near to the ghosts' gray.
    public func ghost(_ index: Int) -> Style {
        let ghost = self[.ghost]
        guard !isMonochrome, let gray = ghost.foreground, let color = series(index).foreground else { return ghost }
        return Style(
            foreground: gray.mixed(with: color, share: 0.4), background: ghost.background, attributes: ghost.attributes)
    }

    /// The same look, but near to the background: what stands around something.
    public func faint(_ style: Style) -> Style {
        guard !isMonochrome, let color = style.foreground, case .rgb = color, let background = background.background,
            case .rgb = background
        else { return Style(foreground: style.foreground, background: style.background, attributes: .dim) }
        return Style(foreground: color.mixed(with: background, share: 0.6), background: style.background)
    }

    /// The color at a share 0…1 of a ramp; `nil` where there are no colors.
    public func color(_ ramp: ThemeRamp, at share: Double) -> Color? {
        guard !isMonochrome, let stops = ramps[ramp], let last = stops.last else { return nil }
        let position = (share.isFinite ? min(1, max(0, share)) : 0) * Double(stops.count - 1)
        let index = Int(position)
        guard index + 1 < stops.count else { return last }
        return stops[index].mixed(with: stops[index + 1], share: position - Double(index))
    }

    /// The theme as a terminal of that depth can show it.
    public func adapted(to depth: ColorDepth) -> Theme {
        var copy = self
        copy.isMonochrome = depth == .monochrome
        return copy
    }

    /// What is used where no theme file can be read: the terminal's own colors and attributes alone.
    public static let builtIn: Theme = {
        var theme = Theme(
            name: "built-in", note: "the terminal's own colors", appearance: .dark, styles: [:], series: [], ramps: [:])
        theme.isMonochrome = true
        return theme
    }()
}

// MARK: Reading

extension Theme: Decodable {
    private enum Key: String, CodingKey, CaseIterable { case name, note, appearance, styles, series, ramps }

    public init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownKeys(Key.allCases.map(\.rawValue))
        let container = try decoder.container(keyedBy: Key.self)
        name = try container.decode(String.self, forKey: .name)
        note = try container.decodeIfPresent(String.self, forKey: .note) ?? ""
        appearance = try container.decode(Appearance.self, forKey: .appearance)

        let stylesDecoder = try container.superDecoder(forKey: .styles)
        try stylesDecoder.refuseUnknownKeys(ThemeRole.allCases.map(\.rawValue))
        let roles = try stylesDecoder.container(keyedBy: ThemeRole.self)
        styles = [:]
        for role in ThemeRole.allCases where roles.contains(role) {
            styles[role] = try roles.decode(StyleText.self, forKey: role).style
        }
        guard styles[.text] != nil else {
            throw DecodingError.keyNotFound(
                ThemeRole.text, .init(codingPath: roles.codingPath, debugDescription: "every theme needs 'text'"))
        }

        series = try container.decode([StyleText].self, forKey: .series).map(\.style)
        guard series.count == Self.seriesCount else {
            throw DecodingError.dataCorruptedError(
                forKey: .series, in: container,
                debugDescription: "found \(series.count) series: expected \(Self.seriesCount)")
        }

        let rampsDecoder = try container.superDecoder(forKey: .ramps)
        try rampsDecoder.refuseUnknownKeys(ThemeRamp.allCases.map(\.rawValue))
        let table = try rampsDecoder.container(keyedBy: ThemeRamp.self)
        ramps = [:]
        for ramp in ThemeRamp.allCases {
            let stops = try table.decode([ColorText].self, forKey: ramp).map(\.color)
            guard stops.count >= 2 else {
                throw DecodingError.dataCorruptedError(
                    forKey: ramp, in: table, debugDescription: "a ramp needs at least two colors")
            }
            ramps[ramp] = stops
        }
    }
}

private struct StyleText: Decodable {
    let style: Style
    init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let style = Style(text: text) else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription:
                        "'\(text)' is not a style: write [#rrggbb] [on #rrggbb] [bold] [dim] [underline] [reverse]"))
        }
        self.style = style
    }
}

private struct ColorText: Decodable {
    let color: Color
    init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let color = Color(text: text), color != .standard else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "'\(text)' is not a color: write #rrggbb"))
        }
        self.color = color
    }
}

struct AnyKey: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

extension Decoder {
    /// Refuses a table with a key that nothing reads: most likely a misspelling.
    func refuseUnknownKeys(_ known: [String]) throws {
        let container = try container(keyedBy: AnyKey.self)
        if let unknown = container.allKeys.first(where: { !known.contains($0.stringValue) }) {
            throw DecodingError.dataCorruptedError(
                forKey: unknown, in: container,
                debugDescription:
                    "unknown key '\(unknown.stringValue)': expected one of \(known.joined(separator: ", "))")
        }
    }
}
