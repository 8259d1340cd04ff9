/// The lists of numbers in a structure of MATLAB, as `save` writes what readers of recordings return: `TD.x`, `TD.y`,
/// `TD.ts`, `TD.p`. In structures within it as well.
///
///     flags (class 2), sizes, name; then
///     i32 width of a field's name;  names, each of that width;  for every field an element: u32 14, u32 size, an array
///
/// Only single structures are read: one for every event, or fields of text and cells, are passed over.
struct MatlabStructure {
    struct Field {
        let name: String
        let numbers: NumberColumn
    }

    /// With those of the structures around it: `events.dvs`.
    let name: String
    let fields: [Field]

    /// Of the structure and those within it, each that has lists.
    ///
    /// - Parameters:
    ///   - start: where its flags begin.
    ///   - place: of its element in the file, for messages.
    /// - Throws: `.damaged` if it contradicts itself.
    static func all(
        _ view: ByteView, at start: Int, end: Int, place: Int, around: String = "", depth: Int = 0
    ) throws(FileFormatError) -> [MatlabStructure] {
        let header = try MatlabCheck.Header5(view, at: start, end: end, place: place)
        guard header.isStructure, header.count == 1, depth < deepest else { return [] }
        var offset = header.content
        let width = try MatlabCheck.part(view, at: &offset, end: end, "the width of the fields' names")
        let size = try view.size(Int32.self, at: width.start, "the width of the fields' names")
        let names = try MatlabCheck.part(view, at: &offset, end: end, "the fields' names")
        guard size > 0, names.size % size == 0, names.size / size <= mostFields else {
            throw view.damaged(
                at: names.start, found: "\(names.size) bytes of names, \(size) each",
                expected: "at most \(mostFields) names of one width")
        }
        let own = around.isEmpty ? header.name : around
        var fields: [Field] = []
        var inner: [MatlabStructure] = []
        for index in 0..<names.size / size {
            let letters = try view.slice(at: names.start + index * size, count: size, "a field's name")
            let name = String(decoding: letters.prefix { $0 != 0 }, as: UTF8.self)
            let element = try MatlabCheck.part(view, at: &offset, end: end, "the field '\(name)'")
            guard element.type == 14, element.size > 0 else { continue }
            let last = element.start + element.size
            let field = try MatlabCheck.Header5(view, at: element.start, end: last, place: place)
            if field.isStructure {
                inner += try all(
                    view, at: element.start, end: last, place: place, around: own + "." + name, depth: depth + 1)
            } else if let numbers = try field.list(view, end: last) {
                fields.append(Field(name: name, numbers: numbers))
            }
        }
        return (fields.isEmpty ? [] : [MatlabStructure(name: own, fields: fields)]) + inner
    }

    private static let (deepest, mostFields) = (8, 1024)
}

extension MatlabCheck.Header5 {
    /// What it holds, if that is a list of real numbers.
    fileprivate func list(_ view: ByteView, end: Int) throws(FileFormatError) -> NumberColumn? {
        guard isArray, !isComplex, shape.count(where: { $0 != 1 }) <= 1 else { return nil }
        var offset = content
        guard count > 0 else { return nil }
        let numbers = try MatlabCheck.part(view, at: &offset, end: end, "the numbers of a field")
        guard let type = Self.types[numbers.type], numbers.size == count * type.width else {
            throw view.damaged(
                at: numbers.start, found: "\(numbers.size) bytes of type \(numbers.type)",
                expected: "\(count) numbers, as the shape \(shape) says")
        }
        return NumberColumn(
            type, isBigEndian: view.isBigEndian, bytes: view.bytes, start: numbers.start, count: count,
            origin: view.origin)
    }

    /// Numbers are stored as the narrowest type that holds them all.
    private static let types: [Int: NumberType] = [
        1: .int8, 2: .uint8, 3: .int16, 4: .uint16, 5: .int32, 6: .uint32, 7: .float32, 9: .float64, 12: .int64,
        13: .uint64,
    ]
}
