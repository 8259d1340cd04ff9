import CCairo
import Foundation

extension Figure {
    /// Points across and down; a pixel each at scale 1.
    public struct Size: Sendable, Hashable, Codable {
        public var width: Double
        public var height: Double

        public init(width: Double, height: Double) { (self.width, self.height) = (width, height) }
    }

    /// 520 × 320 for each panel.
    public var usualSize: Size {
        let columns = max(1, min(columnCount, panels.count))
        let rows = max(1, (panels.count + columns - 1) / columns)
        return Size(width: Double(columns) * 520 + 20, height: Double(rows) * 320 + 56)
    }

    /// - Parameters:
    ///   - size: `nil`: `usualSize`.
    ///   - scale: pixels a point.
    /// - Throws: `FigureError` if it is too large to be drawn.
    public func png(
        size: Size? = nil, scale: Double = 2, palette: FigurePalette = .paper
    ) throws(FigureError) -> Data {
        let size = size ?? usualSize
        return try CairoSurface.png(width: size.width, height: size.height, scale: scale) { context in
            FigureDrawing(context: context, palette: palette).draw(self, size: size)
        }
    }

    /// The same picture as vectors.
    public func svg(size: Size? = nil, palette: FigurePalette = .paper) throws(FigureError) -> Data {
        let size = size ?? usualSize
        return try CairoSurface.svg(width: size.width, height: size.height) { context in
            FigureDrawing(context: context, palette: palette).draw(self, size: size)
        }
    }
}

/// Draws on whatever cairo draws on: the one routine for pixels and vectors.
struct FigureDrawing {
    struct Area {
        var x: Double
        var y: Double
        var width: Double
        var height: Double

        var right: Double { x + width }
        var bottom: Double { y + height }
    }

    enum Alignment { case left, center, right }

    let context: OpaquePointer
    let palette: FigurePalette

    func draw(_ figure: Figure, size: Figure.Size) {
        set(palette.background)
        cairo_paint(context)
        let room = size.width - 28
        text(cut(figure.title, size: 15, isBold: true, width: room), x: 14, y: 24, size: 15, isBold: true)
        if !figure.subtitle.isEmpty {
            text(cut(figure.subtitle, size: 11, width: room), x: 14, y: 42, size: 11, color: palette.axis)
        }
        let columns = max(1, min(figure.columnCount, figure.panels.count))
        let rows = max(1, (figure.panels.count + columns - 1) / columns)
        let top = figure.subtitle.isEmpty ? 34.0 : 50
        let (width, height) = ((size.width - 20) / Double(columns), (size.height - top - 6) / Double(rows))
        for (index, panel) in figure.panels.enumerated() {
            let area = Area(
                x: 10 + Double(index % columns) * width, y: top + Double(index / columns) * height, width: width,
                height: height)
            switch panel {
            case .plot(let plot): draw(plot, in: area)
            case .heatmap(let heatmap): draw(heatmap, in: area)
            case .intervals(let intervals): draw(intervals, in: area)
            }
        }
    }

    // MARK: Strokes and letters

    func set(_ color: FigureColor, opacity: Double = 1) {
        cairo_set_source_rgba(context, color.red, color.green, color.blue, opacity)
    }

    func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ color: FigureColor, width: Double = 1) {
        set(color)
        cairo_set_line_width(context, width)
        cairo_move_to(context, x1, y1)
        cairo_line_to(context, x2, y2)
        cairo_stroke(context)
    }

    func width(of label: String, size: Double, isBold: Bool = false) -> Double {
        font(size, isBold)
        var extents = cairo_text_extents_t()
        cairo_text_extents(context, label, &extents)
        return extents.x_advance
    }

    /// - Parameter y: of the base line.
    func text(
        _ label: String, x: Double, y: Double, size: Double, alignment: Alignment = .left, isBold: Bool = false,
        color: FigureColor? = nil
    ) {
        let wide = width(of: label, size: size, isBold: isBold)
        let start =
            switch alignment {
            case .left: x
            case .center: x - wide / 2
            case .right: x - wide
            }
        set(color ?? palette.text)
        cairo_move_to(context, start, y)
        cairo_show_text(context, label)
        // The pen stays behind the text: the next path must not begin there.
        cairo_new_path(context)
    }

    /// Upwards, its middle at y.
    func verticalText(_ label: String, x: Double, y: Double, size: Double, color: FigureColor) {
        let wide = width(of: label, size: size)
        cairo_save(context)
        cairo_translate(context, x, y + wide / 2)
        cairo_rotate(context, -Double.pi / 2)
        text(label, x: 0, y: 0, size: size, color: color)
        cairo_restore(context)
    }

    private func font(_ size: Double, _ isBold: Bool) {
        cairo_select_font_face(
            context, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
            isBold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL)
        cairo_set_font_size(context, size)
    }
}
