@testable import Terminal

/// A terminal in memory: keeps what was shown and hands out keys that were put in.
final class MemoryBackend: TerminalBackend {
    private(set) var size: Size
    let charset: Charset
    let depth: ColorDepth
    private(set) var shown: Canvas?
    private(set) var cursor: Point?
    private(set) var isOpen = false
    private(set) var frameCount = 0
    private(set) var suspendCount = 0
    private var keys: [KeyPress]
    private var newSize: Size?

    init(
        size: Size, charset: Charset = .unicode, depth: ColorDepth = .trueColor, keys: [KeyPress] = []
    ) {
        (self.size, self.charset, self.depth, self.keys) = (size, charset, depth, keys)
    }

    func open() { isOpen = true }
    func close() { isOpen = false }
    var inputDescriptor: Int32? { nil }
    func nextKey() -> KeyPress? { keys.isEmpty ? nil : keys.removeFirst() }
    func press(_ more: [KeyPress]) { keys += more }
    func change(size: Size) { newSize = size }
    func invalidate() {}
    func suspend() { suspendCount += 1 }
    var isInForeground = true
    private(set) var retakeCount = 0
    func retake() { retakeCount += 1 }

    func resize() {
        size = newSize ?? size
        newSize = nil
    }

    func present(_ canvas: Canvas, cursor: Point?) {
        (shown, self.cursor) = (canvas, cursor)
        frameCount += 1
    }
}
