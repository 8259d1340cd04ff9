/// A TensorBoard event file that was read.
public struct TensorBoardFile: Sendable {
    public var events: [TensorBoardEvent]
    /// Whether its last record is not there as a whole, as after a writer's sudden end.
    public var isTruncated: Bool

    /// - Throws: `FileFormatError`, with the place of a checksum that does not fit.
    public init(path: String) throws(FileFormatError) {
        try self.init(bytes: FileBytes.read(path), path: path)
    }

    public init(bytes: [UInt8], path: String) throws(FileFormatError) {
        let file = ByteView(bytes: bytes, path: path)
        let (places, isTruncated) = try RecordFraming.records(of: file)
        self.isTruncated = isTruncated
        var reader = EventReader(file: file)
        var events: [TensorBoardEvent] = []
        for place in places { events.append(try reader.event(place)) }
        self.events = events
    }
}

/// Reads the messages of one file. A tag's metadata stand at its first value and hold for those that follow.
private struct EventReader {
    let file: ByteView
    private var plugins: [String: String] = [:]

    init(file: ByteView) { self.file = file }

    mutating func event(_ place: Range<Int>) throws(FileFormatError) -> TensorBoardEvent {
        var event = TensorBoardEvent(wallTime: 0, step: 0, content: .other)
        var fields = ProtocolFields(file, place)
        while let (number, value) = try fields.next() {
            switch (number, value) {
            case (1, .fixed64(let bits)): event.wallTime = Double(bitPattern: bits)
            case (2, .integer(let step)): event.step = Int(truncatingIfNeeded: step)
            case (3, .bytes(let text)): event.content = .version(self.text(text))
            case (5, .bytes(let summary)): event.content = .values(try values(summary))
            case (7, .bytes(let log)):
                var parts = ProtocolFields(file, log)
                while let (number, value) = try parts.next() {
                    if number == 1, case .integer(1) = value { event.content = .sessionStart }
                }
            default: break
            }
        }
        return event
    }

    private func text(_ place: Range<Int>) -> String { String(decoding: file.bytes[place], as: UTF8.self) }

    private mutating func values(_ place: Range<Int>) throws(FileFormatError) -> [TensorBoardValue] {
        var values: [TensorBoardValue] = []
        var fields = ProtocolFields(file, place)
        while let (number, value) = try fields.next() {
            if number == 1, case .bytes(let part) = value { values.append(try self.value(part)) }
        }
        return values
    }

    private mutating func value(_ place: Range<Int>) throws(FileFormatError) -> TensorBoardValue {
        var (tag, title): (String, String?) = ("", nil)
        var (number, image, tensor, data): (Float?, Range<Int>?, Range<Int>?, Range<Int>?) = (nil, nil, nil, nil)
        var plugin: String?
        var fields = ProtocolFields(file, place)
        while let (field, value) = try fields.next() {
            switch (field, value) {
            case (1, .bytes(let part)): tag = text(part)
            case (2, .fixed32(let bits)): number = Float(bitPattern: bits)
            case (4, .bytes(let part)): image = part
            case (8, .bytes(let part)): tensor = part
            case (9, .bytes(let part)): (plugin, data, title) = try metadata(part)
            default: break
            }
        }
        if let plugin, !plugin.isEmpty, plugins[tag] == nil { plugins[tag] = plugin }
        let known = plugins[tag] ?? ""
        func result(_ content: TensorBoardValue.Content) -> TensorBoardValue {
            TensorBoardValue(tag, title: title, content)
        }
        if let number { return result(.scalar(Double(number))) }
        if let image, let content = try self.image(image) { return result(content) }
        if known == Hyperparameters.plugin, let data { return result(.hyperparameters(try .read(file, data))) }
        if let tensor {
            let content = try TensorContent(file, tensor)
            if known == "text", let text = content.text { return result(.text(text)) }
            if known == "scalars" || known.isEmpty, let number = content.number { return result(.scalar(number)) }
        }
        return result(.other(plugin: known))
    }

    private func metadata(
        _ place: Range<Int>
    ) throws(FileFormatError) -> (plugin: String?, data: Range<Int>?, title: String?) {
        var (plugin, data, title): (String?, Range<Int>?, String?) = (nil, nil, nil)
        var fields = ProtocolFields(file, place)
        while let (number, value) = try fields.next() {
            guard case .bytes(let part) = value else { continue }
            if number == 2 { title = text(part) }
            guard number == 1 else { continue }
            data = part.lowerBound..<part.lowerBound
            var parts = ProtocolFields(file, part)
            while let (number, value) = try parts.next() {
                guard case .bytes(let part) = value else { continue }
                if number == 1 { plugin = text(part) }
                if number == 2 { data = part }
            }
        }
        return (plugin, data, title)
    }

    private func image(_ place: Range<Int>) throws(FileFormatError) -> TensorBoardValue.Content? {
        var (width, height): (Int, Int) = (0, 0)
        var png: Range<Int>?
        var fields = ProtocolFields(file, place)
        while let (number, value) = try fields.next() {
            switch (number, value) {
            case (1, .integer(let value)): height = Int(truncatingIfNeeded: value)
            case (2, .integer(let value)): width = Int(truncatingIfNeeded: value)
            case (4, .bytes(let part)): png = part
            default: break
            }
        }
        return png.map { .image(width: width, height: height, png: Array(file.bytes[$0])) }
    }
}
