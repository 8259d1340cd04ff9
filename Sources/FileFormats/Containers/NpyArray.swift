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
    }

    static let mark: [UInt8] = [0x93] + Array("NUMPY".utf8)

    let path: String
    let fields: [Field]
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
            throw view.damaged(at: 0, found: "no npy array", expected: "the mark 93 'NUMPY'")
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
        guard size < 1 << 20, let header = PythonLiteral(text), let descriptor = header["descr"],
            case .truth(let isFortranOrder) = header["fortran_order"], case .list(let sizes) = header["shape"]
        else {
            throw view.damaged(
                at: headerStart, found: "the header '\(String(decoding: text.prefix(60), as: UTF8.self))'",
                expected: "{'descr': …, 'fortran_order': …, 'shape': …}")
        }
        (fields, itemSize) = try Self.fields(descriptor, path: path, offset: headerStart)
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

    private static func fields(
        _ descriptor: PythonLiteral, path: String, offset place: Int
    ) throws(FileFormatError) -> ([Field], Int) {
        var fields: [Field] = []
        var offset = 0
        func add(_ name: String, _ code: String) throws(FileFormatError) {
            guard let (type, isBigEndian) = type(code) else {
                let isObject = code.contains("O")
                throw .unsupported(
                    path: path, offset: place,
                    found: isObject ? "Python objects, which are a pickle" : "numbers of type '\(code)'",
                    expected: "numbers, such as '<i8' or '<f4'",
                    advice: isObject
                        ? "unpickling can run any code, so it is never done here; save plain arrays with numpy.savez"
                        : "convert them with astype")
            }
            fields.append(Field(name: name, type: type, isBigEndian: isBigEndian, offset: offset))
            offset += type.width
        }
        switch descriptor {
        case .text(let code): try add("", code)
        case .list(let entries):
            for entry in entries {
                guard case .list(let parts) = entry, parts.count == 2, case .text(let name) = parts[0],
                    case .text(let code) = parts[1]
                else {
                    throw .unsupported(
                        path: path, offset: place, found: "a field that is no plain number",
                        expected: "('name', '<u2') for every field", advice: "save the columns as arrays of their own")
                }
                // '|V3' without a name is space between fields.
                if name.isEmpty, code.hasPrefix("|V"), let space = Int(code.dropFirst(2)), 0..<1024 ~= space {
                    offset += space
                } else {
                    try add(name, code)
                }
            }
        default: try add("", "?")
        }
        guard !fields.isEmpty else { throw .missingEntry(path: path, name: "t", present: []) }
        return (fields, offset)
    }

    /// `<u2` and the like.
    private static func type(_ code: String) -> (NumberType, isBigEndian: Bool)? {
        guard let order = code.first, "<>|=".contains(order), let kind = code.dropFirst().first,
            let width = kind == "?" ? 1 : Int(code.dropFirst(2))
        else { return nil }
        let type: NumberType? =
            switch kind {
            case "i": NumberType(isFloating: false, isSigned: true, width: width)
            case "u": NumberType(isFloating: false, isSigned: false, width: width)
            case "f": NumberType(isFloating: true, isSigned: true, width: width)
            case "b", "?": width == 1 ? .bool : nil
            default: nil
            }
        return type.map { ($0, order == ">") }
    }

    /// A named field of an array of one dimension, as far as it is there.
    func column(field: Field) -> NumberColumn? {
        NumberColumn(
            field.type, isBigEndian: field.isBigEndian, bytes: bytes, start: start + field.offset, stride: itemSize,
            count: available, origin: 0)
    }

    /// A column of an array of plain numbers with two dimensions, as far as it is there.
    func column(_ index: Int) -> NumberColumn? {
        guard shape.count == 2, index < shape[1] else { return nil }
        let (rows, columns) = (shape[0], shape[1])
        if isFortranOrder {
            return NumberColumn(
                fields[0].type, isBigEndian: fields[0].isBigEndian, bytes: bytes,
                start: start + index * rows * itemSize, stride: itemSize,
                count: max(0, min(rows, available - index * rows)), origin: 0)
        }
        return NumberColumn(
            fields[0].type, isBigEndian: fields[0].isBigEndian, bytes: bytes, start: start + index * itemSize,
            stride: columns * itemSize, count: available / columns, origin: 0)
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
