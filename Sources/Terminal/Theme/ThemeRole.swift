/// What a style is for. Screens name roles; themes give them looks.
public enum ThemeRole: String, Sendable, Hashable, CaseIterable, CodingKey {
    case text, muted, border, focus, title, accent, selection, key, staged
    case good, warning, bad, mark, axis, field, dialog, header, footer, ghost, on, off
    /// Another run's curve that all are compared with.
    case reference

    /// Whose look is taken where a theme does not name this role.
    var fallback: ThemeRole? {
        switch self {
        case .text: nil
        case .muted, .border, .title, .accent, .good, .warning, .bad, .selection, .dialog, .header, .footer, .reference:
            .text
        case .focus, .key, .mark: .accent
        case .staged: .warning
        case .axis, .ghost: .muted
        case .field: .selection
        case .on, .off: .accent
        }
    }

    /// The look where there are no colors.
    var monochrome: Style {
        let attributes: Style.Attributes =
            switch self {
            case .text, .border, .axis, .dialog, .footer, .on, .reference: []
            case .muted, .ghost, .off: .dim
            case .focus, .title, .accent, .key, .good, .mark: .bold
            case .selection, .header: .reverse
            case .staged: [.bold, .underline]
            case .warning: .bold
            case .bad: [.bold, .reverse]
            case .field: .underline
            }
        return Style(attributes: attributes)
    }
}

/// A run of colors from a least to a greatest value.
public enum ThemeRamp: String, Sendable, Hashable, CaseIterable, CodingKey {
    /// From OFF over neutral to ON.
    case polarity
    case heat
    case gray
}
