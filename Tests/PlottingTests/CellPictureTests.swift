import Foundation
import Testing

@testable import Plotting

@Suite("A screen of cells")
struct CellPictureTests {
    private static func picture(_ text: String, columns: Int? = nil) -> CellPicture {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(Array.init)
        let columns = columns ?? lines.map(\.count).max() ?? 0
        return CellPicture(
            columnCount: columns, rowCount: lines.count,
            cells: lines.flatMap { line in
                (0..<columns).map {
                    CellPicture.Cell(
                        character: $0 < line.count ? line[$0] : " ", foreground: FigureColor(0xd5dae2),
                        background: FigureColor(0x12161c), isBold: $0 == 1)
                }
            })
    }

    @Test("is written as SVG that is well-formed whatever the characters are")
    func svg() throws {
        let data = Self.picture("a<&>\"' \u{65E5}\n└─⠿ⓐ▀🬔").svg
        let text = String(decoding: data, as: UTF8.self)
        #expect(XMLCounter.elements(in: data) ?? 0 > 8)
        #expect(text.contains("viewBox=\"0 0 96 48\"") && text.contains(">&lt;</text>") && text.contains("&amp;&gt;"))
        // Seven cells of text end at the first blank; the letter of the mark is written small.
        #expect(text.contains(">a</text>") && text.contains("font-weight=\"bold\""))
        #expect(!text.contains("└") && !text.contains("⠿") && !text.contains("ⓐ") && !text.contains("🬔"))
        #expect(Self.picture("x").svg == Self.picture("x").svg)
    }

    @Test("is written as PNG, 12 × 24 pixels a cell")
    func png() throws {
        let data = try Self.picture("ab ─⠿\n    ●").png()
        #expect(Array(data.prefix(4)) == [0x89, 0x50, 0x4e, 0x47])
        func number(at offset: Int) -> Int { data[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) } }
        #expect(number(at: 16) == 60 && number(at: 20) == 48)
        #expect(try Self.picture("ab ─⠿\n    ●").png(scale: 2) != data)
        #expect(throws: FigureError.self) { try Self.picture("a", columns: 4000).png() }
    }

    /// The parts of a cell that its rectangles fill, two across and three down, as a mask of bits.
    private static func sixths(_ character: Character) -> Int? {
        guard let glyph = CellGlyph.glyph(of: character) else { return nil }
        return (0..<6).filter { part in
            let (x, y) = (Double(part % 2) * 6 + 3, Double(part / 2) * 8 + 4)
            return glyph.shapes.contains {
                guard case .rectangle(let left, let top, let width, let height) = $0 else { return false }
                return (left..<left + width).contains(x) && (top..<top + height).contains(y)
            }
        }.reduce(0) { $0 | 1 << $1 }
    }

    /// By the names of Unicode: 🬔 is BLOCK SEXTANT-235.
    @Test(
        "fills the parts that a block stands for",
        arguments: [
            ("🬀", [1]), ("🬂", [1, 2]), ("🬓", [3, 5]), ("🬔", [2, 3, 5]), ("🬧", [1, 4, 6]), ("🬨", [1, 2, 4, 6]),
            ("🬻", [2, 3, 4, 5, 6]), ("▌", [1, 3, 5]), ("▐", [2, 4, 6]), ("█", [1, 2, 3, 4, 5, 6]), ("▂", [5, 6]),
        ] as [(Character, [Int])])
    func blocks(character: Character, parts: [Int]) {
        #expect(Self.sixths(character) == parts.reduce(0) { $0 | 1 << ($1 - 1) })
    }

    @Test("sets a dot for each dot of braille, at its place")
    func braille() throws {
        #expect(CellGlyph.glyph(of: "⣿")?.shapes.count == 8 && CellGlyph.glyph(of: "⠀")?.shapes.isEmpty == true)
        // BRAILLE PATTERN DOTS-48: the upper right and the lowest right.
        let places = try #require(CellGlyph.glyph(of: "⢈")).shapes.map { shape -> CellShape.Point? in
            if case .line(let points, _) = shape { points.first } else { nil }
        }
        #expect(places == [.init(x: 9, y: 3), .init(x: 9, y: 21)])
    }

    @Test("joins lines from cell to cell")
    func lines() {
        // The frame of a box of 20 × 4 is one piece above, one below, and two an inner row.
        let box =
            "┌" + String(repeating: "─", count: 18) + "┐\n│\(String(repeating: " ", count: 18))│\n└"
            + String(repeating: "─", count: 18) + "┘"
        let shapes = CellInk(Self.picture(box)).shapes.flatMap(\.shapes)
        let wide = shapes.compactMap { shape -> Double? in
            if case .rectangle(_, _, let width, 2) = shape { width } else { nil }
        }
        #expect(wide.count { $0 > 200 } == 2, "\(shapes)")
    }
}
