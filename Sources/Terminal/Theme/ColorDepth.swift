/// How many colors the terminal shows.
public enum ColorDepth: Int, Sendable, Hashable, CaseIterable, Comparable {
    case monochrome = 0
    case sixteen = 16
    case palette = 256
    case trueColor = 16_777_216

    public static func < (left: ColorDepth, right: ColorDepth) -> Bool { left.rawValue < right.rawValue }

    /// The number under which this depth knows a color; `nil` for the terminal's own or where there are no colors.
    ///
    /// True color gives `0xRRGGBB`, the others the index in the terminal's palette.
    public func index(of color: Color) -> Int? {
        guard case .rgb(let r, let g, let b) = color else { return nil }
        switch self {
        case .monochrome: return nil
        case .sixteen: return Self.nearest(r, g, b, among: Self.sixteenColors)
        case .palette: return Self.paletteIndex(r, g, b)
        case .trueColor: return Int(r) << 16 | Int(g) << 8 | Int(b)
        }
    }

    /// Nearest of the 6×6×6 cube (16…231) and the 24 greys (232…255); the first 16 are left out because terminals
    /// repaint them at will.
    static func paletteIndex(_ r: UInt8, _ g: UInt8, _ b: UInt8) -> Int {
        func level(_ value: UInt8) -> Int {
            cubeLevels.indices.min { abs(cubeLevels[$0] - Int(value)) < abs(cubeLevels[$1] - Int(value)) } ?? 0
        }
        let (lr, lg, lb) = (level(r), level(g), level(b))
        let cube = distance(r, g, b, (cubeLevels[lr], cubeLevels[lg], cubeLevels[lb]))
        let mean = (Int(r) + Int(g) + Int(b)) / 3
        let step = min(23, max(0, (mean - 8 + 5) / 10))
        let gray = distance(r, g, b, (8 + 10 * step, 8 + 10 * step, 8 + 10 * step))
        return gray < cube ? 232 + step : 16 + 36 * lr + 6 * lg + lb
    }

    static let cubeLevels = [0, 95, 135, 175, 215, 255]

    /// The usual sixteen, as xterm paints them.
    static let sixteenColors: [(Int, Int, Int)] = [
        (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229),
        (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255), (0, 255, 255),
        (255, 255, 255),
    ]

    private static func nearest(_ r: UInt8, _ g: UInt8, _ b: UInt8, among colors: [(Int, Int, Int)]) -> Int {
        colors.indices.min { distance(r, g, b, colors[$0]) < distance(r, g, b, colors[$1]) } ?? 0
    }

    /// Squared distance, with red and blue weighted by how red the pair is (the "redmean" approximation of perception).
    private static func distance(_ r: UInt8, _ g: UInt8, _ b: UInt8, _ other: (Int, Int, Int)) -> Int {
        let mean = (Int(r) + other.0) / 2
        let (dr, dg, db) = (Int(r) - other.0, Int(g) - other.1, Int(b) - other.2)
        return (512 + mean) * dr * dr + 1024 * dg * dg + (767 - mean) * db * db
    }
}
