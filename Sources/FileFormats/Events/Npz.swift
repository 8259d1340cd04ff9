/// Arrays of numpy in a zip archive: t, x, y and p (spikingjelly), pos and neg (ES-ImageNet), or one array as `Npy` has it.
///
/// ES-ImageNet keeps ON and OFF events apart, each row x, y and a time of 1…8: ON events come first, times as they are.
/// Only the headers of arrays are unpacked before it is clear which are needed.
public struct Npz: EventFormat {
    public init() {}

    public var name: String { "npz" }
    public var summary: String { "numpy arrays t, x, y, p in a zip archive: spikingjelly, ES-ImageNet" }
    public var endings: [String] { [".npz"] }
    public var variants: [String] { ["packed", "stored"] }

    public func recognizes(prefix: [UInt8], name: String) -> Bool { ZipArchive.recognizes(prefix) }

    public func decode(
        _ bytes: [UInt8], path: String, options: EventReadingOptions
    ) throws(FileFormatError) -> EventFile {
        let archive = try ZipArchive(bytes, path: path)
        var options = options
        // ON events, then OFF events: the clock wraps around between them, and that is no damage.
        if archive.entry("pos.npy") != nil { options.refusesBackwardTimes = false }
        let contents = try Contents(of: archive, isTolerant: options.isTolerant)
        var notes: [String] = []
        var layout: TableLayout?
        var said: SensorSize?
        let parts: [EventColumns]
        if let split = try contents.splitColumns(options.table.unit) {
            parts = split
        } else {
            let table = try EventTable.choose(
                of: contents.tables, others: contents.others + contents.arrays.map(\.name), path: path, options: options
            )
            let (columns, decision) = try table.read(path: path, options: options)
            (parts, notes, layout) = ([columns], decision.notes, decision.layout)
            let decided = contents.said.decide(columns)
            said = decided.size
            notes += decided.notes
            let aside = contents.left(by: table, decision)
            if !aside.isEmpty { notes.append("ignored: \(aside.listed())") }
        }
        var sink = EventSink(
            path: path, options: options, declared: said, expected: parts.reduce(0) { $0 + $1.time.count })
        try sink.read(size: bytes.count) { sink throws(FileFormatError) in
            for columns in parts { try columns.add(to: &sink) }
            if let damage = contents.damage { throw damage }
        }
        var file = sink.file(format: name, declaredSensor: said, notes: notes)
        file.layout = layout
        return file
    }

    /// The arrays of an archive that can hold events.
    private struct Contents {
        let path: String
        private(set) var arrays: [(name: String, array: NpyArray)] = []
        private(set) var damage: FileFormatError?
        /// What holds no numbers, as it is told to people.
        private(set) var others: [String] = []
        /// Of the sensor's size.
        private(set) var said = SaidSize()

        init(of archive: ZipArchive, isTolerant: Bool) throws(FileFormatError) {
            path = archive.path
            var total = 0
            for entry in archive.entries where entry.name.hasSuffix(".npy") {
                let name = String(entry.name.dropLast(4))
                do throws(FileFormatError) {
                    let header: NpyArray
                    do throws(FileFormatError) {
                        header = try NpyArray(try archive.prefix(entry, count: 1 << 16), path: path)
                    } catch {
                        guard case .unsupported(_, _, let found, _, _) = error else { throw error }
                        if SaidSize.isNamed(name), entry.size < 4096,
                            let text = NpyArray.text(try archive.read(entry))
                        {
                            said.take(name, text: text)
                            continue
                        }
                        others.append("\(name) (\(found))")
                        continue
                    }
                    if SaidSize.isNamed(name), header.count <= 3, header.fields[0].name.isEmpty,
                        let numbers = try NpyArray(try archive.read(entry), path: path).column(field: header.fields[0])
                    {
                        said.take(name, numbers.doubles())
                        continue
                    }
                    guard Self.mayHoldEvents(header) else {
                        others.append("\(name) of shape \(header.shape)")
                        continue
                    }
                    guard entry.size == header.size || isTolerant else {
                        throw .damaged(
                            path: path, offset: 0, found: "'\(entry.name)' of \(entry.size) bytes",
                            expected: "\(header.size), as its shape \(header.shape) says",
                            advice: "copy or write the file again")
                    }
                    try UnpackingLimit.check(
                        "'\(entry.name)', an array of shape \(header.shape)", size: entry.size, before: total,
                        fileSize: archive.byteCount, path: path)
                    total += entry.size
                    let array = try NpyArray(try archive.read(entry), path: path)
                    try array.checkWhole()
                    arrays.append((name, array))
                } catch {
                    if case .tooLarge = error { throw error }
                    guard isTolerant else { throw error }
                    damage = damage ?? error
                    // An entry that cannot be unpacked at all, or is no array, is merely not there.
                    if let available = try? archive.readAvailable(entry).bytes,
                        let array = try? NpyArray(available, path: path)
                    {
                        arrays.append((name, array))
                    }
                }
            }
        }

        /// Lists, records, and tables of some columns.
        private static func mayHoldEvents(_ array: NpyArray) -> Bool {
            if !array.fields[0].name.isEmpty { return true }
            if array.shape.isEmpty { return false }
            return array.shape.count(where: { $0 != 1 }) <= 1 || EventTable.shape(of: array.shape) != nil
        }

        func array(_ name: String) -> NpyArray? { arrays.first { $0.name == name }?.array }

        /// ES-ImageNet's.
        func splitColumns(_ unit: TimeUnit?) throws(FileFormatError) -> [EventColumns]? {
            guard let on = array("pos"), let off = array("neg") else { return nil }
            return try [(on, UInt8(1)), (off, 0)].map { array, polarity throws(FileFormatError) in
                guard let x = array.column(0), let y = array.column(1), let time = array.column(2) else {
                    throw .entryMismatch(
                        path: path, name: polarity == 1 ? "pos" : "neg", found: "of shape \(array.shape)",
                        expected: "shape [events, 3]: x, y, t")
                }
                var columns = EventColumns(time: time, x: x, y: y, polarity: nil)
                (columns.constantPolarity, columns.unit) = (polarity, unit ?? .microseconds)
                return columns
            }
        }

        var tables: [EventTable] {
            var tables: [EventTable] = []
            var lists: [EventTable.Column] = []
            for (name, array) in arrays {
                // N × 1 and 1 × N are as good as N.
                if array.fields[0].name.isEmpty, array.shape.count(where: { $0 != 1 }) <= 1 {
                    if let numbers = array.column(field: array.fields[0]) {
                        lists.append(EventTable.Column(numbers, name: name, unit: array.fields[0].unit))
                    }
                } else if let table = array.table(title: name) {
                    if let places = table.places { lists += places } else { tables.append(table) }
                }
            }
            return tables + EventTable.lists(lists, title: "")
        }

        /// What else lies in the archive than the numbers that were taken.
        func left(by table: EventTable, _ decision: LayoutSearch.Decision) -> [String] {
            let taken = Set(decision.reading.places.compactMap { table.columns[$0].name } + [table.title])
            let takesPlaces = taken.isSuperset(of: ["x", "y"])
            return others
                + arrays.map(\.name).filter { !taken.contains($0) && !(takesPlaces && ColumnName($0).tellsPlaces) }
        }
    }

    public func encode(_ events: [Event], sensor: SensorSize, variant: String) throws(FileFormatError) -> [UInt8] {
        let arrays: [(name: String, bytes: [UInt8])] = [
            ("t.npy", NpyArray.encode("<i8", shape: [events.count], events.map(\.timestamp))),
            ("x.npy", NpyArray.encode("<u2", shape: [events.count], events.map(\.x))),
            ("y.npy", NpyArray.encode("<u2", shape: [events.count], events.map(\.y))),
            ("p.npy", NpyArray.encode("|u1", shape: [events.count], events.map(\.polarity))),
            ("width.npy", NpyArray.encode("<i8", shape: [], [Int64(sensor.width)])),
            ("height.npy", NpyArray.encode("<i8", shape: [], [Int64(sensor.height)])),
        ]
        return try ZipArchive.encode(arrays, isPacked: variant == "packed", path: "the archive")
    }
}
