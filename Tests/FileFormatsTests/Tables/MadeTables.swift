import Foundation
import Testing

@testable import FileFormats

/// Forty made-up events of a 32×24 sensor, and ways to write them down.
enum MadeTables {
    static let events = (1...40).map { (number: Int) -> Event in
        let index = number - 1
        return Event(
            timestamp: Int64(number * 997), x: UInt16(index * 7 % 32), y: UInt16(index * 5 % 24),
            polarity: UInt8(index / 3 % 2))
    }

    /// A number of an event by the letter of its column: s, m, u and n are its time in s, ms, µs and ns; + a polarity of ±1;
    /// b a brightness; i the event's own number; r the row, c the column.
    static func number(_ letter: Character, _ index: Int, _ event: Event) -> Double {
        switch letter {
        case "s": Double(event.timestamp) / 1_000_000
        case "m": Double(event.timestamp) / 1000
        case "u": Double(event.timestamp)
        case "n": Double(event.timestamp * 1000)
        case "x": Double(event.x)
        case "y": Double(event.y)
        case "p": Double(event.polarity)
        case "+": event.isOn ? 1 : -1
        case "2": Double(event.polarity) + 1
        case "b": Double(index * 13 % 250)
        default: Double(index)
        }
    }

    /// Rows of text; whole numbers without a decimal point.
    static func rows(
        _ letters: String, _ separator: String = ",", of events: [Event] = events,
        _ form: (Character, Double) -> String = { letter, number in
            letter == "s"
                ? String(format: "%.6f", number) : letter == "m" ? String(format: "%.3f", number) : "\(Int(number))"
        }
    ) -> String {
        events.enumerated().map { index, event in
            letters.map { form($0, number($0, index, event)) }.joined(separator: separator) + "\n"
        }.joined()
    }

    enum Order { case rows, fortran, transposed }

    /// An array of numpy of two dimensions.
    static func npy(
        _ letters: String, _ code: String = "<f8", order: Order = .rows, of events: [Event] = events
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        func append(_ letter: Character, _ index: Int) {
            let number = number(letter, index, events[index])
            switch code {
            case "<f8": bytes.append(littleEndian: number.bitPattern)
            case ">f8": bytes.append(bigEndian: number.bitPattern)
            case "<f4": bytes.append(littleEndian: Float(number).bitPattern)
            case ">i8": bytes.append(bigEndian: Int64(number))
            case "<i4": bytes.append(littleEndian: Int32(number))
            default: bytes.append(littleEndian: Int64(number))
            }
        }
        if order == .rows {
            for index in events.indices { for letter in letters { append(letter, index) } }
        } else {
            for letter in letters { for index in events.indices { append(letter, index) } }
        }
        let shape = order == .transposed ? [letters.count, events.count] : [events.count, letters.count]
        var array = NpyArray.encode("'\(code)'", shape: shape, numbers: bytes)
        if order == .fortran, let place = text(array).range(of: "False") {
            let offset = text(array).distance(from: text(array).startIndex, to: place.lowerBound)
            array.replaceSubrange(offset..<offset + 5, with: Array("True ".utf8))
        }
        return array
    }

    private static func text(_ bytes: [UInt8]) -> String {
        String(bytes.prefix(128).map { Character(Unicode.Scalar($0)) })
    }

    /// A list of numpy.
    static func list(_ letter: Character, _ code: String = "<f8") -> [UInt8] {
        var bytes: [UInt8] = []
        for (index, event) in events.enumerated() {
            let number = number(letter, index, event)
            if code == "<f8" {
                bytes.append(littleEndian: number.bitPattern)
            } else {
                bytes.append(littleEndian: Int64(number))
            }
        }
        return NpyArray.encode("'\(code)'", shape: [events.count], numbers: bytes)
    }

    static func npz(_ entries: [(name: String, bytes: [UInt8])]) throws -> [UInt8] {
        try ZipArchive.encode(entries.map { ($0.name + ".npy", $0.bytes) }, isPacked: true, path: "a.npz")
    }

    static func read(
        _ bytes: [UInt8], _ name: String, _ table: TableOptions = TableOptions(), sensor: SensorSize? = nil
    ) throws(FileFormatError) -> EventFile {
        try EventFormatCatalogue.decode(bytes, path: name, options: EventReadingOptions(sensor: sensor, table: table))
    }
}
