import Foundation
import Plotting
import Terminal

/// A kind of file that a whole screen is written to, chosen by the file's ending.
public struct ScreenFileFormat: Sendable {
    /// Without its dot.
    public let ending: String
    /// Drawn in colors, unlike text.
    public let isPicture: Bool
    public let encode: @Sendable (Canvas, Theme) throws(ExportFailure) -> Data

    /// Every kind, text first.
    public static let all = [
        ScreenFileFormat(ending: "txt", isPicture: false) { canvas, _ in Data((canvas.plainText + "\n").utf8) },
        ScreenFileFormat(ending: "svg", isPicture: true) { canvas, theme in CellPicture(canvas, theme: theme).svg },
        ScreenFileFormat(ending: "png", isPicture: true) { canvas, theme throws(ExportFailure) in
            do throws(FigureError) {
                return try CellPicture(canvas, theme: theme).png()
            } catch {
                throw ExportFailure(error.description)
            }
        },
    ]
}

extension CellPicture {
    /// A canvas in the colors of a theme; where it leaves them to the terminal, light on dark or dark on light as the
    /// theme is.
    public init(_ canvas: Canvas, theme: Theme) {
        let palette = theme.appearance == .dark ? FigurePalette.dark : .paper
        self.init(
            columnCount: canvas.size.width.value, rowCount: canvas.size.height.value,
            cells: canvas.cells.map { cell in
                let style = cell.style
                var foreground = FigureColor(style.foreground) ?? palette.text
                var background = FigureColor(style.background) ?? palette.background
                if style.attributes.contains(.reverse) { swap(&foreground, &background) }
                return Cell(
                    character: cell.character,
                    foreground: style.attributes.contains(.dim)
                        ? foreground.mixed(with: background, share: 0.4) : foreground,
                    background: background, isBold: style.attributes.contains(.bold),
                    isUnderlined: style.attributes.contains(.underline))
            })
    }
}

extension FigureColor {
    /// `nil` for the terminal's own color.
    init?(_ color: Color?) {
        guard case .rgb(let red, let green, let blue)? = color else { return nil }
        self.init(red: Double(red) / 255, green: Double(green) / 255, blue: Double(blue) / 255)
    }
}
