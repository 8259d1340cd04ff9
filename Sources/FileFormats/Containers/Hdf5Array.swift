/// An array of numbers, or of records of numbers, in an HDF5 file: what its messages say, and the numbers.
struct Hdf5Array {
    enum Layout {
        /// Created, but nothing was ever put in.
        case unwritten
        case contiguous(start: Int, size: Int)
        case chunked(tree: Int, chunk: [Int])
    }

    let file: Hdf5File
    let shape: [Int]
    /// Those of a record that are numbers; one without a name in an array of plain numbers; none in one of texts.
    let fields: [Hdf5Type.Field]
    /// How texts are kept; `nil` of numbers.
    let textKind: Hdf5TextKind?
    /// Bytes of a number or record.
    let itemSize: Int
    let layout: Layout
    /// In the order in which they were applied.
    let filters: [Hdf5Filter]
    private let place: Int

    var count: Int { shape.reduce(1, *) }

    /// `nil` if the header is no array's.
    ///
    /// - Parameter takesTexts: whether an array of texts is one, too; else it is refused.
    init?(_ header: Hdf5Header, in file: Hdf5File, takesTexts: Bool = false) throws(FileFormatError) {
        guard let space = header.message(1), let kind = header.message(3), let layout = header.message(8) else {
            return nil
        }
        let view = file.view
        (self.file, place) = (file, layout.start)
        shape = try Self.shape(space, view)
        textKind = takesTexts ? try Hdf5TextKind(at: kind.start, file) : nil
        if let textKind {
            (fields, itemSize) = ([], textKind.itemSize)
        } else {
            (fields, itemSize) = try Hdf5Type.fields(at: kind.start, file)
        }
        filters =
            try header.message(11).map { message throws(FileFormatError) in try Hdf5Filter.list(message, file) } ?? []

        let version = try view.number(UInt8.self, at: layout.start, "a layout's version")
        let form = try view.number(UInt8.self, at: layout.start + 1, "a layout's kind")
        switch (version, form) {
        case (3, 0), (4, 0):
            let size = Int(try view.number(UInt16.self, at: layout.start + 2, "the numbers' size"))
            self.layout = .contiguous(start: layout.start + 4, size: size)
        case (3, 1), (4, 1):
            let size = try view.size(UInt64.self, at: layout.start + 10, "the numbers' size")
            let start = try file.address(at: layout.start + 2, "the numbers' place")
            self.layout = start.map { .contiguous(start: $0, size: size) } ?? .unwritten
        case (3, 2):
            let rank = Int(try view.number(UInt8.self, at: layout.start + 2, "a chunk's rank"))
            guard rank == shape.count + 1 else {
                throw view.damaged(
                    at: layout.start + 2, found: "chunks of rank \(rank)", expected: "\(shape.count + 1)")
            }
            var chunk: [Int] = []
            for index in 0..<shape.count {
                let size = try view.size(UInt32.self, at: layout.start + 11 + index * 4, "a chunk's side")
                guard size > 0 else {
                    throw view.damaged(at: layout.start + 11, found: "a chunk without numbers", expected: "some")
                }
                chunk.append(size)
            }
            let tree = try file.address(at: layout.start + 3, "the chunks' tree")
            self.layout = tree.map { .chunked(tree: $0, chunk: chunk) } ?? .unwritten
        default:
            throw file.unsupported(
                at: layout.start, "layout version \(version), kind \(form)",
                "numbers in one piece or in chunks of a B-tree")
        }
    }

    private static func shape(_ space: Hdf5Header.Message, _ view: ByteView) throws(FileFormatError) -> [Int] {
        let version = try view.number(UInt8.self, at: space.start, "a space's version")
        let rank = Int(try view.number(UInt8.self, at: space.start + 1, "a rank"))
        let sizes = space.start + (version == 1 ? 8 : 4)
        var (shape, count): ([Int], Int) = ([], 1)
        for index in 0..<min(rank, 32) {
            shape.append(try view.size(UInt64.self, at: sizes + index * 8, "a size"))
            let (product, overflows) = count.multipliedReportingOverflow(by: shape[index])
            guard !overflows, product < 1 << 48 else {
                throw view.damaged(at: sizes, found: "sizes \(shape)", expected: "sizes that fit a file")
            }
            count = product
        }
        return shape
    }

    // MARK: Numbers

    /// The array as a table that may hold events: a record's fields, or columns of two dimensions.
    ///
    /// - Returns: `nil` if it has another shape.
    func table(title: String, names: [String]?) throws(FileFormatError) -> EventTable? {
        if !fields[0].name.isEmpty {
            guard shape.count(where: { $0 != 1 }) <= 1 else { return nil }
            let (bytes, origin) = try read()
            return EventTable(
                title: title,
                columns: fields.compactMap { field in
                    NumberColumn(
                        field.type, isBigEndian: field.isBigEndian, bytes: bytes, start: field.offset, stride: itemSize,
                        count: count, origin: origin
                    ).map { EventTable.Column($0, name: field.name) }
                })
        }
        guard let (count, columns, isTransposed) = EventTable.shape(of: shape) else { return nil }
        let (bytes, origin) = try read()
        let lists = (0..<columns).compactMap { index in
            NumberColumn(
                fields[0].type, isBigEndian: fields[0].isBigEndian, bytes: bytes,
                start: (isTransposed ? index * count : index) * itemSize,
                stride: isTransposed ? itemSize : columns * itemSize,
                count: count, origin: origin)
        }
        let own = names.flatMap { $0.count == columns ? $0 : nil }
        return EventTable(title: title, columns: lists.enumerated().map { EventTable.Column($1, name: own?[$0]) })
    }

    /// All numbers of an array with one size above 1.
    ///
    /// - Throws: `.damaged` if some are missing; `.unsupported` if there are several such sizes.
    func column() throws(FileFormatError) -> NumberColumn {
        guard shape.filter({ $0 != 1 }).count <= 1, fields.count == 1 else {
            throw file.unsupported(at: place, "an array of shape \(shape)", "a list")
        }
        let (bytes, origin) = try read()
        guard
            let column = NumberColumn(
                fields[0].type, isBigEndian: fields[0].isBigEndian, bytes: bytes, count: count, origin: origin)
        else {
            throw file.view.damaged(at: place, found: "\(bytes.count) bytes of numbers", expected: "\(count) numbers")
        }
        return column
    }

    /// All numbers of an array of any shape, the last index fastest; `nil` if it holds records.
    func allNumbers() throws(FileFormatError) -> NumberColumn? {
        guard fields.count == 1, fields[0].name.isEmpty else { return nil }
        let (bytes, origin) = try read()
        return NumberColumn(
            fields[0].type, isBigEndian: fields[0].isBigEndian, bytes: bytes, count: count, origin: origin)
    }

    /// The array's bytes, and where they or what tells of them lies in the file.
    func read() throws(FileFormatError) -> (bytes: [UInt8], origin: Int) {
        switch layout {
        case .unwritten:
            guard count == 0 else {
                throw file.unwritten(at: place, "an array of shape \(shape) that was created, but never written")
            }
            return ([], place)
        case .contiguous(let start, let size):
            guard size == count * itemSize else {
                throw file.view.damaged(at: place, found: "\(size) bytes of numbers", expected: "\(count * itemSize)")
            }
            return (Array(try file.view.slice(at: start, count: size, "the numbers")), start)
        case .chunked(let tree, let chunk): return (try chunks(tree, chunk), place)
        }
    }

    private func chunks(_ tree: Int, _ chunk: [Int]) throws(FileFormatError) -> [UInt8] {
        guard count > 0 else { return [] }
        guard !shape.isEmpty else {
            throw file.unsupported(at: place, "chunks of a single number", "an array")
        }
        let fileSize = file.view.count
        try UnpackingLimit.check(
            "an array of shape \(shape)", size: count * itemSize, fileSize: fileSize, path: file.path)
        var length = itemSize
        for side in chunk {
            let (product, overflows) = length.multipliedReportingOverflow(by: side)
            length = overflows ? .max : product
        }
        try UnpackingLimit.check("a chunk of shape \(chunk)", size: length, fileSize: fileSize, path: file.path)
        var pieces: [[Int]: (start: Int, size: Int, mask: UInt32)] = [:]
        var visited = Set<Int>()
        try collect(tree, into: &pieces, visited: &visited)
        var output = [UInt8](repeating: 0, count: count * itemSize)
        var first = [Int](repeating: 0, count: shape.count)
        repeat {
            guard let piece = pieces[first] else {
                throw file.unwritten(
                    at: tree, "an array of shape \(shape) whose values from number \(first) on were never written")
            }
            let needed = shape.count == 1 ? min(chunk[0], shape[0] - first[0]) * itemSize : length
            copy(try unpack(piece, length: length, needed: needed), of: chunk, to: first, in: &output)
        } while Self.advance(&first, by: chunk, to: shape)
        return output
    }

    /// The next place in the order of the last index fastest; false behind the last.
    private static func advance(_ place: inout [Int], by steps: [Int], to ends: [Int]) -> Bool {
        for axis in place.indices.reversed() {
            place[axis] += steps[axis]
            if place[axis] < ends[axis] { return true }
            place[axis] = 0
        }
        return false
    }

    /// Puts a chunk where it belongs; what reaches beyond the array is left out.
    private func copy(_ bytes: [UInt8], of chunk: [Int], to first: [Int], in output: inout [UInt8]) {
        let last = shape.count - 1
        let run = min(chunk[last], shape[last] - first[last]) * itemSize
        let ends = chunk.indices.map { $0 == last ? 1 : min(chunk[$0], shape[$0] - first[$0]) }
        var place = [Int](repeating: 0, count: shape.count)
        let ones = [Int](repeating: 1, count: shape.count)
        repeat {
            var (source, target) = (0, 0)
            for axis in shape.indices {
                source = source * chunk[axis] + place[axis]
                target = target * shape[axis] + first[axis] + place[axis]
            }
            (source, target) = (source * itemSize, target * itemSize)
            output.replaceSubrange(target..<target + run, with: bytes[source..<source + run])
        } while Self.advance(&place, by: ones, to: ends)
    }

    private func collect(
        _ node: Int, into pieces: inout [[Int]: (start: Int, size: Int, mask: UInt32)], visited: inout Set<Int>
    ) throws(FileFormatError) {
        let view = file.view
        guard visited.insert(node).inserted else {
            throw view.damaged(at: node, found: "a tree that runs in a circle", expected: "one without")
        }
        guard try view.text(at: node, count: 4, "a chunk node") == "TREE",
            try view.number(UInt8.self, at: node + 4, "a node's kind") == 1
        else { throw view.damaged(at: node, found: "no chunk node", expected: "TREE of kind 1") }
        let level = try view.number(UInt8.self, at: node + 5, "a node's level")
        guard level < 32 else { throw view.damaged(at: node + 5, found: "level \(level)", expected: "at most 32") }
        let entries = Int(try view.number(UInt16.self, at: node + 6, "a node's count"))
        let key = 8 + 8 * (shape.count + 1)
        for index in 0..<entries {
            let entry = node + 24 + index * (key + 8)
            guard let child = try file.address(at: entry + key, "a chunk's place") else { continue }
            if level > 0 {
                try collect(child, into: &pieces, visited: &visited)
            } else {
                let size = try view.size(UInt32.self, at: entry, "a chunk's size")
                let mask = try view.number(UInt32.self, at: entry + 4, "a chunk's filter mask")
                var first: [Int] = []
                for axis in shape.indices {
                    first.append(try view.size(UInt64.self, at: entry + 8 + axis * 8, "a chunk's first number"))
                }
                pieces[first] = (child, size, mask)
            }
        }
    }

    /// - Parameter needed: bytes of the chunk that lie within the array.
    private func unpack(
        _ piece: (start: Int, size: Int, mask: UInt32), length: Int, needed: Int
    ) throws(FileFormatError) -> [UInt8] {
        var bytes = Array(try file.view.slice(at: piece.start, count: piece.size, "a chunk"))
        var mayLeaveRest = false
        for (index, filter) in filters.enumerated().reversed() where piece.mask & (1 << UInt32(index)) == 0 {
            let (undone, damage) = filter.undone(bytes, length: length, width: itemSize)
            if let damage {
                throw file.view.damaged(
                    at: piece.start + damage.offset,
                    found: "\(filter.name) data that cannot be unpacked: \(damage.reason)",
                    expected: "a chunk of \(length) bytes")
            }
            (bytes, mayLeaveRest) = (undone, filter.mayLeaveRest)
        }
        if mayLeaveRest, bytes.count < length, bytes.count >= needed {
            bytes += [UInt8](repeating: 0, count: length - bytes.count)
        }
        guard bytes.count == length else {
            throw file.view.damaged(at: piece.start, found: "a chunk of \(bytes.count) bytes", expected: "\(length)")
        }
        return bytes
    }
}
