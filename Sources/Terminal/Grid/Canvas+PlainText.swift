extension Canvas {
    /// The characters, row by row, without blanks at the ends of rows.
    public var plainText: String {
        bounds.rows.map { row in
            var line = ""
            for column in bounds.columns {
                if let character = self[Point(row: row, column: column)].character { line.append(character) }
            }
            while line.last == " " { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }
}
