/// The streams that an AEDAT 4 file names in its XML text.
///
///     <dv> <node name="outInfo"> <node name="0">
///              <attr key="typeIdentifier">EVTS</attr>
///              <node name="info"> <attr key="sizeX">346</attr> …
///
/// Only elements, the two attributes that matter and the text of `attr` are understood: no entities, no references, so
/// nothing that a hostile file could make grow.
struct Aedat4Streams {
    struct Stream {
        var type = ""
        var width: Int?
        var height: Int?
    }

    /// By identifier.
    private(set) var streams: [Int32: Stream] = [:]

    init(_ text: String) {
        var path: [String] = []
        var rest = Substring(text)
        while let open = rest.firstIndex(of: "<") {
            rest = rest[rest.index(after: open)...]
            guard let close = rest.firstIndex(of: ">") else { return }
            let tag = rest[..<close]
            rest = rest[rest.index(after: close)...]
            if tag.hasPrefix("/node") {
                _ = path.popLast()
            } else if tag.hasPrefix("node") {
                if !tag.hasSuffix("/") { path.append(Self.value("name", in: tag) ?? "") }
                // Deeper than any recorder writes.
                if path.count > 64 { return }
            } else if tag.hasPrefix("attr"), !tag.hasSuffix("/") {
                let end = rest.firstIndex(of: "<") ?? rest.endIndex
                note(Self.value("key", in: tag) ?? "", String(rest[..<end]), at: path)
            }
        }
    }

    /// The stream of events with the lowest identifier.
    var events: (identifier: Int32, sensor: SensorSize?)? {
        guard let found = streams.filter({ $0.value.type == "EVTS" }).min(by: { $0.key < $1.key }) else { return nil }
        guard let width = found.value.width, let height = found.value.height else { return (found.key, nil) }
        return (found.key, SensorSize(checked: width, height))
    }

    private mutating func note(_ key: String, _ value: String, at path: [String]) {
        guard path.count >= 2, path[0] == "outInfo", let identifier = Int32(path[1]) else { return }
        let side = Int(value.trimmed).flatMap { 1...65_536 ~= $0 ? $0 : nil }
        switch (path.count, key) {
        case (2, "typeIdentifier"): streams[identifier, default: Stream()].type = value.trimmed
        case (3, "sizeX") where path[2] == "info": streams[identifier, default: Stream()].width = side
        case (3, "sizeY") where path[2] == "info": streams[identifier, default: Stream()].height = side
        default: break
        }
    }

    private static func value(_ name: String, in tag: Substring) -> String? {
        guard let start = tag.range(of: " \(name)=\"")?.upperBound, let end = tag[start...].firstIndex(of: "\"") else {
            return nil
        }
        return String(tag[start..<end])
    }
}
