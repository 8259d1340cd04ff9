import CNcurses

/// Styles as ncurses knows them: attributes, and the number of a pair of colors that was made known to it.
struct NcursesLooks {
    private struct PairKey: Hashable {
        var foreground: Int32
        var background: Int32
    }

    private var pairs: [PairKey: Int32] = [:]
    private var looks: [Style: (attributes: attr_t, pair: Int32)] = [:]

    /// What ncurses calls a style.
    mutating func look(_ style: Style, depth: ColorDepth) -> (attributes: attr_t, pair: Int32) {
        if let known = looks[style] { return known }
        let attributes = style.attributes
        let found = (
            saccade_attributes(
                attributes.contains(.bold) ? 1 : 0, attributes.contains(.dim) ? 1 : 0,
                attributes.contains(.underline) ? 1 : 0, attributes.contains(.reverse) ? 1 : 0),
            pair(style, depth)
        )
        looks[style] = found
        return found
    }

    /// The number of the pair for these colors; 0, the terminal's own, where pairs have run out.
    private mutating func pair(_ style: Style, _ depth: ColorDepth) -> Int32 {
        let key = PairKey(
            foreground: style.foreground.flatMap(depth.index).map(Int32.init) ?? -1,
            background: style.background.flatMap(depth.index).map(Int32.init) ?? -1)
        if key.foreground < 0, key.background < 0 { return 0 }
        if let known = pairs[key] { return known }
        let number = Int32(pairs.count + 1)
        guard number < saccade_color_pairs(), init_extended_pair(number, key.foreground, key.background) == OK else {
            return 0
        }
        pairs[key] = number
        return number
    }
}
