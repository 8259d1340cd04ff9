/// What hangs on groups and arrays: units, names of columns, the sensor's size.
struct Hdf5Attributes {
    fileprivate(set) var texts: [String: [String]] = [:]
    fileprivate(set) var numbers: [String: [Double]] = [:]

    /// What they say of the sensor's size.
    var said: SaidSize {
        var said = SaidSize()
        for (name, numbers) in numbers.sorted(by: { $0.key < $1.key }) { said.take(name, numbers) }
        for (name, texts) in texts.sorted(by: { $0.key < $1.key }) {
            said.take(name, text: texts.joined(separator: " "))
        }
        return said
    }
}

extension Hdf5File {
    /// Attributes of an object by name; those that are neither texts nor numbers, or kept elsewhere, are left out.
    func attributes(of header: Hdf5Header) -> Hdf5Attributes {
        var attributes = Hdf5Attributes()
        for message in header.messages where message.type == 0x0C { try? take(message, into: &attributes) }
        return attributes
    }

    private func take(_ message: Hdf5Header.Message, into attributes: inout Hdf5Attributes) throws(FileFormatError) {
        let version = try view.number(UInt8.self, at: message.start, "an attribute's version")
        guard 1...3 ~= version else { return }
        let sizes = try [2, 4, 6].map { offset throws(FileFormatError) in
            Int(try view.number(UInt16.self, at: message.start + offset, "an attribute's sizes"))
        }
        var offset = message.start + (version == 3 ? 9 : 8)
        var places: [Int] = []
        for size in sizes {
            places.append(offset)
            offset += version == 1 ? (size + 7) / 8 * 8 : size
        }
        let name = try view.text(endingInZeroAt: places[0], "an attribute's name")
        let rank = Int(try view.number(UInt8.self, at: places[2] + 1, "an attribute's rank"))
        let isOldSpace = try view.number(UInt8.self, at: places[2], "an attribute's space") == 1
        let count = rank == 0 ? 1 : try view.size(UInt64.self, at: places[2] + (isOldSpace ? 8 : 4), "a size")
        guard rank <= 1, 1...64 ~= count else { return }
        let kind = try view.number(UInt8.self, at: places[1], "an attribute's type") & 0x0F
        let width = try view.size(UInt32.self, at: places[1] + 4, "an attribute's size")
        var texts: [String] = []
        for index in 0..<count {
            switch kind {
            case 0, 1:
                let bytes = Array(try view.slice(at: offset, count: count * min(width, 16), "an attribute"))
                guard let field = try Hdf5Type.fields(at: places[1], self).fields.first,
                    let column = NumberColumn(
                        field.type, isBigEndian: field.isBigEndian, bytes: bytes, count: count)
                else { return }
                attributes.numbers[name] = column.doubles()
                return
            case 3:
                let bytes = try view.slice(at: offset + index * width, count: min(width, 4096), "an attribute")
                texts.append(String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self))
            case 9:
                var heap = Hdf5TextHeap(file: self)
                texts.append(try heap.text(at: offset + index * 16))
            default: return
            }
        }
        attributes.texts[name] = texts
    }
}
