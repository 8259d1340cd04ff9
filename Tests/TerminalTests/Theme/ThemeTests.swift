import Configuration
import Foundation
import ShippedFiles
import Testing
import Training

@testable import Terminal

@Suite struct ThemeTests {
    private static let shipped = ThemeCatalogue.files(in: ShippedFiles.themes)

    @Test func themesShip() {
        let names = Self.shipped.map { $0.deletingPathExtension().lastPathComponent }
        #expect(Set(names).isSuperset(of: ["dark", "light", "high-contrast", "monochrome", "colorblind", "red-green"]))
    }

    @Test(arguments: shipped)
    func everyThemeLoadsAndIsNamedAsItsFile(file: URL) throws {
        let theme = try ThemeCatalogue.read(file)
        #expect(theme.name == file.deletingPathExtension().lastPathComponent)
        #expect(!theme.note.isEmpty)
        for ramp in ThemeRamp.allCases { #expect(theme.color(ramp, at: 0.5) != nil) }
        // A chosen row must be told from the others.
        #expect(theme[.selection] != theme[.text])
    }

    @Test(arguments: shipped)
    func polarityEndsAreFarApart(file: URL) throws {
        let theme = try ThemeCatalogue.read(file)
        #expect(theme.color(.polarity, at: 0) != theme.color(.polarity, at: 1))
        let neutral = try #require(theme.color(.polarity, at: 0.5))
        #expect(neutral != theme.color(.polarity, at: 0) && neutral != theme.color(.polarity, at: 1))
    }

    private static let good = """
        name: mine
        appearance: dark
        styles:
          text: "#ffffff on #000000"
        series: ["#111111", "#222222", "#333333", "#444444", "#555555", "#666666"]
        ramps:
          polarity: ["#ff0000", "#000000", "#0000ff"]
          heat: ["#000000", "#ffffff"]
          gray: ["#000000", "#ffffff"]
        """

    @Test func aThemeNeedsLittle() throws {
        let theme = try ThemeCatalogue.parse(Self.good, path: "mine.yaml")
        #expect(theme[.muted] == theme[.text])
        #expect(theme.color(.heat, at: 0.5) == .rgb(128, 128, 128))
        #expect(theme.color(.heat, at: .nan) == .rgb(0, 0, 0))
    }

    @Test(arguments: [
        ("text: \"#ffffff on #000000\"", "text: \"#ffffff\"\n  tilte: \"#ffffff\"", 5, "tilte"),
        ("\"#ffffff on #000000\"", "\"#fffff on #000000\"", 4, "#fffff"),
        ("appearance: dark", "apearance: dark\nappearance: dark", 2, "apearance"),
        ("\"#0000ff\"]", "\"blue\"]", 7, "blue"),
        (", \"#666666\"]", "]", 5, "found 5 series"),
        ("text:", "title:", 4, "text"),
        ("appearance: dark", "appearance: dim", 2, "dim"),
    ])
    func aMistakeIsNamedWithItsLine(old: String, new: String, line: Int, word: String) {
        let text = Self.good.replacingOccurrences(of: old, with: new)
        let error = #expect(throws: ThemeError.self) { try ThemeCatalogue.parse(text, path: "mine.yaml") }
        guard case .invalid(let path, let found, _)? = error else {
            Issue.record("expected an invalid theme, found \(String(describing: error))")
            return
        }
        #expect(path == "mine.yaml")
        #expect(found == line)
        #expect(error?.description.contains(word) == true)
    }

    @Test func aBrokenFileKeepsNoOtherFromLoading() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("saccade-themes-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Self.good.write(to: folder.appendingPathComponent("a.yaml"), atomically: true, encoding: .utf8)
        try "name: [".write(to: folder.appendingPathComponent("b.yaml"), atomically: true, encoding: .utf8)
        let catalogue = ThemeCatalogue(folders: [folder, folder.appendingPathComponent("absent")])
        #expect(catalogue.themes.map(\.name) == ["mine"])
        #expect(catalogue.problems.count == 1)
        #expect(throws: ThemeError.unknown(name: "x", known: ["mine"])) { try catalogue.theme(named: "x") }
    }

    @Test func withoutColorsAttributesTellRolesApart() throws {
        let theme = try ThemeCatalogue.parse(Self.good, path: "").adapted(to: .monochrome)
        #expect(theme[.selection].attributes.contains(.reverse))
        #expect(theme[.selection].foreground == nil)
        #expect(theme.color(.heat, at: 1) == nil)
    }

    @Test(arguments: ["#abc", "default on #102030 bold underline", "reverse", "on #000000"])
    func stylesReadBackAsTheyAreWritten(text: String) throws {
        let style = try #require(Style(text: text))
        #expect(Style(text: style.description) == style)
    }

    @Test(arguments: ["red", "#12", "on", "on bold", "#ggg", "bold #fff on on #000"])
    func otherWordsAreNoStyle(text: String) { #expect(Style(text: text) == nil) }

    @Test func everyGhostHasAShadeOfItsOwn() throws {
        var theme = Theme.builtIn
        theme.isMonochrome = false
        theme.series = [Color.rgb(255, 0, 0), .rgb(0, 255, 0), .rgb(0, 0, 255)].map { Style(foreground: $0) }
        theme.styles = [
            .ghost: Style(foreground: .rgb(90, 90, 90)),
            .text: Style(foreground: .rgb(220, 220, 220), background: .rgb(10, 10, 10)),
        ]
        #expect(Set((0..<3).map { theme.ghost($0) }).count == 3)
        #expect(theme.faint(theme.series(0)) != theme.series(0))
    }
}
