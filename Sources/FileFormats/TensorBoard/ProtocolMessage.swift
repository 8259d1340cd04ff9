/// A protocol buffer message: fields in the order in which they are put, each a varint of `number << 3 | type` and its
/// value (protobuf.dev, "Encoding").
struct ProtocolMessage {
    private(set) var bytes: [UInt8] = []

    private mutating func append(varint value: UInt64) {
        var rest = value
        while rest > 0x7F {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private mutating func begin(_ number: Int, _ type: Int) { append(varint: UInt64(number << 3 | type)) }

    mutating func put(_ number: Int, integer value: Int) {
        begin(number, 0)
        append(varint: UInt64(bitPattern: Int64(value)))
    }

    mutating func put(_ number: Int, double value: Double) {
        begin(number, 1)
        bytes.append(littleEndian: value.bitPattern)
    }

    mutating func put(_ number: Int, float value: Float) {
        begin(number, 5)
        bytes.append(littleEndian: value.bitPattern)
    }

    mutating func put(_ number: Int, bytes value: [UInt8]) {
        begin(number, 2)
        append(varint: UInt64(value.count))
        bytes += value
    }

    mutating func put(_ number: Int, text value: String) { put(number, bytes: Array(value.utf8)) }

    mutating func put(_ number: Int, _ fill: (inout ProtocolMessage) -> Void) {
        var message = ProtocolMessage()
        fill(&message)
        put(number, bytes: message.bytes)
    }
}

/// The fields of a protocol buffer message, one after the other. What a field means is its reader's to know.
struct ProtocolFields {
    enum Value {
        case integer(UInt64)
        case fixed64(UInt64)
        case fixed32(UInt32)
        case bytes(Range<Int>)
    }

    let file: ByteView
    private var offset: Int
    private let end: Int

    init(_ file: ByteView, _ place: Range<Int>) {
        (self.file, offset, end) = (file, place.lowerBound, place.upperBound)
    }

    mutating func next() throws(FileFormatError) -> (number: Int, value: Value)? {
        guard offset < end else { return nil }
        let begin = offset
        let head = try varint()
        let value: Value
        switch head & 7 {
        case 0: value = .integer(try varint())
        case 1: value = .fixed64(try file.number(UInt64.self, at: try take(8), "a number of a message"))
        case 2:
            let count = try varint()
            guard let count = Int(exactly: count) else {
                throw file.damaged(at: begin, found: "a field of \(count) bytes", expected: "one within its message")
            }
            let start = try take(count)
            value = .bytes(start..<start + count)
        case 5: value = .fixed32(try file.number(UInt32.self, at: try take(4), "a number of a message"))
        default:
            throw file.damaged(
                at: begin, found: "a field of type \(head & 7)",
                expected: "a protocol buffer field of type 0, 1, 2 or 5")
        }
        return (Int(truncatingIfNeeded: head >> 3), value)
    }

    private mutating func take(_ count: Int) throws(FileFormatError) -> Int {
        guard count <= end - offset else {
            throw file.damaged(
                at: offset, found: "a field of \(count) bytes",
                expected: "at most the \(end - offset) that its message has")
        }
        defer { offset += count }
        return offset
    }

    private mutating func varint() throws(FileFormatError) -> UInt64 {
        let begin = offset
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            let byte = file.bytes[try take(1)]
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw file.damaged(at: begin, found: "a number of more than 10 bytes", expected: "a varint")
    }
}
