/// Text that a terminal hands over as pasted, while it comes: between two marks, so that no line end in it is Enter and no
/// letter a command.
struct Paste {
    /// Asks the terminal for the marks, and to leave them out again.
    static let (on, off) = ("\u{1B}[?2004h", "\u{1B}[?2004l")
    static let (begin, end) = ("\u{1B}[200~", "\u{1B}[201~")
    /// Beyond the numbers that ncurses gives to keys.
    static let (beginKey, endKey): (Int32, Int32) = (0xF000, 0xF001)
    /// What is longer was not meant for a line; it is read to its end all the same.
    static let sizeLimit = 1 << 20
    /// Seconds without a character after which the end is no longer waited for: it was lost, and what comes now is typed.
    static let patience = 10.0

    private var scalars = String.UnicodeScalarView()
    /// How many they are: the view would count them again each time.
    private var count = 0
    private(set) var isOver = false
    /// When the last of it came, in seconds of any clock.
    private var last: Double

    /// - Parameter now: seconds of any clock.
    init(now: Double = 0) { last = now }

    /// Everything that has come, once the end is no longer waited for; `nil` before.
    mutating func givenUp(now: Double) -> String? {
        guard !isOver, now - last >= Self.patience else { return nil }
        isOver = true
        return String(scalars)
    }

    /// Takes what has come.
    ///
    /// - Parameters:
    ///   - code: a character's, or a key's.
    ///   - isKey: keys within pasted text are sequences that happened to be in it.
    ///   - now: seconds of the same clock.
    /// - Returns: all of it at the end.
    mutating func take(_ code: UInt32, isKey: Bool, now: Double = 0) -> String? {
        last = now
        if isKey {
            guard Int32(bitPattern: code) == Self.endKey else { return nil }
            isOver = true
            return String(scalars)
        }
        // Nobody pastes Ctrl-C: it gives up waiting for an end that does not come.
        if code == 3 { isOver = true }
        guard !isOver, count < Self.sizeLimit, let scalar = UnicodeScalar(code) else { return nil }
        // Terminals write the end of a line as Enter would be sent.
        guard scalar == "\r" || code == 9 || code == 10 || code >= 32 else { return nil }
        scalars.append(scalar == "\r" ? "\n" : scalar)
        count += 1
        return nil
    }
}
