/// AEDAT 2.0 of a DVS128, as CIFAR10-DVS comes: text lines that begin with '#', then 8 bytes an event, big-endian.
///
///     bit 31…16  15        14…8   7…1   0           then u32 timestamp in µs
///     0          external  b      a     q           x = 127 − b, y = 127 − a, polarity = 1 − q
///
/// The orientation is that of BrainCog and spikingjelly: upright. tonic's `read_dvs_128` takes a, b and q as they are.
public struct Aedat2: EventFormat {
    static let recordSize = 8
    static let sensor = SensorSize(width: 128, height: 128)

    public init() {}

    public var name: String { "aedat2" }
    public var summary: String { "AEDAT 2.0 from a DVS128: CIFAR10-DVS, jAER" }
    public var endings: [String] { [".aedat"] }

    /// Any version that no other format has claimed, so that it is refused by its name.
    public func recognizes(prefix: [UInt8], name: String) -> Bool { prefix.starts(with: AedatHeader.mark) }

    public func decode(
        _ bytes: [UInt8], path: String, options: EventReadingOptions
    ) throws(FileFormatError) -> EventFile {
        let header = try AedatHeader(bytes, path: path)
        guard header.lines.first == "!AER-DAT2.0" else {
            throw .unsupported(
                path: path, offset: 0, found: "#\(header.lines.first ?? "")", expected: "version 2.0, 3.1 or 4.0",
                advice: "check the first line of the file, or export it again as one of these")
        }
        if let chip = header.chip ?? header.hardware.flatMap({ Self.isOtherChip($0) ? $0 : nil }),
            !Self.isDvs128(chip)
        {
            throw .unsupported(
                path: path, offset: 0, found: "AEDAT 2.0 from the chip \(chip)", expected: "that of a DVS128",
                advice: Self.hasNoPixels(chip)
                    ? "this chip is not a camera: its addresses are not pixels"
                    : "export it as AEDAT 4 or as t,x,y,p text")
        }
        var sink = EventSink(
            path: path, options: options, declared: Self.sensor, expected: (bytes.count - header.end) / Self.recordSize)
        try sink.read(size: bytes.count) { sink throws(FileFormatError) in
            try Self.decode(bytes, from: header.end, into: &sink)
        }
        return sink.file(format: name, declaredSensor: Self.sensor)
    }

    /// By the name of jAER's class, `ch.unizh.ini.jaer.chip.retina.DVS128`, or alone. Its forerunner Tmpdiff128 has the same
    /// addresses.
    private static func isDvs128(_ chip: String) -> Bool {
        let name = chip.split(separator: ".").last?.uppercased() ?? ""
        return name.hasPrefix("DVS128") || name.hasPrefix("TMPDIFF128")
    }

    /// Whether the name of a camera or its driver is that of a chip whose addresses are others. Most drivers of a DVS128 do
    /// not name it.
    private static func isOtherChip(_ name: String) -> Bool {
        let name = name.uppercased()
        let others = ["DAVIS", "DVXPLORER", "EDVS", "SEEBETTER", "SBRET", "ATIS", "CELEX", "PROPHESEE", "SAMSUNG"]
        // DVS132S, DVS240, DVS346, DVS640 …
        let numbered = name.ranges(of: "DVS").contains { range in
            let digits = name[range.upperBound...].prefix { $0.isNumber }
            return digits.count >= 3 && digits != "128"
        }
        return numbered || others.contains { name.contains($0) } || hasNoPixels(name)
    }

    /// Cochleas and processors of spikes.
    static func hasNoPixels(_ chip: String) -> Bool {
        let chip = chip.lowercased()
        return ["cochlea", "cochlp", "dynap"].contains { chip.contains($0) }
    }

    private static func decode(
        _ bytes: [UInt8], from start: Int, into sink: inout EventSink
    ) throws(FileFormatError) {
        var clock = WrappingClock(bits: 32)
        var external = 0
        defer { sink.skip("records of external events", count: external) }
        try sink.readRecords(of: bytes, from: start, size: recordSize) { sink, raw, offset throws(FileFormatError) in
            let address = UInt32(bigEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
            let time = UInt32(bigEndian: raw.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self))
            guard address <= 0x7FFF else {
                if address <= 0xFFFF {
                    external += 1
                } else {
                    try sink.drop(
                        .damaged(
                            path: sink.path, offset: offset, found: "the address 0x" + String(address, radix: 16),
                            expected: "at most 0xffff, that of a DVS128",
                            advice: "if another chip recorded it, export it as AEDAT 4 or as t,x,y,p text; --tolerant "
                                + "skips it"))
                }
                return
            }
            try sink.add(
                Event(
                    timestamp: clock.next(Int64(time)), x: UInt16(127 - (address >> 8 & 127)),
                    y: UInt16(127 - (address >> 1 & 127)), polarity: UInt8(1 - address & 1)), at: offset)
        }
    }

    public func encode(_ events: [Event], sensor: SensorSize, variant: String) throws(FileFormatError) -> [UInt8] {
        try check(events, columns: 128, rows: 128, times: 0...Int64(UInt32.max))
        var bytes = Array("#!AER-DAT2.0\r\n# AEChip: DVS128\r\n# Timestamps tick is 1 us\r\n".utf8)
        bytes.reserveCapacity(bytes.count + events.count * Self.recordSize)
        for event in events {
            let address =
                UInt32(127 - event.x) << 8 | UInt32(127 - event.y) << 1 | (event.isOn ? 0 : 1)
            bytes.append(bigEndian: address)
            bytes.append(bigEndian: UInt32(event.timestamp))
        }
        return bytes
    }
}
