import Testing

@testable import FileFormats

@Suite struct Hdf5FilterTests {
    static let numbers: [UInt8] = (0..<4096).map { UInt8(truncatingIfNeeded: $0 / 7 * $0) }

    /// One chunk of each of the vendor's three ways to pack places, and a last chunk that is not full.
    @Test func whatTheVendorsEncoderWroteIsRead() throws {
        let bytes = EventCompressionSample.bytes
        let file = try EventFormatCatalogue.decode(bytes, path: "a.hdf5", options: EventReadingOptions())
        #expect(file.format == "hdf5" && file.events.count == EventCompressionSample.count)
        #expect(Sha256.canonicalHash(of: file.events) == EventCompressionSample.canonicalHash)
        #expect(file.events[0] == Event(timestamp: 1002, x: 720, y: 338, polarity: 1))
        #expect(file.declaredSensor == SensorSize(width: 1280, height: 720))
        #expect(file.notes.contains("events are read from CD/events"), "\(file.notes)")
    }

    @Test(
        arguments: [
            // More events than a chunk has, than the bytes have, and than the header says.
            ([0xFF, 0xFF, 0xFF, 0xFF], "more than 65535"), ([4, 0, 0, 0, 1], "too early"),
            ([6, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 2], "more events than the 1"),
            ([6, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 0xF1, count: 17), "more than 64 bits"),
            ([6, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0], "too early"),
        ] as [([UInt8], String)])
    func damagedEventsAreRefused(bytes: [UInt8], says: String) {
        let (events, damage) = EventCompression.decompress(bytes, limit: 1 << 24)
        #expect(events.isEmpty && damage?.reason.contains(says) == true, "\(damage?.reason ?? "no damage")")
    }

    /// One event at 25 µs, pixel (3, 2), ON: a gap of 16, then none more.
    @Test func anEventByHand() {
        let packed: [UInt8] = [6, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0xF0, 0xF1, 0x01]
        let place: UInt32 = 2 << 12 | 3 << 1 | 1
        let word = withUnsafeBytes(of: (place << 8).littleEndian) { Array($0) }
        let (record, damage) = EventCompression.decompress(packed + word + [UInt8](repeating: 0, count: 8), limit: 16)
        #expect(damage == nil && record == [3, 0, 2, 0, 1, 0, 0, 0, 25, 0, 0, 0, 0, 0, 0, 0])
    }

    @Test func packedBytesComeBack() throws {
        let limit = Self.numbers.count
        let packed = try #require(Lzf.compress(Self.numbers))
        #expect(packed.count < limit && Lzf.decompress(packed, limit: limit).bytes == Self.numbers)
        #expect(Lzf.decompress(packed, limit: limit - 1).damage?.reason.contains("more than") == true)
        #expect(Lzf.decompress([0xE0, 0xFF, 0xFF], limit: limit).damage != nil)
        #expect(Lzf.compress((0..<64).map { UInt8($0) }) == nil)
        let blosc = Blosc.compress(Self.numbers, width: 2)
        #expect(Blosc.decompress(blosc, limit: limit).bytes == Self.numbers)
        #expect(Blosc.decompress(blosc, limit: limit - 1).damage?.reason.contains("more than") == true)
        #expect(Blosc.decompress(Array(blosc.dropLast()), limit: limit).damage != nil)
        #expect(Blosc.decompress([1, 2, 3], limit: limit).damage != nil)
    }

    /// Chunks that do not become smaller are stored as they are, and the tree says so.
    @Test(arguments: Hdf5Packing.allCases) func whatCannotBePackedIsRead(packing: Hdf5Packing) throws {
        var state: UInt64 = 9
        let events = (0..<5000).map { index -> Event in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Event(
                timestamp: Int64(index) * 977, x: UInt16(state >> 57), y: UInt16(state >> 41 & 127),
                polarity: UInt8(state >> 33 & 1))
        }
        let bytes = try Hdf5().encode(events, sensor: SensorSize(width: 128, height: 128), variant: packing.rawValue)
        #expect(try EventFormatCatalogue.decode(bytes, path: "a.h5", options: EventReadingOptions()).events == events)
    }
}
