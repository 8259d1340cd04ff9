/// The text in front of AEDAT 2 and 3: lines that begin with '#', each ended by a line feed.
struct AedatHeader {
    /// Without '#' and line end.
    let lines: [String]
    /// Where the data begins.
    let end: Int

    static let mark = Array("#!AER-DAT".utf8)

    /// Reads lines up to the first that does not begin with '#', or up to `last` if that is given.
    ///
    /// - Throws: `.damaged` if a line is no printable text, is cut, or `last` does not come.
    init(_ bytes: [UInt8], path: String, last: String? = nil) throws(FileFormatError) {
        var lines: [String] = []
        var offset = 0
        let view = ByteView(bytes: bytes, path: path)
        while offset < bytes.count, bytes[offset] == UInt8(ascii: "#") {
            guard let feed = bytes[offset...].firstIndex(of: 10) else {
                throw view.damaged(
                    at: offset, found: "a header line without an end", expected: "a line feed behind it")
            }
            var line = bytes[offset + 1..<feed]
            if line.last == 13 { line.removeLast() }
            if let stray = line.firstIndex(where: { $0 < 32 && $0 != 9 || $0 == 127 }) {
                throw view.damaged(
                    at: stray, found: "byte \(bytes[stray]) in a header line", expected: "printable text")
            }
            lines.append(String(decoding: line, as: UTF8.self))
            offset = feed + 1
            if let last, lines.last == last { break }
        }
        if let last, lines.last != last {
            throw view.damaged(at: offset, found: "the end of the header lines", expected: "the line '#\(last)'")
        }
        (self.lines, end) = (lines, offset)
    }

    /// Sensors by the names that files give them.
    static let sensors: [(name: String, size: SensorSize)] = [
        ("DVS128", SensorSize(width: 128, height: 128)), ("DAVIS128", SensorSize(width: 128, height: 128)),
        ("DAVIS240", SensorSize(width: 240, height: 180)), ("DAVIS346", SensorSize(width: 346, height: 260)),
        ("DAVIS208", SensorSize(width: 208, height: 192)), ("DAVIS640", SensorSize(width: 640, height: 480)),
        ("DAVISHET640", SensorSize(width: 640, height: 480)), ("DAVISRGB", SensorSize(width: 640, height: 480)),
        ("DVS132S", SensorSize(width: 132, height: 104)), ("EDVS", SensorSize(width: 128, height: 128)),
        ("DVXPLORER_LITE", SensorSize(width: 320, height: 240)), ("DVXPLORER", SensorSize(width: 640, height: 480)),
    ]

    /// What `AEChip:` names, as jAER writes it: the name of a class with its packages, or of a chip.
    var chip: String? { value(after: "AEChip") }
    /// What drives the camera, as jAER writes it, names its chip too where `AEChip:` does not.
    var hardware: String? { value(after: "HardwareInterface") ?? value(after: "Camera") ?? value(after: "Device") }
    /// What `Source 1:` names, as cAER writes it.
    var source: String? { value(after: "Source") }

    private func value(after word: String) -> String? {
        for line in lines {
            let line = line.trimmed
            guard line.hasPrefix(word), let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].trimmed
            if !value.isEmpty { return value }
        }
        return nil
    }

    /// The sensor that a line beginning with one of these words names.
    func sensor(after words: String...) -> (name: String, size: SensorSize)? {
        let said = lines.filter { line in words.contains { line.drop { $0 == " " }.hasPrefix($0) } }.joined()
            .uppercased()
        return Self.sensors.first { said.contains($0.name) }
    }
}
