/// What a tensor of one element holds (`tensor.proto`).
struct TensorContent {
    private(set) var number: Double?
    private(set) var text: String?

    init(_ file: ByteView, _ place: Range<Int>) throws(FileFormatError) {
        var type = 0
        var numbers: [Double] = []
        var texts: [String] = []
        var raw: Range<Int>?
        var fields = ProtocolFields(file, place)
        while let (field, value) = try fields.next() {
            switch (field, value) {
            case (1, .integer(let value)): type = Int(truncatingIfNeeded: value)
            case (4, .bytes(let part)): raw = part
            case (5, .fixed32(let bits)): numbers.append(Double(Float(bitPattern: bits)))
            case (6, .fixed64(let bits)): numbers.append(Double(bitPattern: bits))
            case (7, .integer(let value)), (10, .integer(let value)):
                numbers.append(Double(Int64(bitPattern: value)))
            // Numbers of a kind in a row, as most programs write them.
            case (5, .bytes(let part)): if part.count == 4 { raw = part }
            case (6, .bytes(let part)): if part.count == 8 { raw = part }
            case (7, .bytes(let part)), (10, .bytes(let part)):
                if let value = try Self.onlyVarint(file, part) { numbers.append(Double(Int64(bitPattern: value))) }
            case (13, .integer(let bits)): numbers.append(Double(Float(half: UInt16(truncatingIfNeeded: bits))))
            case (13, .bytes(let part)):
                if let bits = try Self.onlyVarint(file, part) {
                    numbers.append(Double(Float(half: UInt16(truncatingIfNeeded: bits))))
                }
            case (8, .bytes(let part)): texts.append(String(decoding: file.bytes[part], as: UTF8.self))
            default: break
            }
        }
        text = texts.isEmpty ? nil : texts.joined(separator: "\n")
        if let raw {
            number = try Self.number(file, raw, type)
        } else if numbers.count == 1 {
            number = numbers[0]
        }
    }

    private static func number(_ file: ByteView, _ raw: Range<Int>, _ type: Int) throws(FileFormatError) -> Double? {
        let place = raw.lowerBound
        switch (type, raw.count) {
        case (1, 4): return Double(Float(bitPattern: try file.number(UInt32.self, at: place, "a number")))
        case (2, 8): return Double(bitPattern: try file.number(UInt64.self, at: place, "a number"))
        case (3, 4): return Double(try file.number(Int32.self, at: place, "a number"))
        case (9, 8): return Double(try file.number(Int64.self, at: place, "a number"))
        case (19, 2): return Double(Float(half: try file.number(UInt16.self, at: place, "a number")))
        default: return nil
        }
    }

    /// Of a row of one varint; `nil` if there are more.
    private static func onlyVarint(_ file: ByteView, _ place: Range<Int>) throws(FileFormatError) -> UInt64? {
        var (value, shift): (UInt64, UInt64) = (0, 0)
        for byte in file.bytes[place] {
            guard shift < 70 else { return nil }
            value |= UInt64(byte & 0x7F) << shift
            shift += 7
        }
        return file.bytes[place].count { $0 < 0x80 } == 1 ? value : nil
    }
}

extension Float {
    /// IEEE 754 half precision; `Float16` is not there on every processor.
    fileprivate init(half bits: UInt16) {
        let (sign, exponent, fraction) = (bits >> 15, Int(bits >> 10 & 0x1F), Float(bits & 0x3FF) / 1024)
        let size: Float =
            switch exponent {
            case 0: fraction * 0x1p-14
            case 31: fraction == 0 ? .infinity : .nan
            default: (1 + fraction) * Float(sign: .plus, exponent: exponent - 15, significand: 1)
            }
        self = sign == 1 ? -size : size
    }
}
