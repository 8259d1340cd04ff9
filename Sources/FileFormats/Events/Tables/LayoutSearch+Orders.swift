/// Which orders of columns the numbers of a table allow, where names do not tell it.
extension LayoutSearch {
    /// Orders that are in use: text and numpy of most authors; Metavision and DVS128 Gesture; N-Caltech101 and N-Cars of RPG.
    static let usualOrders: [[EventColumn]] = [
        [.time, .x, .y, .polarity], [.x, .y, .polarity, .time], [.x, .y, .time, .polarity],
    ]

    func search(_ fixed: Fixed) throws(FileFormatError) -> Reading {
        var free = sample.columns.indices.filter { isFree($0, fixed) }
        // Numbers of rows are no times where something else rises too.
        let indices = free.filter { facts[$0].isIndex }
        if indices.count == 1, free.count > 4 - fixed.places.compactMap({ $0 }).count,
            free.contains(where: { !facts[$0].isIndex && facts[$0].rises }) || fixed.places[0] != nil
        {
            free.removeAll { $0 == indices[0] }
        }
        guard free.count >= fixed.places.count(where: { $0 == nil }) else {
            throw unclear([], because: "t, x, y and p need four columns")
        }
        if let agreed = options.agreed, let order = agreed.order { return try follow(agreed, order) }
        if sample.count < UnitPlausibility.fewestEvents || sample.columns.allSatisfy({ $0.numbers.isEmpty }) {
            if let places = fewRows(fixed, free) { return try reading(places) }
            throw unclear([], because: "too few events to identify the columns")
        }
        // Of wide tables there are more orders than anybody would look through.
        guard free.count <= Self.mostFree else {
            throw unclear([], because: "more than \(Self.mostFree) columns could be t, x, y and p")
        }
        let orders = orders(fixed, free)
        let possible = orders.filter { isTimed($0, free) }
        let usual = possible.filter { isUsual($0, free) }
        var chosen = usual.isEmpty ? possible : usual
        // Of several, those with the two values that most polarities have.
        if chosen.count > 1, chosen.contains(where: { facts[$0[3]].isTwoPolarities }) {
            chosen.removeAll { !facts[$0[3]].isTwoPolarities }
        }
        guard chosen.count == 1, !isMirrored(chosen[0], fixed) else {
            let listed = (chosen.isEmpty ? orders : chosen).flatMap { places in readings(places) }
            throw unclear(
                listed + listed.filter { chosen.count == 1 && isMirrored($0.places, fixed) }.map(Self.mirrored),
                because: !chosen.isEmpty
                    ? "several readings are possible"
                    : orders.contains { facts[$0[0]].isConstant }
                        ? "all times would be equal" : obstacle(fixed, free))
        }
        return try reading(chosen[0])
    }

    /// More columns without a name, of which any may be any.
    private static let mostFree = 16

    /// Whether times of such an order are those of a recording. Times that are all equal show nothing: they are believed in
    /// the two orders that most files have.
    private func isTimed(_ places: [Int], _ free: [Int]) -> Bool {
        if facts[places[0]].isConstant, sample.columns[places[0]].name?.role == nil {
            return free.count == 4 && Self.usualOrders.prefix(2).contains { isOrder($0, places, free) }
        }
        return statedUnit(places[0]) != nil || options.unit != nil || !units(of: places).isEmpty
    }

    func reading(_ places: [Int]) throws(FileFormatError) -> Reading {
        if let unit = options.unit ?? statedUnit(places[0]) { return Reading(places: places, unit: unit) }
        return Reading(places: places, unit: try unit(of: places))
    }

    /// Every order that the numbers allow; x before y, as everywhere, where the two are all that is left.
    func orders(_ fixed: Fixed, _ free: [Int]) -> [[Int]] {
        func candidates(_ role: EventColumn, _ fits: (ColumnFacts) -> Bool) -> [Int] {
            if let place = fixed.places[role.rawValue] { return [place] }
            return free.filter { fits(facts[$0]) }
        }
        var times = candidates(.time) { $0.rises }
        if times.isEmpty { times = free.filter { facts[$0].isConstant } }
        // A clock that never runs backwards goes before a column that sometimes falls.
        if times.contains(where: { facts[$0].stepsBack == 0 }) { times.removeAll { facts[$0].stepsBack > 0 } }
        let hasSpare = free.count > fixed.places.count(where: { $0 == nil })
        var orders: [[Int]] = []
        for time in times {
            for polarity in candidates(.polarity, { $0.mayBePolarity }) where polarity != time {
                for x in candidates(.x, { $0.isCoordinate }) where x != time && x != polarity {
                    for y in candidates(.y, { $0.isCoordinate }) where y != time && y != polarity && y != x {
                        // Where only one of two fits the sensor, that one; where neither does, events lie beyond it.
                        let (fits, mirrored) = (!isBeyondSensor(x: x, y: y), !isBeyondSensor(x: y, y: x))
                        guard fits || !mirrored else { continue }
                        let isTold = hasSpare || fixed.places[1] != nil || fixed.places[2] != nil
                        guard isTold || x < y || (fits && !mirrored) else { continue }
                        orders.append([time, x, y, polarity])
                    }
                }
            }
        }
        return orders
    }

    func isBeyondSensor(x: Int, y: Int) -> Bool {
        guard let sensor else { return false }
        return facts[x].maximum >= Double(sensor.width) || facts[y].maximum >= Double(sensor.height)
    }

    func isUsual(_ places: [Int], _ free: [Int]) -> Bool {
        guard free.count == 4 else { return false }
        return Self.usualOrders.contains { isOrder($0, places, free) }
    }

    private func isOrder(_ order: [EventColumn], _ places: [Int], _ free: [Int]) -> Bool {
        order.enumerated().allSatisfy { place, role in free[place] == places[role.rawValue] }
    }

    /// Sensors that are wider than high, of cameras that are sold and data sets that are published.
    static let usualSensors = [
        (240, 180), (304, 240), (346, 260), (320, 240), (480, 320), (640, 480), (1280, 720), (1280, 800),
    ]

    /// Whether x and y, told apart by nothing but their order, fill a usual sensor that stands on its side.
    func isMirrored(_ places: [Int], _ fixed: Fixed) -> Bool {
        guard fixed.places[1] == nil, fixed.places[2] == nil, sensor == nil else { return false }
        let (x, y) = (Int(facts[places[1]].maximum) + 1, Int(facts[places[2]].maximum) + 1)
        return Self.usualSensors.contains { $0.0 == y && $0.1 == x }
    }

    static func mirrored(_ reading: Reading) -> Reading {
        let places = reading.places
        return Reading(places: [places[0], places[2], places[1], places[3]], unit: reading.unit)
    }
}
