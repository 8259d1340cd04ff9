/// ECF, Prophesee's compression of events, which Metavision's HDF5 files use. Little-endian:
///
///     u32         count << 2 | what is packed (bit 1: rows, columns and polarities; bit 0: columns and polarities)
///     u64         first time, then bytes: step << 4 | repeats; 15 repeats: u16 says how many; step 15: 4 more bits of a gap
///     rows        u16: row << 5 | repeats; 31 repeats: the next u16 says how many
///     columns     u16: column << 5 | bits of the next five columns, the nearest highest
///     polarities  polarity << 7 | repeats; 127 repeats: u16 says how many
///
/// Packed, 4 events share 6 bytes (12 bits: column, polarity) or 12 bytes (24 bits: row, column, polarity).
/// Source: the vendor's public codec (github.com/prophesee-ai/hdf5_ecf). Where that trusts its bytes, this refuses them.
enum EventCompression {
    /// Bytes of an event: x u16, y u16, p i16, two bytes of nothing, t i64.
    static let recordSize = 16
    static let mostEvents = 65_535

    /// Records of the events; see `Lz4Frame.decompress`. Nothing is allocated for more than `limit` bytes.
    static func decompress(_ bytes: [UInt8], limit: Int) -> (bytes: [UInt8], damage: Unpacking.Damage?) {
        bytes.withUnsafeBytes { raw in
            var source = Source(raw: raw)
            do throws(Unpacking.Damage) {
                return (try records(from: &source, limit: limit), nil)
            } catch {
                return ([], error)
            }
        }
    }

    /// Bytes that are taken one after the other.
    private struct Source {
        let raw: UnsafeRawBufferPointer
        private(set) var position = 0

        init(raw: UnsafeRawBufferPointer) { self.raw = raw }

        mutating func next<Number: FixedWidthInteger>(_ type: Number.Type) throws(Unpacking.Damage) -> Number {
            guard position <= raw.count - MemoryLayout<Number>.size else { throw damaged("it ends too early") }
            defer { position += MemoryLayout<Number>.size }
            return Number(littleEndian: raw.loadUnaligned(fromByteOffset: position, as: Number.self))
        }

        func damaged(_ reason: String) -> Unpacking.Damage { Unpacking.Damage(offset: position, reason: reason) }
    }

    private static func records(from source: inout Source, limit: Int) throws(Unpacking.Damage) -> [UInt8] {
        let head = try source.next(UInt32.self)
        let count = Int(head >> 2)
        guard count <= mostEvents, count * recordSize <= limit else {
            throw source.damaged("it says \(count) events, more than \(min(mostEvents, limit / recordSize))")
        }
        let times = try times(count, &source)
        var (rows, columns, polarities): ([UInt16], [UInt16], [UInt8])
        if head & 2 != 0 {
            (rows, columns, polarities) = try packedPlaces(count, &source)
        } else {
            rows = try repeated(count, &source) { source throws(Unpacking.Damage) in
                let word = try source.next(UInt16.self)
                return (word >> 5, word & 31 == 31 ? Int(try source.next(UInt16.self)) : Int(word & 31))
            }
            if head & 1 != 0 {
                (columns, polarities) = try packedColumns(count, &source)
            } else {
                columns = try self.columns(count, &source)
                polarities = try repeated(count, &source) { source throws(Unpacking.Damage) in
                    let word = try source.next(UInt8.self)
                    return (word >> 7, word & 127 == 127 ? Int(try source.next(UInt16.self)) : Int(word & 127))
                }
            }
        }
        var records = [UInt8](repeating: 0, count: count * recordSize)
        records.withUnsafeMutableBytes { target in
            for index in 0..<count {
                let place = index * recordSize
                target.storeBytes(of: columns[index].littleEndian, toByteOffset: place, as: UInt16.self)
                target.storeBytes(of: rows[index].littleEndian, toByteOffset: place + 2, as: UInt16.self)
                target[place + 4] = polarities[index]
                target.storeBytes(of: times[index].littleEndian, toByteOffset: place + 8, as: UInt64.self)
            }
        }
        return records
    }

    private static func times(_ count: Int, _ source: inout Source) throws(Unpacking.Damage) -> [UInt64] {
        guard count > 0 else { return [] }
        var time = try source.next(UInt64.self)
        var (gap, gapBits): (UInt64, UInt64) = (0, 0)
        return try repeated(count, &source) { source throws(Unpacking.Damage) in
            while true {
                let byte = try source.next(UInt8.self)
                let low = UInt64(byte & 15)
                if byte >> 4 == 15 {
                    guard gapBits < 64 else { throw source.damaged("a gap between times has more than 64 bits") }
                    gap |= low << gapBits
                    gapBits += 4
                    continue
                }
                time = time &+ gap &+ UInt64(byte >> 4)
                (gap, gapBits) = (0, 0)
                return (time, low == 15 ? Int(try source.next(UInt16.self)) : Int(low))
            }
        }
    }

    /// Values that stand there once, with how often they come.
    @inline(__always)
    private static func repeated<Value>(
        _ count: Int, _ source: inout Source,
        _ next: (inout Source) throws(Unpacking.Damage) -> (Value, Int)
    ) throws(Unpacking.Damage) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(count)
        while values.count < count {
            let (value, repeats) = try next(&source)
            guard repeats <= count - values.count else {
                throw source.damaged("it has more events than the \(count) it says")
            }
            for _ in 0..<repeats { values.append(value) }
        }
        return values
    }

    /// Bits behind the last event are whatever the encoder's memory held.
    private static func columns(_ count: Int, _ source: inout Source) throws(Unpacking.Damage) -> [UInt16] {
        var columns: [UInt16] = []
        columns.reserveCapacity(count + 5)
        while columns.count < count {
            let word = try source.next(UInt16.self)
            columns.append(word >> 5)
            for step in 1...5 as ClosedRange<UInt16> where word & (32 >> step) != 0 { columns.append(word >> 5 + step) }
        }
        return columns
    }

    private static func packedColumns(
        _ count: Int, _ source: inout Source
    ) throws(Unpacking.Damage) -> ([UInt16], [UInt8]) {
        var (columns, polarities): ([UInt16], [UInt8]) = ([], [])
        columns.reserveCapacity(count + 3)
        polarities.reserveCapacity(count + 3)
        while columns.count < count {
            let (first, second, third) = (
                try source.next(UInt16.self), try source.next(UInt16.self), try source.next(UInt16.self)
            )
            let four = (
                first >> 4, first & 0xF | (second >> 8) << 4, second & 0xFF | (third >> 12) << 8, third & 0xFFF
            )
            for word in [four.0, four.1, four.2, four.3] {
                columns.append(word >> 1)
                polarities.append(UInt8(word & 1))
            }
        }
        return (columns, polarities)
    }

    private static func packedPlaces(
        _ count: Int, _ source: inout Source
    ) throws(Unpacking.Damage) -> ([UInt16], [UInt16], [UInt8]) {
        var (rows, columns, polarities): ([UInt16], [UInt16], [UInt8]) = ([], [], [])
        rows.reserveCapacity(count + 3)
        columns.reserveCapacity(count + 3)
        polarities.reserveCapacity(count + 3)
        while rows.count < count {
            let (first, second, third) = (
                try source.next(UInt32.self), try source.next(UInt32.self), try source.next(UInt32.self)
            )
            let four = (
                first >> 8, first & 0xFF | (second >> 16) << 8, second & 0xFFFF | (third >> 24) << 16,
                third & 0xFF_FFFF
            )
            for word in [four.0, four.1, four.2, four.3] {
                rows.append(UInt16(word >> 12 & 0x7FF))
                columns.append(UInt16(word >> 1 & 0x7FF))
                polarities.append(UInt8(word & 1))
            }
        }
        return (rows, columns, polarities)
    }
}
