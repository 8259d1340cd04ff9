/// Walks through all of a MAT file of version 4 or 5 before libmatio sees it: that library trusts what a file says of
/// itself, so every size, type and count is compared with the bytes that are there.
///
///     version 5   116 text, 8, u16 version, 'IM' or 'MI', then elements: u32 type, u32 size, content padded to 8
///                 type 15: zlib of one element; type 14: an array of flags, sizes, name, numbers
///     version 4   u32 kind, rows, columns, imaginary, name size; name; numbers
struct MatlabCheck {
    struct Variable {
        let name: String
        /// Where its element begins and ends in the file.
        let offset: Int
        let end: Int
        let shape: [Int]
        /// Whether it is an array of real numbers. Others are passed over: nothing but their name is known.
        let isNumeric: Bool
        /// For messages.
        var kind = "numbers"
        var isStructure = false
    }

    private(set) var variables: [Variable] = []
    /// Those that hold lists of numbers.
    private(set) var structures: [MatlabStructure] = []
    let isVersion4: Bool

    /// More numbers are in no variable.
    static let largestVariable = 1 << 30
    /// Bytes that packed variables take so far.
    private var unpacked = 0

    static func isVersion5(_ prefix: [UInt8]) -> Bool {
        prefix.starts(with: Array("MATLAB ".utf8)) && !Self.isVersion73(prefix)
    }

    /// Version 7.3 is HDF5 behind a block of text.
    static func isVersion73(_ prefix: [UInt8]) -> Bool { prefix.starts(with: Array("MATLAB 7.3".utf8)) }

    /// Version 4 has no mark: its first header must make sense in every field.
    static func isVersion4(_ prefix: [UInt8]) -> Bool {
        (try? Header4(ByteView(bytes: prefix, path: ""), at: 0)) != nil
    }

    init(_ bytes: [UInt8], path: String) throws(FileFormatError) {
        isVersion4 = !Self.isVersion5(bytes)
        var view = ByteView(bytes: bytes, path: path)
        if isVersion4 {
            try walk4(view)
            return
        }
        let mark = try view.text(at: 126, count: 2, "the mark of the byte order")
        guard mark == "IM" || mark == "MI" else {
            throw view.damaged(at: 126, found: "the mark '\(mark)' of the byte order", expected: "IM or MI")
        }
        view.isBigEndian = mark == "MI"
        let version = try view.number(UInt16.self, at: 124, "the version")
        guard version == 0x0100 else {
            throw .unsupported(
                path: path, offset: 124, found: "version 0x" + String(version, radix: 16), expected: "0x100",
                advice: "save it with -v7")
        }
        var offset = 128
        while offset < bytes.count { offset = try element(view, at: offset) }
    }

    // MARK: Version 5

    private mutating func element(_ view: ByteView, at offset: Int) throws(FileFormatError) -> Int {
        let type = try view.number(UInt32.self, at: offset, "an element's type")
        let size = try view.size(UInt32.self, at: offset + 4, "an element's size")
        let content = try view.slice(at: offset + 8, count: size, "an element")
        switch type {
        case 14:
            variables.append(try array(view, at: offset + 8, size: size, place: offset, end: offset + 8 + size))
            takeStructure(view, at: offset + 8, end: offset + 8 + size, place: offset)
        case 15:
            // Its first bytes tell what it is and how large: more is unpacked only of numbers, and only so much.
            let head = Zlib.decompress(content, limit: Self.headSize).bytes
            let start = ByteView(bytes: head, path: view.path, origin: offset, isBigEndian: view.isBigEndian)
            let innerSize = head.isEmpty ? 0 : try start.size(UInt32.self, at: 4, "a packed element's size")
            if !head.isEmpty {
                let header = try Header5(start, at: 8, end: 8 + innerSize, place: offset)
                guard header.isArray else {
                    variables.append(header.variable(end: offset + 8 + size))
                    if header.isStructure { takePackedStructure(view, content, size: innerSize, place: offset) }
                    break
                }
            }
            let fileSize = view.count
            try UnpackingLimit.check(
                "the packed variable at byte \(offset)", size: innerSize, before: unpacked, fileSize: fileSize,
                path: view.path)
            unpacked += innerSize
            let (bytes, damage) = Zlib.decompress(content, limit: innerSize + Self.headSize)
            if let damage {
                throw view.damaged(
                    at: damage.offset, found: "zlib data that cannot be unpacked: \(damage.reason)",
                    expected: "a whole stream in the element at byte \(offset)")
            }
            // Places in what was unpacked mean little; the element's own place is told.
            let inner = ByteView(bytes: bytes, path: view.path, origin: offset, isBigEndian: view.isBigEndian)
            guard try inner.number(UInt32.self, at: 0, "a packed element's type") == 14, bytes.count == 8 + innerSize
            else {
                throw view.damaged(
                    at: offset, found: "a packed element of \(bytes.count) bytes that is no array of \(innerSize)",
                    expected: "one array")
            }
            variables.append(try array(inner, at: 8, size: innerSize, place: offset, end: offset + 8 + size))
        default:
            throw view.damaged(at: offset, found: "an element of type \(type)", expected: "14 (array) or 15 (packed)")
        }
        return offset + 8 + size
    }

    /// A structure that cannot be read is passed over as others are: what it is called is all that is known of it.
    private mutating func takeStructure(_ view: ByteView, at start: Int, end: Int, place: Int) {
        guard variables.last?.isStructure == true,
            let found = try? MatlabStructure.all(view, at: start, end: end, place: place)
        else { return }
        structures += found
    }

    private mutating func takePackedStructure(_ view: ByteView, _ content: ArraySlice<UInt8>, size: Int, place: Int) {
        let limit = UnpackingLimit.bytes(forFileOf: view.count) - unpacked
        guard size <= limit else { return }
        unpacked += size
        let (bytes, damage) = Zlib.decompress(content, limit: size + Self.headSize)
        guard damage == nil, bytes.count == 8 + size else { return }
        takeStructure(
            ByteView(bytes: bytes, path: view.path, origin: place, isBigEndian: view.isBigEndian), at: 8,
            end: bytes.count, place: place)
    }

    /// Type, and where the content of a part lies; small parts have it in their tag.
    static func part(
        _ view: ByteView, at offset: inout Int, end: Int, _ what: String
    ) throws(FileFormatError) -> (type: Int, start: Int, size: Int) {
        let word = try view.number(UInt32.self, at: offset, what)
        let (type, start, size): (Int, Int, Int)
        if word >> 16 != 0 {
            (type, start, size) = (Int(word & 0xFFFF), offset + 4, Int(word >> 16))
            guard size <= 4 else {
                throw view.damaged(at: offset, found: "\(what) of \(size) bytes in its tag", expected: "at most 4")
            }
            offset += 8
        } else {
            (type, start) = (Int(word), offset + 8)
            size = try view.size(UInt32.self, at: offset + 4, what)
            offset = start + (size + 7) / 8 * 8
        }
        guard start + size <= end, size <= view.count else {
            throw view.damaged(at: start, found: "\(what) of \(size) bytes", expected: "at most \(max(0, end - start))")
        }
        return (type, start, size)
    }

    private static let widths = [1: 1, 2: 1, 3: 2, 4: 2, 5: 4, 6: 4, 7: 4, 9: 8, 12: 8, 13: 8]

    /// Enough for an array's flags, sizes and name.
    private static let headSize = 4096

    /// What stands before an array's numbers.
    struct Header5 {
        let name: String
        let shape: [Int]
        let count: Int
        let kind: Int
        let isComplex: Bool
        let place: Int
        /// Where the numbers begin.
        let content: Int

        var isStructure: Bool { kind == 2 }

        /// Of numbers; others are structures, cells, text and so on.
        var isArray: Bool { (6...15).contains(kind) }

        private static let kinds = [
            1: "cells", 2: "a structure", 3: "an object", 4: "text", 5: "a sparse array", 16: "a function",
            17: "an object",
        ]

        func variable(end: Int) -> Variable {
            Variable(
                name: name, offset: place, end: end, shape: shape, isNumeric: isArray && !isComplex,
                kind: isArray
                    ? isComplex ? "complex numbers" : "numbers" : Self.kinds[kind] ?? "something of class \(kind)",
                isStructure: isStructure)
        }

        init(_ view: ByteView, at start: Int, end: Int, place: Int) throws(FileFormatError) {
            var offset = start
            let flags = try part(view, at: &offset, end: end, "array flags")
            guard flags.type == 6, flags.size == 8 else {
                throw view.damaged(at: start, found: "array flags of type \(flags.type)", expected: "8 bytes of type 6")
            }
            let word = try view.number(UInt32.self, at: flags.start, "array flags")
            (kind, isComplex) = (Int(word & 0xFF), word & 0x800 != 0)
            self.place = place
            // What MATLAB keeps of objects has no sizes.
            if kind == 17 {
                (name, shape, count, content) = ("", [], 0, offset)
                return
            }
            let sizes = try part(view, at: &offset, end: end, "the array's sizes")
            guard sizes.type == 5, sizes.size % 4 == 0, (2...8).contains(sizes.size / 4) else {
                throw view.damaged(
                    at: sizes.start, found: "\(sizes.size) bytes of sizes", expected: "2 to 8 numbers of 4 bytes")
            }
            var (shape, count): ([Int], Int) = ([], 1)
            for place in stride(from: sizes.start, to: sizes.start + sizes.size, by: 4) {
                shape.append(try view.size(Int32.self, at: place, "a size"))
                let (product, overflows) = count.multipliedReportingOverflow(by: shape[shape.count - 1])
                guard !overflows, product <= largestVariable else {
                    throw view.damaged(
                        at: place, found: "sizes \(shape)", expected: "at most \(largestVariable) numbers")
                }
                count = product
            }
            let name = try part(view, at: &offset, end: end, "the array's name")
            guard name.type == 1, name.size < 256 else {
                throw view.damaged(at: name.start, found: "a name of type \(name.type)", expected: "text of type 1")
            }
            self.name = try view.text(at: name.start, count: name.size, "the array's name")
            (self.shape, self.count, content) = (shape, count, offset)
        }
    }

    private func array(
        _ view: ByteView, at start: Int, size: Int, place: Int, end last: Int
    ) throws(FileFormatError) -> Variable {
        let end = start + size
        try view.check(start, size, "an array")
        let header = try Header5(view, at: start, end: end, place: place)
        guard header.isArray else { return header.variable(end: last) }
        var offset = header.content
        for _ in 0..<(header.isComplex ? 2 : 1) where header.count > 0 || offset < end {
            let numbers = try Self.part(view, at: &offset, end: end, "the numbers of '\(header.name)'")
            guard let width = Self.widths[numbers.type], numbers.size == header.count * width else {
                throw view.damaged(
                    at: numbers.start, found: "\(numbers.size) bytes of type \(numbers.type) for '\(header.name)'",
                    expected: "\(header.count) numbers, as its shape \(header.shape) says")
            }
        }
        return header.variable(end: last)
    }

    // MARK: Version 4

    private struct Header4 {
        let name: String
        let shape: [Int]
        let isComplex: Bool
        let end: Int

        init(_ view: ByteView, at offset: Int) throws(FileFormatError) {
            var view = view
            func kind() throws(FileFormatError) -> Int { try view.size(UInt32.self, at: offset, "a variable's kind") }
            if try kind() > 4052 {
                view.isBigEndian = true
                guard try kind() >= 1000 else {
                    throw view.damaged(at: offset, found: "kind \(try kind())", expected: "that of a MAT file")
                }
            }
            let number = try kind()
            let (order, reserved, type, form) = (number / 1000, number / 100 % 10, number / 10 % 10, number % 10)
            // Sizes must be read in the order that the kind itself says.
            let imaginary = try view.size(UInt32.self, at: offset + 12, "the imaginary flag")
            let nameSize = try view.size(UInt32.self, at: offset + 16, "the name's size")
            let rows = try view.size(UInt32.self, at: offset + 4, "the rows")
            let columns = try view.size(UInt32.self, at: offset + 8, "the columns")
            guard order == (view.isBigEndian ? 1 : 0), reserved == 0, type <= 5, form <= 1, imaginary <= 1,
                (2...64).contains(nameSize), rows < 1 << 31, columns < 1 << 31
            else {
                throw view.damaged(
                    at: offset,
                    found: "a variable of kind \(number), \(rows) × \(columns), a name of \(nameSize) bytes",
                    expected: "a full array of numbers or text")
            }
            let characters = try view.slice(at: offset + 20, count: nameSize, "the name")
            let letters = characters.dropLast()
            guard characters.last == 0, !letters.isEmpty,
                letters.allSatisfy({
                    (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 95
                })
            else {
                throw view.damaged(at: offset + 20, found: "a name of other bytes", expected: "letters and a zero byte")
            }
            name = String(decoding: letters, as: UTF8.self)
            shape = [rows, columns]
            isComplex = imaginary == 1
            let width = [8, 4, 4, 2, 2, 1][type] * (isComplex ? 2 : 1)
            let (count, overflows) = (rows * columns).multipliedReportingOverflow(by: width)
            guard !overflows, count <= MatlabCheck.largestVariable * 8 else {
                throw view.damaged(
                    at: offset + 4, found: "\(rows) × \(columns) numbers", expected: "as many as fit a file")
            }
            end = offset + 20 + nameSize + count
        }
    }

    private mutating func walk4(_ view: ByteView) throws(FileFormatError) {
        var offset = 0
        while offset < view.count {
            let header = try Header4(view, at: offset)
            guard header.end <= view.count else {
                throw view.damaged(
                    at: view.count, found: "the end of the file in variable '\(header.name)'",
                    expected: "\(header.end - view.count) more bytes")
            }
            variables.append(
                Variable(
                    name: header.name, offset: offset, end: header.end, shape: header.shape,
                    isNumeric: !header.isComplex))
            offset = header.end
        }
    }
}
