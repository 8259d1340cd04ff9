/// A picture of numbers: square pixels as half blocks, or a ramp of characters where there are no colors.
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

    /// Cells that the picture takes at one pixel a column and half a row.
    public var cellSize: Size { Size(width: Column(width), height: Row((height + 1) / 2)) }

    /// Draws into the rectangle, centered; pixels are repeated or left out so that the picture fills what it can.
    public func draw(on canvas: inout Canvas, in rect: Rect, theme: Theme, ramp: ThemeRamp) {
        guard width > 0, height > 0, !rect.isEmpty else { return }
        let rect = rect.centered(height: Self.maximumCells.height, width: Self.maximumCells.width)
        let scale = min(Double(rect.width.value) / Double(width), Double(rect.height.value * 2) / Double(height))
        let (columns, rows) = (
            max(1, Int(Double(width) * scale)), max(1, (Int(Double(height) * scale) + 1) / 2)
        )
        let area = rect.centered(height: Row(rows), width: Column(columns))
        let hasColor = canvas.charset == .unicode && theme.color(ramp, at: 0) != nil
        for row in 0..<area.height.value {
            for column in 0..<area.width.value {
                let x = min(width - 1, column * width / columns)
                let upper = value(x, min(height - 1, (2 * row) * height / (2 * rows)))
                let lower = value(x, min(height - 1, (2 * row + 1) * height / (2 * rows)))
                let (r, c) = (area.row + row, area.column + column)
                if hasColor {
                    let style = Style(
                        foreground: theme.color(ramp, at: share(upper)), background: theme.color(ramp, at: share(lower))
                    )
                    canvas.put("▀", row: r, column: c, style: style)
                } else {
                    canvas.put(String(character(upper, lower)), row: r, column: c, style: theme[.text])
                }
            }
        }
    }

    private func value(_ x: Int, _ y: Int) -> Float {
        let value = values[y * width + x]
        return value.isFinite ? min(1, max(isSigned ? -1 : 0, value)) : 0
    }

    /// Where the value lies on the ramp, on one of `levelCount` levels.
    private func share(_ value: Float) -> Double {
        let share = isSigned ? (Double(value) + 1) / 2 : Double(value)
        return (share * Double(Self.levelCount - 1)).rounded() / Double(Self.levelCount - 1)
    }

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
