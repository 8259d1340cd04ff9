/// What is said where a table can be understood in several ways, or in none.
extension LayoutSearch {
    func readings(_ places: [Int]) -> [Reading] {
        let known = options.unit ?? statedUnit(places[0])
        if let known { return [Reading(places: places, unit: known)] }
        let units = units(of: places)
        let possible = usualUnits(places).filter { mayBe($0, places) }
        let listed =
            !units.isEmpty ? units.map(\.unit) : !possible.isEmpty ? possible : Array(usualUnits(places).prefix(2))
        return listed.map { Reading(places: places, unit: $0) }
    }

    func unclear(_ readings: [Reading], because reason: String) -> FileFormatError {
        let columns = sample.columns.indices.map { index -> String in
            let name = sample.columns[index].name.map { $0.text.isEmpty ? "" : "\($0.text) " } ?? ""
            return "\(name)\(facts[index].description)"
        }
        var shown: [String] = []
        // Of very many the first will do.
        for reading in readings.prefix(64) {
            let time = facts[reading.places[0]]
            let seconds = (time.maximum - time.minimum) * reading.unit.factor / 1_000_000
            let duration = seconds.isFinite && seconds >= 0 ? ", which lasts \(Self.shown(seconds))" : ""
            let order = reading.order(of: sample.columns.count).joined(separator: ",")
            let text = "--columns \(order) --unit \(reading.unit.rawValue)\(duration)"
            if !shown.contains(text) { shown.append(text) }
        }
        return .unclearTable(
            path: path,
            found: "\(title.isEmpty ? "" : "'\(title)', ")\(columns.count) column\(columns.count == 1 ? "" : "s") "
                + "(\(columns.listed(separator: "; "))) of \(sample.count) row\(sample.count == 1 ? "" : "s")",
            reason: reason, readings: shown)
    }

    static func shown(_ seconds: Double) -> String {
        for (size, name) in [(86_400.0, "days"), (3600, "h"), (1, "s"), (1e-3, "ms")] where seconds >= size {
            return "\((seconds / size * 10).rounded() / 10) \(name)"
        }
        return "\((seconds * 1e7).rounded() / 10) µs"
    }

    /// What of t, x, y and p no column can be.
    func obstacle(_ fixed: Fixed, _ free: [Int]) -> String {
        let told = free.map { facts[$0] }
        if fixed.places[0] == nil, !told.contains(where: { $0.rises || $0.isConstant }) {
            return "no column increases from row to row, as times do"
        }
        if fixed.places[3] == nil, !told.contains(where: \.mayBePolarity) {
            return "no column has two values, as polarities do"
        }
        let sides = fixed.places[1...2].count(where: { $0 == nil })
        if told.count(where: \.isCoordinate) < sides {
            return "too few columns are integers of 0…4095, as pixel coordinates are"
        }
        return "no column order and time unit make it a plausible recording"
    }
}
