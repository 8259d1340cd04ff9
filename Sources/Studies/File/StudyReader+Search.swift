import Configuration

extension StudyReader {
    static let searchKeys = ["kind", "over", "count", "seed", "seeds", "factor"]

    /// ```yaml
    /// search:
    ///   kind: halving
    ///   count: 12
    ///   seeds: [101, 102]
    ///   over:
    ///     loss.domain_coefficient: {from: 0.05, to: 2, scale: logarithmic}
    ///     sliding.exponent: [1, 2, 3]
    /// ```
    func search(_ node: StudyNode, _ study: Study) throws(StudyFailure) -> Search {
        let entries = try node.entries("the search", known: Self.searchKeys)
        func entry(_ key: String) -> StudyNode? { entries.first { $0.key == key }?.value }
        let kinds = Search.Kind.allCases.map(\.rawValue)
        guard let word = entry("kind") else {
            throw StudyFailure(.missing("search.kind", example: "search:\n  kind: \(kinds[0])"), at: node.mark)
        }
        guard let kind = Search.Kind(rawValue: try word.text("search.kind")) else {
            let found = try word.text("search.kind")
            throw StudyFailure(.unknownKey(found, in: "search.kind", known: kinds), at: word.mark)
        }
        guard let over = entry("over") else {
            throw StudyFailure(
                .missing("search.over", example: "  over:\n    loss.domain_coefficient: [0.1, 0.3, 1]"), at: node.mark)
        }
        var dimensions: [Search.Dimension] = []
        for (key, value) in try over.entries("search.over") {
            let knob = try knob(key)
            dimensions.append(Search.Dimension(key: knob.key, domain: try domain(value, of: knob)))
        }
        var search = Search(kind: kind, dimensions: dimensions, seeds: study.seeds)
        if let count = entry("count") { search.count = try count.integer("search.count", 1...10_000) }
        if let seed = entry("seed") { search.seed = try seed.integer("search.seed", 0...Int(Int32.max)) }
        if let seeds = entry("seeds") { search.seeds = try self.seeds(seeds, "search.seeds") }
        if let factor = entry("factor") {
            search.factor = try factor.integer("search.factor", 2...10)
            guard kind == .halving else {
                throw StudyFailure(
                    .wrong("search.factor", found: "given", expected: "only with kind: halving"), at: factor.mark)
            }
        }
        let hasRange = dimensions.contains { if case .range = $0.domain { true } else { false } }
        if kind == .grid, hasRange || search.count != nil {
            let what = hasRange ? "a range" : "a count"
            throw StudyFailure(
                .wrong("a grid's search", found: what, expected: "lists of values, of which all are taken"),
                at: over.mark)
        }
        if kind == .random || hasRange, search.count == nil {
            throw StudyFailure(.missing("search.count", example: "  count: 12"), at: node.mark)
        }
        return search
    }

    private func domain(_ node: StudyNode, of knob: Knob) throws(StudyFailure) -> Search.Domain {
        if case .sequence = node.node { return .values(try values(node, of: knob)) }
        let entries = try node.entries(knob.key, known: ["from", "to", "scale"])
        func entry(_ key: String) -> StudyNode? { entries.first { $0.key == key }?.value }
        let limits: ClosedRange<Double>
        let isWhole: Bool
        switch knob.kind {
        case .number(let range, _, _): (limits, isWhole) = (range, false)
        case .integer(let range): (limits, isWhole) = (Double(range.lowerBound)...Double(range.upperBound), true)
        default:
            throw StudyFailure(
                .wrong(knob.key, found: "a range", expected: "a list of values, as \(knob.expectation)"), at: node.mark)
        }
        guard let from = entry("from"), let to = entry("to") else {
            throw StudyFailure(
                .missing("range of \(knob.key)", example: "    \(knob.key): {from: 0.1, to: 1}"), at: node.mark)
        }
        let (low, high) = (try from.number(knob.key, limits), try to.number(knob.key, limits))
        let scale = try entry("scale")?.text("scale") ?? Knob.Scale.linear.rawValue
        guard let scale = Knob.Scale(rawValue: scale) else {
            throw StudyFailure(
                .wrong("scale", found: "'\(scale)'", expected: "linear or logarithmic"), at: entry("scale")?.mark)
        }
        guard low < high, scale == .linear || low > 0 else {
            throw StudyFailure(
                .wrong(
                    knob.key, found: "from \(KnobValue.number(low)) to \(KnobValue.number(high))",
                    expected: scale == .linear ? "from below to" : "0 < from < to on a logarithmic scale"),
                at: node.mark)
        }
        return .range(low...high, isLogarithmic: scale == .logarithmic, isWhole: isWhole)
    }
}
