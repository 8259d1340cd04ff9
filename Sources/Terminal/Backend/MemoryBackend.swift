/// A terminal in memory, for tests: keeps what was shown and hands out keys that were put in.
public final class MemoryBackend: TerminalBackend {
    public private(set) var size: Size
    public let charset: Charset
    public let depth: ColorDepth
    public private(set) var shown: Canvas?
    public private(set) var cursor: Point?
    public private(set) var isOpen = false
    public private(set) var frameCount = 0
    public private(set) var suspendCount = 0
    private var keys: [KeyPress]
    private var newSize: Size?

    public init(
        size: Size, charset: Charset = .unicode, depth: ColorDepth = .trueColor, keys: [KeyPress] = []
    ) {
        (self.size, self.charset, self.depth, self.keys) = (size, charset, depth, keys)
    }

    public func open() { isOpen = true }
    public func close() { isOpen = false }
    public var inputDescriptor: Int32? { nil }
    public func nextKey() -> KeyPress? { keys.isEmpty ? nil : keys.removeFirst() }
    public func press(_ more: [KeyPress]) { keys += more }
    public func change(size: Size) { newSize = size }
    public func invalidate() {}
    public func suspend() { suspendCount += 1 }
    public var isInForeground = true
    public private(set) var retakeCount = 0
    public func retake() { retakeCount += 1 }

    public func resize() {
        size = newSize ?? size
        newSize = nil
    }

    public func present(_ canvas: Canvas, cursor: Point?) {
        (shown, self.cursor) = (canvas, cursor)
        frameCount += 1
    }
}

extension Canvas {
    /// The characters, row by row, without blanks at the ends of rows.
    public var plainText: String {
        bounds.rows.map { row in
            var line = ""
            for column in bounds.columns {
                if let character = self[Point(row: row, column: column)].character { line.append(character) }
            }
            while line.last == " " { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }

    /// One letter a cell that stands for its style, and below what each letter means, in the order of first use.
    public var attributeLayer: String {
        let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
        var order: [Style] = []
        var known: [Style: Int] = [:]
        let rows = bounds.rows.map { row in
            String(
                bounds.columns.map { column -> Character in
                    let style = self[Point(row: row, column: column)].style
                    let index = known[style] ?? order.count
                    if index == order.count {
                        known[style] = index
                        order.append(style)
                    }
                    return index < letters.count ? letters[index] : "?"
                })
        }
        let legend = order.prefix(letters.count).enumerated().map { "\(letters[$0.offset]) = \($0.element)" }
        return (rows + [""] + legend).joined(separator: "\n")
    }
}
