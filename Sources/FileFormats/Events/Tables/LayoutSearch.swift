/// Decides which column of a table is which and what its times are: the one place that does, for text, npy, npz, MAT and
/// HDF5.
///
///     the user's word ─► names in the file ─► what the numbers allow, over every order and unit
///                                               one reading ─► taken, and said in the notes
///                                               several     ─► refused with the readings, to be chosen from
struct LayoutSearch {
    let path: String
    /// Of the table in its file, for messages; may be empty.
    let title: String
    let sample: TableSample
    let options: TableOptions
    /// What the user or the file says of the sensor.
    let sensor: SensorSize?
    /// Whether x, y, p, t may be tonic's DVS128 Gesture, in milliseconds: a table of floats of numpy.
    var mayBeTonic = false
    private let facts: [ColumnFacts]

    /// What was decided.
    struct Decision {
        var reading: Reading
        /// OFF and ON, where they are not −1 or 0, and 1.
        var polarity: PolarityValues?
        /// What was not told by the file or the user.
        var layout: TableLayout?
        var notes: [String]
    }

    init(
        path: String, title: String = "", sample: TableSample, options: TableOptions, sensor: SensorSize?,
        mayBeTonic: Bool = false
    ) {
        (self.path, self.title, self.sample, self.options) = (path, title, sample, options)
        (self.sensor, self.mayBeTonic) = (sensor, mayBeTonic)
        facts = sample.columns.map { ColumnFacts($0.numbers) }
    }

    /// - Throws: `.unclearTable` if the numbers allow several readings or none; `.missingEntry` if named columns lack one.
    func decide() throws(FileFormatError) -> Decision {
        let (fixed, isChosen) = try fixedPlaces()
        var places: [Int]
        var notes: [String] = []
        var layout = TableLayout()
        var unit: TimeUnit?
        if let whole = fixed.whole {
            places = whole
            if !isChosen { notes += nameNotes(places) }
        } else {
            let reading = try search(fixed)
            places = reading.places
            unit = reading.unit
            let order = reading.order(of: sample.columns.count)
            layout.order = order
            notes.append(
                "nothing names the columns: they are taken as \(order.joined(separator: ", ")); --columns says otherwise"
            )
        }
        let known = options.unit ?? statedUnit(places[0])
        if let known {
            unit = known
        } else {
            let guess: TimeUnit
            if let unit { guess = unit } else { guess = try self.unit(of: places) }
            unit = guess
            if facts[places[0]].isWhole { layout.unit = guess } else { layout.fractionalUnit = guess }
            if let note = unitNote(guess, facts[places[0]], isNamed: fixed.whole != nil) { notes.append(note) }
        }
        let polarity = PolarityValues(facts[places[3]].values)
        if let polarity { notes.append("polarities are \(polarity.off) and \(polarity.on): the larger is taken as ON") }
        return Decision(
            reading: Reading(places: places, unit: unit ?? .microseconds), polarity: polarity,
            // Too short a table shows nothing that others should follow.
            layout: layout == TableLayout() || sample.count < UnitPlausibility.fewestEvents ? nil : layout, notes: notes
        )
    }

    // MARK: What is told

    private struct Fixed {
        var places: [Int?] = [nil, nil, nil, nil]
        var whole: [Int]? { places.contains(nil) ? nil : places.compactMap { $0 } }
    }

    /// From the user's word, else from names.
    private func fixedPlaces() throws(FileFormatError) -> (Fixed, isChosen: Bool) {
        var fixed = Fixed()
        if let choice = options.columns, choice.count > 0 {
            if !choice.names.isEmpty {
                for (role, name) in choice.names.enumerated() {
                    guard let place = sample.columns.firstIndex(where: { $0.name?.text == name }) else {
                        throw .missingEntry(
                            path: path, name: name, present: sample.columns.compactMap { $0.name?.text })
                    }
                    fixed.places[role] = place
                }
            } else {
                guard choice.count <= sample.columns.count else {
                    throw unclear(
                        [],
                        because: "--columns names \(choice.count) columns, of which there are \(sample.columns.count)")
                }
                fixed.places = choice.places
            }
            return (fixed, true)
        }
        for role in EventColumn.allCases {
            let own = sample.columns.indices.filter { sample.columns[$0].name?.role == role }
            fixed.places[role.rawValue] = own.min { rank($0, role) < rank($1, role) }
        }
        let missing = EventColumn.allCases.filter { fixed.places[$0.rawValue] == nil }
        let free = sample.columns.indices.filter { isFree($0, fixed) }
        // Names that tell some columns and leave nothing for the others.
        if !missing.isEmpty, missing.count < 4, free.count < missing.count {
            throw .missingEntry(
                path: path, name: missing[0].names.prefix(3).joined(separator: "' or '"),
                present: sample.columns.map { $0.name?.text ?? "a column without a name" })
        }
        return (fixed, false)
    }

    private func rank(_ column: Int, _ role: EventColumn) -> Int {
        let text = sample.columns[column].name?.text.lowercased() ?? ""
        return role.names.firstIndex(of: text) ?? role.names.count
    }

    private func isFree(_ column: Int, _ fixed: Fixed) -> Bool {
        let name = sample.columns[column].name
        return !fixed.places.contains(column) && name?.isOther != true && name?.role == nil
    }

    private func nameNotes(_ places: [Int]) -> [String] {
        EventColumn.allCases.compactMap { role in
            let own = sample.columns.indices.filter { sample.columns[$0].name?.role == role }
            guard own.count > 1 else { return nil }
            let names = own.compactMap { sample.columns[$0].name?.text }.joined(separator: ", ")
            let taken = sample.columns[places[role.rawValue]].name?.text ?? ""
            return "\(names) may all be \(role.letter): \(taken) is taken"
        }
    }

    /// Told by the column's name, or beside its numbers.
    private func statedUnit(_ column: Int) -> TimeUnit? {
        if let unit = sample.columns[column].unit { return unit }
        guard let name = sample.columns[column].name, let unit = name.unit else { return nil }
        // `timestamp(s)` over numbers that cannot be seconds means several timestamps.
        if name.isPlural, unit == .seconds, sample.count >= UnitPlausibility.fewestEvents,
            UnitPlausibility(facts[column], count: sample.count, unit: .seconds).distance == nil
        {
            return nil
        }
        return unit
    }

    // MARK: What the numbers allow

    /// Orders that are in use: text and numpy of most authors; Metavision and DVS128 Gesture; N-Caltech101 and N-Cars of RPG.
    private static let usualOrders: [[EventColumn]] = [
        [.time, .x, .y, .polarity], [.x, .y, .polarity, .time], [.x, .y, .time, .polarity],
    ]

    private func search(_ fixed: Fixed) throws(FileFormatError) -> Reading {
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
            throw unclear([], because: "too few events to tell the columns by")
        }
        let orders = orders(fixed, free)
        let possible = orders.filter { statedUnit($0[0]) != nil || options.unit != nil || !units(of: $0).isEmpty }
        let usual = possible.filter { isUsual($0, free) }
        let chosen = usual.isEmpty ? possible : usual
        guard chosen.count == 1, !isMirrored(chosen[0], fixed) else {
            let listed = (chosen.isEmpty ? orders : chosen).flatMap { places in readings(places) }
            throw unclear(
                listed + listed.filter { chosen.count == 1 && isMirrored($0.places, fixed) }.map(Self.mirrored),
                because: chosen.isEmpty
                    ? "no order and unit make it a usual recording" : "several readings are possible")
        }
        return try reading(chosen[0])
    }

    private func reading(_ places: [Int]) throws(FileFormatError) -> Reading {
        if let unit = options.unit ?? statedUnit(places[0]) { return Reading(places: places, unit: unit) }
        return Reading(places: places, unit: try unit(of: places))
    }

    /// Every order that the numbers allow; x before y, as everywhere, where the two are all that is left.
    private func orders(_ fixed: Fixed, _ free: [Int]) -> [[Int]] {
        func candidates(_ role: EventColumn, _ fits: (ColumnFacts) -> Bool) -> [Int] {
            if let place = fixed.places[role.rawValue] { return [place] }
            return free.filter { fits(facts[$0]) }
        }
        var times = candidates(.time) { $0.rises }
        // A clock that never runs backwards goes before a column that sometimes falls.
        if times.contains(where: { facts[$0].stepsBack == 0 }) { times.removeAll { facts[$0].stepsBack > 0 } }
        let hasSpare = free.count > fixed.places.count(where: { $0 == nil })
        var orders: [[Int]] = []
        for time in times {
            for polarity in candidates(.polarity, { $0.isPolarity }) where polarity != time {
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

    private func isBeyondSensor(x: Int, y: Int) -> Bool {
        guard let sensor else { return false }
        return facts[x].maximum >= Double(sensor.width) || facts[y].maximum >= Double(sensor.height)
    }

    private func isUsual(_ places: [Int], _ free: [Int]) -> Bool {
        guard free.count == 4 else { return false }
        return Self.usualOrders.contains { order in
            order.enumerated().allSatisfy { place, role in free[place] == places[role.rawValue] }
        }
    }

    /// Sensors that are wider than high, of cameras that are sold and data sets that are published.
    private static let usualSensors = [
        (240, 180), (304, 240), (346, 260), (320, 240), (480, 320), (640, 480), (1280, 720), (1280, 800),
    ]

    /// Whether x and y, told apart by nothing but their order, fill a usual sensor that stands on its side.
    private func isMirrored(_ places: [Int], _ fixed: Fixed) -> Bool {
        guard fixed.places[1] == nil, fixed.places[2] == nil, sensor == nil else { return false }
        let (x, y) = (Int(facts[places[1]].maximum) + 1, Int(facts[places[2]].maximum) + 1)
        return Self.usualSensors.contains { $0.0 == y && $0.1 == x }
    }

    private static func mirrored(_ reading: Reading) -> Reading {
        let places = reading.places
        return Reading(places: [places[0], places[2], places[1], places[3]], unit: reading.unit)
    }

    /// Columns of a table too short to judge by: in the first usual order that they allow.
    private func fewRows(_ fixed: Fixed, _ free: [Int]) -> [Int]? {
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
    private func follow(_ agreed: TableLayout, _ order: [String]) throws(FileFormatError) -> Reading {
        let places = EventColumn.allCases.compactMap { order.firstIndex(of: $0.letter) }
        guard order.count == sample.columns.count, places.count == 4, allows(places) else {
            throw unclear(
                [], because: "the other files of the set are read with \(agreed), which these numbers do not allow")
        }
        return try reading(places)
    }

    private func allows(_ places: [Int]) -> Bool {
        let (time, polarity) = (facts[places[0]], facts[places[3]])
        return time.isSound
            && (time.steps < UnitPlausibility.fewestEvents || time.rises || time.minimum >= time.maximum)
            && facts[places[1]].isCoordinate && facts[places[2]].isCoordinate && polarity.isPolarity
            || sample.columns.allSatisfy { $0.numbers.isEmpty }
    }

    // MARK: The unit of time

    /// Units in which the recording is one that exists, the usual one first.
    private func units(of places: [Int]) -> [(unit: TimeUnit, distance: Double)] {
        let time = facts[places[0]]
        return usualUnits(places).compactMap { unit in
            UnitPlausibility(time, count: sample.count, unit: unit).distance.map { (unit, $0) }
        }
    }

    /// Whole numbers are µs and others seconds, unless that cannot be; tonic's tables x, y, p, t are milliseconds.
    private func usualUnits(_ places: [Int]) -> [TimeUnit] {
        let first: TimeUnit = facts[places[0]].isWhole ? .microseconds : .seconds
        return [first] + [.microseconds, .milliseconds, .nanoseconds, .seconds].filter { $0 != first }
    }

    private func isLikeTonic(_ places: [Int]) -> Bool {
        mayBeTonic && places == [3, 0, 1, 2] && sample.columns.count == 4 && sample.columns[3].name == nil
    }

    private func unit(of places: [Int]) throws(FileFormatError) -> TimeUnit {
        let time = facts[places[0]]
        let usual = usualUnits(places)[0]
        if let agreed = time.isWhole ? options.agreed?.unit : options.agreed?.fractionalUnit {
            let isShort = sample.count < UnitPlausibility.fewestEvents || time.minimum >= time.maximum
            guard isShort || UnitPlausibility(time, count: sample.count, unit: agreed).distance != nil else {
                throw unclear(
                    units(of: places).map { Reading(places: places, unit: $0.unit) },
                    because: "the other files of the set have times in \(agreed.symbol), which these cannot be")
            }
            return agreed
        }
        guard sample.count >= UnitPlausibility.fewestEvents, time.maximum > time.minimum else {
            return isLikeTonic(places) ? .milliseconds : usual
        }
        let units = units(of: places)
        guard let best = units.min(by: { $0.distance < $1.distance }) else {
            throw unclear(readings(places), because: "no unit of time makes it a usual recording")
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
                    because: "its times may be of two units")
            }
            return usual
        }
        let near = units.filter { $0.distance - best.distance <= margin }
        guard near.count == 1 else {
            throw unclear(near.map { Reading(places: places, unit: $0.unit) }, because: "its times may be of two units")
        }
        return best.unit
    }

    private func unitNote(_ unit: TimeUnit, _ time: ColumnFacts, isNamed: Bool) -> String? {
        if unit == .microseconds, time.isWhole, isNamed { return nil }
        let why =
            switch (unit, time.isWhole) {
            case (.seconds, _): "times have fractions: they are taken as seconds"
            case (.microseconds, true): "times are taken as µs"
            default: "times are taken as \(unit.symbol), which makes the usual length and rate of a recording"
            }
        return why + "; --unit says otherwise"
    }

    // MARK: Messages

    private func readings(_ places: [Int]) -> [Reading] {
        let known = options.unit ?? statedUnit(places[0])
        if let known { return [Reading(places: places, unit: known)] }
        let units = units(of: places)
        let listed = units.isEmpty ? Array(usualUnits(places).prefix(2)) : units.map(\.unit)
        return listed.map { Reading(places: places, unit: $0) }
    }

    private func unclear(_ readings: [Reading], because reason: String) -> FileFormatError {
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
                + "(\(columns.joined(separator: "; "))) of \(sample.count) row\(sample.count == 1 ? "" : "s")",
            reason: reason, readings: shown)
    }

    private static func shown(_ seconds: Double) -> String {
        for (size, name) in [(86_400.0, "days"), (3600, "h"), (1, "s"), (1e-3, "ms")] where seconds >= size {
            return "\((seconds / size * 10).rounded() / 10) \(name)"
        }
        return "\((seconds * 1e7).rounded() / 10) µs"
    }
}

/// What OFF and ON are in a column of polarities, where that is not −1 or 0, and 1.
struct PolarityValues: Hashable {
    let off: Int64
    let on: Int64

    /// 1 and 2 as MATLAB's scripts have them, 0 and 255 as pictures do; `nil` for all others.
    init?(_ values: [Double]?) {
        guard let values, [[1, 2], [0, 255]].contains(values) else { return nil }
        (off, on) = (Int64(values[0]), Int64(values[1]))
    }
}
