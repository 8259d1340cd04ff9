extension Canvas {
    /// Row by row with the escape sequences that color it, each row ending in the terminal's own look.
    ///
    /// - Parameter depth: how many colors; `monochrome` leaves bold, dim, underlined and reversed cells.
    public func coloredText(depth: ColorDepth) -> String {
        bounds.rows.map { row in
            var (line, shown) = ("", "")
            for column in bounds.columns {
                let cell = self[Point(row: row, column: column)]
                guard let character = cell.character else { continue }
                let wanted = cell.style.sequence(depth: depth)
                if wanted != shown {
                    line += "\u{1B}[0\(wanted)m"
                    shown = wanted
                }
                line.append(character)
            }
            return shown.isEmpty ? line : line + "\u{1B}[0m"
        }.joined(separator: "\n")
    }
}

extension Style {
    /// What follows the reset in "select graphic rendition" (ECMA-48): `;1;38;5;17`; empty for the terminal's own look.
    func sequence(depth: ColorDepth) -> String {
        var numbers: [Int] = []
        for (attribute, number) in [(Attributes.bold, 1), (.dim, 2), (.underline, 4), (.reverse, 7)]
        where attributes.contains(attribute) { numbers.append(number) }
        if let foreground { numbers += Self.numbers(foreground, depth, base: 30) }
        if let background { numbers += Self.numbers(background, depth, base: 40) }
        return numbers.map { ";\($0)" }.joined()
    }

    private static func numbers(_ color: Color, _ depth: ColorDepth, base: Int) -> [Int] {
        guard let index = depth.index(of: color) else { return [] }
        switch depth {
        case .monochrome: return []
        case .sixteen: return [index < 8 ? base + index : base + 60 + index - 8]
        case .palette: return [base + 8, 5, index]
        case .trueColor: return [base + 8, 2, index >> 16, index >> 8 & 0xFF, index & 0xFF]
        }
    }
}
