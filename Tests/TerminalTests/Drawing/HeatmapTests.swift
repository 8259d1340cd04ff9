import Testing

@testable import Terminal

@Suite struct HeatmapTests {
    @Test func everySextantIsItsOwnCharacter() {
        let all = (0..<64).map(Heatmap.sextant)
        #expect(Set(all).count == 64)
        #expect(all[1] == "\u{1FB00}" && all[62] == "\u{1FB3B}")
        #expect(all.allSatisfy { $0.columnCount == 1 })
    }

    @Test func sixPixelsBecomeTwoGroups() {
        let (mask, high, low) = Heatmap.split([1, 0, 0.9, 0, 0, 0.1])
        #expect(mask == 0b101)
        #expect(high == 0.95 && low == 0.025)
        #expect(Heatmap.split([0.5, 0.5, 0.5, 0.5, 0.5, 0.5]).mask == 0)
    }

    @Test(arguments: [(28, 28), (34, 34), (346, 260), (1, 1), (3, 64)])
    func pixelsAndCellsAgree(width: Int, height: Int) {
        let placement = HeatmapPlacement(
            width: width, height: height, in: Rect(row: 2, column: 5, height: 20, width: 50))
        #expect(!placement.area.isEmpty)
        for y in stride(from: 0, to: height, by: max(1, height / 7)) {
            for x in stride(from: 0, to: width, by: max(1, width / 7)) {
                guard let point = placement.point(x: x, y: y), let back = placement.pixel(at: point) else {
                    Issue.record("\(x), \(y) has no place")
                    continue
                }
                // A cell may stand for several pixels, and two pixels lie in its height.
                #expect(abs(back.x - x) <= width / placement.area.width.value + 1)
                #expect(abs(back.y - y) <= height / placement.area.height.value + 1)
            }
        }
        #expect(placement.pixel(at: Point(row: 0, column: 0)) == nil)
        #expect(placement.point(x: width, y: 0) == nil)
    }

    @Test func thereIsNoPlaceWithoutRoom() {
        let placement = HeatmapPlacement(width: 4, height: 4, in: Rect(row: 0, column: 0, height: 0, width: 9))
        #expect(placement.area.isEmpty && placement.point(x: 1, y: 1) == nil)
    }
}
