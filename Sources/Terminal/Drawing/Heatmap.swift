/// How a heatmap is put into cells.
public enum HeatmapGlyphs: String, Sendable, Hashable, Codable, CaseIterable {
    /// Square pixels, two exact colors a cell.
    case halfBlocks
    /// Six pixels a cell, of the two colors that come nearest.
    case sextants
    /// A ramp of characters; always where there are no colors or no UTF-8.
    case ascii

    public var title: String {
        switch self {
        case .halfBlocks: "half blocks"
        case .sextants: "sextants"
        case .ascii: "ASCII"
        }
    }

    /// Pixels a cell, across and down.
    var pixels: (across: Int, down: Int) { self == .sextants ? (2, 3) : (1, 2) }
}

/// A picture of numbers in cells, its pixels as square as cells allow.
public struct Heatmap: Sendable, Hashable {
    public let width: Int
    public let height: Int
    /// Row by row; −1…1 if `isSigned`, else 0…1. Values outside are clipped, not-a-number counts as 0.
    public let values: [Float]
    public let isSigned: Bool

    /// Colors are counted in so many levels, so that a frame costs few bytes.
    public static let levelCount = 21

    /// Larger pictures cost more bytes a frame than a slow line carries.
    public static let maximumCells = Size(width: 64, height: 32)

    /// - Precondition: `values.count == width * height`.
    public init(width: Int, height: Int, values: [Float], isSigned: Bool) {
        precondition(values.count == width * height, "a heatmap needs width × height values")
        (self.width, self.height, self.values, self.isSigned) = (width, height, values, isSigned)
    }

    /// Draws into the rectangle, centered; pixels are repeated or left out so that the picture fills what it can.
    ///
    /// - Returns: where which pixel lies.
    @discardableResult
    public func draw(
        on canvas: inout Canvas, in rect: Rect, theme: Theme, ramp: ThemeRamp, glyphs: HeatmapGlyphs = .halfBlocks
    ) -> HeatmapPlacement {
        let placement = HeatmapPlacement(width: width, height: height, in: rect)
        let hasColor = canvas.charset == .unicode && theme.color(ramp, at: 0) != nil
        let glyphs = hasColor ? glyphs : .ascii
        let area = placement.area
        // Few colors occur, and mixing them is dear.
        let colors = hasColor ? (0..<Self.levelCount).map { theme.color(ramp, at: Self.share(level: $0)) } : []
        let (across, down) = glyphs.pixels
        var block = [Float](repeating: 0, count: across * down)
        for row in 0..<area.height.value {
            for column in 0..<area.width.value {
                for y in 0..<down {
                    for x in 0..<across {
                        block[y * across + x] = value(
                            (column * across + x) * width / (area.width.value * across),
                            (row * down + y) * height / (area.height.value * down))
                    }
                }
                let (text, style): (Character, Style)
                switch glyphs {
                case .halfBlocks:
                    let (upper, lower) = (colors[level(block[0])], colors[level(block[1])])
                    (text, style) = ("▀", Style(foreground: upper, background: lower))
                case .sextants:
                    let (mask, high, low) = Self.split(block)
                    (text, style) = (
                        Self.sextant(mask), Style(foreground: colors[level(high)], background: colors[level(low)])
                    )
                case .ascii: (text, style) = (character(block[0], block[1]), theme[.text])
                }
                canvas.put(character: text, row: area.row + row, column: area.column + column, style: style)
            }
        }
        return placement
    }

    private func value(_ x: Int, _ y: Int) -> Float {
        let value = values[min(height - 1, y) * width + min(width - 1, x)]
        return value.isFinite ? min(1, max(isSigned ? -1 : 0, value)) : 0
    }

    /// Where the value lies on the ramp: one of `levelCount` levels.
    private func level(_ value: Float) -> Int {
        let share = isSigned ? (Double(value) + 1) / 2 : Double(value)
        return Int((share * Double(Self.levelCount - 1)).rounded())
    }

    private static func share(level: Int) -> Double { Double(level) / Double(levelCount - 1) }

    // MARK: Sextants

    /// Which of six values belong to the higher of two groups, and the mean of either group. The border lies halfway
    /// between the least and the greatest.
    static func split(_ block: [Float]) -> (mask: Int, high: Float, low: Float) {
        let (least, greatest) = (block.min() ?? 0, block.max() ?? 0)
        guard greatest - least > 0.02 else { return (0, greatest, (least + greatest) / 2) }
        let border = (least + greatest) / 2
        var (mask, high, low, count) = (0, Float(0), Float(0), Float(0))
        for (index, value) in block.enumerated() {
            if value > border {
                mask |= 1 << index
                high += value
                count += 1
            } else {
                low += value
            }
        }
        return (mask, high / count, low / (Float(block.count) - count))
    }

    /// The character whose six parts, row by row from the upper left, are those of the mask's bits.
    static func sextant(_ mask: Int) -> Character {
        switch mask {
        case 0: return " "
        case 21: return "▌"
        case 42: return "▐"
        case 63: return "█"
        default:
            // Unicode leaves out the four that existed before.
            let code = 0x1FB00 + mask - 1 - (mask > 21 ? 1 : 0) - (mask > 42 ? 1 : 0)
            return UnicodeScalar(UInt32(code)).map(Character.init) ?? " "
        }
    }

    // MARK: Characters

    private static let ramp = Array(" .:-=+*#%@")

    /// ` .:-=+*#%@` by size; with a sign, `+` and `-` say which polarity prevails, doubled to `#` and `=` where it is strong.
    private func character(_ upper: Float, _ lower: Float) -> Character {
        guard isSigned else {
            let mean = Double(max(upper, lower))
            return Self.ramp[min(Self.ramp.count - 1, Int(mean * Double(Self.ramp.count)))]
        }
        let strongest = abs(upper) >= abs(lower) ? upper : lower
        if abs(strongest) < 0.08 { return " " }
        return strongest > 0 ? (strongest > 0.6 ? "#" : "+") : (strongest < -0.6 ? "=" : "-")
    }
}

/// Where the pixels of a heatmap lie on the screen.
public struct HeatmapPlacement: Sendable, Hashable {
    public let width: Int
    public let height: Int
    /// Cells that the picture takes; empty where there is no room.
    public let area: Rect

    /// Centered, as large as it fits, a cell counting as twice as high as wide.
    public init(width: Int, height: Int, in rect: Rect) {
        (self.width, self.height) = (width, height)
        let rect = rect.centered(height: Heatmap.maximumCells.height, width: Heatmap.maximumCells.width)
        guard width > 0, height > 0, !rect.isEmpty else {
            area = Rect(row: rect.row, column: rect.column, height: 0, width: 0)
            return
        }
        let scale = min(Double(rect.width.value) / Double(width), Double(rect.height.value * 2) / Double(height))
        area = rect.centered(
            height: Row(max(1, (Int(Double(height) * scale) + 1) / 2)),
            width: Column(max(1, Int(Double(width) * scale))))
    }

    /// The pixel in the middle of a cell.
    public func pixel(at point: Point) -> (x: Int, y: Int)? {
        guard area.contains(point) else { return nil }
        let (column, row) = ((point.column - area.column).value, (point.row - area.row).value)
        return (
            (2 * column + 1) * width / (2 * area.width.value), (2 * row + 1) * height / (2 * area.height.value)
        )
    }

    /// The cell that holds a pixel.
    public func point(x: Int, y: Int) -> Point? {
        guard (0..<width).contains(x), (0..<height).contains(y), !area.isEmpty else { return nil }
        return Point(
            row: area.row + (2 * y + 1) * area.height.value / (2 * height),
            column: area.column + (2 * x + 1) * area.width.value / (2 * width))
    }
}
