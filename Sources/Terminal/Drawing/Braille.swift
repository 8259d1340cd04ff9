/// Dots on a grid of 2×4 a cell, written as braille characters.
public struct Braille: Sendable, Hashable {
    public let width: Column
    public let height: Row
    /// One mask a cell; a bit is a dot in Unicode's order.
    public private(set) var masks: [UInt8]

    public init(width: Column, height: Row) {
        (self.width, self.height) = (max(0, width), max(0, height))
        masks = Array(repeating: 0, count: self.width.value * self.height.value)
    }

    public var dotWidth: Int { width.value * 2 }
    public var dotHeight: Int { height.value * 4 }

    /// Bit of the dot in column `x` (0, 1) and row `y` (0…3) of a cell.
    private static let bits: [[UInt8]] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]]

    /// Sets one dot; `y` counts downwards. Dots outside are left out.
    public mutating func set(x: Int, y: Int) {
        guard x >= 0, y >= 0, x < dotWidth, y < dotHeight else { return }
        masks[(y / 4) * width.value + x / 2] |= Self.bits[x % 2][y % 4]
    }

    public func isSet(x: Int, y: Int) -> Bool {
        guard x >= 0, y >= 0, x < dotWidth, y < dotHeight else { return false }
        return masks[(y / 4) * width.value + x / 2] & Self.bits[x % 2][y % 4] != 0
    }

    /// A line straight up or down, both ends included.
    public mutating func vertical(x: Int, from: Int, to: Int) {
        let (top, bottom) = (max(0, min(from, to)), min(dotHeight - 1, max(from, to)))
        guard top <= bottom else { return }
        for y in top...bottom { set(x: x, y: y) }
    }

    /// A straight line, both ends included (Bresenham).
    public mutating func line(x0: Int, y0: Int, x1: Int, y1: Int) {
        let (dx, dy) = (abs(x1 - x0), -abs(y1 - y0))
        let (sx, sy) = (x0 < x1 ? 1 : -1, y0 < y1 ? 1 : -1)
        var (x, y, error) = (x0, y0, dx + dy)
        while true {
            set(x: x, y: y)
            if x == x1, y == y1 { return }
            let double = 2 * error
            if double >= dy {
                error += dy
                x += sx
            }
            if double <= dx {
                error += dx
                y += sy
            }
        }
    }

    /// Writes every cell that has a dot; what was in the cell is replaced, never mixed.
    public func draw(on canvas: inout Canvas, at origin: Point, style: Style) {
        for row in 0..<height.value {
            for column in 0..<width.value {
                let mask = masks[row * width.value + column]
                guard mask != 0, let scalar = UnicodeScalar(0x2800 + UInt32(mask)) else { continue }
                canvas.put(
                    character: Character(scalar), row: origin.row + row, column: origin.column + column, style: style)
            }
        }
    }

    /// One of `'`, `-`, `.`, `:`, `|` by the height of the dots.
    static func ascii(_ mask: UInt8) -> Character {
        let (top, middle, bottom) = (mask & 0x09 != 0, mask & 0x36 != 0, mask & 0xC0 != 0)
        return switch (top, middle, bottom) {
        case (false, false, false): " "
        case (true, false, false): "'"
        case (false, true, false): "-"
        case (false, false, true): "."
        case (true, true, false): "\""
        case (false, true, true): ","
        default: "|"
        }
    }
}
