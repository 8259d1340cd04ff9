/// Numbers in text.
enum TextNumber {
    static func isNumeric(_ field: ArraySlice<UInt8>) -> Bool {
        field.contains { 48...57 ~= $0 } && field.allSatisfy { 48...57 ~= $0 || "+-.,eE".utf8.contains($0) }
    }

    /// A whole number, also as `12.000` or `1.2e1`.
    @inline(__always)
    static func whole(_ field: UnsafeBufferPointer<UInt8>) -> Int64? {
        guard !field.isEmpty else { return nil }
        let isNegative = field[0] == UInt8(ascii: "-")
        var value: Int64 = 0
        for index in (isNegative || field[0] == UInt8(ascii: "+") ? 1 : 0)..<field.count {
            let digit = Int64(field[index]) - 48
            guard 0...9 ~= digit else { return slow(field) }
            let (tens, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflows) = tens.addingReportingOverflow(digit)
            if tooLarge || overflows { return nil }
            value = sum
        }
        if field.count == 1, isNegative || field[0] == UInt8(ascii: "+") { return nil }
        return isNegative ? -value : value
    }

    @inline(never)
    private static func slow(_ field: UnsafeBufferPointer<UInt8>) -> Int64? {
        guard let number = double(field), number.rounded() == number else { return nil }
        return Int64(exactly: number)
    }

    /// Any number; a comma stands for the decimal point, where it parts no columns.
    static func double(_ field: UnsafeBufferPointer<UInt8>) -> Double? {
        guard isNumeric(ArraySlice(field)) else { return nil }
        let comma = UInt8(ascii: ",")
        return Double(String(decoding: field.map { $0 == comma ? UInt8(ascii: ".") : $0 }, as: UTF8.self))
    }

    /// A time in µs. Decimal digits are exact; the first beyond µs is rounded.
    static func microseconds(_ field: UnsafeBufferPointer<UInt8>, _ unit: TimeUnit) -> Int64? {
        if unit == .nanoseconds {
            if let number = whole(field) { return unit.microseconds(number) }
        } else if let exact = decimal(field, places: unit.decimals) {
            return exact
        }
        guard let number = double(field).map({ ($0 * unit.factor).rounded() }), abs(number) < 9.2e18 else { return nil }
        return Int64(number)
    }

    /// Digits with a decimal point, as a whole number with so many places behind it; `nil` for other ways of writing.
    private static func decimal(_ field: UnsafeBufferPointer<UInt8>, places: Int) -> Int64? {
        guard !field.isEmpty else { return nil }
        let isNegative = field[0] == UInt8(ascii: "-")
        var (value, decimals, isRounded, hasDigits): (Int64, Int, Bool, Bool) = (0, -1, false, false)
        for byte in field.dropFirst(isNegative || field[0] == UInt8(ascii: "+") ? 1 : 0) {
            if byte == UInt8(ascii: ".") || byte == UInt8(ascii: ","), decimals < 0 {
                decimals = 0
                continue
            }
            guard 48...57 ~= byte else { return nil }
            hasDigits = true
            if decimals >= places {
                if decimals == places { isRounded = byte >= 53 }
                decimals += 1
                continue
            }
            let (tens, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflows) = tens.addingReportingOverflow(Int64(byte) - 48)
            if tooLarge || overflows { return nil }
            value = sum
            if decimals >= 0 { decimals += 1 }
        }
        guard hasDigits else { return nil }
        for _ in max(decimals, 0)..<max(places, decimals) {
            let (tens, tooLarge) = value.multipliedReportingOverflow(by: 10)
            if tooLarge { return nil }
            value = tens
        }
        let (sum, overflows) = value.addingReportingOverflow(isRounded ? 1 : 0)
        if overflows { return nil }
        return isNegative ? -sum : sum
    }

    /// 0, 1, −1, or the words for them.
    @inline(__always)
    static func truth(_ field: UnsafeBufferPointer<UInt8>) -> Int64? {
        if let number = whole(field) { return number }
        switch String(decoding: field, as: UTF8.self).lowercased() {
        case "true", "on", "pos", "positive", "+": return 1
        case "false", "off", "neg", "negative", "-": return 0
        default: return nil
        }
    }
}
