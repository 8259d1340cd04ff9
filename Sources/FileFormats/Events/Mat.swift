/// MATLAB's files: variables x, y, ts and p as CEP-DVS has them, or `out1` of MNIST-DVS' and CIFAR10-DVS' scripts.
///
/// `out1` has rows of time, 5, −1, x, y and polarity. Version 4 and 5 are read by libmatio behind a check of our own;
/// version 7.3 is HDF5.
public struct Mat: EventFormat {
    public init() {}

    public var name: String { "mat" }
    public var summary: String { "MATLAB variables x, y, ts, p: CEP-DVS" }
    public var endings: [String] { [".mat"] }
    public var variants: [String] { ["version 7", "version 5", "version 4"] }

    public func recognizes(prefix: [UInt8], name: String) -> Bool {
        MatlabCheck.isVersion5(prefix) || MatlabCheck.isVersion73(prefix) || MatlabCheck.isVersion4(prefix)
    }

    public func decode(
        _ bytes: [UInt8], path: String, options: EventReadingOptions
    ) throws(FileFormatError) -> EventFile {
        if MatlabCheck.isVersion73(bytes) {
            var file = try Hdf5().decode(bytes, path: path, options: options)
            file.format = name
            return file
        }
        let file = try MatlabFile(bytes, path: path)
        let columns = try Self.columns(of: file)
        var sink = EventSink(path: path, options: options, expected: columns.time.count)
        var notes: [String] = []
        try sink.read(size: bytes.count) { sink throws(FileFormatError) in
            if let note = try columns.add(to: &sink) { notes.append(note) }
        }
        return sink.file(format: name, notes: notes)
    }

    private static func columns(of file: MatlabFile) throws(FileFormatError) -> EventColumns {
        if let shape = file.shape(of: "out1"), shape.count == 2, shape[1] == 6,
            let table = try file.columns(named: { $0 == "out1" })["out1"]
        {
            let rows = shape[0]
            func column(_ index: Int) -> NumberColumn? {
                NumberColumn(
                    table.type, bytes: table.bytes, start: index * rows * table.type.width, count: rows,
                    origin: table.origin)
            }
            if let time = column(0), let x = column(3), let y = column(4), let polarity = column(5) {
                return EventColumns(time: time, x: x, y: y, polarity: polarity)
            }
        }
        let wanted = try file.columns { EventColumn($0) != nil }
        guard !wanted.isEmpty else { throw .missingEntry(path: file.path, name: "ts", present: file.names.sorted()) }
        return try EventColumns(wanted, path: file.path)
    }

    public func encode(_ events: [Event], sensor: SensorSize, variant: String) throws(FileFormatError) -> [UInt8] {
        try check(events, columns: 65_536, rows: 65_536, times: -(1 << 53)...1 << 53)
        let columns: [(name: String, numbers: [Double])] = [
            ("x", events.map { Double($0.x) }), ("y", events.map { Double($0.y) }),
            ("ts", events.map { Double($0.timestamp) }), ("p", events.map { $0.isOn ? 1 : -1 }),
        ]
        var bytes: [UInt8] = []
        if variant != "version 4" {
            bytes = Array("MATLAB 5.0 MAT-file, written by Saccade".utf8)
            bytes += repeatElement(UInt8(ascii: " "), count: 116 - bytes.count) + [UInt8](repeating: 0, count: 8)
            bytes += [0x00, 0x01] + Array("IM".utf8)
        }
        for (name, numbers) in columns {
            if variant == "version 4" {
                // Little-endian doubles, real.
                for word in [0, numbers.count, 1, 0, name.utf8.count + 1] { bytes.append(littleEndian: UInt32(word)) }
                bytes += Array(name.utf8) + [0]
                for number in numbers { bytes.append(littleEndian: number.bitPattern) }
            } else {
                let element = Self.element(name, numbers)
                if variant == "version 7" {
                    let packed = Zlib.compress(element)
                    bytes.append(littleEndian: UInt32(15))
                    bytes.append(littleEndian: UInt32(packed.count))
                    bytes += packed
                } else {
                    bytes += element
                }
            }
        }
        return bytes
    }

    /// An N × 1 array of doubles.
    private static func element(_ name: String, _ numbers: [Double]) -> [UInt8] {
        var content: [UInt8] = []
        func append(_ words: [Int]) { for word in words { content.append(littleEndian: UInt32(word)) } }
        append([6, 8, 6, 0, 5, 8, numbers.count, 1, 1, name.utf8.count])
        content += Array(name.utf8)
        content.pad(to: 8)
        append([9, numbers.count * 8])
        for number in numbers { content.append(littleEndian: number.bitPattern) }
        var element: [UInt8] = []
        element.append(littleEndian: UInt32(14))
        element.append(littleEndian: UInt32(content.count))
        return element + content
    }
}
