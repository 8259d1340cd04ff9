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
    let facts: [ColumnFacts]

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
        if !isChosen { try refuseDividedTimes() }
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
                "the columns have no names: read as \(order.joined(separator: ", ")); override with --columns"
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
        let time = facts[places[0]]
        if time.isConstant, sample.count >= UnitPlausibility.fewestEvents {
            notes.append("all events have the same time")
        }
        let polarity = PolarityValues(facts[places[3]])
        if let polarity { notes.append("polarities are \(polarity.off) and \(polarity.on): the larger is read as ON") }
        return Decision(
            reading: Reading(places: places, unit: unit ?? .microseconds), polarity: polarity,
            // Too short a table shows nothing that others should follow.
            layout: layout == TableLayout() || sample.count < UnitPlausibility.fewestEvents ? nil : layout, notes: notes
        )
    }

    // MARK: What is told

    struct Fixed {
        var places: [Int?] = [nil, nil, nil, nil]
        var whole: [Int]? { places.contains(nil) ? nil : places.compactMap { $0 } }
    }

    /// From the user's word, else from names.
    func fixedPlaces() throws(FileFormatError) -> (Fixed, isChosen: Bool) {
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
                        because: "--columns lists \(choice.count) columns, but there are \(sample.columns.count)")
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

    /// Whole seconds in one column and what is beyond them in another, as ROS has them: neither is the time.
    private func refuseDividedTimes() throws(FileFormatError) {
        func columns(_ isMeant: (TimeUnit) -> Bool) -> [Int] {
            sample.columns.indices.filter { place in
                facts[place].isWhole && sample.columns[place].name?.unit.map(isMeant) == true
            }
        }
        guard let seconds = columns({ $0 == .seconds }).first,
            let rest = columns({ $0 != .seconds }).first(where: { place in
                let unit = sample.columns[place].name?.unit ?? .seconds
                return facts[place].minimum >= 0 && facts[place].maximum * unit.factor < 1_000_000
            })
        else { return }
        let names = [seconds, rest].map { "'\(sample.columns[$0].name?.text ?? "")'" }
        throw unclear(
            [],
            because: "\(names[0]) and \(names[1]) together give the time: write them as one column, in µs or seconds")
    }

    func rank(_ column: Int, _ role: EventColumn) -> Int {
        let text = sample.columns[column].name?.text.lowercased() ?? ""
        return role.names.firstIndex(of: text) ?? role.names.count
    }

    func isFree(_ column: Int, _ fixed: Fixed) -> Bool {
        let name = sample.columns[column].name
        return !fixed.places.contains(column) && name?.isOther != true && name?.role == nil
    }

    func nameNotes(_ places: [Int]) -> [String] {
        EventColumn.allCases.compactMap { role in
            let own = sample.columns.indices.filter { sample.columns[$0].name?.role == role }
            guard own.count > 1 else { return nil }
            let names = own.compactMap { sample.columns[$0].name?.text }.joined(separator: ", ")
            let taken = sample.columns[places[role.rawValue]].name?.text ?? ""
            return "\(names) could all be \(role.letter): \(taken) is used"
        }
    }

    /// Told by the column's name, or beside its numbers.
    func statedUnit(_ column: Int) -> TimeUnit? {
        if let unit = sample.columns[column].unit { return unit }
        guard let name = sample.columns[column].name else { return nil }
        // Whoever writes the sensor into the names, as faery and this program do, has times in µs.
        let hasSides = sample.columns.contains { $0.name?.side != nil }
        guard let unit = name.unit ?? (hasSides && facts[column].isWhole ? .microseconds : nil) else { return nil }
        // `timestamp(s)` over numbers that cannot be seconds means several timestamps.
        if name.isPlural, unit == .seconds, sample.count >= UnitPlausibility.fewestEvents,
            UnitPlausibility(facts[column], count: sample.count, unit: .seconds).distance == nil
        {
            return nil
        }
        return unit
    }
}
