import Foundation

/// Events as text, a line each: times, columns, rows and polarities, parted by commas, semicolons, tabs or spaces.
///
///     t,x,y,p               a header says which column is which, and may say the sensor: t,x@128,y@128,on
///     1012,0,0,1            without one the order is t x y p; whole times are µs
///
///     0.001012 0 0 1        times with a decimal point are seconds (as RPG's data sets have them)
///
/// Lines that begin with '#' or '%' are comments; a first line of two numbers is the sensor's size.
public struct CommaSeparated: EventFormat {
    public init() {}

    public var name: String { "csv" }
    public var summary: String { "text of t x y p, a line an event" }
    public var endings: [String] { [".csv", ".txt", ".tsv"] }
    public var variants: [String] { ["commas", "seconds"] }

    public func recognizes(prefix: [UInt8], name: String) -> Bool {
        guard !prefix.isEmpty, prefix.allSatisfy({ $0 >= 32 && $0 < 127 || $0 == 9 || $0 == 10 || $0 == 13 }) else {
            return false
        }
        let layout = try? TextLayout(ByteView(bytes: prefix, path: ""))
        return layout != nil
    }

    public func decode(
        _ bytes: [UInt8], path: String, options: EventReadingOptions
    ) throws(FileFormatError) -> EventFile {
        let layout = try TextLayout(ByteView(bytes: bytes, path: path))
        var sink = EventSink(path: path, options: options, declared: layout.sensor, expected: bytes.count / 16)
        try sink.read(size: bytes.count) { sink throws(FileFormatError) in
            try bytes.withUnsafeBufferPointer { bytes throws(FileFormatError) in
                var scanner = TextScanner(bytes, separator: layout.separator, offset: layout.start)
                while true {
                    if layout.isPlain, let (event, start) = scanner.nextPlainRow(inSeconds: layout.hasSeconds) {
                        try sink.add(event, at: start)
                        continue
                    }
                    guard let start = scanner.nextRow() else { break }
                    if let event = Self.event(of: &scanner, layout) {
                        try sink.add(event, at: start)
                    } else {
                        let shown = String(decoding: scanner.row.prefix(40), as: UTF8.self)
                        try sink.drop(
                            .damaged(
                                path: path, offset: start, found: "the row '\(shown)'",
                                expected:
                                    "numbers for \(layout.order), columns and rows of 0…65535, polarity 0, 1 or −1",
                                advice: "correct the row, or leave such rows out with --tolerant"))
                    }
                }
            }
        }
        let notes = layout.hasSeconds ? ["times have a decimal point: they are taken as seconds"] : []
        return sink.file(format: name, declaredSensor: layout.sensor, notes: notes)
    }

    @inline(__always)
    private static func event(of scanner: inout TextScanner, _ layout: TextLayout) -> Event? {
        var event = Event(timestamp: 0, x: 0, y: 0, polarity: 0)
        for column in layout.columns {
            guard let field = scanner.nextField() else { return nil }
            guard let column else { continue }
            switch column {
            case .time:
                guard let time = layout.hasSeconds ? TextNumber.microseconds(field) : TextNumber.whole(field) else {
                    return nil
                }
                event.timestamp = time
            case .x:
                guard let x = TextNumber.whole(field).flatMap(UInt16.init(exactly:)) else { return nil }
                event.x = x
            case .y:
                guard let y = TextNumber.whole(field).flatMap(UInt16.init(exactly:)) else { return nil }
                event.y = y
            case .polarity:
                guard let number = TextNumber.truth(field), let polarity = EventColumn.polarity(number) else {
                    return nil
                }
                event.polarity = polarity
            }
        }
        return event
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

/// How a file of text is laid out, found from its first lines.
private struct TextLayout {
    let separator: UInt8
    /// Of every column; `nil` for those that are of no use here.
    let columns: [EventColumn?]
    /// Where the rows begin.
    let start: Int
    let sensor: SensorSize?
    let hasSeconds: Bool

    /// Whether rows are time, column, row and polarity, and nothing else.
    let isPlain: Bool

    var order: String { columns.map { $0.map { "\($0)" } ?? "anything" }.joined(separator: ", ") }

    init(_ view: ByteView) throws(FileFormatError) {
        let found = view.bytes.withUnsafeBufferPointer { Self.find($0) }
        guard let found else {
            throw view.damaged(
                at: 0, found: "text without rows of t, x, y and p",
                expected: "four columns or more, with a header if they are not in this order")
        }
        (separator, columns, start, sensor, hasSeconds) = found
        isPlain = columns == [.time, .x, .y, .polarity]
    }

    private static func find(
        _ bytes: UnsafeBufferPointer<UInt8>
    ) -> (UInt8, [EventColumn?], Int, SensorSize?, Bool)? {
        var sensor: SensorSize?
        var scanner = TextScanner(bytes, separator: 32, offset: 0)
        while let start = scanner.nextRow() {
            let row = Array(scanner.row)
            let separator = [UInt8(ascii: ","), UInt8(ascii: ";")].first { row.contains($0) } ?? 32
            var fields: [ArraySlice<UInt8>] = []
            var parts = TextScanner(bytes, separator: separator, offset: start)
            _ = parts.nextRow()
            while let field = parts.nextField() { fields.append(ArraySlice(field)) }
            if fields.count == 2, sensor == nil, let width = number(fields[0]), let height = number(fields[1]) {
                sensor = SensorSize(width: width, height: height)
                continue
            }
            guard fields.count >= 4 else { return nil }
            if TextNumber.isNumeric(fields[0]) {
                let columns: [EventColumn?] = [.time, .x, .y, .polarity]
                return (separator, columns, start, sensor, TextNumber.isDecimal(fields[0]))
            }
            let names = fields.map { String(decoding: $0, as: UTF8.self) }
            let columns = names.map { EventColumn($0) }
            guard EventColumn.allCases.allSatisfy({ wanted in columns.filter { $0 == wanted }.count == 1 }) else {
                return nil
            }
            func side(_ column: EventColumn) -> Int? {
                columns.firstIndex(of: column).flatMap { names[$0].split(separator: "@").dropFirst().first }
                    .flatMap { Int($0) }.flatMap { 1...65_536 ~= $0 ? $0 : nil }
            }
            if let width = side(.x), let height = side(.y) { sensor = SensorSize(width: width, height: height) }
            // The rows begin behind this one; the first says whether its times have a decimal point.
            let end = parts.rowEnd
            var first = TextScanner(bytes, separator: separator, offset: end)
            var hasSeconds = false
            if first.nextRow() != nil {
                for column in columns {
                    guard let field = first.nextField() else { break }
                    if column == .time { hasSeconds = TextNumber.isDecimal(ArraySlice(field)) }
                }
            }
            return (separator, columns, end, sensor, hasSeconds)
        }
        return nil
    }

    private static func number(_ field: ArraySlice<UInt8>) -> Int? {
        Int(String(decoding: field, as: UTF8.self)).flatMap { 1...65_536 ~= $0 ? $0 : nil }
    }
}

/// Walks over rows and their fields.
private struct TextScanner {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let separator: UInt8
    private var position: Int
    private var start: Int
    /// Behind the row and its line feed.
    private(set) var rowEnd: Int
    private var contentEnd: Int

    init(_ bytes: UnsafeBufferPointer<UInt8>, separator: UInt8, offset: Int) {
        (self.bytes, self.separator) = (bytes, separator)
        (position, start, rowEnd, contentEnd) = (offset, offset, offset, offset)
    }

    var row: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: bytes[start..<contentEnd]) }

    /// Goes to the next row that is neither empty nor a comment.
    ///
    /// - Returns: where it begins.
    mutating func nextRow() -> Int? {
        while rowEnd < bytes.count {
            start = rowEnd
            var end = feed(from: start)
            rowEnd = min(end + 1, bytes.count)
            while end > start, bytes[end - 1] == 13 || isBlank(bytes[end - 1]) { end -= 1 }
            contentEnd = end
            position = start
            while position < end, isBlank(bytes[position]) { position += 1 }
            if position == end || bytes[position] == UInt8(ascii: "#") || bytes[position] == UInt8(ascii: "%") {
                continue
            }
            return start
        }
        return nil
    }

    /// Where the next line feed is, or the end.
    private func feed(from start: Int) -> Int {
        guard let base = bytes.baseAddress, let found = memchr(base + start, 10, bytes.count - start) else {
            return bytes.count
        }
        return UnsafeRawPointer(base).distance(to: UnsafeRawPointer(found))
    }

    /// The next row, if it is `digits,digits,digits,digit` and a line feed, with six decimals where times are seconds: what
    /// nearly all rows are. Anything else is left to `nextRow`, which knows all that a row may be.
    @inline(__always)
    mutating func nextPlainRow(inSeconds: Bool) -> (event: Event, start: Int)? {
        var place = rowEnd
        // Up to 18 digits: no overflow.
        func number(_ digits: ClosedRange<Int>, endingIn end: UInt8) -> Int64? {
            var (value, first) = (Int64(0), place)
            while place < bytes.count, case let digit = bytes[place] &- 48, digit < 10 {
                value = value &* 10 &+ Int64(digit)
                place &+= 1
            }
            guard digits.contains(place &- first), place < bytes.count else { return nil }
            first = place
            place &+= 1
            return bytes[first] == end ? value : nil
        }
        guard var time = number(inSeconds ? 1...12 : 1...18, endingIn: inSeconds ? UInt8(ascii: ".") : separator) else {
            return nil
        }
        if inSeconds {
            guard let rest = number(6...6, endingIn: separator) else { return nil }
            time = time &* 1_000_000 &+ rest
        }
        guard let x = number(1...5, endingIn: separator), let y = number(1...5, endingIn: separator), x < 65_536,
            y < 65_536, place &+ 1 < bytes.count, case let polarity = bytes[place] &- 48, polarity < 2
        else { return nil }
        place &+= bytes[place &+ 1] == 13 ? 2 : 1
        guard place < bytes.count, bytes[place] == 10 else { return nil }
        let start = rowEnd
        rowEnd = place &+ 1
        let (column, row) = (UInt16(truncatingIfNeeded: x), UInt16(truncatingIfNeeded: y))
        return (Event(timestamp: time, x: column, y: row, polarity: polarity), start)
    }

    mutating func nextField() -> UnsafeBufferPointer<UInt8>? {
        while position < contentEnd, isBlank(bytes[position]) { position += 1 }
        guard position < contentEnd else { return nil }
        let first = position
        if separator == 32 {
            while position < contentEnd, !isBlank(bytes[position]) { position += 1 }
            return UnsafeBufferPointer(rebasing: bytes[first..<position])
        }
        while position < contentEnd, bytes[position] != separator { position += 1 }
        var end = position
        while end > first, isBlank(bytes[end - 1]) { end -= 1 }
        position += 1
        return UnsafeBufferPointer(rebasing: bytes[first..<end])
    }

    @inline(__always)
    private func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 }
}

/// Numbers in text.
private enum TextNumber {
    static func isNumeric(_ field: ArraySlice<UInt8>) -> Bool {
        field.contains { 48...57 ~= $0 } && field.allSatisfy { 48...57 ~= $0 || "+-.eE".utf8.contains($0) }
    }

    /// A decimal point and no exponent.
    static func isDecimal(_ field: ArraySlice<UInt8>) -> Bool {
        isNumeric(field) && field.contains(UInt8(ascii: ".")) && !field.contains { $0 | 0x20 == UInt8(ascii: "e") }
    }

    /// A whole number, also as `12.000` or `1.2e1`.
    @inline(__always)
    static func whole(_ field: UnsafeBufferPointer<UInt8>) -> Int64? {
        guard !field.isEmpty else { return nil }
        let isNegative = field[0] == UInt8(ascii: "-")
        var value: Int64 = 0
        for index in (isNegative || field[0] == UInt8(ascii: "+") ? 1 : 0)..<field.count {
            let digit = Int64(field[index]) - 48
            guard 0...9 ~= digit else { return slow(field) }
            let (tens, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflows) = tens.addingReportingOverflow(digit)
            if tooLarge || overflows { return nil }
            value = sum
        }
        if field.count == 1, isNegative || field[0] == UInt8(ascii: "+") { return nil }
        return isNegative ? -value : value
    }

    @inline(never)
    private static func slow(_ field: UnsafeBufferPointer<UInt8>) -> Int64? {
        guard isNumeric(ArraySlice(field)), let number = Double(String(decoding: field, as: UTF8.self)),
            number.rounded() == number
        else { return nil }
        return Int64(exactly: number)
    }

    /// Seconds as whole microseconds, the seventh digit rounded.
    static func microseconds(_ field: UnsafeBufferPointer<UInt8>) -> Int64? {
        guard !field.isEmpty else { return nil }
        let isNegative = field[0] == UInt8(ascii: "-")
        var (value, decimals, isRounded, hasDigits): (Int64, Int, Bool, Bool) = (0, -1, false, false)
        for byte in field.dropFirst(isNegative || field[0] == UInt8(ascii: "+") ? 1 : 0) {
            if byte == UInt8(ascii: "."), decimals < 0 {
                decimals = 0
                continue
            }
            guard 48...57 ~= byte else { return nil }
            hasDigits = true
            if decimals >= 6 {
                if decimals == 6 { isRounded = byte >= 53 }
                decimals += 1
                continue
            }
            let (tens, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflows) = tens.addingReportingOverflow(Int64(byte) - 48)
            if tooLarge || overflows { return nil }
            value = sum
            if decimals >= 0 { decimals += 1 }
        }
        guard hasDigits else { return nil }
        for _ in max(decimals, 0)..<max(6, decimals) {
            let (tens, tooLarge) = value.multipliedReportingOverflow(by: 10)
            if tooLarge { return nil }
            value = tens
        }
        let (sum, overflows) = value.addingReportingOverflow(isRounded ? 1 : 0)
        if overflows { return nil }
        return isNegative ? -sum : sum
    }

    /// 0, 1, −1, or the words for them.
    @inline(__always)
    static func truth(_ field: UnsafeBufferPointer<UInt8>) -> Int64? {
        if let number = whole(field) { return number }
        switch String(decoding: field, as: UTF8.self).lowercased() {
        case "true": return 1
        case "false": return 0
        default: return nil
        }
    }
}
