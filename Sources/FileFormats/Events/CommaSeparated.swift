/// Events as text, a line each: times, columns, rows and polarities, parted by commas, semicolons, tabs or blanks.
///
///     t,x,y,p               a header says which column is which, and may say units and the sensor: t [us],x@128,y@128,on
///     1012,0,0,1            whole times are µs
///
///     0.001012 0 0 1        without a header `LayoutSearch` decides: here t x y p in seconds, as RPG's data sets have them
///
/// Lines that begin with '#' or '%' are comments, of which one may name the columns and one the sensor's size
/// (`%geometry:346,260`); so may a first line of two numbers.
public struct CommaSeparated: EventFormat {
    public init() {}

    public var name: String { "csv" }
    public var summary: String { "text of t x y p, one event per line" }
    public var endings: [String] { [".csv", ".txt", ".tsv"] }
    public var variants: [String] { ["commas", "seconds"] }

    public func recognizes(prefix: [UInt8], name: String) -> Bool {
        guard !prefix.isEmpty else { return false }
        let isWhole = prefix.count < EventFormatCatalogue.prefixLength
        let prefix = PlainText.of(prefix).bytes
        guard TextTable.isText(prefix) else {
            // What begins as a table and is called one has a damaged row, which its reading names.
            let isNamed = endings.contains { name.lowercased().hasSuffix($0) }
            let rows = prefix.split(separator: 10, maxSplits: 2).prefix(2)
            let head = Array(rows.joined(separator: [10]))
            return isNamed && rows.count == 2 && TextTable.isText(head)
                && TextTable.likeness(of: head, isWhole: true) == .table
        }
        switch TextTable.likeness(of: prefix, isWhole: isWhole) {
        case .table: return true
        case .comments, .fewNumbers: return endings.contains { name.lowercased().hasSuffix($0) }
        case .prose: return false
        }
    }

    public func decode(
        _ bytes: [UInt8], path: String, options: EventReadingOptions
    ) throws(FileFormatError) -> EventFile {
        let (bytes, note) = PlainText.of(bytes)
        let table = try TextTable(bytes, path: path)
        let search = LayoutSearch(
            path: path, sample: table.sample, options: options.table,
            sensor: options.sensor ?? table.sensor ?? table.said.certain)
        let decision = try search.decide()
        let places = decision.reading.places
        let said = table.said.decide(table.sample.columns[places[1]].numbers.count) { size in
            zip(table.sample.columns[places[1]].numbers, table.sample.columns[places[2]].numbers).count {
                $0 >= Double(size.width) || $1 >= Double(size.height)
            }
        }
        let declared = table.sensor ?? said.size
        let layout = TextLayout(table, decision)
        var sink = EventSink(path: path, options: options, declared: declared, expected: bytes.count / 16)
        try sink.read(size: bytes.count) { sink throws(FileFormatError) in
            try bytes.withUnsafeBufferPointer { bytes throws(FileFormatError) in
                var clock = TableClock()
                func going(_ event: Event) -> Event {
                    guard layout.unit == .microseconds else { return event }
                    var event = event
                    event.timestamp = clock.next(event.timestamp)
                    return event
                }
                var scanner = TextScanner(bytes, separator: table.separator, offset: table.start)
                while true {
                    if layout.isPlain, let (event, start) = scanner.nextPlainRow(inSeconds: layout.unit == .seconds) {
                        try sink.add(going(event), at: start)
                        continue
                    }
                    guard let start = scanner.nextRow() else { break }
                    if let event = layout.event(of: &scanner) {
                        try sink.add(going(event), at: start)
                    } else {
                        let shown = String(decoding: scanner.row.prefix(40), as: UTF8.self)
                        try sink.drop(
                            .damaged(
                                path: path, offset: start, found: "the row '\(shown)'",
                                expected:
                                    "\(layout.order), columns and rows of 0…65535, polarity 0, 1 or −1",
                                advice:
                                    "correct the row, or skip such rows with --tolerant; if all rows are like this, say which "
                                    + "column is which with --columns"))
                    }
                }
                if let note = clock.note { sink.note(note) }
            }
        }
        var file = sink.file(
            format: name, declaredSensor: declared,
            notes: (note.map { [$0] } ?? []) + decision.notes + (table.sensor == nil ? said.notes : []))
        file.layout = decision.layout
        return file
    }

    public func encode(_ events: [Event], sensor: SensorSize, variant: String) throws(FileFormatError) -> [UInt8] {
        let inSeconds = variant == "seconds"
        if inSeconds { try check(events, columns: 65_536, rows: 65_536, times: 0...Int64.max) }
        var bytes = inSeconds ? [] : Array("t,x@\(sensor.width),y@\(sensor.height),on\n".utf8)
        bytes.reserveCapacity(events.count * 20)
        for event in events {
            let polarity = event.isOn ? 1 : 0
            if inSeconds {
                let (seconds, rest) = event.timestamp.quotientAndRemainder(dividingBy: 1_000_000)
                let digits = String(1_000_000 + rest).dropFirst()
                bytes.append(contentsOf: "\(seconds).\(digits) \(event.x) \(event.y) \(polarity)\n".utf8)
            } else {
                bytes.append(contentsOf: "\(event.timestamp),\(event.x),\(event.y),\(polarity)\n".utf8)
            }
        }
        return bytes
    }
}
