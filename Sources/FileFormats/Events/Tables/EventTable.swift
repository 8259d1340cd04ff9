/// A table of numbers in a file that may hold events: a record array, an array of two dimensions, or arrays that lie side by
/// side in an archive or group.
struct EventTable {
    struct Column {
        /// As the file calls it; `nil` in an array of two dimensions.
        var name: String?
        var numbers: NumberColumn
        /// Told beside the numbers.
        var unit: TimeUnit?

        init(_ numbers: NumberColumn, name: String? = nil, unit: TimeUnit? = nil) {
            (self.numbers, self.name, self.unit) = (numbers, name, unit)
        }
    }

    /// Its name in the file; empty for what is a file's only one.
    var title: String
    var columns: [Column]
    /// Whether the columns have an order of their own; arrays in an archive have names alone.
    var isOrdered = true

    private var names: [ColumnName?] { columns.map { $0.name.map { ColumnName($0) } } }

    /// Lists that lie side by side, as tables: those of which names tell something, and otherwise those of one length.
    static func lists(_ lists: [Column], title: String) -> [EventTable] {
        let named = lists.filter { $0.name.map { ColumnName($0).role != nil } ?? false }
        let length = named.first?.numbers.count
        if Set(named.compactMap { $0.name.flatMap { ColumnName($0).role } }).count == EventColumn.allCases.count {
            return [EventTable(title: title, columns: named, isOrdered: false)]
        }
        if let length {
            let rest = lists.filter { list in list.numbers.count == length && !named.contains { $0.name == list.name } }
            return [EventTable(title: title, columns: named + rest, isOrdered: false)]
        }
        return Dictionary(grouping: lists, by: \.numbers.count).sorted { $0.key > $1.key }.map(\.value)
            .filter { $0.count >= EventColumn.allCases.count }
            .map {
                EventTable(title: title, columns: $0.sorted { ($0.name ?? "") < ($1.name ?? "") }, isOrdered: false)
            }
    }

    /// Two columns that are x and y, as lists of their own; `nil` for all others.
    var places: [Column]? {
        guard columns.count == 2, ColumnName(title.split(separator: "/").last.map(String.init) ?? "").tellsPlaces else {
            return nil
        }
        return zip(columns, ["x", "y"]).map { Column($0.numbers, name: $1) }
    }

    /// How an array of two dimensions, but for sizes of 1, is a table: events and columns; columns come first in K × N.
    ///
    /// - Returns: `nil` if it has another shape.
    static func shape(of sizes: [Int]) -> (count: Int, columns: Int, isTransposed: Bool)? {
        var sizes = sizes
        while sizes.count > 2, let one = sizes.firstIndex(of: 1) { sizes.remove(at: one) }
        guard sizes.count == 2 else { return nil }
        let (rows, columns) = (sizes[0], sizes[1])
        if columns == 4 { return (rows, 4, false) }
        if rows == 4 { return (columns, 4, true) }
        if 5...16 ~= columns { return (rows, columns, false) }
        if 5...16 ~= rows { return (columns, rows, true) }
        // Too few columns for events; said as they are.
        return 2...3 ~= columns ? (rows, columns, false) : nil
    }

    /// Whether names tell t, x, y and p.
    var isNamed: Bool {
        let roles = Set(names.compactMap { $0?.role })
        return roles.count == EventColumn.allCases.count
    }

    var sample: TableSample {
        let count = columns.map(\.numbers.count).min() ?? 0
        let ranges = TableSample.ranges(of: count)
        return TableSample(
            columns: zip(columns, names).map { column, name in
                TableSample.Column(
                    name: name, unit: column.unit,
                    numbers: ranges.flatMap { column.numbers.part($0)?.doubles() ?? [] })
            }, count: count)
    }

    /// The events' columns, and how they were found.
    ///
    /// - Throws: see `LayoutSearch.decide`.
    func read(
        path: String, options: EventReadingOptions, mayBeTonic: Bool = false
    ) throws(FileFormatError) -> (columns: EventColumns, decision: LayoutSearch.Decision) {
        var said = options.table
        if !isOrdered, isNamed, said.columns?.names.isEmpty == true { said.columns = nil }
        let search = LayoutSearch(
            path: path, title: title, sample: sample, options: said, sensor: options.sensor, mayBeTonic: mayBeTonic)
        let decision = try search.decide()
        let places = decision.reading.places
        var events = EventColumns(
            time: columns[places[0]].numbers, x: columns[places[1]].numbers, y: columns[places[2]].numbers,
            polarity: columns[places[3]].numbers)
        (events.unit, events.polarityValues) = (decision.reading.unit, decision.polarity)
        return (events, decision)
    }

    /// The one of a file's tables that is meant.
    ///
    /// - Parameter others: what else lies in the file, for messages.
    /// - Throws: `.missingEntry` if there is none, or not the one that the user names; `.unclearTable` if several may be.
    static func choose(
        of tables: [EventTable], others: [String], path: String, options: EventReadingOptions
    ) throws(FileFormatError) -> EventTable {
        // A table by its name; lists that have none together, one by one.
        let told = tables.flatMap { $0.title.isEmpty ? $0.columns.compactMap(\.name) : [$0.title] }
        let present = told + others.filter { !told.contains($0) }
        if let wanted = options.table.columns?.table {
            guard let table = tables.first(where: { $0.title == wanted }) else {
                throw .missingEntry(path: path, name: wanted, present: present)
            }
            return table
        }
        let fields = options.table.columns?.names ?? []
        if !fields.isEmpty {
            let holding = tables.filter { table in
                fields.allSatisfy { field in table.columns.contains { $0.name == field } }
            }
            if let only = holding.first { return only }
        }
        let named = tables.filter(\.isNamed)
        if named.count == 1 { return named[0] }
        var candidates = named
        if named.isEmpty {
            let readable = tables.filter { table in
                // What is said of columns is said of the table that has as many.
                do throws(FileFormatError) {
                    _ = try table.read(path: path, options: options)
                    return true
                } catch { return false }
            }
            candidates = readable.isEmpty ? tables : readable
        }
        // A table that is called events is the one.
        let called = candidates.filter { ["events", "cd/events", "events/"].contains($0.title.lowercased()) }
        if called.count == 1 { return called[0] }
        if candidates.count == 1 { return candidates[0] }
        guard !candidates.isEmpty else {
            throw .missingEntry(
                path: path, name: EventColumn.time.names.prefix(3).joined(separator: "' or '"), present: present)
        }
        let titles = candidates.map { $0.title.isEmpty ? "the file's own" : $0.title }
        throw .unclearTable(
            path: path, found: "\(candidates.count) tables: \(titles.listed())",
            reason: "each could hold events", readings: candidates.map { "--columns \($0.title):auto" })
    }
}
