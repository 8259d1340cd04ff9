/// Types of HDF5: plain numbers, and records of them.
enum Hdf5Type {
    struct Field {
        /// Empty for a plain number.
        let name: String
        let type: NumberType
        let isBigEndian: Bool
        /// Bytes from the start of a record.
        let offset: Int
    }

    private static let largestDepth = 8

    /// The numbers of a type, and its bytes. Members of records that are no numbers are passed over.
    ///
    /// - Throws: `.unsupported` if there is no number in it.
    static func fields(at start: Int, _ file: Hdf5File) throws(FileFormatError) -> (fields: [Field], size: Int) {
        let view = file.view
        let size = try view.size(UInt32.self, at: start + 4, "a number's size")
        let kind = try view.number(UInt8.self, at: start, "a type")
        guard kind & 0x0F == 6 else {
            guard let (type, isBigEndian) = try number(at: start, file, depth: 0) else {
                throw file.unsupported(
                    at: start, "numbers of class \(kind & 0x0F) and \(size) bytes", "whole or floating numbers")
            }
            return ([Field(name: "", type: type, isBigEndian: isBigEndian, offset: 0)], type.width)
        }
        // So that their bytes can be counted, whatever the shape says.
        guard size <= 4096 else { throw file.unsupported(at: start, "records of \(size) bytes", "at most 4096") }
        var fields: [Field] = []
        for member in try members(at: start, file, depth: 0).members {
            guard let (type, isBigEndian) = try number(at: member.type, file, depth: 0), !member.name.isEmpty else {
                continue
            }
            guard member.offset <= size - type.width else {
                throw view.damaged(
                    at: start, found: "a member at \(member.offset) of \(size) bytes", expected: "one within the record"
                )
            }
            fields.append(Field(name: member.name, type: type, isBigEndian: isBigEndian, offset: member.offset))
        }
        guard !fields.isEmpty else { throw file.unsupported(at: start, "records without numbers", "numbers") }
        return (fields, size)
    }

    /// `nil` if it is no number.
    private static func number(
        at start: Int, _ file: Hdf5File, depth: Int
    ) throws(FileFormatError) -> (NumberType, isBigEndian: Bool)? {
        let view = file.view
        let kind = try view.number(UInt8.self, at: start, "a type") & 0x0F
        let bits = try view.number(UInt8.self, at: start + 1, "a type")
        let size = Int(try view.number(UInt32.self, at: start + 4, "a number's size"))
        // An enumeration is its numbers; numpy's truth values are kept so.
        if kind == 8, depth < largestDepth { return try number(at: start + 8, file, depth: depth + 1) }
        guard kind == 0 || kind == 1 && bits & 0x40 == 0,
            let type = NumberType(isFloating: kind == 1, isSigned: bits & 8 != 0, width: size)
        else { return nil }
        return (type, bits & 1 == 1)
    }

    private struct Member {
        let name: String
        let offset: Int
        /// Where its type is told.
        let type: Int
    }

    private static func members(
        at start: Int, _ file: Hdf5File, depth: Int
    ) throws(FileFormatError) -> (members: [Member], end: Int) {
        let view = file.view
        let version = try view.number(UInt8.self, at: start, "a record's version") >> 4
        let count = Int(try view.number(UInt16.self, at: start + 1, "a record's members"))
        let size = try view.size(UInt32.self, at: start + 4, "a record's size")
        guard depth < largestDepth, count <= 1024 else {
            throw file.unsupported(at: start, "a record of \(count) members", "at most 1024, not nested deeply")
        }
        var members: [Member] = []
        var offset = start + 8
        for _ in 0..<count {
            let name = try view.text(endingInZeroAt: offset, "a member's name")
            let length = name.utf8.count + 1
            offset += version < 3 ? (length + 7) / 8 * 8 : length
            let place: Int
            if version < 3 {
                place = try view.size(UInt32.self, at: offset, "a member's place")
                // In the first version sizes of an array follow.
                offset += version == 1 ? 32 : 4
            } else {
                let width = size < 1 << 8 ? 1 : size < 1 << 16 ? 2 : size < 1 << 24 ? 3 : 4
                var number = 0
                for byte in 0..<width {
                    number |= Int(try view.number(UInt8.self, at: offset + byte, "a member's place")) << (8 * byte)
                }
                place = number
                offset += width
            }
            members.append(Member(name: name, offset: place, type: offset))
            offset = try end(of: offset, file, depth: depth + 1)
        }
        return (members, offset)
    }

    /// Where what tells a type ends.
    private static func end(of start: Int, _ file: Hdf5File, depth: Int) throws(FileFormatError) -> Int {
        let view = file.view
        guard depth < largestDepth else { throw file.unsupported(at: start, "types nested deeply", "numbers") }
        let word = try view.number(UInt8.self, at: start, "a type")
        let (version, kind) = (word >> 4, word & 0x0F)
        let content = start + 8
        switch kind {
        case 0, 4: return content + 4
        case 1: return content + 12
        case 2: return content + 2
        case 3, 7: return content
        case 5: return content + Int(try view.number(UInt8.self, at: start + 1, "a tag's size"))
        case 6: return try members(at: start, file, depth: depth).end
        case 8:
            let count = Int(try view.number(UInt16.self, at: start + 1, "names"))
            let width = try view.size(UInt32.self, at: content + 4, "a number's size")
            guard count <= 4096, width <= 16 else {
                throw file.unsupported(at: start, "an enumeration of \(count)", "fewer")
            }
            var offset = try end(of: content, file, depth: depth + 1)
            for _ in 0..<count {
                let length = try view.text(endingInZeroAt: offset, "a name").utf8.count + 1
                offset += version < 3 ? (length + 7) / 8 * 8 : length
            }
            return offset + count * width
        case 9: return try end(of: content, file, depth: depth + 1)
        case 10:
            let rank = Int(try view.number(UInt8.self, at: content, "a rank"))
            return try end(of: content + (version < 3 ? 4 + rank * 8 : 1 + rank * 4), file, depth: depth + 1)
        default: throw file.unsupported(at: start, "a type of class \(kind)", "numbers")
        }
    }
}
