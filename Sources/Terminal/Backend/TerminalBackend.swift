/// Where cells go and keys come from. Used from one thread only: that of its `TerminalOwner`.
public protocol TerminalBackend: AnyObject {
    /// Takes the terminal over.
    func open() throws(TerminalError)
    /// Gives it back as it was; harmless if it is not open.
    func close()
    var size: Size { get }
    var charset: Charset { get }
    var depth: ColorDepth { get }
    /// Shows the canvas; `cursor` says where the hardware cursor stays, `nil` hides it.
    func present(_ canvas: Canvas, cursor: Point?)
    /// The next key that has already come; never waits.
    func nextKey() -> KeyPress?
    /// What to poll for keys.
    var inputDescriptor: Int32? { get }
    /// Takes over a size that the terminal has changed to.
    func resize()
    /// Forgets what the terminal shows, so that the next `present` writes everything.
    func invalidate()
    /// Gives the terminal back, stops the process, and takes the terminal again when the process goes on before it.
    func suspend()
    /// Whether the terminal is this process's to read and write: not while it goes on in a shell's background.
    var isInForeground: Bool { get }
    /// Takes the terminal again after somebody else may have written to it or changed its settings.
    func retake()
    /// Rings the bell.
    func ring()
}

/// A terminal without a bell.
extension TerminalBackend {
    public func ring() {}
}

/// Why a terminal cannot be used.
public enum TerminalError: Error, Sendable, Hashable, CustomStringConvertible {
    case notATerminal(String)
    case unknownType(String)
    case cannotMoveCursor(String)
    case system(call: String, code: Int32)

    public var description: String {
        switch self {
        case .notATerminal(let stream):
            "\(stream) is not a terminal: the workbench needs one; use `saccade train --plain` without one"
        case .unknownType(let name):
            "the terminal type TERM='\(name)' is unknown on this machine: set TERM to one that `toe -a` lists, "
                + "for example TERM=xterm-256color"
        case .cannotMoveCursor(let name):
            "a terminal of type TERM='\(name)' cannot place its cursor: use another terminal or "
                + "`saccade train --plain`"
        case .system(let call, let code):
            "\(call) failed with error \(code) while opening the terminal"
        }
    }
}
