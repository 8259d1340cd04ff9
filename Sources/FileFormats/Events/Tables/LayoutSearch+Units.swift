/// Which unit makes the times of a table those of a usual recording.
extension LayoutSearch {
    /// Units in which the recording is one that exists, the usual one first.
    func units(of places: [Int]) -> [(unit: TimeUnit, distance: Double)] {
        let time = facts[places[0]]
        return usualUnits(places).compactMap { unit in
            UnitPlausibility(time, count: sample.count, unit: unit).distance.map { (unit, $0) }
        }
    }

    /// Whether times of this unit may be meant, if they make no usual recording: one of few events, or one of which a few
    /// times are far from all others.
    func mayBe(_ unit: TimeUnit, _ places: [Int]) -> Bool {
        let time = facts[places[0]]
        if UnitPlausibility(time, count: sample.count, unit: unit).isPossible { return true }
        let order = TableClock.continued(sample.columns[places[0]].numbers).filter(\.isFinite).sorted()
        let stray = max(1, order.count / 50)
        guard order.count > 2 * stray + 1 else { return false }
        let inner = order[stray..<order.count - stray]
        return UnitPlausibility(
            inner[stray], inner[inner.endIndex - 1], isWhole: time.isWhole,
            count: sample.count * inner.count / order.count, unit: unit
        ).distance != nil
    }

    /// Whole numbers are µs and others seconds, unless that cannot be; tonic's tables x, y, p, t are milliseconds.
    func usualUnits(_ places: [Int]) -> [TimeUnit] {
        let first: TimeUnit = facts[places[0]].isWhole ? .microseconds : .seconds
        return [first] + [.microseconds, .milliseconds, .nanoseconds, .seconds].filter { $0 != first }
    }

    func isLikeTonic(_ places: [Int]) -> Bool {
        mayBeTonic && places == [3, 0, 1, 2] && sample.columns.count == 4 && sample.columns[3].name == nil
    }

    func unit(of places: [Int]) throws(FileFormatError) -> TimeUnit {
        let time = facts[places[0]]
        let usual = usualUnits(places)[0]
        if let agreed = time.isWhole ? options.agreed?.unit : options.agreed?.fractionalUnit {
            let isShort = sample.count < UnitPlausibility.fewestEvents || time.minimum >= time.maximum
            let usual = units(of: places)
            guard isShort || usual.contains(where: { $0.unit == agreed }) || usual.isEmpty && mayBe(agreed, places)
            else {
                throw unclear(
                    ((mayBe(agreed, places) ? [agreed] : []) + usual.map(\.unit)).map {
                        Reading(places: places, unit: $0)
                    },
                    because:
                        "the other files of the set have times in \(agreed.symbol), which would make this an implausible recording"
                )
            }
            return agreed
        }
        guard sample.count >= UnitPlausibility.fewestEvents, time.maximum > time.minimum else {
            return isLikeTonic(places) ? .milliseconds : usual
        }
        let units = units(of: places)
        guard let best = units.min(by: { $0.distance < $1.distance }) else {
            throw unclear(readings(places), because: "no time unit makes it a plausible recording")
        }
        if isLikeTonic(places) {
            // Both the usual unit and tonic's have their files: the likelier is taken.
            let two = units.filter { $0.unit == usual || $0.unit == .milliseconds }
            if let likelier = two.min(by: { $0.distance < $1.distance }) { return likelier.unit }
        }
        let margin = UnitPlausibility.margin
        if let own = units.first(where: { $0.unit == usual }) {
            guard own.distance - best.distance <= margin else {
                throw unclear(
                    [usual, best.unit].map { Reading(places: places, unit: $0) },
                    because: "its times fit two units")
            }
            return usual
        }
        let near = units.filter { $0.distance - best.distance <= margin }
        // The usual unit is meant more often than not, also where another one makes a more usual recording.
        let meant = mayBe(usual, places) ? [usual] : []
        guard near.count + meant.count == 1 else {
            throw unclear(
                (meant + near.map(\.unit)).map { Reading(places: places, unit: $0) },
                because: "its times fit two units")
        }
        return best.unit
    }

    func unitNote(_ unit: TimeUnit, _ time: ColumnFacts, isNamed: Bool) -> String? {
        if unit == .microseconds, time.isWhole, isNamed { return nil }
        let why =
            switch (unit, time.isWhole) {
            case (.seconds, _): "times have fractions: read as seconds"
            case (.microseconds, true): "times are read as µs"
            default: "times are read as \(unit.symbol), which gives a plausible duration and event rate"
            }
        return why + "; override with --unit"
    }
}
