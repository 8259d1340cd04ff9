import Terminal

extension Canvas {
    /// One letter a cell that stands for its style, and below what each letter means, in the order of first use.
    var attributeLayer: String {
        let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
        var order: [Style] = []
        var known: [Style: Int] = [:]
        let rows = bounds.rows.map { row in
            String(
                bounds.columns.map { column -> Character in
                    let style = self[Point(row: row, column: column)].style
                    let index = known[style] ?? order.count
                    if index == order.count {
                        known[style] = index
                        order.append(style)
                    }
                    return index < letters.count ? letters[index] : "?"
                })
        }
        let legend = order.prefix(letters.count).enumerated().map { "\(letters[$0.offset]) = \($0.element)" }
        return (rows + [""] + legend).joined(separator: "\n")
    }
}
