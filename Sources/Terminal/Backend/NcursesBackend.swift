import CNcurses
import Foundation
import TerminalGuard

/// The real terminal, through ncurses. Only the files of this folder import it.
///
/// Life of the terminal: `prepare` (locale, what is saved for the crash handlers) → `newterm` → `present`… → `endwin`.
public final class NcursesBackend: TerminalBackend {
    private let environment: TerminalEnvironment
    private var screen: OpaquePointer?
    private var files: [UnsafeMutablePointer<FILE>] = []
    private var shown: Canvas?
    private var shownCursor: Point?
    private var looks = NcursesLooks()
    private var keys = NcursesKeys()
    private var captured: CapturedOutput?
    private let wakeDescriptor: Int32
    private let usesMouse: Bool

    public private(set) var charset = Charset.ascii
    public private(set) var depth = ColorDepth.monochrome
    public private(set) var size = Size(width: 80, height: 24)

    /// - Parameters:
    ///   - usesMouse: whether the terminal is to report the mouse; its own selecting of text needs Shift then.
    ///   - wakeDescriptor: where the number of a signal is written as one byte; see `TerminalSignal`.
    ///   - captured: standard output and error while the screen is open; given back with the terminal.
    public init(
        environment: TerminalEnvironment, wakeDescriptor: Int32, captured: CapturedOutput?, usesMouse: Bool = false
    ) {
        self.usesMouse = usesMouse
        (self.environment, self.wakeDescriptor, self.captured) = (environment, wakeDescriptor, captured)
    }

    public var inputDescriptor: Int32? { STDIN_FILENO }

    // MARK: Opening and closing

    public func open() throws(TerminalError) {
        guard screen == nil else { return }
        guard isatty(STDIN_FILENO) == 1 else { throw .notATerminal("standard input") }
        guard isatty(STDOUT_FILENO) == 1 else { throw .notATerminal("standard output") }
        chooseCharset()
        guard saccade_guard_save(STDIN_FILENO) == 0 else { throw .system(call: "tcgetattr", code: errno) }

        let output = dup(STDOUT_FILENO)
        guard output >= 0, let outputFile = fdopen(output, "w") else { throw .system(call: "dup", code: errno) }
        let input = dup(STDIN_FILENO)
        guard input >= 0, let inputFile = fdopen(input, "r") else {
            fclose(outputFile)
            throw .system(call: "dup", code: errno)
        }
        files = [outputFile, inputFile]
        _ = set_escdelay(25)
        for type in environment.typesToTry where screen == nil { screen = newterm(type, outputFile, inputFile) }
        guard screen != nil else {
            closeFiles()
            throw .unknownType(environment.terminalType)
        }
        guard saccade_capability("cup") != nil else {
            endwin()
            closeScreen()
            throw .cannotMoveCursor(environment.terminalType)
        }
        configure(output: output)
    }

    private func chooseCharset() {
        var isUnicode = saccade_set_character_locale("") == 1
        if !isUnicode, environment.locale == nil { isUnicode = saccade_set_character_locale("C.UTF-8") == 1 }
        charset = isUnicode && !environment.isPlainTerminal ? .unicode : .ascii
    }

    private func configure(output: Int32) {
        raw()
        noecho()
        nonl()
        let window = saccade_stdscr()
        keypad(window, true)
        nodelay(window, true)
        intrflush(window, false)
        scrollok(window, false)
        if has_colors() {
            start_color()
            use_default_colors()
        }
        depth = environment.depth(
            colorCount: has_colors() ? Int(saccade_colors()) : 0,
            hasDirectColor: saccade_has_flag("RGB") == 1 && saccade_colors() > 256)
        reportMouse(usesMouse)
        reportPastes(true)
        curs_set(0)

        for text in ["\u{1B}[?2026l", Paste.off, "\u{1B}[?1006l\u{1B}[?1003l\u{1B}[?1002l\u{1B}[?1000l"] {
            saccade_guard_append_reset(text)
        }
        let emptied = emptySecondScreen
        for capability in ["sgr0"] + (emptied == nil ? [] : ["clear"]) + ["cnorm", "rmkx", "rmcup"] {
            if let text = saccade_capability(capability) { saccade_guard_append_reset(Self.withoutPadding(text)) }
        }
        saccade_guard_append_reset("\r\n")
        captured?.begin()
        saccade_buffer_output_by_lines()
        saccade_guard_arm(
            wakeDescriptor, captured?.savedOutput ?? -1, captured?.savedError ?? -1, captured?.readEnd ?? -1)
        (shown, looks) = (nil, NcursesLooks())
        readSize()
    }

    /// Capabilities may hold delays such as `$<5>`, which only ncurses' own writer understands.
    private static func withoutPadding(_ text: UnsafePointer<CChar>) -> String {
        var result = ""
        var rest = Substring(String(cString: text))
        while let start = rest.range(of: "$<"), let end = rest[start.upperBound...].firstIndex(of: ">") {
            result += rest[..<start.lowerBound]
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    /// Empties the second screen before it is left: after a change of width, tmux would wrap its full rows and show what
    /// is left over above the prompt. `nil` where there is no second screen: the last picture stays there.
    private var emptySecondScreen: String? {
        guard saccade_capability("rmcup") != nil, let text = saccade_capability("clear") else { return nil }
        return Self.withoutPadding(text)
    }

    private func leaveScreen() {
        reportMouse(false)
        reportPastes(false)
        if !isendwin(), let text = emptySecondScreen {
            // What ncurses has still to write comes first; the colors of the last cell must not fill the screen.
            fflush(files.first)
            writeRaw("\u{1B}[0m" + text)
        }
        endwin()
    }

    /// ncurses asks for presses alone; mode 1002 adds where the mouse is dragged to.
    private func reportMouse(_ isOn: Bool) {
        saccade_enable_mouse(isOn ? 1 : 0)
        guard usesMouse else { return }
        writeRaw(isOn ? "\u{1B}[?1002h" : "\u{1B}[?1002l")
    }

    /// Bracketed paste: what is pasted comes between two marks, and is text then, not keys.
    private func reportPastes(_ isOn: Bool) {
        if isOn {
            define_key(Paste.begin, Paste.beginKey)
            define_key(Paste.end, Paste.endKey)
        }
        keys.endPaste()
        writeRaw(isOn ? Paste.on : Paste.off)
    }

    public func close() {
        guard screen != nil else { return }
        leaveScreen()
        captured?.end()
        saccade_guard_disarm()
        closeScreen()
    }

    private func closeScreen() {
        if let screen { delscreen(screen) }
        screen = nil
        shown = nil
        closeFiles()
    }

    private func closeFiles() {
        for file in files { fclose(file) }
        files = []
    }

    deinit { close() }

    public func suspend() {
        guard screen != nil else { return }
        leaveScreen()
        captured?.end()
        saccade_guard_stop_process()
        captured?.begin()
        saccade_guard_arm(
            wakeDescriptor, captured?.savedOutput ?? -1, captured?.savedError ?? -1, captured?.readEnd ?? -1)
        // In the background the terminal is the shell's: it is taken when the process comes to the front.
        if isInForeground { takeAgain() }
    }

    public var isInForeground: Bool {
        let group = tcgetpgrp(STDIN_FILENO)
        return group < 0 || group == getpgrp()
    }

    public func retake() {
        guard screen != nil, isInForeground else { return }
        // What a stopped process left is put in order first, as if the screen had been given back.
        if !isendwin() { endwin() }
        takeAgain()
    }

    /// The next drawing enters the second screen again and writes every cell.
    private func takeAgain() {
        reset_prog_mode()
        reportMouse(usesMouse)
        reportPastes(true)
        resize()
        invalidate()
    }

    // MARK: Size

    public func resize() {
        guard screen != nil else { return }
        readSize()
        shown = nil
    }

    private func readSize() {
        var (rows, columns): (Int32, Int32) = (saccade_lines(), saccade_columns())
        if saccade_terminal_size(files.first.map(fileno) ?? STDOUT_FILENO, &rows, &columns) == 1,
            rows != saccade_lines() || columns != saccade_columns()
        {
            resizeterm(rows, columns)
        }
        size = Size(width: Column(Int(columns)), height: Row(Int(rows)))
    }

    public func ring() { if screen != nil { beep() } }

    public func invalidate() {
        shown = nil
        if screen != nil { clearok(saccade_stdscr(), true) }
    }

    // MARK: Drawing

    public func present(_ canvas: Canvas, cursor: Point?) {
        guard screen != nil else { return }
        saccade_guard_wait_if_crashed()
        let window = saccade_stdscr()
        let previous = shown?.size == canvas.size ? shown : nil
        let place = cursor.flatMap { canvas.bounds.contains($0) ? $0 : nil }
        if previous == nil {
            werase(window)
        } else if place == shownCursor, previous?.cells == canvas.cells {
            return
        }
        putChanges(from: previous?.cells, to: canvas.cells, width: canvas.size.width.value)
        if let place { wmove(window, Int32(place.row.value), Int32(place.column.value)) }
        curs_set(place == nil ? 0 : 1)
        (shown, shownCursor) = (canvas, place)
        wnoutrefresh(window)
        let synchronizes = environment.knowsSynchronizedOutput
        if synchronizes { writeRaw("\u{1B}[?2026h") }
        doupdate()
        if synchronizes { writeRaw("\u{1B}[?2026l") }
    }

    /// Hands ncurses what differs: runs of one look at once, other characters one by one.
    private func putChanges(from previous: [Cell]?, to cells: [Cell], width: Int) {
        func hasChanged(_ index: Int) -> Bool { previous.map { $0[index] != cells[index] } ?? true }
        var run: [UInt32] = []
        var start = 0
        func finishRun() {
            guard !run.isEmpty else { return }
            let (attributes, pair) = looks.look(cells[start].style, depth: depth)
            saccade_put_run(
                Int32(start / width), Int32(start % width), run, Int32(run.count), attributes, pair)
            run.removeAll(keepingCapacity: true)
        }
        for row in 0..<(width > 0 ? cells.count / width : 0) {
            let range = row * width..<(row + 1) * width
            if let previous, previous[range] == cells[range] { continue }
            // A wide character that came or went changes its neighbor's cell without changing the neighbor.
            var isBesideAChange = false
            for index in range {
                let isChanged = hasChanged(index)
                defer { isBesideAChange = isChanged }
                guard isChanged || isBesideAChange else {
                    finishRun()
                    continue
                }
                let cell = cells[index]
                guard CellCode.isSimple(cell.code) else {
                    finishRun()
                    put(cell, row: Int32(row), column: Int32(index - range.lowerBound))
                    continue
                }
                if !run.isEmpty, cells[start].style != cell.style { finishRun() }
                if run.isEmpty { start = index }
                run.append(cell.code)
            }
            finishRun()
        }
    }

    private func put(_ cell: Cell, row: Int32, column: Int32) {
        guard let character = cell.character else { return }
        var text = character.unicodeScalars.prefix(5).map { wchar_t(bitPattern: $0.value) }
        text.append(0)
        let (attributes, pair) = looks.look(cell.style, depth: depth)
        saccade_put_cell(row, column, text, attributes, pair)
    }

    private func writeRaw(_ text: String) {
        guard let file = files.first else { return }
        _ = text.withCString { write(fileno(file), $0, strlen($0)) }
    }

    // MARK: Keys

    public func nextKey() -> KeyPress? {
        guard screen != nil else { return nil }
        saccade_guard_wait_if_crashed()
        return keys.nextKey()
    }
}
