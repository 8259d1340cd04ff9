/// Texts that hang on groups and arrays: units, names of columns.
extension Hdf5File {
    /// The text attributes of an object by name; those that are no texts, or kept elsewhere, are left out.
    func texts(of header: Hdf5Header) -> [String: [String]] {
        var texts: [String: [String]] = [:]
        for message in header.messages where message.type == 0x0C {
            if let (name, values) = try? attribute(message) { texts[name] = values }
        }
        return texts
    }

    private func attribute(_ message: Hdf5Header.Message) throws(FileFormatError) -> (String, [String])? {
        let version = try view.number(UInt8.self, at: message.start, "an attribute's version")
        guard 1...3 ~= version else { return nil }
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
        guard rank <= 1, 1...64 ~= count else { return nil }
        let kind = try view.number(UInt8.self, at: places[1], "an attribute's type") & 0x0F
        let width = try view.size(UInt32.self, at: places[1] + 4, "an attribute's size")
        var values: [String] = []
        for index in 0..<count {
            switch kind {
            case 3:
                let bytes = try view.slice(at: offset + index * width, count: min(width, 4096), "an attribute")
                values.append(String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self))
            case 9: values.append(try heapText(at: offset + index * 16))
            default: return nil
            }
        }
        return (name, values)
    }

    /// A text in a global heap: its size, the heap's place, its number there.
    private func heapText(at offset: Int) throws(FileFormatError) -> String {
        let size = try view.size(UInt32.self, at: offset, "a text's size")
        let wanted = try view.number(UInt32.self, at: offset + 12, "a text's number")
        guard size <= 4096, let heap = try address(at: offset + 4, "a heap's place"),
            try view.text(at: heap, count: 4, "a heap") == "GCOL"
        else { return "" }
        let end = heap + (try view.size(UInt64.self, at: heap + 8, "a heap's size"))
        var object = heap + 16
        for _ in 0..<4096 where object + 16 <= end {
            let number = UInt32(try view.number(UInt16.self, at: object, "an object's number"))
            let length = try view.size(UInt64.self, at: object + 8, "an object's size")
            if number == wanted { return try view.text(at: object + 16, count: min(size, length), "a text") }
            guard number != 0, length < view.count else { return "" }
            object += 16 + (length + 7) / 8 * 8
        }
        return ""
    }
}
