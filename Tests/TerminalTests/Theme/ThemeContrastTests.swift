import Foundation
import Testing

@testable import Terminal

/// What ships can be read, on dark and on light grounds, and by people who see red and green alike.
@Suite struct ThemeContrastTests {
    private static let colored = ThemeCatalogue(environment: [:]).themes.filter { theme in
        if case .rgb? = theme.background.background { true } else { false }
    }

    private typealias Linear = (Double, Double, Double)

    private static func linear(_ color: Color?) -> Linear? {
        guard case .rgb(let r, let g, let b)? = color else { return nil }
        func one(_ value: UInt8) -> Double {
            let share = Double(value) / 255
            return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
        }
        return (one(r), one(g), one(b))
    }

    private static func luminance(_ color: Linear) -> Double { 0.2126 * color.0 + 0.7152 * color.1 + 0.0722 * color.2 }

    /// As the Web Content Accessibility Guidelines count it: 1…21.
    private static func contrast(_ one: Color?, _ other: Color?) -> Double? {
        guard let one = linear(one), let other = linear(other) else { return nil }
        let (high, low) = (max(luminance(one), luminance(other)), min(luminance(one), luminance(other)))
        return (high + 0.05) / (low + 0.05)
    }

    @Test func sixOrMoreShipWithLightDarkAndSafeOnesAmongThem() {
        let themes = ThemeCatalogue(environment: [:]).themes
        #expect(themes.count >= 6)
        #expect(Set(themes.map(\.appearance)) == [.dark, .light])
        for name in ["colorblind", "monochrome", "high-contrast"] { #expect(themes.contains { $0.name == name }) }
    }

    @Test(arguments: colored)
    func everyRoleCanBeRead(theme: Theme) throws {
        let ground = theme.background.background
        let isLight = Self.luminance(try #require(Self.linear(ground))) > 0.5
        #expect(isLight == (theme.appearance == .light))
        for role in ThemeRole.allCases {
            let style = theme[role].over(theme.background)
            let least: Double =
                switch role {
                case .text, .title, .dialog, .selection, .field: 4.5
                case .border, .axis, .ghost: 1.5
                default: 3
                }
            let found = try #require(Self.contrast(style.foreground, style.background))
            #expect(found >= least, "\(theme.name): \(role) has a contrast of \(found)")
        }
        for index in 0..<Theme.seriesCount {
            let found = try #require(Self.contrast(theme.series(index).foreground, ground))
            #expect(found >= 3, "\(theme.name): series \(index) has a contrast of \(found)")
        }
    }

    /// Without the cones for middle (deuteranopia) or long waves (protanopia); matrices of Machado, Oliveira and
    /// Fernandes, IEEE TVCG 15 (2009), at full severity.
    private static let matrices: [[Double]] = [
        [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881],
        [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
    ]

    private static func seen(_ color: Linear, _ matrix: [Double]) -> Linear {
        func row(_ index: Int) -> Double {
            matrix[3 * index] * color.0 + matrix[3 * index + 1] * color.1 + matrix[3 * index + 2] * color.2
        }
        return (row(0), row(1), row(2))
    }

    @Test(arguments: colored)
    func polaritiesAreToldApartWithoutRedAndGreen(theme: Theme) throws {
        let on = try #require(Self.linear(theme.color(.polarity, at: 1)))
        let off = try #require(Self.linear(theme.color(.polarity, at: 0)))
        var least = Double.infinity
        for matrix in Self.matrices {
            let (one, other) = (Self.seen(on, matrix), Self.seen(off, matrix))
            let distance = sqrt(
                pow(one.0 - other.0, 2) + pow(one.1 - other.1, 2) + pow(one.2 - other.2, 2))
            least = min(least, distance)
        }
        // The one in red and green is named for it.
        #expect((least > 0.3) == (theme.name != "red-green"), "\(theme.name): \(least)")
    }
}
