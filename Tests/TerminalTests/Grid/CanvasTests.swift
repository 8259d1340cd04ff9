import Terminal
import Testing

@Suite struct CanvasTests {
    private func canvas(_ width: Int, _ height: Int = 1, _ charset: Charset = .unicode) -> Canvas {
        Canvas(size: Size(width: Column(width), height: Row(height)), charset: charset)
    }

    @Test func textIsCutWithAnEllipsis() {
        var canvas = canvas(10)
        let end = canvas.put("saccades", row: 0, column: 1, width: 5)
        #expect(canvas.plainText == " sacc…")
        #expect(end == 6)
    }

    @Test func textThatFitsExactlyIsNotCut() {
        var canvas = canvas(10)
        canvas.put("saccade", row: 0, column: 0, width: 7)
        #expect(canvas.plainText == "saccade")
    }

    @Test(arguments: [-5, -1, 0, 3, 9, 10, 50])
    func nothingIsDrawnOutside(column: Int) {
        var canvas = canvas(10, 2)
        canvas.put("wörter 漢字", row: 1, column: Column(column), style: Style(attributes: .bold))
        canvas.put("x", row: -1, column: 0)
        canvas.put("x", row: 2, column: 0)
        #expect(canvas.cells.count == 20)
        #expect(canvas.plainText.split(separator: "\n", omittingEmptySubsequences: false).first == "")
    }

    @Test func clippingHoldsInside() {
        var canvas = canvas(10, 3)
        canvas.clipped(to: Rect(row: 1, column: 2, height: 1, width: 3)) {
            $0.fill($0.bounds, "x", style: Style())
        }
        #expect(canvas.plainText == "\n  xxx\n")
        canvas.put("y", row: 0, column: 0)
        #expect(canvas.plainText == "y\n  xxx\n")
    }

    @Test func aWideCharacterTakesTwoCellsAndIsNeverHalved() {
        var canvas = canvas(6)
        canvas.put("漢字", row: 0, column: 0)
        #expect(canvas[Point(row: 0, column: 1)].isContinuation)
        canvas.put("x", row: 0, column: 1)
        #expect(canvas.plainText == " x字")
        canvas.put("y", row: 0, column: 2)
        #expect(canvas.plainText == " xy")
        canvas.put("漢", row: 0, column: 5)
        #expect(!canvas[Point(row: 0, column: 5)].isContinuation)
        #expect(canvas[Point(row: 0, column: 5)].character == " ")
    }

    @Test func controlCharactersNeverReachTheTerminal() {
        var canvas = canvas(8)
        canvas.put("a\u{1B}[1m\n\t", row: 0, column: 0)
        #expect(canvas.cells.allSatisfy { $0.character.map { !$0.isNewline && $0 != "\u{1B}" && $0 != "\t" } ?? true })
    }

    @Test func asciiMeansASCII() {
        var canvas = canvas(40, 4, .ascii)
        canvas.put("λ ─│┌ ▁█ ⣿ ⓐ漢é…“”\u{301} 🙂", row: 0, column: 0)
        canvas.box(Rect(row: 1, column: 0, height: 3, width: 10), title: "τ", border: .plain, titleStyle: .plain)
        #expect(canvas.cells.allSatisfy { $0.character?.isASCII ?? true })
        #expect(canvas.plainText.contains("+- t ----+"))
    }

    @Test func stylesShineThrough() {
        var canvas = canvas(2)
        canvas.fill(canvas.bounds, style: Style(foreground: .rgb(1, 2, 3), background: .rgb(4, 5, 6)))
        canvas.put("x", row: 0, column: 0, style: Style(foreground: .rgb(9, 9, 9)))
        #expect(canvas[Point(row: 0, column: 0)].style == Style(foreground: .rgb(9, 9, 9), background: .rgb(4, 5, 6)))
    }

    @Test(arguments: [(7, [1, 1, 1]), (0, [2, 3]), (10, [3, 0, 7])])
    func splittingLosesNoColumn(width: Int, weights: [Int]) {
        let parts = Rect(row: 0, column: 3, height: 2, width: Column(width)).columns(weights: weights)
        #expect(parts.map(\.width.value).reduce(0, +) == width)
        for (one, next) in zip(parts, parts.dropFirst()) { #expect(one.trailing == next.column) }
    }

    @Test func extentsAreNeverNegative() {
        let rect = Rect(row: 0, column: 0, height: 1, width: 1).inset(3)
        #expect(rect.isEmpty && rect.height >= 0 && rect.width >= 0)
        #expect(Rect(row: 0, column: 0, height: 3, width: 3).split(top: 9).rest.isEmpty)
    }
}
