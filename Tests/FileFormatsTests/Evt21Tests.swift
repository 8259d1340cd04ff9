import Testing

@testable import FileFormats

/// Words put together by hand from the vendor's table of bits.
@Suite struct Evt21Tests {
    /// Time high 0x123; OFF at (96 + {0, 5, 31}, 300) with low time 9; ON at (7, 2) with low time 63; a trigger.
    static let words: [UInt64] = [
        0x8000_0123_0000_0000, 0x0243_012C_8000_0021, 0x1FC0_3802_0000_0001, 0xA000_0000_0000_0000,
    ]
    static let events = [
        Event(timestamp: 0x123 << 6 | 9, x: 96, y: 300, polarity: 0),
        Event(timestamp: 0x123 << 6 | 9, x: 101, y: 300, polarity: 0),
        Event(timestamp: 0x123 << 6 | 9, x: 127, y: 300, polarity: 0),
        Event(timestamp: 0x123 << 6 | 63, x: 7, y: 2, polarity: 1),
    ]

    static func bytes(_ words: [UInt64], isUpperHalfFirst: Bool = false) -> [UInt8] {
        words.flatMap { word in
            let little = (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
            return isUpperHalfFirst ? little[4...] + little[..<4] : little[...]
        }
    }

    @Test(arguments: [
        ("% evt 2.1\n% end\n", false), ("% format EVT21;height=320;width=320\n% end\n", false),
        ("% format EVT21;endianness=little;height=720;width=1280\n", false),
        ("% format EVT21;endianness=legacy;height=720;width=1280\n% end\n", true),
        ("% evt 2.1\n% endianness legacy\n% end\n", true),
        ("% integrator_name Prophesee\n% system_ID 49\n% evt 2.1\n% end\n", true),
        ("% integrator_name Prophesee\n% system_ID 64\n% evt 2.1\n% sensor_name GenX320\n% end\n", false),
    ])
    func wordsAreReadInTheOrderOfTheirCamera(header: String, isUpperHalfFirst: Bool) throws {
        let file = try EventFormatCatalogue.decode(
            Array(header.utf8) + Self.bytes(Self.words, isUpperHalfFirst: isUpperHalfFirst), path: "a.raw",
            options: EventReadingOptions())
        #expect(file.format == "evt21" && file.events == Self.events)
        #expect(file.notes.contains("skipped 1 words other than events"))
    }

    @Test func eventsBeforeTheFirstTimeAreCounted() throws {
        let bytes = Array("% evt 2.1\n% end\n".utf8) + Self.bytes([Self.words[1]] + Self.words)
        let file = try EventFormatCatalogue.decode(bytes, path: "a.raw", options: EventReadingOptions())
        #expect(file.events == Self.events && file.notes.contains("skipped 3 events before the first time word"))
    }

    /// Whatever the base, an event beyond the sensor is damage.
    @Test func aVectorBeyondTheSensorIsRefused() {
        let word: UInt64 = 2047 << 43 | 1 << 31
        let bytes = Array("% evt 2.1\n% end\n".utf8) + Self.bytes([Self.words[0], word])
        #expect {
            try EventFormatCatalogue.decode(bytes, path: "a.raw", options: EventReadingOptions())
        } throws: { "\($0)".contains("x = 2078") && ($0 as? FileFormatError)?.offset == 24 }
    }

    /// A word holds what follows in one row; the order stays.
    @Test func aRowIsOneWord() throws {
        let row = [3, 4, 9, 31].map { Event(timestamp: 5, x: 64 + $0, y: 1, polarity: 1) }
        let sensor = SensorSize(width: 320, height: 320)
        let one = try Evt21().encode(row, sensor: sensor)
        let two = try Evt21().encode(row.reversed(), sensor: sensor)
        #expect(two.count - one.count == 3 * Evt21.wordSize)
        #expect(
            try Evt21().decode(two, path: "", options: EventReadingOptions()).events.map(\.x) == [95, 73, 68, 67])
    }
}
