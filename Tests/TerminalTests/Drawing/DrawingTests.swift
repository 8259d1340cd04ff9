import Testing

@testable import Terminal

@Suite struct DrawingTests {
    @Test func aDotHasItsPlaceInTheCell() {
        var braille = Braille(width: 2, height: 1)
        braille.set(x: 0, y: 0)
        braille.set(x: 3, y: 3)
        #expect(braille.masks == [0x01, 0x80])
        var canvas = Canvas(size: Size(width: 2, height: 1))
        braille.draw(on: &canvas, at: Point(row: 0, column: 0), style: .plain)
        #expect(canvas.plainText == "⠁⢀")
    }

    @Test func dotsOutsideAreLeftOut() {
        var braille = Braille(width: 1, height: 1)
        braille.set(x: -1, y: 0)
        braille.set(x: 2, y: 0)
        braille.vertical(x: 0, from: -100, to: -50)
        braille.vertical(x: 0, from: 50, to: 100)
        #expect(braille.masks == [0])
        braille.vertical(x: 1, from: -9, to: 9)
        #expect(braille.masks == [0xB8])
    }

    @Test(arguments: [(0, 0, 9, 15), (9, 15, 0, 0), (0, 7, 9, 7), (4, 15, 4, 0), (3, 3, 3, 3)])
    func aLineHasBothEndsAndNoHole(x0: Int, y0: Int, x1: Int, y1: Int) {
        var braille = Braille(width: 5, height: 4)
        braille.line(x0: x0, y0: y0, x1: x1, y1: y1)
        #expect(braille.isSet(x: x0, y: y0) && braille.isSet(x: x1, y: y1))
        for x in min(x0, x1)...max(x0, x1) { #expect((0..<16).contains { braille.isSet(x: x, y: $0) }) }
        for y in min(y0, y1)...max(y0, y1) { #expect((0..<10).contains { braille.isSet(x: $0, y: y) }) }
    }

    @Test func aLaterCurveReplacesCellsAndDoesNotMix() {
        var canvas = Canvas(size: Size(width: 1, height: 1))
        var (one, two) = (Braille(width: 1, height: 1), Braille(width: 1, height: 1))
        one.set(x: 0, y: 0)
        two.set(x: 1, y: 3)
        one.draw(on: &canvas, at: Point(row: 0, column: 0), style: .plain)
        two.draw(on: &canvas, at: Point(row: 0, column: 0), style: .plain)
        #expect(canvas.plainText == "⢀")
    }

    @Test func sparklinesKeepTheirRange() {
        #expect(Sparkline.text([0, 0.5, 1, 2, -1, .nan], range: 0...1) == "▁▅██▁ ")
        #expect(Sparkline.text([3], range: 3...3) == "▁")
    }

    @Test func aHeatmapPutsTwoPixelsInACell() throws {
        var theme = Theme.builtIn
        theme.isMonochrome = false
        theme.ramps = [.heat: [.rgb(0, 0, 0), .rgb(200, 200, 200)]]
        var canvas = Canvas(size: Size(width: 2, height: 1))
        Heatmap(width: 2, height: 2, values: [0, 1, 1, 0], isSigned: false)
            .draw(on: &canvas, in: canvas.bounds, theme: theme, ramp: .heat)
        let cell = canvas[Point(row: 0, column: 1)]
        #expect(cell.character == "▀")
        #expect(cell.style.foreground == .rgb(200, 200, 200))
        #expect(cell.style.background == .rgb(0, 0, 0))
    }

    @Test func aHeatmapHasAtMost21Levels() {
        var theme = Theme.builtIn
        theme.isMonochrome = false
        theme.ramps = [.heat: [.rgb(0, 0, 0), .rgb(255, 255, 255)]]
        var canvas = Canvas(size: Size(width: 64, height: 32))
        Heatmap(width: 64, height: 64, values: (0..<4096).map { Float($0) / 4095 }, isSigned: false)
            .draw(on: &canvas, in: canvas.bounds, theme: theme, ramp: .heat)
        let colors = Set(canvas.cells.flatMap { [$0.style.foreground, $0.style.background] })
        #expect(colors.count == Heatmap.levelCount)
    }

    @Test(arguments: Charset.allCases)
    func withoutColorsCharactersTellPolarity(charset: Charset) {
        var canvas = Canvas(size: Size(width: 4, height: 1), charset: charset)
        Heatmap(width: 4, height: 2, values: [1, 0.3, -0.3, -1, 1, 0.3, -0.3, -1], isSigned: true)
            .draw(on: &canvas, in: canvas.bounds, theme: .builtIn, ramp: .polarity)
        #expect(canvas.plainText == "#+-=")
    }

    @Test(arguments: [(0, 0), (1, 1), (3, 50), (200, 2)])
    func anySizeIsDrawn(width: Int, height: Int) {
        var canvas = Canvas(size: Size(width: Column(width), height: Row(height)))
        Heatmap(width: 5, height: 7, values: Array(repeating: .nan, count: 35), isSigned: true)
            .draw(on: &canvas, in: canvas.bounds, theme: .builtIn, ramp: .polarity)
        #expect(canvas.cells.count == width * height)
    }
}
