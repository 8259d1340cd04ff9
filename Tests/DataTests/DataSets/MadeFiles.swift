import FileFormats
import Foundation

@testable import Data

/// Small files in the layouts of published data sets.
enum MadeFiles {
    /// A few events; the number makes them differ.
    static func events(_ number: Int, left: Int = 0, top: Int = 0) -> [Event] {
        (0..<6).map { index in
            Event(
                timestamp: Int64(index * 1000 + number), x: UInt16(left + (index + number) % 7),
                y: UInt16(top + (index * 3) % 5), polarity: UInt8(index % 2))
        }
    }

    static func bin(_ number: Int, left: Int = 0, top: Int = 0) -> [UInt8] {
        NeuromorphicBin.encode(events(number, left: left, top: top))
    }

    /// A gray PNG of 2×2 pixels, all of this value: written by hand, uncompressed.
    static func png(_ value: UInt8) -> [UInt8] {
        func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
            let body = Array(name.utf8) + data
            return big(data.count) + body + big(Int(Crc32.of(body)))
        }
        func big(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) } }
        let rows: [UInt8] = [0, value, value, 0, value, value]
        var (low, high) = (1, 0)
        for byte in rows {
            low = (low + Int(byte)) % 65_521
            high = (high + low) % 65_521
        }
        let stored: [UInt8] =
            [0x78, 0x01, 1, UInt8(rows.count), 0, ~UInt8(rows.count), 0xFF] + rows + big(high << 16 | low)
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
            + chunk("IHDR", big(2) + big(2) + [8, 0, 0, 0, 0]) + chunk("IDAT", stored) + chunk("IEND", [])
    }

    static func cifar(_ labels: [UInt8]) -> [UInt8] {
        labels.enumerated().flatMap { index, label in
            [label] + [UInt8](repeating: UInt8(index), count: 1024) + [UInt8](repeating: 100, count: 1024)
                + [UInt8](repeating: 200, count: 1024)
        }
    }
}

extension TemporaryFolder {
    /// The data set of that name in this folder.
    func open(_ name: String, _ place: String = "", images: String = "") throws -> any DataSetContents {
        try DataSetCatalogue.dataSet(name).open(folders(place, images: images))
    }

    func folders(_ place: String = "", images: String = "") -> DataFolders {
        DataFolders(
            recordings: path + (place.isEmpty ? "" : "/" + place), images: images.isEmpty ? "" : path + "/" + images,
            environment: environment)
    }
}
