import Files
import Foundation
import Testing

@Suite struct PathNameTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let path, folder, name, stem, ending, withoutEnding: String
        var testDescription: String { "'\(path)'" }

        init(_ path: String, _ folder: String, _ name: String, _ stem: String, _ ending: String, _ without: String) {
            (self.path, self.folder, self.name) = (path, folder, name)
            (self.stem, self.ending, withoutEnding) = (stem, ending, without)
        }
    }

    static let cases = [
        Case("", ".", "", "", "", ""),
        Case("/", "/", "/", "/", "", "/"),
        Case("//", "/", "/", "/", "", "/"),
        Case(".", "..", ".", ".", "", "."),
        Case("./", "..", ".", ".", "", "."),
        Case("./.", "..", ".", ".", "", "."),
        Case("/.", "/", "/", "/", "", "/"),
        Case("..", "../..", "..", "..", "", ".."),
        Case("../", "../..", "..", "..", "", ".."),
        Case("a/..", "a/../..", "..", "..", "", "a/.."),
        Case("a", ".", "a", "a", "", "a"),
        Case("a/", ".", "a", "a", "", "a"),
        Case("a/.", ".", "a", "a", "", "a"),
        Case("./a", ".", "a", "a", "", "./a"),
        Case("../a", "..", "a", "a", "", "../a"),
        Case("/a", "/", "a", "a", "", "/a"),
        Case("//a", "/", "a", "a", "", "//a"),
        Case("a/b", "a", "b", "b", "", "a/b"),
        Case("a//b", "a", "b", "b", "", "a//b"),
        Case("a/b//", "a", "b", "b", "", "a/b"),
        Case("/a/b", "/a", "b", "b", "", "/a/b"),
        Case("a.b", ".", "a.b", "a", "b", "a"),
        Case("a.b/c", "a.b", "c", "c", "", "a.b/c"),
        Case("x/a.tar.gz", "x", "a.tar.gz", "a.tar", "gz", "x/a.tar"),
        Case(".hidden", ".", ".hidden", ".hidden", "", ".hidden"),
        Case(".hidden.txt", ".", ".hidden.txt", ".hidden", "txt", ".hidden"),
        Case("a.", ".", "a.", "a.", "", "a."),
        Case("...", ".", "...", "...", "", "..."),
        Case("ä", ".", "ä", "ä", "", "ä"),
        Case("é/目", "é", "目", "目", "", "é/目"),
        Case(
            "e\u{301}/a\u{301}.n\u{303}", "e\u{301}", "a\u{301}.n\u{303}", "a\u{301}", "n\u{303}", "e\u{301}/a\u{301}"),
        // A mark that joins the character before it must not swallow the slash or the dot.
        Case("a/\u{301}", "a", "\u{301}", "\u{301}", "", "a/\u{301}"),
        Case("a.\u{301}", ".", "a.\u{301}", "a", "\u{301}", "a"),
        Case("👩‍🚀/🐜.png", "👩‍🚀", "🐜.png", "🐜", "png", "👩‍🚀/🐜"),
        Case("a b/c\td", "a b", "c\td", "c\td", "", "a b/c\td"),
    ]

    @Test(arguments: cases) func aPathIsTakenApart(_ expected: Case) {
        let path = PathName(expected.path)
        #expect(Array(path.folder.utf8) == Array(expected.folder.utf8), "\(path.folder)")
        #expect(Array(path.name.utf8) == Array(expected.name.utf8), "\(path.name)")
        #expect(Array(path.stem.utf8) == Array(expected.stem.utf8), "\(path.stem)")
        #expect(Array(path.ending.utf8) == Array(expected.ending.utf8), "\(path.ending)")
        #expect(Array(path.withoutEnding.utf8) == Array(expected.withoutEnding.utf8), "\(path.withoutEnding)")
    }

    @Test(arguments: [
        ("~", "/home/me"), ("~/a", "/home/me/a"), ("a~", "a~"), ("", ""),
        ("~nobody-is-called-so/a", "~nobody-is-called-so/a"),
        ("./~", "./~"),
    ])
    func tildesAreHomes(_ path: String, _ expected: String) {
        #expect(PathName(path).expandingTilde(home: "/home/me") == expected)
    }

    @Test func tildesOfTheRoot() {
        #expect(PathName("~").expandingTilde(home: "/") == "/")
        #expect(PathName("~/a").expandingTilde(home: "/") == "/a")
    }

    /// The ways of Foundation to take strings of paths apart: they trap on one character.
    @Test func nothingTakesPathsApartInAnotherWay() throws {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        for place in ["Sources", "Tests"] {
            let folder = package.appendingPathComponent(place).path
            for file in FileManager.default.enumerator(atPath: folder)?.compactMap({ $0 as? String }) ?? []
            where file.hasSuffix(".swift") {
                let text = try String(contentsOfFile: folder + "/" + file, encoding: .utf8)
                #expect(!text.contains("as " + "NSString") && !text.contains("NSString" + "("), "\(file)")
            }
        }
    }
}
