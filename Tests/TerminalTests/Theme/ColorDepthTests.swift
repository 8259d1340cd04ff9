import Testing

@testable import Terminal

@Suite struct ColorDepthTests {
    @Test(arguments: [
        (Color.rgb(0, 0, 0), 16), (.rgb(255, 255, 255), 231), (.rgb(255, 0, 0), 196), (.rgb(95, 135, 175), 67),
        (.rgb(128, 128, 128), 244), (.rgb(8, 8, 8), 232), (.rgb(238, 238, 238), 255),
    ])
    func paletteTakesTheNearest(color: Color, index: Int) {
        #expect(ColorDepth.palette.index(of: color) == index)
    }

    @Test(arguments: [
        (Color.rgb(0, 0, 0), 0), (.rgb(255, 255, 255), 15), (.rgb(250, 5, 5), 9), (.rgb(0, 200, 0), 2),
        (.rgb(120, 120, 120), 8),
    ])
    func sixteenTakeTheNearest(color: Color, index: Int) {
        #expect(ColorDepth.sixteen.index(of: color) == index)
    }

    @Test func trueColorKeepsAllBits() { #expect(ColorDepth.trueColor.index(of: .rgb(0x12, 0x34, 0x56)) == 0x123456) }

    @Test(arguments: ColorDepth.allCases)
    func theTerminalsOwnColorHasNoNumber(depth: ColorDepth) { #expect(depth.index(of: .standard) == nil) }

    @Test func monochromeHasNoColors() { #expect(ColorDepth.monochrome.index(of: .rgb(1, 2, 3)) == nil) }

    @Test func everyColorHasAnIndexWithinThePalette() throws {
        for value in stride(from: 0, through: 0xFFFFFF, by: 4099) {
            let color = Color.rgb(UInt8(value >> 16), UInt8(value >> 8 & 255), UInt8(value & 255))
            let palette = try #require(ColorDepth.palette.index(of: color))
            #expect((16...255).contains(palette))
            #expect((0...15).contains(try #require(ColorDepth.sixteen.index(of: color))))
        }
    }

    @Test(arguments: [
        (["TERM": "xterm-256color", "NO_COLOR": "1"], ColorDepth.monochrome),
        (["TERM": "xterm-256color", "NO_COLOR": ""], .palette),
        (["TERM": "xterm-256color", "SACCADE_COLORS": "16"], .sixteen),
        (["TERM": "xterm-256color", "SACCADE_COLORS": "0"], .monochrome),
        (["TERM": "xterm-256color"], .palette),
    ])
    func theEnvironmentDecides(variables: [String: String], depth: ColorDepth) {
        #expect(TerminalEnvironment(variables).depth(colorCount: 256, hasDirectColor: false) == depth)
    }

    @Test func directColorIsTriedFirstWhereItIsAnnounced() {
        let plain = TerminalEnvironment(["TERM": "xterm-256color"])
        #expect(plain.typesToTry == ["xterm-256color"])
        let rich = TerminalEnvironment(["TERM": "xterm-256color", "COLORTERM": "truecolor"])
        #expect(rich.typesToTry == ["xterm-direct", "xterm-256color"])
    }
}
