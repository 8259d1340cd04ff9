/// What of an HDF5 file may hold events: found by walking through all of its groups.
struct Hdf5Contents {
    private(set) var tables: [EventTable] = []
    /// Other arrays, for messages.
    private(set) var others: [String] = []
    /// t_offset of DSEC in µs, by the table that it belongs to.
    private(set) var offsets: [String: Int64] = [:]
    /// What is said of the sensor's size, by the group or array that says it.
    private var said: [String: SaidSize] = [:]
    /// Why an array with a promising name cannot be read.
    private var refusal: FileFormatError?

    /// Deeper or larger files are no recordings.
    private static let (largestDepth, mostObjects) = (8, 4096)

    init(of file: Hdf5File) throws(FileFormatError) {
        var visited = Set<Int>()
        try walk(file, try file.rootHeader(), path: "", depth: 0, &visited, offset: 0, unit: nil)
    }

    /// - Throws: what stands in the way of an array that seems to be the events, where nothing else is one.
    func choose(path: String, _ options: EventReadingOptions) throws(FileFormatError) -> EventTable {
        if let refusal, !tables.contains(where: \.isNamed) { throw refusal }
        return try EventTable.choose(of: tables, others: others, path: path, options: options)
    }

    /// What is said of the sensor's size beside a table, or around it.
    func said(of table: EventTable) -> SaidSize {
        var parts = table.title.split(separator: "/")[...]
        while true {
            if let said = said[parts.joined(separator: "/")], !said.isEmpty { return said }
            if parts.popLast() == nil { return SaidSize() }
        }
    }

    private mutating func walk(
        _ file: Hdf5File, _ header: Hdf5Header, path: String, depth: Int, _ visited: inout Set<Int>, offset: Int64,
        unit: TimeUnit?
    ) throws(FileFormatError) {
        guard depth <= Self.largestDepth, let members = try file.members(of: header) else { return }
        said[path] = file.attributes(of: header).said
        var (lists, strangers): ([EventTable.Column], [(name: String, array: Hdf5Array)]) = ([], [])
        var inner: [(path: String, header: Hdf5Header)] = []
        var offset = offset
        // DSEC's recordings and Metavision's, whose times are in µs.
        let isKnown = members["ms_to_idx"] != nil || members["t_offset"] != nil || path == "CD"
        let known = isKnown ? TimeUnit.microseconds : unit
        for (name, place) in members.sorted(by: { $0.key < $1.key }) {
            guard visited.insert(place).inserted, visited.count <= Self.mostObjects else { continue }
            let own = path.isEmpty ? name : path + "/" + name
            let member = try Hdf5Header(file, at: place)
            let attributes = file.attributes(of: member)
            let texts = attributes.texts
            let isPromising = ColumnName(name).role != nil || name == "events"
            do throws(FileFormatError) {
                guard let array = try Hdf5Array(member, in: file) else {
                    inner.append((own, member))
                    continue
                }
                said[own] = attributes.said
                if SaidSize.isNamed(name), array.count <= 3, array.fields[0].name.isEmpty {
                    said[path, default: SaidSize()].take(name, try array.column().doubles())
                    continue
                }
                if ColumnName(name).tellsPlaces, array.fields[0].name.isEmpty, array.shape.count == 2,
                    array.shape[1] == 2,
                    let places = try array.table(title: own, names: nil)?.places
                {
                    lists += places
                } else if let table = try Self.isTable(array) ? array.table(title: own, names: Self.names(texts)) : nil
                {
                    tables.append(Self.with(unit: Self.unit(texts) ?? known, table))
                } else if array.shape.count(where: { $0 != 1 }) <= 1, array.fields[0].name.isEmpty {
                    if name == "t_offset" {
                        offset = try array.column().integers().numbers.first ?? 0
                    } else if isPromising, !array.shape.isEmpty {
                        lists.append(EventTable.Column(try array.column(), name: name, unit: Self.unit(texts) ?? known))
                    } else if !array.shape.isEmpty {
                        strangers.append((name, array))
                    } else {
                        others.append(own)
                    }
                } else {
                    others.append("\(own) of shape \(array.shape)")
                }
            } catch {
                if case .unsupported(let path, let offset, let found, let expected, let advice) = error {
                    let named = FileFormatError.unsupported(
                        path: path, offset: offset, found: "'\(own)', \(found)", expected: expected, advice: advice)
                    if isPromising { refusal = refusal ?? named } else { others.append(own) }
                } else {
                    throw error
                }
            }
        }
        // Lists with other names are read where names do not tell all four.
        if Set(lists.compactMap { ColumnName($0.name ?? "").role }).count < 4, lists.count + strangers.count >= 4 {
            for (name, array) in strangers {
                if let column = try? array.column() { lists.append(EventTable.Column(column, name: name)) }
            }
        } else {
            others += strangers.map { path.isEmpty ? $0.name : path + "/" + $0.name }
        }
        let found = EventTable.lists(lists, title: path)
        tables += found
        for table in found where offset != 0 { offsets[table.title] = offset }
        if found.isEmpty { others += lists.compactMap(\.name).map { path.isEmpty ? $0 : path + "/" + $0 } }
        for (path, header) in inner {
            try walk(file, header, path: path, depth: depth + 1, &visited, offset: offset, unit: known)
        }
    }

    /// Records, or two dimensions of which one is some columns.
    private static func isTable(_ array: Hdf5Array) -> Bool {
        if !array.fields[0].name.isEmpty { return true }
        guard let (_, columns, _) = EventTable.shape(of: array.shape) else { return false }
        return columns >= EventColumn.allCases.count
    }

    private static func unit(_ texts: [String: [String]]) -> TimeUnit? {
        for (name, values) in texts where ["unit", "units", "time_unit", "time_units"].contains(name.lowercased()) {
            if values.count == 1, let unit = TimeUnit(word: values[0].lowercased()) { return unit }
        }
        return nil
    }

    /// Names of a table's columns, in one text or several.
    private static func names(_ texts: [String: [String]]) -> [String]? {
        for (name, values) in texts.sorted(by: { $0.key < $1.key })
        where ["columns", "column_names", "names", "fields", "order", "format"].contains(name.lowercased()) {
            let names =
                values.count == 1
                ? values[0].split { $0 == "," || $0 == ";" || $0.isWhitespace }.map(String.init) : values
            if Set(names.compactMap { ColumnName($0).role }).count == EventColumn.allCases.count { return names }
        }
        return nil
    }

    /// A unit that is told of a whole table is that of its times.
    private static func with(unit: TimeUnit?, _ table: EventTable) -> EventTable {
        guard let unit else { return table }
        var table = table
        for index in table.columns.indices { table.columns[index].unit = unit }
        return table
    }
}
