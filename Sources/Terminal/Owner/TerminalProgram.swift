/// What runs on a terminal: takes input, says when it wants to be drawn, and draws. Lives on the terminal's thread.
public protocol TerminalProgram: AnyObject {
    /// Handles what has come since the last turn.
    func receive(_ input: [TerminalInput]) -> [TerminalRequest]
    /// Whether something has changed since the last drawing.
    var wantsDrawing: Bool { get }
    /// After how many seconds a `tick` is due even if nothing else comes; `nil` if it can sleep.
    var secondsToNextTick: Double? { get }
    /// Draws all of it, and says where the cursor stays.
    func draw(on canvas: inout Canvas) -> Point?
    /// The look of cells that nothing is drawn on.
    var background: Style { get }
}

public enum TerminalInput: Sendable, Hashable {
    /// The terminal is open, or its size has changed.
    case size(Size)
    case key(KeyPress)
    /// Somebody called `wake`.
    case woken
    /// So many seconds have passed since the tick before.
    case tick(Double)
    /// Lines that something printed.
    case printed([String])
}

public enum TerminalRequest: Sendable, Hashable {
    /// Stop the process, as Ctrl-Z asks.
    case suspend
    /// Write every cell again.
    case repaint
    /// Ring the bell.
    case ring
    case leave
}

/// How a program on a terminal ended.
public enum TerminalExit: Sendable, Hashable {
    /// It asked to leave.
    case left
    /// A signal asked it to: its number.
    case signal(Int32)
    /// The terminal is gone.
    case inputClosed
}
