/// A table in text: where its rows begin, how columns are parted, what names them, and a sample of their numbers.
struct TextTable {
    let separator: UInt8
    /// Where the rows of numbers begin.
    let start: Int
    let names: [ColumnName]?
    /// As names of columns, or a first line of two numbers, say it.
    let sensor: SensorSize?
    /// What comments say of the sensor's size.
    let said: SaidSize
    let sample: TableSample

    enum Likeness {
        /// Few numbers may be part of one only if the file's name says so.
        case table, fewNumbers, comments, prose
    }

    /// No control characters but those of text; UTF-8 is text, too.
    static func isText(_ bytes: [UInt8]) -> Bool {
        bytes.allSatisfy { $0 >= 32 && $0 != 127 || $0 == 9 || $0 == 10 || $0 == 13 }
    }

    /// What the beginning of a text looks like.
    ///
    /// - Parameter isWhole: whether it is all of it; else its last line may be cut.
    static func likeness(of prefix: [UInt8], isWhole: Bool) -> Likeness {
        prefix.withUnsafeBufferPointer { bytes in
            var scanner = TextScanner(bytes, separator: 32, offset: 0)
            var (rows, hasNumbers) = (0, false)
            while scanner.nextRow() != nil {
                if scanner.rowEnd == bytes.count, !isWhole, rows == 0 { return .comments }
                let row = Array(scanner.row)
                let fields = fields(of: row, separator(of: row))
                rows += 1
                if fields.count >= 3, fields.count(where: { isValue($0) }) >= 3 { return .table }
                // A header without rows is a table, too.
                let roles = Set(fields.compactMap { ColumnName($0).role })
                if roles.count >= 3 { return .table }
                if !fields.isEmpty, fields.allSatisfy({ isValue($0) }) { hasNumbers = true }
                // A size or a count, a header of unknown names.
                if rows > 3 { break }
            }
            return hasNumbers ? .fewNumbers : rows == 0 ? .comments : .prose
        }
    }

    /// - Throws: `.unclearTable` if there are no rows of numbers.
    init(_ bytes: [UInt8], path: String) throws(FileFormatError) {
        let found = bytes.withUnsafeBufferPointer { Self.find($0) }
        guard let found else {
            throw .unclearTable(
                path: path, found: "text without rows of three numbers or more",
                reason: "events are rows of t, x, y and p",
                readings: [])
        }
        self = found
    }

    private init(
        separator: UInt8, start: Int, names: [ColumnName]?, sensor: SensorSize?, said: SaidSize, sample: TableSample
    ) {
        (self.separator, self.start, self.names, self.sensor, self.sample) = (separator, start, names, sensor, sample)
        self.said = said
    }

    private static func find(_ bytes: UnsafeBufferPointer<UInt8>) -> TextTable? {
        var sensor: SensorSize?
        var said = SaidSize()
        var comments: [[UInt8]] = []
        var header: [String]?
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let first = bytes.starts(with: mark) ? mark.count : 0
        var scanner = TextScanner(bytes, separator: 32, offset: first)
        var previous = first
        while true {
            let start = scanner.nextRow { comment in
                take(comment, into: &said)
                if comment.count < 4096 { comments.append(Array(comment)) }
                if comments.count > 64 { comments.removeFirst() }
            }
            guard let start else { break }
            let row = Array(scanner.row)
            let separator = separator(of: row)
            let fields = fields(of: row, separator)
            guard fields.count <= mostColumns else { return nil }
            let isNumbers = fields.count(where: { isValue($0) }) >= min(3, fields.count)
            if isNumbers, fields.count <= 2, header == nil {
                // The sensor's size, or how many events there are.
                if fields.count == 2, sensor == nil, let width = side(fields[0]), let height = side(fields[1]) {
                    sensor = SensorSize(width: width, height: height)
                }
                previous = scanner.rowEnd
                continue
            }
            if !isNumbers, header == nil || Self.roles(header ?? []) < 3 && Self.roles(fields) >= 3 {
                // Titles may stand before the names.
                if Self.roles(fields) < 3, leadsToNames(scanner) {
                    row.withUnsafeBufferPointer { take($0, into: &said) }
                    continue
                }
                header = fields
                previous = scanner.rowEnd
                // A comment before a header of names is none of it.
                comments = []
                continue
            }
            var names = header.map { $0.map { ColumnName($0) } } ?? commentNames(comments, count: fields.count)
            // Names for all but the first column, which numbers the rows.
            if let own = names, own.count == fields.count - 1 { names = [ColumnName("")] + own }
            if names?.count != fields.count { names = names.map { padded($0, fields.count) } }
            if let size = named(names) { sensor = size }
            return TextTable(
                separator: separator, start: start, names: names, sensor: sensor, said: said,
                sample: sample(bytes, from: start, separator, fields.count, names))
        }
        // A header alone: no event.
        guard let header, Set(header.compactMap { ColumnName($0).role }).count == EventColumn.allCases.count else {
            return nil
        }
        let names = header.map { ColumnName($0) }
        return TextTable(
            separator: UInt8(ascii: ","), start: previous, names: names, sensor: named(names) ?? sensor, said: said,
            sample: TableSample(columns: names.map { TableSample.Column(name: $0, numbers: []) }, count: 0))
    }

    private static func roles(_ fields: [String]) -> Int { Set(fields.compactMap { ColumnName($0).role }).count }

    /// Whether names of columns come before the first numbers, and soon.
    private static func leadsToNames(_ scanner: TextScanner) -> Bool {
        var scanner = scanner
        for _ in 0..<32 where scanner.nextRow() != nil {
            let row = Array(scanner.row)
            let fields = fields(of: row, separator(of: row))
            if roles(fields) >= 3 { return true }
            if fields.count >= 3, fields.count(where: { isValue($0) }) >= 3 { return false }
        }
        return false
    }

    /// More columns are in no table of events.
    private static let mostColumns = 256

    private static func padded(_ names: [ColumnName], _ count: Int) -> [ColumnName] {
        Array((names + [ColumnName](repeating: ColumnName("unnamed"), count: count)).prefix(count))
    }

    // MARK: Rows

    private static func separator(of row: [UInt8]) -> UInt8 {
        // A semicolon goes first: commas are decimal points then.
        if row.contains(UInt8(ascii: ";")) { return UInt8(ascii: ";") }
        let tabs = row.count(where: { $0 == 9 })
        let commas = row.count(where: { $0 == UInt8(ascii: ",") })
        if tabs >= 2, tabs >= commas { return 9 }
        return commas > 0 && !(commas == 1 && row.count(where: { $0 == 32 }) >= 3) ? UInt8(ascii: ",") : 32
    }

    private static func fields(of row: [UInt8], _ separator: UInt8) -> [String] {
        var fields: [String] = []
        row.withUnsafeBufferPointer { row in
            var scanner = TextScanner(row, separator: separator, offset: 0)
            guard scanner.nextRow() != nil else { return }
            while let field = scanner.nextField() { fields.append(String(decoding: field, as: UTF8.self)) }
        }
        return fields
    }

    /// A number, or a word for a polarity.
    private static func isValue(_ field: String) -> Bool {
        var field = field
        return field.withUTF8 { TextNumber.double($0) != nil || TextNumber.truth($0) != nil }
    }

    private static func side(_ field: String) -> Int? { Int(field).flatMap { 1...65_536 ~= $0 ? $0 : nil } }

    // MARK: What is told

    /// Columns as the last comment that can be names says them: `# x y t p`, `# columns: t [us], x, y, p`.
    private static func commentNames(_ comments: [[UInt8]], count: Int) -> [ColumnName]? {
        for comment in comments.reversed() {
            var text = comment[...]
            if let colon = text.lastIndex(of: UInt8(ascii: ":")) { text = text[(colon + 1)...] }
            while let mark = text.first, "#% ".utf8.contains(mark) { text.removeFirst() }
            var words: [String] = []
            for field in fields(of: Array(text), separator(of: Array(text))) {
                // A unit belongs to the word before it.
                if let last = words.last, "[(".contains(field.first ?? " ") {
                    words[words.count - 1] = last + " " + field
                } else {
                    words.append(field)
                }
            }
            let names = words.map { ColumnName($0) }
            let roles = names.compactMap(\.role)
            if names.count == count, roles.count >= 3, Set(roles).count == roles.count { return names }
        }
        return nil
    }

    /// The sensor's size as the names of columns say it: `x@128`.
    private static func named(_ names: [ColumnName]?) -> SensorSize? {
        guard let width = names?.first(where: { $0.role == .x })?.side,
            let height = names?.first(where: { $0.role == .y })?.side
        else { return nil }
        return SensorSize(width: width, height: height)
    }

    /// The sensor's size as a comment says it: `geometry:346,260`, `width=346 height=260`, `a sensor of 346x260`.
    private static func take(_ comment: UnsafeBufferPointer<UInt8>, into said: inout SaidSize) {
        guard comment.count < 200 else { return }
        let text = String(decoding: comment, as: UTF8.self).lowercased()
        said.take(line: text)
        guard said.isEmpty, ["geometry", "resolution", "sensor", "size"].contains(where: { text.contains($0) }) else {
            return
        }
        let sides = text.split { !$0.isNumber }.compactMap { side(String($0)) }
        if sides.count == 2 { said.take("geometry", sides.map(Double.init)) }
    }

    // MARK: Numbers

    /// The beginning, the end, and pieces between them.
    private static func sample(
        _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, _ separator: UInt8, _ count: Int, _ names: [ColumnName]?
    ) -> TableSample {
        var columns = [[Double]](repeating: [], count: count)
        var (rows, taken) = (0, 0)
        func take(from offset: Int, rows limit: Int, isFirst: Bool) {
            var scanner = TextScanner(bytes, separator: separator, offset: offset)
            // In the middle of a row: it is left out.
            if !isFirst { _ = scanner.nextRow() }
            var read = 0
            while read < limit, scanner.nextRow() != nil {
                for column in columns.indices {
                    let field = scanner.nextField()
                    columns[column].append(
                        field.flatMap { TextNumber.double($0) ?? TextNumber.truth($0).map(Double.init) } ?? .nan)
                }
                read += 1
            }
            rows += read
            taken += scanner.rowEnd - offset
        }
        take(from: start, rows: 4096, isFirst: true)
        let all = bytes.count - start
        var total = rows
        if taken < all {
            let rowSize = max(1, taken / max(1, rows))
            total = all / rowSize
            let (piece, pieces) = (512, 7)
            let (head, left) = (taken, all - taken)
            if total > rows + pieces * piece {
                for number in 1..<pieces {
                    take(from: start + head + left / pieces * (number - 1), rows: piece, isFirst: false)
                }
                take(from: max(start, bytes.count - piece * rowSize), rows: .max, isFirst: false)
            } else {
                let rest = columns.map(\.count).first ?? 0
                columns = columns.map { _ in [] }
                (rows, taken) = (0, 0)
                take(from: start, rows: .max, isFirst: true)
                total = max(rest, rows)
            }
        }
        return TableSample(
            columns: columns.enumerated().map { TableSample.Column(name: names?[$0], numbers: $1) }, count: total)
    }
}

/// A text's columns as they were understood.
struct TextLayout {
    /// Of every column; `nil` for those that are of no use here.
    let columns: [EventColumn?]
    let unit: TimeUnit
    private let polarity: PolarityValues?

    /// Whether rows are time, column, row and polarity, in a way that `TextScanner.nextPlainRow` reads.
    let isPlain: Bool

    /// For messages.
    var order: String {
        let told = columns.enumerated().compactMap { place, role in role.map { "\($0) in column \(place + 1)" } }
        return "numbers for \(told.joined(separator: ", "))"
    }

    init(_ table: TextTable, _ decision: LayoutSearch.Decision) {
        var columns = [EventColumn?](repeating: nil, count: table.sample.columns.count)
        for role in EventColumn.allCases { columns[decision.reading.places[role.rawValue]] = role }
        (self.columns, unit, polarity) = (columns, decision.reading.unit, decision.polarity)
        isPlain =
            columns == [.time, .x, .y, .polarity] && (unit == .seconds || unit == .microseconds) && polarity == nil
    }

    /// `nil` if a field is missing, or none that an event can have.
    @inline(__always)
    func event(of scanner: inout TextScanner) -> Event? {
        var event = Event(timestamp: 0, x: 0, y: 0, polarity: 0)
        var missing = EventColumn.allCases.count
        for column in columns where missing > 0 {
            guard let field = scanner.nextField() else { return nil }
            guard let column else { continue }
            missing -= 1
            switch column {
            case .time:
                let time = unit == .microseconds ? TextNumber.whole(field) : nil
                guard let time = time ?? TextNumber.microseconds(field, unit) else { return nil }
                event.timestamp = time
            case .x:
                guard let x = TextNumber.whole(field).flatMap(UInt16.init(exactly:)) else { return nil }
                event.x = x
            case .y:
                guard let y = TextNumber.whole(field).flatMap(UInt16.init(exactly:)) else { return nil }
                event.y = y
            case .polarity:
                guard let number = TextNumber.truth(field),
                    let isOn = EventColumn.polarity(polarity?.number(number) ?? number)
                else { return nil }
                event.polarity = isOn
            }
        }
        return event
    }
}
