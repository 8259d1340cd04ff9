/// Types that numbers are stored as in arrays of files.
enum NumberType: Hashable {
    case int8, int16, int32, int64
    case uint8, uint16, uint32, uint64
    case float16, float32, float64
    case bool

    /// Bytes a number takes.
    var width: Int {
        switch self {
        case .int8, .uint8, .bool: 1
        case .int16, .uint16, .float16: 2
        case .int32, .uint32, .float32: 4
        case .int64, .uint64, .float64: 8
        }
    }

    var isFloating: Bool { [.float16, .float32, .float64].contains(self) }

    /// - Parameter isSigned: of a whole number.
    init?(isFloating: Bool, isSigned: Bool, width: Int) {
        switch (isFloating, isSigned, width) {
        case (true, _, 2): self = .float16
        case (true, _, 4): self = .float32
        case (true, _, 8): self = .float64
        case (false, true, 1): self = .int8
        case (false, true, 2): self = .int16
        case (false, true, 4): self = .int32
        case (false, true, 8): self = .int64
        case (false, false, 1): self = .uint8
        case (false, false, 2): self = .uint16
        case (false, false, 4): self = .uint32
        case (false, false, 8): self = .uint64
        default: return nil
        }
    }
}

/// Numbers of one type that lie at equal distances in memory.
///
///     bytes  ····[a]······[b]······[c]
///                ↑ start  ↑ start + stride        count numbers
///
/// Whoever makes one has checked that all of them lie in `bytes`.
struct NumberColumn {
    let type: NumberType
    var isBigEndian = false
    let bytes: [UInt8]
    let start: Int
    let stride: Int
    let count: Int
    /// Where `bytes` lie in the file, for messages; `nil` if they were unpacked.
    var origin: Int?

    /// `nil` if some number would lie outside of `bytes`.
    init?(
        _ type: NumberType, isBigEndian: Bool = false, bytes: [UInt8], start: Int = 0, stride: Int? = nil, count: Int,
        origin: Int? = nil
    ) {
        let stride = stride ?? type.width
        guard start >= 0, stride >= type.width, count >= 0 else { return nil }
        if count > 0 {
            let (span, overflows) = (count - 1).multipliedReportingOverflow(by: stride)
            guard !overflows, span <= bytes.count, start <= bytes.count - span,
                type.width <= bytes.count - span - start
            else { return nil }
        }
        (self.type, self.isBigEndian, self.bytes) = (type, isBigEndian, bytes)
        (self.start, self.stride, self.count, self.origin) = (start, stride, count, origin)
    }

    /// Where a number lies in the file, as well as that can be said.
    func place(_ index: Int) -> Int { (origin ?? 0) + start + index * stride }

    /// All as whole numbers; those that are none, or too large, are `nil` at the first such index.
    func integers() -> (numbers: [Int64], firstBad: Int?) {
        switch type {
        case .int8: whole(Int8.self)
        case .int16: whole(Int16.self)
        case .int32: whole(Int32.self)
        case .int64: whole(Int64.self)
        case .uint8, .bool: whole(UInt8.self)
        case .uint16: whole(UInt16.self)
        case .uint32: whole(UInt32.self)
        case .uint64: whole(UInt64.self)
        case .float16, .float32, .float64: scaled(by: 1, mustBeWhole: true)
        }
    }

    /// All multiplied by `factor` and rounded.
    func integers(scaledBy factor: Double) -> (numbers: [Int64], firstBad: Int?) {
        scaled(by: factor, mustBeWhole: false)
    }

    /// Whether every number is a whole one.
    var isWhole: Bool { !type.isFloating || integers().firstBad == nil }

    func doubles() -> [Double] {
        switch type {
        case .float16: floating(UInt16.self) { Double(Float16(bitPattern: $0)) }
        case .float32: floating(UInt32.self) { Double(Float(bitPattern: $0)) }
        case .float64: floating(UInt64.self) { Double(bitPattern: $0) }
        default: integers().numbers.map(Double.init)
        }
    }

    private func whole<Number: FixedWidthInteger>(_: Number.Type) -> ([Int64], Int?) {
        var bad: Int?
        let numbers = [Int64](unsafeUninitializedCapacity: count) { target, written in
            bytes.withUnsafeBytes { raw in
                for index in 0..<count {
                    let stored = raw.loadUnaligned(fromByteOffset: start + index * stride, as: Number.self)
                    let number = isBigEndian ? Number(bigEndian: stored) : Number(littleEndian: stored)
                    target[index] = Int64(truncatingIfNeeded: number)
                    if Number.bitWidth == 64, !Number.isSigned, target[index] < 0, bad == nil { bad = index }
                }
            }
            written = count
        }
        return (numbers, bad)
    }

    private func scaled(by factor: Double, mustBeWhole: Bool) -> ([Int64], Int?) {
        var bad: Int?
        let doubles = doubles()
        let numbers = [Int64](unsafeUninitializedCapacity: count) { target, written in
            for index in 0..<count {
                let value = doubles[index] * factor
                let rounded = value.rounded()
                // Not-a-number fails the first comparison.
                if abs(rounded) < 9.2e18, !mustBeWhole || rounded == value {
                    target[index] = Int64(rounded)
                } else {
                    target[index] = 0
                    bad = bad ?? index
                }
            }
            written = count
        }
        return (numbers, bad)
    }

    private func floating<Bits: FixedWidthInteger>(_: Bits.Type, _ convert: (Bits) -> Double) -> [Double] {
        [Double](unsafeUninitializedCapacity: count) { target, written in
            bytes.withUnsafeBytes { raw in
                for index in 0..<count {
                    let stored = raw.loadUnaligned(fromByteOffset: start + index * stride, as: Bits.self)
                    target[index] = convert(isBigEndian ? Bits(bigEndian: stored) : Bits(littleEndian: stored))
                }
            }
            written = count
        }
    }
}
