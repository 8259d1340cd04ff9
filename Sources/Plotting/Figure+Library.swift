import CCairo

extension Figure {
    /// Version of cairo, which draws figures.
    public static var libraryVersion: String { String(cString: cairo_version_string()) }
}
