/// Columns that cannot be told by their own numbers: of tables too short to judge by, and of files that go with others.
extension LayoutSearch {
    /// Columns of a table too short to judge by: in the first usual order that they allow.
    func fewRows(_ fixed: Fixed, _ free: [Int]) -> [Int]? {
        let open = EventColumn.allCases.filter { fixed.places[$0.rawValue] == nil }
        guard free.count == open.count else { return nil }
        let usual = open.count == 4 ? Self.usualOrders : [open]
        return usual.lazy.map { order in
            var places = fixed.places
            for (place, role) in zip(free, order) { places[role.rawValue] = place }
            return places.compactMap { $0 }
        }.first { places in
            func isPlace(_ facts: ColumnFacts) -> Bool {
                facts.isSound && facts.isWhole && facts.minimum >= 0 && facts.maximum < 65_536
                    || facts.steps == 0
                        && facts.minimum > facts.maximum
            }
            let polarity = facts[places[3]]
            return facts[places[0]].stepsBack == 0 && isPlace(facts[places[1]]) && isPlace(facts[places[2]])
                && (polarity.isPolarity || polarity.values == [-1, 0, 1] || polarity.values == [])
        }
    }

    /// As the other files of the set are read, if this one can be.
    func follow(_ agreed: TableLayout, _ order: [String]) throws(FileFormatError) -> Reading {
        let places = EventColumn.allCases.compactMap { order.firstIndex(of: $0.letter) }
        guard order.count == sample.columns.count, places.count == 4, allows(places) else {
            throw unclear(
                [], because: "the other files of the set are read with \(agreed), which does not fit these values")
        }
        return try reading(places)
    }

    func allows(_ places: [Int]) -> Bool {
        let (time, polarity) = (facts[places[0]], facts[places[3]])
        return time.isSound
            && (time.steps < UnitPlausibility.fewestEvents || time.rises || time.minimum >= time.maximum)
            && facts[places[1]].isCoordinate && facts[places[2]].isCoordinate && polarity.mayBePolarity
            || sample.columns.allSatisfy { $0.numbers.isEmpty }
    }
}
