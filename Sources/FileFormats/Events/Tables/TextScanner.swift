import Foundation

/// Walks over rows and their fields.
struct TextScanner {
    private let bytes: UnsafeBufferPointer<UInt8>
    /// 32 stands for any number of blanks and tabs.
    private let separator: UInt8
    private var position: Int
    private var start: Int
    /// Behind the row and its line feed.
    private(set) var rowEnd: Int
    private var contentEnd: Int

    init(_ bytes: UnsafeBufferPointer<UInt8>, separator: UInt8, offset: Int) {
        (self.bytes, self.separator) = (bytes, separator)
        (position, start, rowEnd, contentEnd) = (offset, offset, offset, offset)
    }

    var row: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: bytes[start..<contentEnd]) }

    /// Goes to the next row that is neither empty nor a comment.
    ///
    /// - Parameter comment: gets the content of every comment on the way, without its mark.
    /// - Returns: where it begins.
    mutating func nextRow(_ comment: (UnsafeBufferPointer<UInt8>) -> Void = { _ in }) -> Int? {
        while rowEnd < bytes.count {
            start = rowEnd
            var end = feed(from: start)
            rowEnd = min(end + 1, bytes.count)
            while end > start, bytes[end - 1] == 13 || bytes[end - 1] == 32 || separator != 9 && bytes[end - 1] == 9 {
                end -= 1
            }
            contentEnd = end
            position = start
            while position < end, isBlank(bytes[position]), separator != 9 { position += 1 }
            if position == end { continue }
            if bytes[position] == UInt8(ascii: "#") || bytes[position] == UInt8(ascii: "%") {
                comment(UnsafeBufferPointer(rebasing: bytes[position + 1..<end]))
                continue
            }
            return start
        }
        return nil
    }

    /// Where the next line feed is, or the end.
    private func feed(from start: Int) -> Int {
        guard let base = bytes.baseAddress, let found = memchr(base + start, 10, bytes.count - start) else {
            return bytes.count
        }
        return UnsafeRawPointer(base).distance(to: UnsafeRawPointer(found))
    }

    /// The next row, if it is `digits,digits,digits,digit` and a line feed, with six decimals where times are seconds: what
    /// nearly all rows are. Anything else is left to `nextRow`, which knows all that a row may be.
    @inline(__always)
    mutating func nextPlainRow(inSeconds: Bool) -> (event: Event, start: Int)? {
        var place = rowEnd
        // Up to 18 digits: no overflow.
        func number(_ digits: ClosedRange<Int>, endingIn end: UInt8) -> Int64? {
            var (value, first) = (Int64(0), place)
            while place < bytes.count, case let digit = bytes[place] &- 48, digit < 10 {
                value = value &* 10 &+ Int64(digit)
                place &+= 1
            }
            guard digits.contains(place &- first), place < bytes.count else { return nil }
            first = place
            place &+= 1
            return bytes[first] == end ? value : nil
        }
        guard var time = number(inSeconds ? 1...12 : 1...18, endingIn: inSeconds ? UInt8(ascii: ".") : separator) else {
            return nil
        }
        if inSeconds {
            guard let rest = number(6...6, endingIn: separator) else { return nil }
            time = time &* 1_000_000 &+ rest
        }
        guard let x = number(1...5, endingIn: separator), let y = number(1...5, endingIn: separator), x < 65_536,
            y < 65_536, place &+ 1 < bytes.count, case let polarity = bytes[place] &- 48, polarity < 2
        else { return nil }
        place &+= bytes[place &+ 1] == 13 ? 2 : 1
        guard place < bytes.count, bytes[place] == 10 else { return nil }
        let start = rowEnd
        rowEnd = place &+ 1
        let (column, row) = (UInt16(truncatingIfNeeded: x), UInt16(truncatingIfNeeded: y))
        return (Event(timestamp: time, x: column, y: row, polarity: polarity), start)
    }

    /// The next field without blanks and quotes around it; `nil` behind the last.
    mutating func nextField() -> UnsafeBufferPointer<UInt8>? {
        while position < contentEnd, bytes[position] != separator || separator == 32, isBlank(bytes[position]) {
            position += 1
        }
        guard position < contentEnd else { return nil }
        var first = position
        if separator == 32 {
            while position < contentEnd, !isBlank(bytes[position]) { position += 1 }
            return unquoted(first, position)
        }
        // A separator within quotes is none.
        var isQuoted = false
        while position < contentEnd, isQuoted || bytes[position] != separator {
            if bytes[position] == UInt8(ascii: "\"") { isQuoted.toggle() }
            position += 1
        }
        var end = position
        while end > first, isBlank(bytes[end - 1]) { end -= 1 }
        while first < end, isBlank(bytes[first]) { first += 1 }
        position += 1
        return unquoted(first, end)
    }

    @inline(__always)
    private func unquoted(_ first: Int, _ end: Int) -> UnsafeBufferPointer<UInt8> {
        if end - first >= 2, bytes[first] == bytes[end - 1],
            bytes[first] == UInt8(ascii: "\"") || bytes[first] == UInt8(ascii: "'")
        {
            return UnsafeBufferPointer(rebasing: bytes[first + 1..<end - 1])
        }
        return UnsafeBufferPointer(rebasing: bytes[first..<end])
    }

    @inline(__always)
    private func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 }
}
