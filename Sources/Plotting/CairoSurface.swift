import CCairo
import Foundation

/// What cairo cannot do, in its own words.
public struct FigureError: Error, Sendable, Hashable, CustomStringConvertible {
    public var description: String

    init(_ status: cairo_status_t) {
        description =
            "the figure cannot be drawn: \(String(cString: cairo_status_to_string(status))); the limit is "
            + "30000 pixels wide and high"
    }

    /// Pixels of a picture: 256 MiB.
    static let largestCount = 1 << 26

    init(columns: Double, rows: Double) {
        description =
            "the figure cannot be drawn: it has \(Int(columns))×\(Int(rows)) pixels, the limit is "
            + "\(Self.largestCount) in total; make it smaller (--scale), show less, or write a vector image (.svg)"
    }
}

/// A surface that hands its bytes to us.
enum CairoSurface {
    /// Gathers what cairo writes.
    private final class Sink { var bytes = Data() }

    private static let write: cairo_write_func_t = { sink, bytes, count in
        guard let sink, let bytes else { return CAIRO_STATUS_WRITE_ERROR }
        Unmanaged<Sink>.fromOpaque(sink).takeUnretainedValue().bytes.append(bytes, count: Int(count))
        return CAIRO_STATUS_SUCCESS
    }

    static func png(
        width: Double, height: Double, scale: Double, draw: (OpaquePointer) -> Void
    ) throws(FigureError) -> Data {
        let (columns, rows) = ((width * scale).rounded(), (height * scale).rounded())
        // Before memory is taken; sides are cairo's to judge.
        guard columns * rows <= Double(FigureError.largestCount) else {
            throw FigureError(columns: min(columns, 1e9), rows: min(rows, 1e9))
        }
        let surface = cairo_image_surface_create(
            CAIRO_FORMAT_RGB24, Int32(clamping: Int(columns)), Int32(clamping: Int(rows)))
        defer { cairo_surface_destroy(surface) }
        let context = cairo_create(surface)
        defer { cairo_destroy(context) }
        try check(cairo_status(context))
        guard let context else { throw FigureError(CAIRO_STATUS_NO_MEMORY) }
        cairo_scale(context, scale, scale)
        draw(context)
        try check(cairo_status(context))
        let sink = Sink()
        // `sink` outlives the call that fills it.
        try check(cairo_surface_write_to_png_stream(surface, write, Unmanaged.passUnretained(sink).toOpaque()))
        return sink.bytes
    }

    static func svg(
        width: Double, height: Double, draw: (OpaquePointer) -> Void
    ) throws(FigureError) -> Data {
        let sink = Sink()
        let status: cairo_status_t = withExtendedLifetime(sink) {
            let surface = cairo_svg_surface_create_for_stream(
                write, Unmanaged.passUnretained(sink).toOpaque(), width, height)
            defer { cairo_surface_destroy(surface) }
            let context = cairo_create(surface)
            defer { cairo_destroy(context) }
            guard let context, cairo_status(context) == CAIRO_STATUS_SUCCESS else { return cairo_status(context) }
            draw(context)
            // The last bytes come here, while the sink is there.
            cairo_surface_finish(surface)
            let drawn = cairo_status(context)
            return drawn == CAIRO_STATUS_SUCCESS || drawn == CAIRO_STATUS_SURFACE_FINISHED
                ? cairo_surface_status(surface) : drawn
        }
        guard status == CAIRO_STATUS_SUCCESS || status == CAIRO_STATUS_SURFACE_FINISHED else {
            throw FigureError(status)
        }
        return sink.bytes
    }

    private static func check(_ status: cairo_status_t) throws(FigureError) {
        guard status == CAIRO_STATUS_SUCCESS else { throw FigureError(status) }
    }
}
