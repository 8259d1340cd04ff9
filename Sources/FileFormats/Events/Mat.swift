/// MATLAB's files: variables x, y, ts and p as CEP-DVS has them, or `out1` of MNIST-DVS' and CIFAR10-DVS' scripts.
///
/// `out1` has rows of time, 5, −1, x, y and polarity. Version 4 and 5 are read by libmatio behind a check of our own;
/// version 7.3 is HDF5.
public struct Mat: EventFormat {
    public init() {}

    public var name: String { "mat" }
    public var summary: String { "MATLAB variables x, y, ts, p: CEP-DVS" }
    public var endings: [String] { [".mat"] }
    public var variants: [String] { ["version 7", "version 5", "version 4"] }

    public func recognizes(prefix: [UInt8], name: String) -> Bool {
        MatlabCheck.isVersion5(prefix) || MatlabCheck.isVersion73(prefix) || MatlabCheck.isVersion4(prefix)
    }

    public func decode(
        _ bytes: [UInt8], path: String, options: EventReadingOptions
    ) throws(FileFormatError) -> EventFile {
        if MatlabCheck.isVersion73(bytes) {
            var file = try Hdf5().decode(bytes, path: path, options: options)
            file.format = name
            return file
        }
        let file = try MatlabFile(bytes, path: path)
        let (table, columns, decision) = try Self.read(file, options)
        var notes = decision?.notes ?? []
        let title = table?.title ?? "out1"
        if file.structures.contains(where: { $0.name == title }) { notes.append("events are read from \(title)") }
        let taken = Set(
            (decision?.reading.places ?? []).compactMap { table?.columns[$0].name } + [
                String(title.prefix { $0 != "." })
            ])
        let saidNames = Set(file.variables.filter(Self.saysSize).map(\.name))
        let aside = file.variables.filter { !taken.contains($0.name) && !saidNames.contains($0.name) }.map {
            "\($0.name) (\($0.kind))"
        }
        if !aside.isEmpty { notes.append("ignored: \(aside.listed())") }
        let said = try Self.said(in: file, beside: title).decide(columns)
        if decision?.polarity == PolarityValues(off: 1, on: 2), columns.time.count >= 100,
            columns.x.allSatisfy({ $0 > 0 }), columns.y.allSatisfy({ $0 > 0 })
        {
            notes.append("columns and rows seem to be counted from 1, as in MATLAB: they are used unchanged")
        }
        var sink = EventSink(path: path, options: options, declared: said.size, expected: columns.time.count)
        try sink.read(size: bytes.count) { sink throws(FileFormatError) in try columns.add(to: &sink) }
        var read = sink.file(format: name, declaredSensor: said.size, notes: notes + said.notes)
        read.layout = decision?.layout
        return read
    }

    private static func saysSize(_ variable: MatlabCheck.Variable) -> Bool {
        variable.isNumeric && SaidSize.isNamed(variable.name) && 1...3 ~= variable.shape.reduce(1, *)
    }

    /// What variables say of the sensor's size, or else fields of the structure that holds the events.
    private static func said(in file: MatlabFile, beside title: String) throws(FileFormatError) -> SaidSize {
        var said = SaidSize()
        let names = file.variables.filter(saysSize).map(\.name)
        let numbers = try file.columns { names.contains($0) }
        for name in names { said.take(name, numbers[name]?.doubles() ?? []) }
        guard said.isEmpty else { return said }
        let own = file.structures.filter { title == $0.name || title.hasPrefix($0.name + ".") }
        for field in own.flatMap(\.fields) where 1...3 ~= field.numbers.count {
            said.take(field.name, field.numbers.doubles())
        }
        return said
    }

    private static func read(
        _ file: MatlabFile, _ options: EventReadingOptions
    ) throws(FileFormatError) -> (table: EventTable?, columns: EventColumns, decision: LayoutSearch.Decision?) {
        if let shape = file.shape(of: "out1"), shape.count == 2, shape[1] == 6, options.table.columns == nil,
            let table = try file.columns(named: { $0 == "out1" })["out1"]
        {
            let columns = Self.columns(of: table, count: shape[0], 6, isTransposed: false)
            if columns.count == 6 {
                var events = EventColumns(time: columns[0], x: columns[3], y: columns[4], polarity: columns[5])
                events.unit = options.table.unit ?? .microseconds
                return (nil, events, nil)
            }
        }
        let (table, others) = try tables(of: file)
        let chosen = try EventTable.choose(of: table, others: others, path: file.path, options: options)
        let (columns, decision) = try chosen.read(path: file.path, options: options)
        return (chosen, columns, decision)
    }

    /// Lists by their names, or all lists and tables if names do not tell t, x, y and p.
    private static func tables(of file: MatlabFile) throws(FileFormatError) -> (tables: [EventTable], others: [String])
    {
        let lists = file.variables.filter {
            $0.isNumeric && $0.shape.count(where: { $0 != 1 }) <= 1 && !saysSize($0)
        }
        let named = lists.filter { ColumnName($0.name).role != nil }
        let isTold = Set(named.compactMap { ColumnName($0.name).role }).count == EventColumn.allCases.count
        // A list that is called x is a column of events, and no table of them.
        let columnNames = Set(named.map(\.name))
        let tables =
            isTold
            ? []
            : file.variables.filter {
                $0.isNumeric && EventTable.shape(of: $0.shape) != nil && !columnNames.contains($0.name)
            }
        let wanted = Set(((isTold ? named : lists) + tables).map(\.name))
        let numbers = try file.columns { wanted.contains($0) }
        var found: [EventTable] = []
        for variable in tables {
            guard let all = numbers[variable.name],
                let (count, width, isTransposed) = EventTable.shape(of: variable.shape)
            else { continue }
            let columns = columns(of: all, count: count, width, isTransposed: isTransposed)
            found.append(EventTable(title: variable.name, columns: columns.map { EventTable.Column($0) }))
        }
        let columns = (isTold ? named : lists).compactMap { variable in
            numbers[variable.name].map { EventTable.Column($0, name: variable.name) }
        }
        let others = file.variables.filter { !wanted.contains($0.name) }.map { "\($0.name) (\($0.kind))" }
        // What lies in variables of its own goes before copies in structures.
        let structures = isTold ? [] : Self.structures(of: file)
        return (
            found + EventTable.lists(columns, title: "") + structures,
            others + (found.isEmpty ? columns.compactMap(\.name) : [])
        )
    }

    /// Those whose fields are named as events are.
    private static func structures(of file: MatlabFile) -> [EventTable] {
        file.structures.flatMap { structure -> [EventTable] in
            let columns = structure.fields.map { EventTable.Column($0.numbers, name: $0.name) }
            guard Set(columns.compactMap { $0.name.flatMap { ColumnName($0).role } }).count >= 3 else { return [] }
            return EventTable.lists(columns, title: structure.name)
        }
    }

    /// MATLAB's first index runs fastest: columns of N × K lie one behind the other.
    private static func columns(of all: NumberColumn, count: Int, _ width: Int, isTransposed: Bool) -> [NumberColumn] {
        (0..<width).compactMap { index in
            NumberColumn(
                all.type, bytes: all.bytes, start: index * (isTransposed ? 1 : count) * all.type.width,
                stride: (isTransposed ? width : 1) * all.type.width, count: count, origin: all.origin)
        }
    }

    public func encode(_ events: [Event], sensor: SensorSize, variant: String) throws(FileFormatError) -> [UInt8] {
        try check(events, columns: 65_536, rows: 65_536, times: -(1 << 53)...1 << 53)
        let columns: [(name: String, numbers: [Double])] = [
            ("x", events.map { Double($0.x) }), ("y", events.map { Double($0.y) }),
            ("ts", events.map { Double($0.timestamp) }), ("p", events.map { $0.isOn ? 1 : -1 }),
            ("width", [Double(sensor.width)]), ("height", [Double(sensor.height)]),
        ]
        var bytes: [UInt8] = []
        if variant != "version 4" {
            bytes = Array("MATLAB 5.0 MAT-file, written by Saccade".utf8)
            bytes += repeatElement(UInt8(ascii: " "), count: 116 - bytes.count) + [UInt8](repeating: 0, count: 8)
            bytes += [0x00, 0x01] + Array("IM".utf8)
        }
        for (name, numbers) in columns {
            if variant == "version 4" {
                // Little-endian doubles, real.
                for word in [0, numbers.count, 1, 0, name.utf8.count + 1] { bytes.append(littleEndian: UInt32(word)) }
                bytes += Array(name.utf8) + [0]
                for number in numbers { bytes.append(littleEndian: number.bitPattern) }
            } else {
                let element = Self.element(name, numbers)
                if variant == "version 7" {
                    let packed = Zlib.compress(element)
                    bytes.append(littleEndian: UInt32(15))
                    bytes.append(littleEndian: UInt32(packed.count))
                    bytes += packed
                } else {
                    bytes += element
                }
            }
        }
        return bytes
    }

    /// An N × 1 array of doubles.
    private static func element(_ name: String, _ numbers: [Double]) -> [UInt8] {
        var content: [UInt8] = []
        func append(_ words: [Int]) { for word in words { content.append(littleEndian: UInt32(word)) } }
        append([6, 8, 6, 0, 5, 8, numbers.count, 1, 1, name.utf8.count])
        content += Array(name.utf8)
        content.pad(to: 8)
        append([9, numbers.count * 8])
        for number in numbers { content.append(littleEndian: number.bitPattern) }
        var element: [UInt8] = []
        element.append(littleEndian: UInt32(14))
        element.append(littleEndian: UInt32(content.count))
        return element + content
    }
}
