/// An array as numpy keeps it: a mark, a header of Python literals, then the numbers.
///
///     93 'NUMPY'  u8 major  u8 minor  u16 or u32 header size
///     {'descr': '<i8', 'fortran_order': False, 'shape': (1500,), }
///     numbers
///
/// Arrays of Python objects are pickles, which can run any code: they are refused.
struct NpyArray {
    struct Field {
        /// Empty for an array of plain numbers.
        let name: String
        let type: NumberType
        let isBigEndian: Bool
        /// Bytes from the start of an item.
        let offset: Int
        /// Of dates and durations.
        var unit: TimeUnit?
    }

    static let mark: [UInt8] = [0x93] + Array("NUMPY".utf8)

    let path: String
    let fields: [Field]
    /// Names of fields that are no numbers.
    let skipped: [String]
    let itemSize: Int
    let shape: [Int]
    /// Whether the first index runs fastest.
    let isFortranOrder: Bool
    /// The whole file, and where the numbers begin in it.
    let bytes: [UInt8]
    let start: Int
    /// How many items are really there: fewer than the shape says only if the file is cut.
    let available: Int

    var count: Int { shape.reduce(1, *) }

    /// - Throws: `.damaged`, or `.unsupported` for objects and other types than numbers.
    init(_ bytes: [UInt8], path: String) throws(FileFormatError) {
        let view = ByteView(bytes: bytes, path: path)
        guard bytes.starts(with: Self.mark) else {
            throw view.damaged(at: 0, found: "no npy array", expected: "the magic bytes 93 'NUMPY'")
        }
        let major = try view.number(UInt8.self, at: 6, "the version")
        guard (1...3).contains(major) else {
            throw .unsupported(
                path: path, offset: 6, found: "npy version \(major)", expected: "1, 2 or 3",
                advice: "save it with numpy.save")
        }
        let headerStart = major == 1 ? 10 : 12
        let size =
            major == 1
            ? Int(try view.number(UInt16.self, at: 8, "the header's size"))
            : Int(try view.number(UInt32.self, at: 8, "the header's size"))
        let text = try view.slice(at: headerStart, count: size, "the header")
        // Real headers have some hundred bytes; parsing is linear, but a gigabyte of brackets is nobody's header.
        guard size < 1 << 20, let header = PythonLiteral(Self.wide(text, version: major)),
            let descriptor = header["descr"],
            case .truth(let isFortranOrder) = header["fortran_order"], case .list(let sizes) = header["shape"]
        else {
            throw view.damaged(
                at: headerStart, found: "the header '\(String(decoding: text.prefix(60), as: UTF8.self))'",
                expected: "{'descr': …, 'fortran_order': …, 'shape': …}")
        }
        (fields, skipped, itemSize) = try Self.fields(descriptor, path: path, offset: headerStart)
        var (shape, total): ([Int], Int) = ([], itemSize)
        for size in sizes {
            guard case .number(let number) = size,
                case let (product, overflows) = total.multipliedReportingOverflow(by: number), !overflows,
                product < 1 << 60
            else {
                throw view.damaged(
                    at: headerStart, found: "a shape of \(sizes.count) sizes", expected: "sizes of a file")
            }
            shape.append(number)
            total = product
        }
        start = headerStart + size
        (self.path, self.bytes, self.shape, self.isFortranOrder) = (path, bytes, shape, isFortranOrder)
        available = min(shape.reduce(1, *), (bytes.count - start) / itemSize)
    }

    /// The ASCII characters of an array of text; `nil` if it is not one.
    static func text(_ bytes: [UInt8]) -> String? {
        guard bytes.count > 12, bytes.starts(with: mark), let end = bytes.firstIndex(of: 10) else { return nil }
        let header = String(decoding: bytes[10..<end], as: UTF8.self)
        guard ["'<U", "'|S", "'>U"].contains(where: { header.contains($0) }) else { return nil }
        return String(decoding: bytes[(end + 1)...].filter { $0 != 0 && $0 < 128 }, as: UTF8.self)
    }

    /// Headers are Latin-1 up to version 2, UTF-8 in version 3: as UTF-8.
    private static func wide(_ text: ArraySlice<UInt8>, version: UInt8) -> ArraySlice<UInt8> {
        guard version < 3, text.contains(where: { $0 > 127 }) else { return text }
        return Array(String(String.UnicodeScalarView(text.map { Unicode.Scalar($0) })).utf8)[...]
    }

    /// - Throws: `.damaged` if numbers are missing, or something follows them.
    func checkWhole() throws(FileFormatError) {
        guard bytes.count - start == count * itemSize else {
            throw .damaged(
                path: path, offset: min(bytes.count, start + count * itemSize),
                found: "\(bytes.count - start) bytes of numbers",
                expected: "\(count * itemSize) for the shape \(shape)",
                advice: "copy or write the file again")
        }
    }

    /// Bytes of the whole file, as its header says.
    var size: Int { start + count * itemSize }

    private static func fields(
        _ descriptor: PythonLiteral, path: String, offset place: Int
    ) throws(FileFormatError) -> (fields: [Field], skipped: [String], size: Int) {
        var (fields, skipped): ([Field], [String]) = ([], [])
        var offset = 0
        func add(_ name: String, _ code: String, count: Int = 1) throws(FileFormatError) {
            guard let (type, isBigEndian, unit) = type(code) else {
                // In a record what is no number is passed over, if its size is known.
                if !name.isEmpty || code.hasPrefix("|V"), let width = width(code), width * count < 1 << 20 {
                    if !name.isEmpty { skipped.append(name) }
                    offset += width * count
                    return
                }
                let isObject = code.contains("O")
                throw .unsupported(
                    path: path, offset: place,
                    found: isObject ? "pickled Python objects" : "numbers of type '\(code)'",
                    expected: "numbers, such as '<i8' or '<f4'",
                    advice: isObject
                        ? "unpickling can execute any code, so it is not supported; save plain arrays with numpy.savez"
                        : "convert them with astype")
            }
            guard fields.count + count <= 256 else {
                throw .unsupported(
                    path: path, offset: place, found: "more than 256 fields", expected: "t, x, y and p",
                    advice: "save the columns as separate arrays")
            }
            for index in 0..<count {
                let name = count > 1 ? "\(name)[\(index)]" : name
                fields.append(Field(name: name, type: type, isBigEndian: isBigEndian, offset: offset, unit: unit))
                offset += type.width
            }
        }
        switch descriptor {
        case .text(let code): try add("", code)
        case .list(let entries):
            for entry in entries {
                // ('name', '<u2'), (('title', 'name'), '<u2') or ('name', '<u2', (2,)): name, code, and how many.
                guard case .list(let parts) = entry, (2...3).contains(parts.count), case .text(let code) = parts[1]
                else {
                    throw .unsupported(
                        path: path, offset: place, found: "a field that is not a plain number",
                        expected: "('name', '<u2') for every field", advice: "save the columns as separate arrays")
                }
                var name: String?
                if case .text(let text) = parts[0] { name = text }
                if case .list(let titled) = parts[0], case .text(let text) = titled.last { name = text }
                var count = 1
                if parts.count == 3, case .list(let sizes) = parts[2] {
                    for size in sizes {
                        if case .number(let number) = size, 0...64 ~= number {
                            count *= number
                        } else {
                            count = .max / 2
                        }
                        if count > 64 { break }
                    }
                }
                guard let name, 0...64 ~= count else {
                    throw .unsupported(
                        path: path, offset: place, found: "a field of many numbers",
                        expected: "('name', '<u2') for every field", advice: "save the columns as separate arrays")
                }
                try add(name, code, count: count)
            }
        default: try add("", "?")
        }
        guard !fields.isEmpty else { throw .missingEntry(path: path, name: "t", present: skipped) }
        return (fields, skipped, offset)
    }

    /// Bytes of an item of text, dates, complex numbers or space.
    private static func width(_ code: String) -> Int? {
        guard let order = code.first, "<>|=".contains(order), let kind = code.dropFirst().first,
            let size = Int(code.dropFirst(2).prefix { $0.isNumber }), 0..<1 << 20 ~= size
        else { return nil }
        return switch kind {
        case "U": 4 * size
        case "S", "a", "V", "c", "M", "m": size
        default: nil
        }
    }

    /// `<u2` and the like.
    private static func type(_ code: String) -> (NumberType, isBigEndian: Bool, unit: TimeUnit?)? {
        guard let order = code.first, "<>|=".contains(order), let kind = code.dropFirst().first else { return nil }
        // Dates and durations say their unit: <M8[us].
        if kind == "M" || kind == "m", code.dropFirst(2).hasPrefix("8["), code.hasSuffix("]") {
            return TimeUnit(rawValue: String(code.dropFirst(4).dropLast())).map { (.int64, order == ">", $0) }
        }
        guard let width = kind == "?" ? 1 : Int(code.dropFirst(2)) else { return nil }
        let type: NumberType? =
            switch kind {
            case "i": NumberType(isFloating: false, isSigned: true, width: width)
            case "u": NumberType(isFloating: false, isSigned: false, width: width)
            case "f": NumberType(isFloating: true, isSigned: true, width: width)
            case "b", "?": width == 1 ? .bool : nil
            default: nil
            }
        return type.map { ($0, order == ">", nil) }
    }

    /// A field of an array of one dimension, as far as it is there.
    func column(field: Field) -> NumberColumn? {
        NumberColumn(
            field.type, isBigEndian: field.isBigEndian, bytes: bytes, start: start + field.offset, stride: itemSize,
            count: available, origin: 0)
    }

    /// A column of an array of plain numbers with two dimensions, as far as it is there.
    func column(_ index: Int) -> NumberColumn? {
        shape.count == 2 ? column(index, rows: shape[0], columns: shape[1]) : nil
    }

    /// As `column(_:)`, of an array that has this shape but for sizes of 1.
    private func column(_ index: Int, rows: Int, columns: Int) -> NumberColumn? {
        guard index < columns else { return nil }
        if isFortranOrder { return line(index, length: rows) }
        return NumberColumn(
            fields[0].type, isBigEndian: fields[0].isBigEndian, bytes: bytes, start: start + index * itemSize,
            stride: columns * itemSize, count: available / columns, origin: 0)
    }

    /// Numbers that lie one behind the other.
    private func line(_ index: Int, length: Int) -> NumberColumn? {
        NumberColumn(
            fields[0].type, isBigEndian: fields[0].isBigEndian, bytes: bytes, start: start + index * length * itemSize,
            stride: itemSize, count: max(0, min(length, available - index * length)), origin: 0)
    }

    /// The array as a table that may hold events: its fields, the columns of N × K numbers, or the rows of K × N.
    ///
    /// - Returns: `nil` if it has another shape.
    func table(title: String) -> EventTable? {
        let sizes = shape.filter { $0 != 1 }
        if !fields[0].name.isEmpty {
            guard sizes.count <= 1 else { return nil }
            return EventTable(
                title: title,
                columns: fields.compactMap { field in
                    column(field: field).map { EventTable.Column($0, name: field.name, unit: field.unit) }
                })
        }
        guard fields.count == 1, let (count, columns, isTransposed) = EventTable.shape(of: shape) else { return nil }
        // Rows of K × N lie as the columns of N × K do in the other order.
        let lists = (0..<columns).compactMap { index -> NumberColumn? in
            if isTransposed {
                return isFortranOrder
                    ? NumberColumn(
                        fields[0].type, isBigEndian: fields[0].isBigEndian, bytes: bytes,
                        start: start + index * itemSize,
                        stride: columns * itemSize, count: available / columns, origin: 0)
                    : line(index, length: count)
            }
            return column(index, rows: count, columns: columns)
        }
        return EventTable(title: title, columns: lists.map { EventTable.Column($0) })
    }

    // MARK: Writing

    /// The bytes of an array of numbers in the order of the first index slowest.
    static func encode(_ code: String, shape: [Int], numbers: [UInt8]) -> [UInt8] {
        let sizes = shape.count == 1 ? "\(shape[0])," : shape.map(String.init).joined(separator: ", ")
        var header = "{'descr': \(code), 'fortran_order': False, 'shape': (\(sizes)), }"
        // numpy aligns the numbers to 64 bytes.
        header += String(repeating: " ", count: (64 - (11 + header.utf8.count) % 64) % 64) + "\n"
        var bytes = mark + [1, 0]
        bytes.append(littleEndian: UInt16(header.utf8.count))
        return bytes + Array(header.utf8) + numbers
    }

    static func encode<Number: FixedWidthInteger>(_ code: String, shape: [Int], _ numbers: [Number]) -> [UInt8] {
        encode("'\(code)'", shape: shape, numbers: numbers.map(\.littleEndian).withUnsafeBytes { Array($0) })
    }
}
