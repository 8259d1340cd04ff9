import Foundation

/// AEDAT 4 of iniVation's DV: N-Omniglot, tonic's CIFAR10-DVS. A FlatBuffer header, then packets, little-endian.
///
///     #!AER-DAT4.0\r\n
///     u32 size, IOHeader {compression, place of the index behind the packets, XML text that names the streams}
///     i32 stream, i32 size, body …      body: stored, one LZ4 frame or one Zstandard frame of
///                                       u32 size, EventPacket {vector of: i64 time (µs), i16 x, i16 y, u8 on, 3 unused}
///
/// The stream of events with the lowest number is read; pictures, triggers and inertial measurements are skipped.
public struct Aedat4: EventFormat {
    static let mark = Array("#!AER-DAT4.0\r\n".utf8)
    static let compressions = ["none", "LZ4", "LZ4 high", "Zstandard", "Zstandard high"]
    static let eventSize = 16
    /// A packet that unpacks to more is refused: recorders write one every few milliseconds.
    static let largestPacket = 1 << 30

    /// When writing.
    static let eventsPerPacket = 1 << 10

    public init() {}

    public var name: String { "aedat4" }
    public var summary: String { "AEDAT 4, uncompressed, LZ4 or Zstandard: N-Omniglot, DV" }
    public var endings: [String] { [".aedat4"] }
    public var variants: [String] { ["LZ4", "none", "Zstandard"] }

    public func recognizes(prefix: [UInt8], name: String) -> Bool {
        prefix.starts(with: AedatHeader.mark + [UInt8(ascii: "4")])
    }

    public func decode(
        _ bytes: [UInt8], path: String, options: EventReadingOptions
    ) throws(FileFormatError) -> EventFile {
        let view = ByteView(bytes: bytes, path: path)
        guard bytes.starts(with: Self.mark) else {
            throw .unsupported(
                path: path, offset: 0, found: String(decoding: bytes.prefix(12), as: UTF8.self),
                expected: "#!AER-DAT4.0", advice: "convert it with the vendor's tools")
        }
        let headerSize = try view.size(UInt32.self, at: Self.mark.count, "the header's size")
        let start = Self.mark.count + 4
        let header = ByteView(
            bytes: Array(try view.slice(at: start, count: headerSize, "the header")), path: path, origin: start)
        guard try header.text(at: 4, count: 4, "the header's mark") == "IOHE" else {
            throw header.damaged(at: 4, found: "other bytes", expected: "IOHE")
        }
        let table = try FlatTable(rootOf: header)
        let compression = Int(try table.number(Int32.self, field: 0, otherwise: 0))
        guard Self.compressions.indices.contains(compression) else {
            throw .unsupported(
                path: path, offset: start, found: "compression \(compression)",
                expected: "one of \(Self.compressions.joined(separator: ", "))", advice: "export it as LZ4")
        }
        let index = try table.number(Int64.self, field: 1, otherwise: -1)
        let streams = Aedat4Streams(try table.text(field: 2) ?? "")
        guard let stream = streams.events else {
            throw .missingEntry(
                path: path, name: "stream of events", present: streams.streams.values.map(\.type).sorted())
        }
        let packets = start + headerSize
        let end = Int(exactly: index).flatMap { packets...bytes.count ~= $0 ? $0 : nil } ?? bytes.count
        var sink = EventSink(path: path, options: options, declared: stream.sensor)
        try sink.read(size: bytes.count) { sink throws(FileFormatError) in
            // An index beyond the file means that its end is missing.
            let unpacker = ZstdFrame.Unpacker()
            var offset = packets
            while offset < end {
                offset = try Self.packet(
                    view, at: offset, end: end, stream.identifier, compression, unpacker, into: &sink)
            }
            if index > Int64(bytes.count) || (0..<Int64(packets)).contains(index) {
                throw view.damaged(
                    at: end, found: "\(bytes.count) bytes in total", expected: "packets up to byte \(index)")
            }
        }
        return sink.file(format: name, declaredSensor: stream.sensor)
    }

    /// - Returns: where the next packet begins.
    private static func packet(
        _ view: ByteView, at offset: Int, end: Int, _ wanted: Int32, _ compression: Int,
        _ unpacker: ZstdFrame.Unpacker, into sink: inout EventSink
    ) throws(FileFormatError) -> Int {
        let stream = try view.number(Int32.self, at: offset, "a packet's stream")
        let size = try view.size(Int32.self, at: offset + 4, "a packet's size")
        let start = offset + 8
        let available = min(size, max(0, end - start))
        if stream == wanted {
            let body = try view.slice(at: start, count: available, "a packet")
            // What can be unpacked of a cut or damaged packet is read before the damage is reported.
            // An event takes as much memory as it does unpacked, so that the limit is for all packets together.
            let left = UnpackingLimit.bytes(forFileOf: view.count) - sink.events.count * eventSize
            let (content, damage) = unpack(body, compression, unpacker, limit: max(1, min(largestPacket, left)))
            let read = try events(
                in: ByteView(
                    bytes: content, path: view.path, origin: start, packedAt: compression == 0 ? nil : start),
                packet: start, isCut: damage != nil || available < size, into: &sink)
            if let damage {
                // Where a frame merely ends too early, all of it is missing.
                throw view.damaged(
                    at: damage.offset == start + available ? offset : damage.offset,
                    found: "\(compressions[compression]) data that cannot be unpacked: \(damage.reason)",
                    expected: "a whole frame in the packet at byte \(offset)")
            }
            guard available == size else {
                throw view.damaged(
                    at: start + read, found: "the end of the packets, \(available) bytes into a packet",
                    expected: "\(size) bytes, as the packet at byte \(offset) says")
            }
        } else {
            sink.skip("packets of other streams")
            guard available == size else {
                throw view.damaged(
                    at: offset, found: "the end of the packets, \(available) bytes into a packet",
                    expected: "\(size) bytes, as it says")
            }
        }
        return start + size
    }

    private static func unpack(
        _ body: ArraySlice<UInt8>, _ compression: Int, _ unpacker: ZstdFrame.Unpacker, limit: Int
    ) -> (bytes: [UInt8], damage: Unpacking.Damage?) {
        switch compression {
        case 0: (Array(body), nil)
        case 1, 2: Lz4Frame.decompress(body, limit: limit)
        default: ZstdFrame.decompress(body, limit: limit, with: unpacker)
        }
    }

    /// - Parameter isCut: whether the packet is known to be damaged: then what is there is taken without complaint.
    /// - Returns: where in the view the last whole event ends.
    private static func events(
        in view: ByteView, packet: Int, isCut: Bool, into sink: inout EventSink
    ) throws(FileFormatError) -> Int {
        let vector: (start: Int, count: Int)?
        do throws(FileFormatError) {
            guard try view.text(at: 8, count: 4, "a packet's mark") == "EVTS" else {
                throw view.damaged(at: 8, found: "other bytes", expected: "EVTS")
            }
            vector = try FlatTable(rootOf: view, at: 4).vector(field: 0)
        } catch {
            if isCut { return 0 }
            throw error
        }
        guard let (start, count) = vector, count > 0 else { return view.count }
        let whole = max(0, min(count, (view.count - start) / eventSize))
        let (origin, packedAt) = (view.origin, view.packedAt)
        try view.bytes.withUnsafeBufferPointer { buffer throws(FileFormatError) in
            let raw = UnsafeRawBufferPointer(buffer)
            for offset in stride(from: start, to: start + whole * eventSize, by: eventSize) {
                let time = Int64(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: Int64.self))
                let x = Int16(littleEndian: raw.loadUnaligned(fromByteOffset: offset + 8, as: Int16.self))
                let y = Int16(littleEndian: raw.loadUnaligned(fromByteOffset: offset + 10, as: Int16.self))
                guard x >= 0, y >= 0 else {
                    try sink.drop(
                        view.damaged(at: offset, found: "an event at x = \(x), y = \(y)", expected: "a pixel"))
                    continue
                }
                try sink.add(
                    Event(timestamp: time, x: UInt16(x), y: UInt16(y), polarity: raw[offset + 12] == 0 ? 0 : 1),
                    at: packedAt ?? origin + offset)
            }
        }
        guard whole == count || isCut else {
            throw view.damaged(
                at: start + whole * eventSize, found: "\(whole) events in the packet at byte \(packet)",
                expected: "\(count), as it says")
        }
        return start + whole * eventSize
    }

    public func encode(_ events: [Event], sensor: SensorSize, variant: String) throws(FileFormatError) -> [UInt8] {
        try check(events, columns: 1 << 15, rows: 1 << 15, times: Int64.min...Int64.max)
        let compression = variant == "none" ? 0 : variant == "LZ4" ? 1 : 3
        var body: [UInt8] = []
        for start in stride(from: 0, to: events.count, by: Self.eventsPerPacket) {
            var packed = Self.packet(of: events[start..<min(start + Self.eventsPerPacket, events.count)])
            if compression == 1 { packed = Lz4Frame.compress(packed) }
            if compression == 3 { packed = ZstdFrame.compress(packed) }
            body.append(littleEndian: Int32(0))
            body.append(littleEndian: Int32(packed.count))
            body += packed
        }
        let text = """
            <dv version="2.0"><node name="outInfo" path="/outInfo/"><node name="0" path="/outInfo/0/">\
            <attr key="compression" type="string">\(Self.compressionNames[compression])</attr>\
            <attr key="typeIdentifier" type="string">EVTS</attr><node name="info" path="/outInfo/0/info/">\
            <attr key="sizeX" type="int">\(sensor.width)</attr><attr key="sizeY" type="int">\(sensor.height)</attr>\
            </node></node></node></dv>
            """
        let header = Self.header(compression: Int32(compression), text: text)
        var bytes = Self.mark
        bytes.append(littleEndian: UInt32(header.count))
        return bytes + header + body
    }

    /// As the recorder spells them.
    private static let compressionNames = ["NONE", "LZ4", "LZ4_HIGH", "ZSTD", "ZSTD_HIGH"]

    /// IOHeader without an index: the recorder's own value for "none" is −1, the field's default.
    private static func header(compression: Int32, text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: UInt32(20))
        bytes += Array("IOHE".utf8)
        // Vtable: 10 bytes, a table of 12; compression at 4, no index, text at 8; 2 bytes to align the table.
        for number in [10, 12, 4, 0, 8, 0] as [UInt16] { bytes.append(littleEndian: number) }
        bytes.append(littleEndian: Int32(12))
        bytes.append(littleEndian: compression)
        bytes.append(littleEndian: UInt32(4))
        bytes.append(littleEndian: UInt32(text.utf8.count))
        bytes += Array(text.utf8) + [0]
        bytes.pad(to: 4)
        return bytes
    }

    private static func packet(of events: ArraySlice<Event>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(40 + events.count * eventSize)
        bytes.append(littleEndian: UInt32(28 + events.count * eventSize))
        bytes.append(littleEndian: UInt32(16))
        bytes += Array("EVTS".utf8)
        // Vtable: 6 bytes, a table of 8, the vector at 4; 2 bytes before it, so that the events are aligned to 8.
        for number in [0, 6, 8, 4] as [UInt16] { bytes.append(littleEndian: number) }
        bytes.append(littleEndian: Int32(6))
        bytes.append(littleEndian: UInt32(4))
        bytes.append(littleEndian: UInt32(events.count))
        for event in events {
            bytes.append(littleEndian: event.timestamp)
            bytes.append(littleEndian: event.x)
            bytes.append(littleEndian: event.y)
            bytes += [event.isOn ? 1 : 0, 0, 0, 0]
        }
        return bytes
    }
}
