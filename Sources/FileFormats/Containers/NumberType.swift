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

    /// Some of them; `nil` if there are not so many.
    func part(_ range: Range<Int>) -> NumberColumn? {
        guard range.lowerBound >= 0, range.upperBound <= count else { return nil }
        return NumberColumn(
            type, isBigEndian: isBigEndian, bytes: bytes, start: start + range.lowerBound * stride, stride: stride,
            count: range.count, origin: origin)
    }

    /// Where a number lies in the file, as well as that can be said.
    func place(_ index: Int) -> Int { (origin ?? 0) + start + index * stride }

    /// All as whole numbers; those that are none, or too large, are 0 or cut, and the first of them is told.
    func integers() -> (numbers: [Int64], firstBad: Int?) { integers(scaledBy: nil) }

    /// All multiplied by `factor` and rounded; with `nil` they must be whole.
    func integers(scaledBy factor: Double?) -> (numbers: [Int64], firstBad: Int?) {
        var bad: Int?
        let numbers = [Int64](unsafeUninitializedCapacity: count) { target, written in
            bad = integers(0..<count, scaledBy: factor, into: target)
            written = count
        }
        return (numbers, bad)
    }

    /// As above, of a part of them: a caller who goes through a column in pieces needs little memory, which stays in the
    /// cache.
    ///
    /// - Returns: the first that is not one.
    func integers(
        _ range: Range<Int>, scaledBy factor: Double?, into target: UnsafeMutableBufferPointer<Int64>
    ) -> Int? {
        switch type {
        case .int8: whole(Int8.self, range, factor, target)
        case .int16: whole(Int16.self, range, factor, target)
        case .int32: whole(Int32.self, range, factor, target)
        case .int64: whole(Int64.self, range, factor, target)
        case .uint8, .bool: whole(UInt8.self, range, factor, target)
        case .uint16: whole(UInt16.self, range, factor, target)
        case .uint32: whole(UInt32.self, range, factor, target)
        case .uint64: whole(UInt64.self, range, factor, target)
        case .float16: rounded(UInt16.self, range, factor, target) { Double(Float16(bitPattern: $0)) }
        case .float32: rounded(UInt32.self, range, factor, target) { Double(Float(bitPattern: $0)) }
        case .float64: rounded(UInt64.self, range, factor, target) { Double(bitPattern: $0) }
        }
    }

    /// Whether every number is a whole one.
    var isWhole: Bool {
        guard type.isFloating else { return true }
        return allSatisfy { _ in true }
    }

    /// Whether all are whole numbers and satisfy this; ends at the first piece that does not.
    func allSatisfy(_ condition: (Int64) -> Bool) -> Bool {
        let piece = 1024
        return withUnsafeTemporaryAllocation(of: Int64.self, capacity: piece) { scratch in
            for first in Swift.stride(from: 0, to: count, by: piece) {
                let range = first..<min(first + piece, count)
                guard integers(range, scaledBy: nil, into: scratch) == nil,
                    scratch[..<range.count].allSatisfy(condition)
                else { return false }
            }
            return true
        }
    }

    func doubles() -> [Double] {
        switch type {
        case .float16: floating(UInt16.self) { Double(Float16(bitPattern: $0)) }
        case .float32: floating(UInt32.self) { Double(Float(bitPattern: $0)) }
        case .float64: floating(UInt64.self) { Double(bitPattern: $0) }
        default: integers().numbers.map(Double.init)
        }
    }

    private func whole<Number: FixedWidthInteger>(
        _: Number.Type, _ range: Range<Int>, _ factor: Double?, _ target: UnsafeMutableBufferPointer<Int64>
    ) -> Int? {
        if let factor {
            return scaled(Number.self, range, factor, target) {
                Double(isBigEndian ? Number(bigEndian: $0) : Number(littleEndian: $0))
            }
        }
        var bad: Int?
        bytes.withUnsafeBytes { raw in
            for index in range {
                let stored = raw.loadUnaligned(fromByteOffset: start &+ index &* stride, as: Number.self)
                let number = isBigEndian ? Number(bigEndian: stored) : Number(littleEndian: stored)
                let value = Int64(truncatingIfNeeded: number)
                target[index &- range.lowerBound] = value
                if Number.bitWidth == 64, !Number.isSigned, value < 0, bad == nil { bad = index }
            }
        }
        return bad
    }

    @inline(__always)
    private func rounded<Bits: FixedWidthInteger>(
        _: Bits.Type, _ range: Range<Int>, _ factor: Double?, _ target: UnsafeMutableBufferPointer<Int64>,
        _ convert: (Bits) -> Double
    ) -> Int? {
        scaled(Bits.self, range, factor, target) {
            convert(isBigEndian ? Bits(bigEndian: $0) : Bits(littleEndian: $0))
        }
    }

    @inline(__always)
    private func scaled<Bits: FixedWidthInteger>(
        _: Bits.Type, _ range: Range<Int>, _ factor: Double?, _ target: UnsafeMutableBufferPointer<Int64>,
        _ convert: (Bits) -> Double
    ) -> Int? {
        var bad: Int?
        let (scale, mustBeWhole) = (factor ?? 1, factor == nil)
        bytes.withUnsafeBytes { raw in
            for index in range {
                let stored = raw.loadUnaligned(fromByteOffset: start &+ index &* stride, as: Bits.self)
                let value = convert(stored) * scale
                var (number, isSound) = (Int64(0), false)
                // Not-a-number fails the comparison.
                if abs(value) < 9.2e18 {
                    // Rounded by hand, halves away from zero: the library's function costs more than all of this.
                    number = Int64(value)
                    let rest = value - Double(number)
                    number &+= rest >= 0.5 ? 1 : rest <= -0.5 ? -1 : 0
                    isSound = !mustBeWhole || rest == 0
                }
                target[index &- range.lowerBound] = isSound ? number : 0
                if !isSound, bad == nil { bad = index }
            }
        }
        return bad
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
