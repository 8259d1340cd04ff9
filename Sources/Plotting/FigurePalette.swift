/// Red, green and blue, 0…1.
public struct FigureColor: Sendable, Hashable, Codable {
    public var red: Double
    public var green: Double
    public var blue: Double

    public init(red: Double, green: Double, blue: Double) { (self.red, self.green, self.blue) = (red, green, blue) }

    /// `0x6cb6ff`.
    public init(_ hexadecimal: UInt32) {
        self.init(
            red: Double(hexadecimal >> 16 & 255) / 255, green: Double(hexadecimal >> 8 & 255) / 255,
            blue: Double(hexadecimal & 255) / 255)
    }

    /// `share` 0 gives the first, 1 the second.
    public func mixed(with other: FigureColor, share: Double) -> FigureColor {
        FigureColor(
            red: red + (other.red - red) * share, green: green + (other.green - green) * share,
            blue: blue + (other.blue - blue) * share)
    }
}

/// The colors of a figure. The screens put in those of their theme; `paper` is for files that are printed.
public struct FigurePalette: Sendable, Hashable, Codable {
    public var background: FigureColor
    public var text: FigureColor
    public var axis: FigureColor
    public var grid: FigureColor
    public var mark: FigureColor
    public var ghost: FigureColor
    /// At least one; taken in turn.
    public var series: [FigureColor]
    /// From least to greatest, at least two.
    public var sequential: [FigureColor]
    /// From OFF over the neutral center to ON, at least three.
    public var diverging: [FigureColor]

    public init(
        background: FigureColor, text: FigureColor, axis: FigureColor, grid: FigureColor, mark: FigureColor,
        ghost: FigureColor, series: [FigureColor], sequential: [FigureColor], diverging: [FigureColor]
    ) {
        (self.background, self.text, self.axis, self.grid) = (background, text, axis, grid)
        (self.mark, self.ghost, self.series) = (mark, ghost, series)
        (self.sequential, self.diverging) = (sequential, diverging)
    }

    /// Dark on white; lines and polarity can be told apart by people who do not see red or green.
    public static let paper = FigurePalette(
        background: FigureColor(0xffffff), text: FigureColor(0x1a1a1a), axis: FigureColor(0x555555),
        grid: FigureColor(0xe4e4e4), mark: FigureColor(0x7a3db8), ghost: FigureColor(0xb0b0b0),
        series: [0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7, 0x8a6d00, 0x56b4e9].map { FigureColor($0) },
        sequential: [0xffffff, 0xfde0a0, 0xf07f3f, 0xa2325f, 0x2a1245].map { FigureColor($0) },
        diverging: [0xb34700, 0xf0a060, 0xf7f7f7, 0x6aa9e0, 0x00508c].map { FigureColor($0) })

    /// Light on near black.
    public static let dark = FigurePalette(
        background: FigureColor(0x12161c), text: FigureColor(0xd5dae2), axis: FigureColor(0x7d8796),
        grid: FigureColor(0x252c37), mark: FigureColor(0xd7a6ff), ghost: FigureColor(0x56606f),
        series: [0x6cb6ff, 0xffb454, 0x7fd88f, 0xe58fd0, 0xf2e27a, 0x75e0e0].map { FigureColor($0) },
        sequential: [0x12161c, 0x47266b, 0xa2325f, 0xf07f3f, 0xfdf0a5].map { FigureColor($0) },
        diverging: [0xff9e4a, 0x8a4f1c, 0x12161c, 0x1d4f86, 0x5aa9ff].map { FigureColor($0) })

    /// - Parameter share: 0…1 along the ramp.
    static func color(of share: Double, in ramp: [FigureColor]) -> FigureColor {
        guard ramp.count > 1 else { return ramp.first ?? FigureColor(0) }
        let place = min(max(share, 0), 1) * Double(ramp.count - 1)
        let index = min(Int(place), ramp.count - 2)
        return ramp[index].mixed(with: ramp[index + 1], share: place - Double(index))
    }
}
