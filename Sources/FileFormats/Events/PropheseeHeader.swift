/// The text in front of Prophesee's files: lines that begin with '%', up to the first that does not, or `% end`.
struct PropheseeHeader {
    /// Key and the rest of the line.
    let entries: [(key: String, value: String)]
    /// Where the data begins.
    let end: Int
    /// As said, or that of the sensor which a line names, or of the camera which `system_ID` names.
    let sensor: SensorSize?
    private let system: PropheseeSystem?

    /// `nil` if the bytes do not begin with such a line.
    ///
    /// - Throws: `.damaged` if a line is cut or is no printable text.
    /// - Parameter isWhole: whether `bytes` are all of the file; of a part, a cut line is no damage.
    init?(_ bytes: [UInt8], path: String, isWhole: Bool = true) throws(FileFormatError) {
        let view = ByteView(bytes: bytes, path: path)
        var entries: [(key: String, value: String)] = []
        var offset = 0
        // After '%' comes a space; a data byte that happens to be '%' is followed by one only by the oddest chance.
        while offset < bytes.count, bytes[offset] == UInt8(ascii: "%"),
            offset + 1 == bytes.count || bytes[offset + 1] == UInt8(ascii: " ")
        {
            guard let feed = bytes[offset...].firstIndex(of: 10) else {
                if !isWhole { break }
                throw view.damaged(
                    at: offset, found: "a header line without an end", expected: "a line feed behind it")
            }
            let line = bytes[offset + 1..<feed]
            // Labels are in the language and the coding of who gave them.
            if let stray = line.firstIndex(where: { $0 < 32 && $0 != 9 && $0 != 13 || $0 == 127 }) {
                throw view.damaged(
                    at: stray, found: "byte \(bytes[stray]) in a header line", expected: "printable text")
            }
            let words = String(decoding: line, as: UTF8.self).split(maxSplits: 1) { $0 == " " || $0 == "\r" }
            let value = words.count > 1 ? words[1].filter { $0 != "\r" } : ""
            entries.append((words.first.map(String.init) ?? "", value))
            offset = feed + 1
            if entries.last?.key == "end" { break }
        }
        guard !entries.isEmpty else { return nil }
        (self.entries, end) = (entries, offset)
        system = PropheseeSystem(entries)
        sensor = Self.sensor(entries) ?? PropheseeSystem.sensor(named: entries) ?? system?.sensor
    }

    func value(_ key: String) -> String? { entries.first { $0.key.lowercased() == key }?.value.trimmed }

    /// Whether a camera of Prophesee wrote it, or software that says so.
    var isOfCamera: Bool {
        ["system_id", "integrator_name", "camera_integrator_name", "plugin_name", "plugin_integrator_name"]
            .contains { value($0) != nil }
    }

    /// `2.0`, `2.1`, `3.0`, …: as the header says, or else as the camera that `system_ID` names wrote it then.
    var eventVersion: String? { saidEventVersion ?? (value("version") == nil ? system?.eventVersion : nil) }

    /// Whether words of EVT 2.1 have their upper half first: said as `endianness=legacy` in the format or as a line of its own,
    /// or else known of Prophesee's cameras before those for GenX320.
    var isUpperHalfFirst: Bool {
        let options = value("format")?.split(separator: ";").map(\.trimmed) ?? []
        let said =
            options.first { $0.lowercased().hasPrefix("endianness=") }?.dropFirst(11) ?? value("endianness")?[...]
        if let said { return said.lowercased() == "legacy" }
        return PropheseeSystem.sendsUpperHalfFirst(entries)
    }

    /// From `evt 3.0`, or `format EVT3;height=720;width=1280`.
    var saidEventVersion: String? {
        if let version = value("evt") { return version.contains(".") ? version : version + ".0" }
        guard let format = value("format")?.split(separator: ";").first?.uppercased(), format.hasPrefix("EVT") else {
            return nil
        }
        let digits = format.dropFirst(3)
        if digits.contains(".") { return String(digits) }
        return digits.count == 1 ? "\(digits).0" : digits.map(String.init).joined(separator: ".")
    }

    private static func sensor(_ entries: [(key: String, value: String)]) -> SensorSize? {
        var (width, height): (Int?, Int?) = (nil, nil)
        for (key, value) in entries {
            switch key.lowercased() {
            case "geometry":
                let sides = value.trimmed.split(separator: "x").map { Int($0) }
                if sides.count == 2 { (width, height) = (sides[0], sides[1]) }
            case "format":
                for pair in value.split(separator: ";") {
                    if pair.hasPrefix("width=") { width = Int(pair.dropFirst(6).trimmed) }
                    if pair.hasPrefix("height=") { height = Int(pair.dropFirst(7).trimmed) }
                }
            case "width": width = Int(value.trimmed)
            case "height": height = Int(value.trimmed)
            default: break
            }
        }
        guard let width, let height else { return nil }
        return SensorSize(checked: width, height)
    }

    /// Header of a file whose first bytes these are; `nil` also if it is damaged, which reading it will tell.
    static func peek(_ prefix: [UInt8]) -> PropheseeHeader? {
        (try? PropheseeHeader(prefix, path: "", isWhole: false)) ?? nil
    }
}

extension StringProtocol {
    /// Without spaces around it.
    var trimmed: String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
