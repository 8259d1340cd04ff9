import CCairo
import Foundation

extension CellPicture {
    /// The picture as pixels. What is no shape is drawn in the system's monospaced font, each character in its cell.
    ///
    /// - Parameter scale: pixels a point; a cell has 12 × 24 points.
    /// - Throws: `FigureError` if it is too large to be drawn.
    public func png(scale: Double = 1) throws(FigureError) -> Data {
        let ink = CellInk(self)
        return try CairoSurface.png(width: width, height: height, scale: scale) { context in
            Self.set(ink.ground, context)
            cairo_paint(context)
            cairo_set_line_cap(context, CAIRO_LINE_CAP_ROUND)
            cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
            for (look, shapes) in ink.shapes {
                Self.set(look.color, context)
                cairo_set_antialias(context, look.isCrisp ? CAIRO_ANTIALIAS_NONE : CAIRO_ANTIALIAS_DEFAULT)
                for shape in shapes { Self.trace(shape, context) }
                if let width = look.lineWidth {
                    cairo_set_line_width(context, width)
                    cairo_stroke(context)
                } else {
                    cairo_fill(context)
                }
            }
            cairo_set_antialias(context, CAIRO_ANTIALIAS_DEFAULT)
            for text in ink.texts { Self.draw(text, context) }
        }
    }

    private static func set(_ color: FigureColor, _ context: OpaquePointer) {
        cairo_set_source_rgb(context, color.red, color.green, color.blue)
    }

    private static func trace(_ shape: CellShape, _ context: OpaquePointer) {
        func trace(_ points: [CellShape.Point]) {
            guard let first = points.first else { return }
            cairo_move_to(context, first.x, first.y)
            for point in points.dropFirst() { cairo_line_to(context, point.x, point.y) }
        }
        switch shape {
        case .rectangle(let x, let y, let width, let height): cairo_rectangle(context, x, y, width, height)
        case .polygon(let corners):
            trace(corners)
            cairo_close_path(context)
        case .line(let ends, _):
            trace(ends)
            // A dot is a line to where it begins.
            if ends.count == 1 { cairo_close_path(context) }
        case .circle(let x, let y, let radius, _):
            cairo_new_sub_path(context)
            cairo_arc(context, x, y, radius, 0, 2 * Double.pi)
        }
    }

    /// Every character in the middle of its share of the width, narrowed where it would not fit.
    private static func draw(_ text: CellInk.Text, _ context: OpaquePointer) {
        set(text.color, context)
        cairo_select_font_face(
            context, "monospace", CAIRO_FONT_SLANT_NORMAL,
            text.isBold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL)
        cairo_set_font_size(context, text.size)
        let room = text.width / Double(text.content.count)
        for (index, character) in text.content.enumerated() {
            var extents = cairo_text_extents_t()
            cairo_text_extents(context, String(character), &extents)
            let share = min(1, room * 1.1 / max(extents.x_advance, 1e-6))
            cairo_save(context)
            cairo_translate(
                context, text.x + Double(index) * room + (room - extents.x_advance * share) / 2, text.y)
            cairo_scale(context, share, 1)
            cairo_move_to(context, 0, 0)
            cairo_show_text(context, String(character))
            cairo_restore(context)
            cairo_new_path(context)
        }
    }
}
