/// Arrays of numpy in a zip archive: t, x, y and p (spikingjelly), pos and neg (ES-ImageNet), or one array as `Npy` has it.
///
/// ES-ImageNet keeps ON and OFF events apart, each row x, y and a time of 1…8: ON events come first, times as they are.
public struct Npz: EventFormat {
    public init() {}

    public var name: String { "npz" }
    public var summary: String { "numpy arrays t, x, y, p in a zip archive: spikingjelly, ES-ImageNet" }
    public var endings: [String] { [".npz"] }
    public var variants: [String] { ["packed", "stored"] }

    public func recognizes(prefix: [UInt8], name: String) -> Bool { ZipArchive.recognizes(prefix) }

    public func decode(
        _ bytes: [UInt8], path: String, options: EventReadingOptions
    ) throws(FileFormatError) -> EventFile {
        let archive = try ZipArchive(bytes, path: path)
        var options = options
        // ON events, then OFF events: the clock begins anew between them, and that is no damage.
        if archive.entry("pos.npy") != nil { options.refusesBackwardTimes = false }
        let isTolerant = options.isTolerant
        var sink = EventSink(path: path, options: options)
        var notes: [String] = []
        try sink.read(size: bytes.count) { sink throws(FileFormatError) in
            let (arrays, damage) = try Self.arrays(of: archive, isTolerant: isTolerant)
            for columns in try Self.columns(of: arrays, path: path, notes: &notes) {
                if let note = try columns.add(to: &sink) { notes.append(note) }
            }
            if let damage { throw damage }
        }
        return sink.file(format: name, notes: notes)
    }

    /// All arrays that hold numbers, by name; of a tolerant reading also those that are cut.
    private static func arrays(
        of archive: ZipArchive, isTolerant: Bool
    ) throws(FileFormatError) -> (arrays: [String: NpyArray], damage: FileFormatError?) {
        var arrays: [String: NpyArray] = [:]
        var damage: FileFormatError?
        for entry in archive.entries where entry.name.hasSuffix(".npy") {
            do throws(FileFormatError) {
                let array = try NpyArray(try archive.read(entry), path: archive.path)
                try array.checkWhole()
                arrays[String(entry.name.dropLast(4))] = array
            } catch {
                guard isTolerant else { throw error }
                damage = damage ?? error
                // An entry that cannot be unpacked at all, or is no array, is merely not there.
                if let available = try? archive.readAvailable(entry).bytes,
                    let array = try? NpyArray(available, path: archive.path)
                {
                    arrays[String(entry.name.dropLast(4))] = array
                }
            }
        }
        return (arrays, damage)
    }

    private static func columns(
        of arrays: [String: NpyArray], path: String, notes: inout [String]
    ) throws(FileFormatError) -> [EventColumns] {
        if let on = arrays["pos"], let off = arrays["neg"] {
            return try [(on, UInt8(1)), (off, 0)].map { array, polarity throws(FileFormatError) in
                guard let x = array.column(0), let y = array.column(1), let time = array.column(2) else {
                    throw .entryMismatch(
                        path: path, name: polarity == 1 ? "pos" : "neg", found: "of shape \(array.shape)",
                        expected: "shape [events, 3]: x, y, t")
                }
                var columns = EventColumns(time: time, x: x, y: y, polarity: nil)
                columns.constantPolarity = polarity
                return columns
            }
        }
        if arrays.count == 1, let only = arrays.values.first, only.shape.count == 2 || !only.fields[0].name.isEmpty {
            let (columns, note) = try Npy.columns(of: only)
            if let note { notes.append(note) }
            return [columns]
        }
        var plain: [String: NumberColumn] = [:]
        for (name, array) in arrays where array.fields[0].name.isEmpty {
            // N × 1 and 1 × N are as good as N.
            guard array.shape.filter({ $0 != 1 }).count <= 1 else { continue }
            plain[name] = array.column(field: array.fields[0])
        }
        guard !plain.isEmpty else {
            let present = arrays.map { "\($0) of shape \($1.shape)" }.sorted()
            throw .missingEntry(path: path, name: EventColumn.time.names[0], present: present)
        }
        return [try EventColumns(plain, path: path)]
    }

    public func encode(_ events: [Event], sensor: SensorSize, variant: String) throws(FileFormatError) -> [UInt8] {
        let arrays: [(name: String, bytes: [UInt8])] = [
            ("t.npy", NpyArray.encode("<i8", shape: [events.count], events.map(\.timestamp))),
            ("x.npy", NpyArray.encode("<u2", shape: [events.count], events.map(\.x))),
            ("y.npy", NpyArray.encode("<u2", shape: [events.count], events.map(\.y))),
            ("p.npy", NpyArray.encode("|u1", shape: [events.count], events.map(\.polarity))),
        ]
        return try ZipArchive.encode(arrays, isPacked: variant == "packed", path: "the archive")
    }
}
