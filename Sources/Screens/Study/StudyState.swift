import Messages

/// The study screen: a table that fills, the runs of its chosen row, a plot, and on what all of it was trained and tested.
struct StudyState: Sendable {
    enum Panel: String, Sendable, Hashable, CaseIterable { case table, cells, plot, facts }

    var focus = Panel.table
    var isZoomed = false
    /// Whether all that is known of the protocol is shown, or what a reader asks first.
    var showsEveryFact = false
    private(set) var board: StudyBoard?
    /// Studies that can be opened; `nil` before they were asked for.
    private(set) var known: [StudySummary]?
    private var hasAskedKnown = false
    /// Whether the list of studies is to be offered once it has come.
    var isOffering = false
    /// What is being opened: a file, or a name.
    var awaited: String?
    var cursor = ListCursor()
    var cellCursor = ListCursor()
    /// In the list of studies that can be opened.
    var knownCursor = ListCursor()
    var factScroll = 0
    /// What is shown may be old.
    var isStale = false
    /// Why it could not be looked at the last time, once that has been said.
    var saidProblem: String?
    /// Seconds since it was last looked at.
    private var age = 0.0
    /// Whether the training was begun from these screens: who leaves them is asked what becomes of it.
    var isStartedHere = false
    /// Its runs are being stopped, and then the screens are left.
    var isLeaving = false

    /// While runs are trained the ends of processes are looked for, too: they write nothing.
    static let secondsBetweenLooks = 2.0

    // MARK: What is chosen

    /// Rows of the table that the filter leaves.
    var rows: [StudyBoard.Row] {
        guard let board else { return [] }
        guard !cursor.filter.isEmpty else { return board.rows }
        return board.rows.filter { row in
            cursor.matches((board.points[row.point] + [board.arms[row.arm].name]).joined(separator: " "))
        }
    }

    var row: StudyBoard.Row? {
        let rows = rows
        return cursor.index(in: rows.count).map { rows[$0] }
    }

    /// Runs of the chosen row: those of the table by seed, then those of the search.
    var cells: [StudyBoard.Cell] { row.map { board?.cells(of: $0) ?? [] } ?? [] }

    var cell: StudyBoard.Cell? {
        let cells = cells
        return cellCursor.index(in: cells.count).map { cells[$0] }
    }

    /// What keys are about: in the list of runs the chosen one, elsewhere all of the row.
    var subjects: [StudyBoard.Cell] { focus == .cells ? [cell].compactMap { $0 } : cells }

    /// Whether anything of it is being trained.
    var isBusy: Bool {
        guard let board else { return false }
        return board.work != .none || board.cells.contains { $0.state == .running }
    }

    // MARK: Asking

    /// What is asked because somebody looks, or because what was begun here has to be known when they leave.
    mutating func wishes(isShown: Bool) -> [Wish] {
        if board == nil, isShown, !hasAskedKnown {
            hasAskedKnown = true
            return [.ask(.studies)]
        }
        guard isStale, board != nil, isShown || isStartedHere else { return [] }
        (isStale, age) = (false, 0)
        return [.effect(.refresh(.board))]
    }

    var secondsToNextTick: Double? { isBusy ? Self.secondsBetweenLooks : nil }

    mutating func tick(_ seconds: Double) {
        age += seconds
        if isBusy, age >= Self.secondsBetweenLooks * 0.9 { isStale = true }
    }

    // MARK: Answers

    mutating func take(_ board: StudyBoard) {
        let (kept, cell) = (row, cell?.id)
        let isOther = self.board?.path != board.path
        self.board = board
        saidProblem = nil
        (awaited, known, hasAskedKnown) = (nil, nil, false)
        if isOther {
            (cursor, cellCursor, factScroll, focus, isZoomed) = (ListCursor(), ListCursor(), 0, .table, false)
            isStartedHere = false
        } else if let kept, let index = rows.firstIndex(where: { $0.arm == kept.arm && $0.point == kept.point }) {
            cursor.select(index)
            if let cell, let index = cells.firstIndex(where: { $0.id == cell }) { cellCursor.select(index) }
        }
        if !isBusy { isStartedHere = false }
    }

    mutating func take(known: [StudySummary]) -> [Wish] {
        self.known = known
        guard isOffering else { return [] }
        isOffering = false
        return [.dialog(.chooser(chooser(known)))]
    }
}

extension StudyBoard {
    func cells(of row: Row) -> [Cell] {
        // Arms of the same settings share their runs.
        let table = Set(row.cells)
        let own = cells.filter { table.contains($0.id) || ($0.arm == row.arm && $0.point == row.point) }
        return own.filter { $0.candidate == nil }.sorted { $0.seed < $1.seed } + own.filter { $0.candidate != nil }
    }

    /// `recordings_per_class 5`.
    func title(ofPoint point: Int) -> String {
        zip(axes, points[point]).map { "\($0.title) \($1)" }.joined(separator: ", ")
    }

    func title(of row: Row) -> String {
        [arms[row.arm].name, title(ofPoint: row.point)].filter { !$0.isEmpty }.joined(separator: ", ")
    }
}

extension StudyBoard.Cell {
    var mark: String {
        switch state {
        case .waiting: "·"
        case .begun: "◌"
        case .running: "▶"
        case .stopped: "■"
        case .failed: "✗"
        case .finished: "✓"
        }
    }
}
